# lib.sh - the two sides of a figure of scripts/bench: shopd over HTTP, and
# pgbench with the statements that shopd was seen to send; sourced by it.
# Knows: work, data, shopd, load, pgbench, clients, workers, pool, slow_pool,
# rounds, seconds.

sql() { psql -X -q -At -v ON_ERROR_STOP=1 -d "$SHOPD_DATABASE_URL" "$@"; }
milliseconds() { echo $(($(date +%s%N) / 1000000)); }
median() { sort -n | awk '{ v[NR] = $1 } END { printf "%.6g", v[int((NR + 1) / 2)] }'; }
busy() { cut -d' ' -f1 /proc/loadavg; }
say() { echo "$@" | tee -a "$work/table"; }

# CPU of processes so far, in milliseconds.
cpu_of() {
	local files=
	for pid in "$@"; do files+=" /proc/$pid/stat"; done
	cat $files 2>/dev/null | awk '{ sub(/.*\) /, ""); t += $12 + $13 } END { print t * 10 }'
}
workers_of_shop() { pgrep -P "$shop_pid"; }
backends() { sql -c "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'shopd%'"; }

start_shop() {
	local begun
	"$shopd" emulate >"$work/emulator.log" 2>&1 &
	emulator_pid=$!
	wait_for "http://127.0.0.1:$SHOPD_EMULATOR_PORT/__emu/health" 20 $! || { cat "$work/emulator.log" >&2; exit 1; }
	begun=$(milliseconds)
	"$shopd" serve >"$work/shopd.log" 2>&1 &
	shop_pid=$!
	pids="$shop_pid $emulator_pid"
	wait_for "$shop/readyz/" 20 $! || { tail -n 20 "$work/shopd.log" >&2; exit 1; }
	ready=$(($(milliseconds) - begun))
}

stop_shop() {
	stop $pids
	pids=
}

# Those of the shop's rounds that are done hourly or so: what they send is not
# of the request that is watched.
rounds_off() {
	sleep 2
	sql -c "UPDATE periodic SET next_at = now() + interval '99 years' WHERE next_at > now() + interval '4 seconds'"
}

# watched NAME COMMAND...: the statements of what the command asks for.
watched() {
	local name=$1
	shift
	sql -c "ALTER SYSTEM SET log_statement = 'all'" -c "ALTER SYSTEM SET log_line_prefix = '@@%a@%p '" \
		-c "SELECT pg_reload_conf()" >/dev/null
	sleep 0.3
	: >"$data/server.log"
	sql -c "SELECT 'the request begins'" >/dev/null
	"$@"
	sleep 0.02
	sql -c "SELECT 'the request ended'" >/dev/null
	sleep 0.1
	cp "$data/server.log" "$work/$name.log"
	sql -c "ALTER SYSTEM RESET log_statement" -c "SELECT pg_reload_conf()" >/dev/null
}

# capture NAME KNOWN CURL-ARGUMENT...: of one request, which becomes a script
# by what is known of its values (script.awk).
capture() {
	local name=$1 known=$2
	shift 2
	watched "$name" curl -fsS -o "$work/$name.answer" "$@"
	awk -v known="$known" -v defines="$work/$name.def" -v fresh_file="$work/$name.fresh" \
		-f tests/bench/log.awk -f tests/bench/script.awk "$work/$name.log" >"$work/$name.sql"
	[ -s "$work/$name.sql" ] || { echo "bench: $name sent no statements" >&2; exit 1; }
	{
		printf '\\set i :i + 1\n'
		cat "$work/$name.set" "$work/$name.fresh" "$work/$name.sql"
	} >"$work/$name.pgb"
	echo quick >"$work/$name.lane"
}

# capture_all NAME: of the requests in NAME.txt, which differ in values only
# (varied.awk). Transactions of several requests each.
copies=8
capture_all() {
	local name=$1 table=bench_$1
	"$load" -p "$SHOPD_PORT" -c $clients -s 1 "$work/$name.txt" >/dev/null
	watched "$name" "$load" -p "$SHOPD_PORT" -c 1 "$work/$name.txt" >"$work/$name.alone"
	awk -v requests="$(wc -l <"$work/$name.txt")" -v copies=$copies -v defines="$work/$name.def" \
		-v rows="$work/$name.rows" -v table="$table" -v lane_file="$work/$name.lane" \
		-f tests/bench/log.awk -f tests/bench/varied.awk "$work/$name.log" >"$work/$name.pgb"
	sql -c "SET client_min_messages = warning" -c "DROP TABLE IF EXISTS $table" -f "$work/$name.rows.sql" \
		-c "\\copy $table FROM '$work/$name.rows'" -c "ANALYZE $table"
	rm "$work/$name.log"
}

