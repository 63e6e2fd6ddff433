# orders.sh - section "orders" of scripts/bench: adding to carts and ordering
# them, in shops of several sizes; sourced by it.
token=bench-secret-bench-secret-bench-secret-benc

cart_id() { echo "0199c100-0000-7000-8000-$((100000000000 + $1))"; }

cart_lines() {
	awk -v token="$token" -v products="$products" 'BEGIN {
		srand(1)
		for (i = 0; i < 20000; i++) {
			n = 1 + int(rand() * 2000)
			printf "POST\t/api/v1/carts/0199c100-0000-7000-8000-1%011d/items/\tX-Cart-Token: %s|Idempotency-Key: {n}\t{\"variant\":\"0199f000-0000-7000-8000-1%011d\",\"quantity\":1}\n",
				n, token, 1 + (n * 5 + i % 5) % (products - 1000)
		} }'
}

checkout_lines() { # FIRST COUNT
	awk -v token="$token" -v first="$1" -v count="$2" 'BEGIN {
		for (n = first; n < first + count; n++)
			printf "POST\t/api/v1/carts/0199c100-0000-7000-8000-1%011d/complete/\tX-Cart-Token: %s|Idempotency-Key: k-1%011d\t{\"expected_total\":\"44.88\",\"payment_method\":\"pm_card_visa\"}\n",
				n, token, n }'
}

orders_captures() {
	local n=2001 v w
	printf '\\set n random(1, 2000)\n\\set cart 100000000000 + :n\n\\set variant 100000000001 + (:n * 5 + random(0, 4)) %% (:products - 1000)\n' >"$work/cart.set"
	printf '\\set n :base + :client_id * :each + :i\n\\set cart 100000000000 + :n\n\\set v 100000000000 + :products - (:n * 7) %% 1000\n\\set w 100000000000 + :products - (:n * 7 + 491) %% 1000\n' >"$work/checkout.set"
	capture cart "$((100000000000 + n))=:cart;100000000005=:variant" \
		-X POST -H "X-Cart-Token: $token" -H "Idempotency-Key: key_aaaaaaaaaaaaaaaaaaaa" \
		-H 'Content-Type: application/json' \
		-d '{"variant":"0199f000-0000-7000-8000-100000000005","quantity":1}' "$shop/api/v1/carts/$(cart_id $n)/items/"
	n=2002
	v=$((100000000000 + products - n * 7 % 1000)) w=$((100000000000 + products - (n * 7 + 491) % 1000))
	capture checkout "$((100000000000 + n))=:cart;$v=:v;$w=:w" \
		-X POST -H "X-Cart-Token: $token" -H "Idempotency-Key: k-$((100000000000 + n))" \
		-H 'Content-Type: application/json' \
		-d '{"expected_total":"44.88","payment_method":"pm_card_visa"}' "$shop/api/v1/carts/$(cart_id $n)/complete/"
}

orders_rounds() {
	local base=3000 round connections=$((workers * pool))
	checkout_lines $base 200 >"$work/checkout.txt"
	"$load" -p "$SHOPD_PORT" -c $clients "$work/checkout.txt" >/dev/null
	base=$((base + 200))
	"$load" -p "$SHOPD_PORT" -c $clients -s 1 -t warm "$work/cart.txt" >/dev/null
	# As autovacuum does once a minute: plans made while tables were empty
	# are made anew.
	sql -c "VACUUM ANALYZE"
	for round in $(seq "$rounds"); do
		measured cart -s "$seconds" -t "round-$round" "$work/cart.txt"
		yardstick cart "$round" -T "$seconds" >>"$work/cart.theirs"
	done
	for round in $(seq "$rounds"); do
		settle
		checkout_lines $base "$checkouts" >"$work/checkout.txt"
		measured checkout "$work/checkout.txt"
		base=$((base + checkouts))
		settle
		yardstick checkout "$round" -t $((checkouts / connections)) -D base=$base \
			-D each=$((checkouts / connections)) >>"$work/checkout.theirs"
		base=$((base + checkouts))
	done
}

orders_doctor() {
	settle
	"$shopd" doctor >"$work/doctor.log" 2>&1 || {
		echo "doctor, after pgbench's own orders:" >&2
		grep -v '^ok' "$work/doctor.log" >&2 || true
	}
}

section_orders() {
	local size
	table_head
	for size in $sizes; do
		catalogue_plain "$size"
		rm -f "$work"/*.ours "$work"/*.theirs
		cart_lines >"$work/cart.txt"
		start_shop
		rounds_off
		orders_captures
		orders_rounds
		row cart "add to cart" 0.60
		row checkout "complete checkout" 0.60
		awk -v c="$(nproc)" '{ print $1 / ($2 - $9 / 1000 / c) }' "$work/checkout.ours" | median |
			awk -v theirs="$(median <"$work/checkout.theirs")" -v products="$products" '{
			printf "| - without the provider'\''s CPU | %d | %.0f | %.0f | %.2f | 0.60 | | | | |\n",
				products, $1, theirs, $1 / theirs }' | tee -a "$work/table"
		orders_doctor
		stop_shop
	done
	say
	say "load average $(busy)"
}
