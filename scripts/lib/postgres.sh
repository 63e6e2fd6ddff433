# postgres.sh - a private PostgreSQL 15; sourced by scripts and tests.
# PostgreSQL refuses to run as root: then it runs as Debian's user postgres.

postgres_bin=/usr/lib/postgresql/15/bin

as_postgres() {
	if [ "$(id -u)" = 0 ]; then
		runuser -u postgres -- "$@"
	else
		"$@"
	fi
}

# postgres_start DATA SOCKETS: makes the cluster if need be, and starts it;
# sets database_url. Both folders are made.
postgres_start() {
	local data=$1 sockets=$2

	mkdir -p "$data" "$sockets"
	if [ "$(id -u)" = 0 ]; then
		chown postgres "$data" "$sockets"
	fi
	chmod 700 "$data"
	if [ ! -e "$data/PG_VERSION" ]; then
		as_postgres "$postgres_bin/initdb" -D "$data" -U shopd -A trust \
			-E UTF8 --locale=C.UTF-8 --no-sync >"$data.log" 2>&1 || {
			cat "$data.log" >&2
			return 1
		}
		as_postgres tee -a "$data/postgresql.conf" >/dev/null <<-E
		listen_addresses = ''
		shared_buffers = 256MB
		max_connections = 100
		log_min_messages = warning
		E
	fi
	rm -f "$data.log"
	# A postmaster that was killed leaves its pid file; pg_ctl copes.
	as_postgres "$postgres_bin/pg_ctl" -s -w -t 30 -D "$data" -l "$data/server.log" \
		-o "-k '$sockets' ${postgres_options:-}" start >/dev/null || {
		tail -n 20 "$data/server.log" >&2
		return 1
	}
	database_url="postgresql://shopd@/shopd?host=$sockets"
	psql -X -q -h "$sockets" -U shopd -d postgres -tAc \
		"SELECT 1 FROM pg_database WHERE datname = 'shopd'" | grep -q 1 ||
		createdb -h "$sockets" -U shopd shopd
}

# postgres_stop DATA [MODE]
postgres_stop() {
	as_postgres "$postgres_bin/pg_ctl" -s -w -D "$1" -m "${2:-fast}" stop >/dev/null 2>&1 || true
}
