# accounts.sh - section "accounts" of scripts/bench: what times tell (login,
# registration, password reset; a rank test of each), and what shoppers feel
# while passwords are tried; sourced by it.

# Lines of a login attempt each, every one from another address and for another
# name: no throttle stops them, so all that can be is hashed.
accounts_attempts() {
	awk -v n="$1" 'BEGIN {
		for (i = 0; i < n; i++)
			printf "POST\t/api/v1/auth/token/\tX-Forwarded-For: 10.%d.%d.%d\t{\"email\":\"nobody-%d@example.org\",\"password\":\"guess-%d-it\"}\n",
				i / 65536, i / 256 % 256, i % 256, i, i
	}'
}

# The most resident memory of the workers so far, in MiB.
accounts_memory() {
	local pid
	for pid in $(workers_of_shop); do awk '/^VmHWM/ { print $2 / 1024 }' "/proc/$pid/status"; done |
		sort -n | tail -n 1
}
accounts_metric() { curl -fsS "$shop/metrics" | awk -v name="$1" '$1 == name { print $2 }'; }

# Shoppers' p50 and p99 in microseconds, by turns without and with the flood,
# until all attempts have been made.
accounts_flood() {
	local attempts=10000 per=2000 span=10 round pid stalls
	[ "$requests" -gt 20000 ] || attempts=900 per=300 span=3
	stalls=$(accounts_metric shopd_loop_stalls_total)
	"$load" -p "$SHOPD_PORT" -c 8 -s 2 "$work/shop.txt" >/dev/null
	for round in $(seq $((attempts / per))); do
		"$load" -p "$SHOPD_PORT" -c 8 -s $span "$work/shop.txt" >>"$work/calm"
		accounts_attempts $per | sed "s/nobody-/nobody-$round-/" >"$work/attempts.txt"
		"$load" -p "$SHOPD_PORT" -c 32 "$work/attempts.txt" >>"$work/flood" 2>/dev/null &
		pid=$!
		sleep 0.3
		"$load" -p "$SHOPD_PORT" -c 8 -s $span "$work/shop.txt" >>"$work/stormy"
		wait $pid || true
	done
	say "| shoppers | requests/s | p50 ms | p99 ms |"
	say "|---|--:|--:|--:|"
	for round in calm stormy; do
		say "| $([ $round = calm ] && echo "alone" || echo "beside the attempts") | $(awk '{ print $3 }' "$work/$round" | median) | $(awk '{ print $4 / 1000 }' "$work/$round" | median) | $(awk '{ print $5 / 1000 }' "$work/$round" | median) |"
	done
	say
	say "p99 beside $attempts login attempts is $(awk -v a="$(awk '{ print $5 }' "$work/calm" | median)" \
		-v b="$(awk '{ print $5 }' "$work/stormy" | median)" 'BEGIN { printf "%.2f", b / a }') times that of shoppers alone (goal 1.2);" \
		"attempts answered at $(awk '{ print $3 }' "$work/flood" | median)/s; stalls of the loop" \
		"$(($(accounts_metric shopd_loop_stalls_total) - stalls)); a worker had at most $(accounts_memory) MiB"
}

section_accounts() {
	catalogue_plain "${sizes%% *}"
	SHOPD_THROTTLE_LOGIN=10/minute SHOPD_TRUSTED_PROXIES=127.0.0.1 start_shop
	requests shop "SELECT '/api/v1/products/' || slug || '/' AS path FROM product WHERE status = 'published'
		ORDER BY md5(slug) LIMIT 500"
	accounts_flood
	stop_shop
	say
	cmake --build build/release --target api_test_timing >/dev/null
	# A figure that tells is a line of the table, not the end of the run.
	SHOPD_TEST_SAMPLES=$([ "$requests" -gt 20000 ] && echo 2000 || echo 300) \
		tests/with-shop build/release build/release/tests/api_test_timing 2>&1 |
		grep -E '^timing|the time tells' | sed 's/^/- /' | tee -a "$work/table" || true
}
