# catalogue.sh - the catalogues that scripts/bench measures; sourced by it.

# The real sample lies beside the clone; it is not part of it.
sample=${BENCH_SAMPLE:-../shared/data/catalog/flipkart-sample.csv}

# catalogue_open NAME: makes the database; it is the shop's from here on.
catalogue_open() {
	dropdb --if-exists -h "$work/pg" -U shopd "$1" 2>/dev/null
	createdb -h "$work/pg" -U shopd "$1"
	export SHOPD_DATABASE_URL="postgresql://shopd@/$1?host=$work/pg"
	"$shopd" migrate >/dev/null 2>&1
}

catalogue_settle() {
	sql -c "VACUUM ANALYZE"
	sql -c "CHECKPOINT"
}

# catalogue_real PRODUCTS: the sample, recombined. Made once for all sections,
# and kept with BENCH_DATA until what it is made of changes.
catalogue_real() {
	local name
	products=$1
	name=bench_real_$1_$(cat sql/schema/*.sql sql/demo/*.sql tests/bench/*.sql "$sample" 2>/dev/null | md5sum | cut -c1-12)
	export SHOPD_DATABASE_URL="postgresql://shopd@/$name?host=$work/pg"
	[ "$(sql -c "SELECT to_regproc('bench_url') IS NOT NULL" 2>/dev/null || true)" != t ] || return 0
	catalogue_open "$name"
	sql -f sql/demo/010_shipping_tax.sql
	if [ -r "$sample" ]; then
		"$shopd" import products "$sample" --format flipkart >"$work/import.log" 2>&1 || true
		echo "the sample: $(tail -n 1 "$work/import.log")" >&2
		sql -v products="$products" -f tests/bench/recombine.sql >/dev/null
	else
		echo "no $sample: the catalogue is the demo shop's, recombined" >&2
		sql -f sql/demo/020_catalog.sql >/dev/null
		sql -v products="$products" -f tests/bench/catalog.sql >/dev/null
	fi
	# As rounds of the shop's do before long; the one that would find that
	# nothing has been sold, and make all equally popular, is put off.
	sql -c "SELECT search_tiers_count(), search_words_count()" >/dev/null
	while [ "$(sql -c "SELECT search_heat_round(5000)")" != 0 ]; do :; done
	sql -c "INSERT INTO periodic (name, next_at) VALUES ('search.popularity', now() + interval '99 years')" >/dev/null
	catalogue_settle
	# Last: who finds it finds the catalogue whole.
	sql -c "CREATE FUNCTION bench_url(text) RETURNS text LANGUAGE sql AS \$\$
		SELECT regexp_replace(encode(convert_to(\$1, 'UTF8'), 'hex'), '(..)', '%\1', 'g') \$\$"
}

# catalogue_plain PRODUCTS: with carts to be ordered.
catalogue_plain() {
	products=$1
	catalogue_open "bench_plain$1"
	"$shopd" seed >/dev/null 2>&1
	sql -v products="$products" -f tests/bench/catalog.sql >/dev/null
	sql -v products="$products" -v first=1 -v carts=$((3400 + 2 * rounds * checkouts)) -f tests/bench/carts.sql
	catalogue_settle
}
