# script.awk - from PostgreSQL's log of one request to a pgbench script that
# sends the same statements. Parameters stay parameters: what names the cart,
# the product or the category becomes an expression over pgbench's variables,
# ids that shopd makes become new ones each time, all else is a -D variable.
#
#   awk -v known="LITERAL=EXPRESSION;..." -v defines=FILE \
#       -v fresh_file=FILE -f script.awk LOG
#
# The log has log_statement = all and log_line_prefix '@@%p ', and the request
# stands between SELECT 'the request begins' and SELECT 'the request ended'.

function flush_statement(    text, out, k) {
	text = statement
	if (statement ~ /'the request begins'/) {
		is_on = 1
	} else if (statement ~ /'the request ended'/) {
		is_on = 0
	} else if (is_on && text != "" && text !~ skip) {
		while (match(text, /\$[0-9]+/)) {
			k = substr(text, RSTART + 1, RLENGTH - 1) + 0
			out = out substr(text, 1, RSTART - 1) value[k]
			text = substr(text, RSTART + RLENGTH)
		}
		print out text ";"
	}
	statement = ""
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

function define(text) {
	if (text == "") # pgbench has no empty variables
		return "''"
	if (!(text in defined)) {
		defined[text] = ++define_count
		printf "p%d=%s%c", define_count, text, 0 > defines
	}
	return ":p" defined[text]
}

# $1 = '31', $2 = NULL, ...; a quote is doubled.
function read_parameters(text,    k, raw, length_of_it) {
	sub(/^[^$]*/, "", text)
	while (match(text, /^(, )?\$[0-9]+ = /)) {
		k = substr(text, RSTART, RLENGTH)
		gsub(/[^0-9]/, "", k)
		k += 0
		text = substr(text, RLENGTH + 1)
		if (text ~ /^NULL/) {
			value[k] = "nullif(" define("-") ", " define("-") ")"
			text = substr(text, 5)
			continue
		}
		match(text, /^'([^']|'')*'/)
		length_of_it = RLENGTH
		raw = substr(text, 2, RLENGTH - 2)
		gsub(/''/, "'", raw)
		value[k] = expression_of(raw)
		text = substr(text, length_of_it + 1)
	}
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
	if (skip == "")
		skip = "outbox WHERE dispatched_at|periodic|FROM job |UPDATE job|INTO job |INTO notification |UPDATE notification|^WITH due AS|^SELECT o.id FROM orders o|schema_migration|^LISTEN|pg_reload_conf|^DEALLOCATE"
	printf "" > defines
}

function end_block() {
	if (kind == "detail" && statement != "")
		read_parameters(block)
	kind = ""
}

/^@@/ {
	end_block()
	line = $0
	sub(/^@@[0-9]+ /, "", line)
	if (line ~ /^LOG:  (execute [^:]+|statement): /) {
		flush_statement()
		sub(/^LOG:  (execute [^:]+|statement): /, "", line)
		statement = line
		kind = "statement"
	} else if (line ~ /^DETAIL:  parameters: /) {
		block = line
		kind = "detail"
	} else {
		kind = ""
	}
	next
}
kind == "statement" {
	sub(/^\t/, "")
	statement = statement "\n" $0
}
kind == "detail" {
	sub(/^\t/, "")
	block = block "\n" $0
}
END {
	end_block()
	flush_statement()
	close(defines)
	printf "" > fresh_file
	for (i = 1; i <= fresh_count; i++)
		printf "\\set u%d 100000000000 + :client_id * 10000000000 + :round * 100000000 + :i * 50 + %d\n", i, i > fresh_file
}