# pgbench_run NAME ARGUMENT...: with the connections and planner settings that
# shopd has for such statements.
pgbench_run() {
	local name=$1 defines=() definition lane connections=$((workers * pool))
	shift
	lane=$(cat "$work/$name.lane")
	[ "$lane" = quick ] || connections=$((workers * slow_pool))
	while IFS= read -r -d '' definition; do
		defines+=(-D "$definition")
	done <"$work/$name.def"
	PGOPTIONS="-c plan_cache_mode=force_generic_plan -c random_page_cost=1.1 -c jit=off" \
		"$pgbench" -n -M prepared -c $connections -j 2 "${defines[@]}" "$@" \
		-f "$work/$name.pgb" "$SHOPD_DATABASE_URL" >"$work/pgbench.out" 2>&1 || {
		cat "$work/pgbench.out" >&2
		return 1
	}
	grep -qE 'ERROR|aborted' "$work/pgbench.out" && { cat "$work/pgbench.out" >&2; return 1; }
	return 0
}

# yardstick NAME ROUND ARGUMENT...: pgbench's transactions a second.
yardstick() {
	local name=$1 round=$2
	shift 2
	pgbench_run "$name" -D i=0 -D round="$round" -D products="$products" "$@"
	awk '/^tps/ { print $3 }' "$work/pgbench.out"
}

# yardstick_all NAME: requests a second of what capture_all saw. The first
# second, in which plans are made, is left out, as shopd is warm, too.
yardstick_all() {
	pgbench_run "$1" -P 1 -T $((seconds + 1))
	awk -v copies=$copies '/^progress/ && n++ { sum += $4 } END { print copies * sum / (n - 1) }' "$work/pgbench.out"
}

# measured NAME LOAD-ARGUMENT...: a line of
# "requests seconds rate p50 p99 max shop_cpu database_cpu provider_cpu".
measured() {
	local before after name=$1
	shift
	before="$(cpu_of $(workers_of_shop)) $(cpu_of $(backends)) $(cpu_of "$emulator_pid")"
	"$load" -p "$SHOPD_PORT" -c $clients "$@" >"$work/load.out"
	after="$(cpu_of $(workers_of_shop)) $(cpu_of $(backends)) $(cpu_of "$emulator_pid")"
	echo "$(cat "$work/load.out") $before $after" |
		awk '{ print $1, $2, $3, $4, $5, $6, $10 - $7, $11 - $8, $12 - $9 }' >>"$work/$name.ours"
}

column() { awk -v n="$2" '{ print $n }' "$work/$1.ours" | median; }

table_head() {
	say "| figure | products | shopd/s | pgbench/s | ratio | goal | p50 ms | p99 ms | shopd CPU us | PostgreSQL CPU us |"
	say "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
}

row() { # NAME TITLE GOAL
	local ours theirs
	ours=$(column "$1" 3)
	theirs=$(median <"$work/$1.theirs")
	awk -v title="$2" -v goal="$3" -v ours="$ours" -v theirs="$theirs" -v p50="$(column "$1" 4)" \
		-v p99="$(column "$1" 5)" -v products="$products" \
		-v shop="$(awk '{ print $7 * 1000 / $1 }' "$work/$1.ours" | median)" \
		-v base="$(awk '{ print $8 * 1000 / $1 }' "$work/$1.ours" | median)" 'BEGIN {
		printf "| %s | %d | %.0f | %.0f | %.2f | %s | %.1f | %.1f | %.0f | %.0f |\n", title, products,
			ours, theirs, ours / theirs, goal, p50 / 1000, p99 / 1000, shop, base }' | tee -a "$work/table"
}

# What follows from orders, done, so that it does not weigh on the next round.
settle() {
	local end=$((SECONDS + 30))
	while [ $SECONDS -lt $end ]; do
		[ "$(sql -c "SELECT count(*) FROM (SELECT FROM outbox WHERE dispatched_at IS NULL UNION ALL
			SELECT FROM job WHERE state IN ('queued', 'running') AND run_at <= now()) x")" != 0 ] || break
		sleep 0.2
	done
}
