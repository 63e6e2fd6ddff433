#!/bin/sh
# test_embed.sh - bad statements stop the build at their file and line; good
# ones come out as they went in.
set -eu
embed=$(dirname "$0")/../../sql/embed.awk
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0

run() {
	awk -f "$embed" -v mode=queries -v header="$dir/h" -v source="$dir/c" \
		"$dir/room.sql" /dev/null 2>"$dir/error"
}

# refuses WHAT LINE: stdin must be refused there.
refuses() {
	cat >"$dir/room.sql"
	if run; then
		echo "FAILED: $1 is accepted"
		failures=$((failures + 1))
	elif ! grep -q "room.sql:$2: " "$dir/error"; then
		echo "FAILED: $1 is refused elsewhere: $(cat "$dir/error")"
		failures=$((failures + 1))
	fi
}

refuses "an unknown kind" 1 <<-'.'
	-- name: x :two
	SELECT 1;
.
refuses "a bad name" 1 <<-'.'
	-- name: X :one
	SELECT 1;
.
refuses "an unknown word" 1 <<-'.'
	-- name: x :one fast
	SELECT 1;
.
refuses "a statement without a name" 2 <<-'.'

	SELECT 1;
.
refuses "a second statement" 4 <<-'.'
	-- name: x :one
	-- Why.
	SELECT 1;
	SELECT 2;
.
refuses "a name used twice" 3 <<-'.'
	-- name: x :one
	SELECT 1;
	-- name: x :one
	SELECT 1;
.
refuses "a name without a statement" 1 <<-'.'
	-- name: x :one
	-- Nothing.
.
refuses "a :page without its places" 1 <<-'.'
	-- name: x :page
	SELECT 1 [[filters]] [[order]];
.
refuses "places outside of a :page" 1 <<-'.'
	-- name: x :many
	SELECT 1 [[order]];
.

cat >"$dir/room.sql" <<-'.'
	-- name: first :maybe readonly slow
	-- Says why.
	SELECT "a\b" || '??=' || '"'
	 WHERE true;
	-- name: second :exec
	DELETE FROM t
.
run
cat >"$dir/main.c" <<-'.'
	#include <stdio.h>
	#include "c"
	int main(void)
	{
		printf("%s|%d%d%d|%zu|%s\n", q_first.text, q_first.kind,
		       q_first.is_slow, q_first.is_read_only, query_count,
		       queries_all[1]->name);
		return 0;
	}
.
cp "$dir/h" "$dir/queries.h"
cp "$dir/c" "$dir/c.h"
sed -i 's/"c"/"c.h"/' "$dir/main.c"
${CC:-cc} -std=c11 -I"$dir" -I"$(dirname "$0")/../../include" \
	-o "$dir/main" "$dir/main.c"
"$dir/main" >"$dir/got"
cat >"$dir/want" <<'.'
SELECT "a\b" || '??=' || '"'
 WHERE true
|111|2|second
.
if ! diff "$dir/want" "$dir/got"; then
	echo "FAILED: a statement came out otherwise"
	failures=$((failures + 1))
fi
[ "$failures" = 0 ] && echo "embed: all as it should be"
exit "$failures"
