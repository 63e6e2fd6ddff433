# auth.sh - scripts/bench auth: what it costs to know who calls.
section_auth() {
	cmake --build build/release --target bench_auth >/dev/null
	build/release/tests/bench_auth | tee -a "$work/table"
}
