# search.sh - section "search" of scripts/bench, on the recombined sample;
# sourced by it.

# What shoppers type: a brand, a word of a name, a brand and a word, two words;
# of which something is found, so that all send the same statements.
search_drawn="SELECT * FROM (SELECT CASE n % 4 WHEN 0 THEN brand WHEN 1 THEN word WHEN 2 THEN brand || ' ' || word
		ELSE word || ' ' || other END AS q, category, color
	  FROM (SELECT row_number() OVER () AS n, brand, w[1 + n % cardinality(w)] AS word,
		       w[1 + (n + 1) % cardinality(w)] AS other, category, color
		  FROM (SELECT row_number() OVER () AS n, p.brand, c.slug AS category, p.attributes ->> 'color' AS color,
			       ARRAY(SELECT x FROM regexp_split_to_table(lower(p.name), '[^a-z]+') x WHERE length(x) > 3) AS w
			  FROM product p JOIN category c ON c.id = p.category_id
			 WHERE p.brand <> '' AND p.attributes ? 'color' ORDER BY md5(p.slug) LIMIT 1200) d
		 WHERE cardinality(w) > 1) d) d
	 WHERE (SELECT count(*) FROM search_document s WHERE s.words @@ plainto_tsquery('shop', search_text(q))
		   AND s.prices[(SELECT place FROM search_currency WHERE code = 'EUR')] IS NOT NULL) > 0 LIMIT 1000"

search_requests() {
	local path="format('/api/v1/search/?q=%s%s', bench_url(q),"
	requests search "SELECT $path '&facets=false') AS path FROM ($search_drawn) d"
	requests facets "SELECT $path '') AS path FROM ($search_drawn) d"
	requests colour "SELECT format('/api/v1/search/?category=%s&attr.color=%s&facets=false', category, bench_url(color)) AS path
		FROM ($search_drawn) d"
}

section_search() {
	local name round
	catalogue_real "${sizes##* }"
	start_shop
	search_requests
	for name in search facets colour; do
		capture_all $name
		for round in $(seq "$rounds"); do
			measured $name -s "$seconds" "$work/$name.txt"
			yardstick_all $name >>"$work/$name.theirs"
		done
	done
	for round in $(seq "$rounds"); do
		clients=8 measured eight -s "$seconds" "$work/facets.txt"
	done
	table_head
	row search "search" 0.85
	row facets "search with facets" 0.85
	row colour "category and colour" 0.70
	awk -v rate="$(column search 3)" -v facets="$(column eight 3)" -v p50="$(column eight 4)" -v p99="$(column eight 5)" \
		-v busy="$(busy)" 'BEGIN {
		printf "\nsearch with facets at 8 connections: %.0f/s, p50 %.1f ms (goal 10), p99 %.1f ms (goal 50); ", facets, p50 / 1000, p99 / 1000
		printf "search is %.0f times a DRF store (18/s; goal 100); load average %s\n", rate / 18, busy }' | tee -a "$work/table"
	stop_shop
	section_search_remembered
}

# The same questions when each has been asked before, and nothing has changed.
section_search_remembered() {
	SHOPD_CACHE_BYTES=67108864 start_shop
	"$load" -p "$SHOPD_PORT" -c $clients -s 4 "$work/search.txt" >/dev/null
	for round in $(seq "$rounds"); do
		measured remembered -s "$seconds" "$work/search.txt"
	done
	awk -v rate="$(column remembered 3)" -v p50="$(column remembered 4)" -v p99="$(column remembered 5)" -v plain="$(column search 3)" 'BEGIN {
		printf "the same 1,000 searches from memory, each asked before: %.0f/s (%.0f times as many), p50 %.1f ms, p99 %.1f ms\n",
			rate, rate / plain, p50 / 1000, p99 / 1000 }' | tee -a "$work/table"
	stop_shop
}
