# embed.awk - sql/ as C. POSIX awk; run by sql/embed.cmake.
#
# -v mode=queries    -v header=F -v source=F  sql/queries/*.sql
#   Each statement, headed  -- name: cart_find :maybe [slow] [readonly]
#   becomes  const struct query q_cart_find.
# -v mode=migrations -v array=NAME -v source=F  CHECKSUMS sql/schema/*.sql
#   CHECKSUMS is what sha256sum says of the files; NAME_all[] and NAME_count
#   become of them ("migrations", "demo").

function fail(where, why)
{
	printf "%s: %s\n", where, why > "/dev/stderr"
	failed = 1
	exit 1
}

# "?" is escaped too: C11 has trigraphs.
function quote(line)
{
	gsub(/\\/, "&&", line)
	gsub(/"/, "\\\"", line)
	gsub(/\?/, "\\?", line)
	return "\"" line "\\n\""
}

function finish_query(    where)
{
	if (name == "")
		return
	where = begun_at
	if (body == "")
		fail(where, name " has no statement")
	if (kind == "PAGE") {
		if (!index(plain, "[[filters]]") || !index(plain, "[[order]]") ||
		    !index(plain, "[[page]]"))
			fail(where, name " is a :page without [[filters]], [[order]] and [[page]]")
	} else if (index(plain, "[[filters]]") || index(plain, "[[order]]") ||
		   index(plain, "[[page]]")) {
		fail(where, name " has placeholders but is no :page")
	}
	declarations = declarations "extern const struct query q_" name ";\n"
	definitions = definitions "const struct query q_" name " = {\n" \
		"\t.name = \"" name "\",\n\t.text =" body ",\n" \
		"\t.kind = QUERY_" kind ",\n\t.is_slow = " slow ",\n" \
		"\t.is_read_only = " readonly ",\n\t.index = " count ",\n};\n\n"
	table = table "\t&q_" name ",\n"
	count++
	name = ""
}

function begin_query(    n, words, i)
{
	finish_query()
	begun_at = FILENAME ":" FNR
	n = split($0, words, /[ \t]+/)
	name = words[3]
	if (name !~ /^[a-z][a-z0-9_]*$/)
		fail(begun_at, "a statement needs a name of a-z, 0-9 and _")
	if (name in seen)
		fail(begun_at, name " is at " seen[name] " already")
	seen[name] = begun_at
	if (words[4] !~ /^:(one|maybe|many|exec|page)$/)
		fail(begun_at, name " must be :one, :maybe, :many, :exec or :page")
	kind = toupper(substr(words[4], 2))
	slow = readonly = "false"
	for (i = 5; i <= n; i++) {
		if (words[i] == "slow")
			slow = "true"
		else if (words[i] == "readonly")
			readonly = "true"
		else if (words[i] != "")
			fail(begun_at, "\"" words[i] "\" is neither slow nor readonly")
	}
	body = plain = ""
	is_ended = 0
}

function add_line(line)
{
	sub(/[ \t\r]+$/, "", line)
	if (line == "" || line ~ /^[ \t]*--/)
		return
	if (name == "")
		fail(FILENAME ":" FNR, "a statement without -- name:")
	if (is_ended)
		fail(FILENAME ":" FNR, name " has a second statement")
	if (line ~ /;$/) {
		is_ended = 1
		sub(/;$/, "", line)
		if (line ~ /^[ \t]*$/)
			return
	}
	body = body "\n\t\t" quote(line)
	plain = plain line "\n"
}

function finish_migration()
{
	if (number != "")
		table = table ", \"" checksum[FNAME] "\"},\n"
	number = ""
}

function begin_migration(    base)
{
	finish_migration()
	FNAME = FILENAME
	base = FILENAME
	sub(/^.*\//, "", base)
	if (base !~ /^[0-9][0-9][0-9]_[a-z][a-z0-9_]*\.sql$/)
		fail(FILENAME ":1", "a migration is called NNN_name.sql")
	number = substr(base, 1, 3) + 0
	if (number == 0 || number in numbers)
		fail(FILENAME ":1", "the number " number " is taken")
	if (number < last)
		fail(FILENAME ":1", "the files are out of order")
	if (!(FILENAME in checksum))
		fail(FILENAME ":1", "no checksum")
	numbers[number] = last = number
	sub(/\.sql$/, "", base)
	table = table "\t{" number ", \"" substr(base, 5) "\",\n\t\t\"\""
	count++
}

BEGIN { count = 0 }

mode == "queries" && FILENAME == "/dev/null" { next }
mode == "queries" && FNR == 1 { finish_query() }
mode == "queries" && /^--[ \t]+name:/ { begin_query(); next }
mode == "queries" { add_line($0); next }

FILENAME == ARGV[1] { checksum[$2] = $1; next }
FNR == 1 { begin_migration() }
{ table = table "\n\t\t" quote($0) }

END {
	if (failed)
		exit 1
	if (mode == "queries") {
		finish_query()
		print "/* Made by sql/embed.awk from sql/queries. */\n" \
			"#ifndef QUERIES_H\n#define QUERIES_H\n\n" \
			"#include <platform/db.h>\n\n" declarations "\n#endif" > header
		print "/* Made by sql/embed.awk from sql/queries. */\n" \
			"#include <queries.h>\n\n#include <stddef.h>\n\n" definitions \
			"const struct query *const queries_all[] = {\n" table "\tNULL,\n};\n" \
			"const size_t query_count = " count ";" > source
	} else {
		finish_migration()
		print "/* Made by sql/embed.awk from sql/schema or sql/demo. */\n" \
			"#include <platform/db.h>\n\n" \
			"const struct migration " array "_all[] = {\n" table "\t{0},\n};\n" \
			"const size_t " array "_count = " count ";" > source
	}
}
