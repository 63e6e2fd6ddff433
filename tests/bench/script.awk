# script.awk - from PostgreSQL's log of one request to a pgbench script that
# sends the same statements. Parameters stay parameters: what names the cart,
# the product or the category becomes an expression over pgbench's variables,
# ids that shopd makes become new ones each time, all else is a -D variable.
#
#   awk -v known="LITERAL=EXPRESSION;..." -v defines=FILE \
#       -v fresh_file=FILE -f log.awk -f script.awk LOG

function statement_sent(text) {
	print filled(text) ";"
}

function parameter(k) {
	if (null[k])
		return "nullif(" define("-") ", " define("-") ")"
	return expression_of(raw[k])
}

# pgbench would take ":name" in a literal for a variable.
function quoted(text) {
	gsub(/'/, "''", text)
	if (text !~ /[:\\]/)
		return "'" text "'"
	gsub(/\\/, "\\\\\\\\", text)
	gsub(/:/, "\\x3a", text)
	return "E'" text "'"
}

# The first literal of `known`, or fresh id, in the text: its place and length
# in RSTART and RLENGTH, its expression returned.
function find_known(text,    k, at, best, found) {
	best = 0
	for (k = 1; k <= known_count; k++) {
		at = index(text, literal[k])
		if (at > 0 && (best == 0 || at < best) && (!whole[k] || text == literal[k])) {
			best = at
			RLENGTH = length(literal[k])
			found = expression[k]
		}
	}
	if (best > 0) {
		RSTART = best
		return found
	}
	if (!match(text, /01[a-f0-9][a-f0-9][a-f0-9][a-f0-9][a-f0-9][a-f0-9]-[0-9a-f]+-7[0-9a-f]+-[0-9a-f]+-[0-9a-f]+|(pi|ch|key)_[A-Za-z0-9]+(_secret_[A-Za-z0-9]+)?/))
		return ""
	found = substr(text, RSTART, RLENGTH)
	if (found ~ /^019/) # the demo shop's own: stays
		return ""
	if (!(found in fresh))
		fresh[found] = ++fresh_count
	if (found ~ /^[a-z]+_/)
		return "('" substr(found, 1, index(found, "_")) "' || :u" fresh[found] ")"
	return "('01a90000-0000-7000-8000-' || :u" fresh[found] ")"
}

function expression_of(text,    found, out, rest, all) {
	all = text
	while ((found = find_known(text)) != "") {
		if (RSTART > 1)
			out = out (out == "" ? "" : " || ") quoted(substr(text, 1, RSTART - 1))
		out = out (out == "" ? "" : " || ") found
		text = substr(text, RSTART + RLENGTH)
	}
	if (out == "")
		return define(all)
	if (text != "")
		out = out " || " quoted(text)
	else if (all ~ /^[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+$/)
		return "(" out ")::uuid"
	return out ~ /^:[a-z]+$/ ? out : "(" out ")"
}

BEGIN {
	n = split(known, entry, ";")
	for (i = 1; i <= n; i++) {
		if (entry[i] == "")
			continue
		at = index(entry[i], "=")
		literal[++known_count] = substr(entry[i], 1, at - 1)
		expression[known_count] = substr(entry[i], at + 1)
		whole[known_count] = length(literal[known_count]) < 12
	}
	printf "" > defines
}

END {
	close(defines)
	printf "" > fresh_file
	for (i = 1; i <= fresh_count; i++)
		printf "\\set u%d 100000000000 + :client_id * 10000000000 + :round * 100000000 + :i * 50 + %d\n", i, i > fresh_file
}
