# shop.sh - starts a shop and its sandbox; sourced by scripts and tests.

# wait_for URL SECONDS PID: until it answers 2xx; fails when PID ends first.
wait_for() {
	local end=$((SECONDS + $2))

	until curl -fsS -o /dev/null --max-time 2 "$1" 2>/dev/null; do
		kill -0 "$3" 2>/dev/null || return 1
		[ $SECONDS -lt $end ] || return 1
		sleep 0.02
	done
}

# port_is_free PORT: nobody listens there on 127.0.0.1.
port_is_free() {
	! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# A port for a shop: its sandbox takes it + 900, the sandbox's SMTP + 925.
free_port() {
	local port
	while :; do
		port=$((20000 + RANDOM % 11800))
		port_is_free "$port" && port_is_free $((port + 900)) &&
			port_is_free $((port + 925)) && break
	done
	echo "$port"
}

# sandbox_settings PORT SMTP_PORT: the shop talks to the emulator.
sandbox_settings() {
	export SHOPD_EMULATOR_PORT=$1
	export SHOPD_EMULATOR_SMTP_PORT=$2
	export SHOPD_EMULATOR_WEBHOOK_URL=http://127.0.0.1:$SHOPD_PORT/api/v1/gateways/stripe/webhooks/
	export SHOPD_STRIPE_URL=http://127.0.0.1:$1
	export SHOPD_STRIPE_SECRET_KEY=${SHOPD_STRIPE_SECRET_KEY:-sk_test_emulator}
	export SHOPD_STRIPE_PUBLISHABLE_KEY=${SHOPD_STRIPE_PUBLISHABLE_KEY:-pk_test_emulator}
	export SHOPD_STRIPE_WEBHOOK_SECRET=${SHOPD_STRIPE_WEBHOOK_SECRET:-whsec_emulator}
	export SHOPD_SMTP_URL=smtp://127.0.0.1:$2
}

# stop PID...: asks, waits up to 10 s, then insists.
stop() {
	local pid end=$((SECONDS + 10))

	for pid in "$@"; do kill -TERM "$pid" 2>/dev/null || true; done
	for pid in "$@"; do
		while kill -0 "$pid" 2>/dev/null; do
			if [ $SECONDS -ge $end ]; then
				kill -KILL "$pid" 2>/dev/null || true
				break
			fi
			sleep 0.02
		done
		wait "$pid" 2>/dev/null || true
	done
}
