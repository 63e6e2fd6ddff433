# reads.sh - section "reads" of scripts/bench: lists and products out of
# PostgreSQL, from the recombined sample; sourced by it.

# Categories by their size, so that a large one is asked for more often; and
# what stands on a product of that category.
category_drawn="SELECT k.slug AS category, p.brand, l.price
	  FROM listing l JOIN category k ON k.id = l.category_id JOIN product p ON p.id = l.product_id
	 WHERE l.currency = 'EUR' AND p.brand <> ''
	 ORDER BY md5(l.product_id::text || k.slug) LIMIT 1000"

# requests NAME QUERY: a column of paths, as the load generator reads them.
requests() { sql -c "SELECT E'GET\t' || path FROM ($2) q" >"$work/$1.txt"; }

reads_requests() {
	requests list "SELECT format('/api/v1/products/?category=%s&ordering=price', category) AS path FROM ($category_drawn) d"
	requests detail "SELECT format('/api/v1/products/%s/', slug) AS path FROM product WHERE slug ~ '^1[0-9]{11}$'
		ORDER BY md5(slug) LIMIT 2000"
	requests brand "SELECT format('/api/v1/products/?category=%s&brand=%s', category, bench_url(brand)) AS path
		FROM ($category_drawn) d"
	requests price "SELECT format('/api/v1/products/?category=%s&price__gte=%s&price__lte=%s&ordering=price', category,
		round(price * 0.008, 2), round(price * 0.012, 2)) AS path FROM ($category_drawn) d"
}

section_reads() {
	local name round
	catalogue_real "${sizes##* }"
	start_shop
	reads_requests
	for name in list detail brand price; do
		capture_all $name
		for round in $(seq "$rounds"); do
			measured $name -s "$seconds" "$work/$name.txt"
			yardstick_all $name >>"$work/$name.theirs"
		done
	done
	table_head
	row list "list page" 0.70
	row detail "product detail" 0.70
	row brand "list by brand" 0.70
	row price "list by price range" 0.70
	reads_small
	stop_shop
}

reads_small() {
	local done_before=0 pid rss=0 size name
	while [ $done_before -lt $requests ]; do
		for name in list detail; do
			done_before=$((done_before + $("$load" -p "$SHOPD_PORT" -c $clients -s 3 "$work/$name.txt" | awk '{ print $1 }')))
		done
	done
	for pid in $(workers_of_shop); do
		size=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")
		[ "$size" -le $rss ] || rss=$size
	done
	awk -v rss=$rss -v requests=$done_before -v ready="$ready" -v bytes="$(stat -c %s "$shopd")" \
		-v list="$(column list 3)" -v busy="$(busy)" 'BEGIN {
		printf "\nworker RSS after %d further requests %.1f MiB (goal 40); ready after %d ms (goal 1,000); ", requests, rss / 1024, ready
		printf "binary %.1f MB; list is %.0f times a DRF store (180/s; goal 20); load average %s\n", bytes / 1e6, list / 180, busy }' |
		tee -a "$work/table"
}
