# log.awk - reads PostgreSQL's log of requests; to be given before a file that
# defines statement_sent(text), in which $k stands for raw[k], or NULL where
# null[k], k up to parameter_count. `lane` is the application's name.
#
# The log has log_statement = all and log_line_prefix '@@%a@%p ', and what
# counts stands between SELECT 'the request begins' and SELECT 'the request
# ended'. What shopd does by itself meanwhile is left out.

BEGIN {
	if (skip == "")
		skip = "outbox WHERE dispatched_at|periodic|FROM job |UPDATE job|INTO job |INTO notification |UPDATE notification|^WITH due AS|^SELECT o.id FROM orders o|schema_migration|^LISTEN|pg_reload_conf|^DEALLOCATE|pg_current_snapshot|^SELECT price_turn_due"
}

function flush_statement() {
	if (statement ~ /'the request begins'/)
		is_on = 1
	else if (statement ~ /'the request ended'/)
		is_on = 0
	else if (is_on && statement != "" && statement !~ skip)
		statement_sent(statement)
	statement = ""
	parameter_count = 0
}

# $1 = '31', $2 = NULL, ...; a quote is doubled.
function read_parameters(text,    k) {
	sub(/^[^$]*/, "", text)
	while (match(text, /^(, )?\$[0-9]+ = /)) {
		k = substr(text, RSTART, RLENGTH)
		gsub(/[^0-9]/, "", k)
		k += 0
		parameter_count = k
		text = substr(text, RLENGTH + 1)
		null[k] = text ~ /^NULL/
		raw[k] = ""
		if (null[k]) {
			text = substr(text, 5)
			continue
		}
		match(text, /^'([^']|'')*'/)
		raw[k] = substr(text, 2, RLENGTH - 2)
		gsub(/''/, "'", raw[k])
		text = substr(text, RLENGTH + 1)
	}
}

# The statement with what parameter(k) returns in place of $k.
function filled(text,    out, k, rest) {
	while (match(text, /\$[0-9]+/)) {
		k = substr(text, RSTART + 1, RLENGTH - 1) + 0
		rest = substr(text, RSTART + RLENGTH)
		out = out substr(text, 1, RSTART - 1)
		out = out parameter(k)
		text = rest
	}
	return out text
}

# A value that never changes: a variable of pgbench's, given by -D.
function define(text) {
	if (text == "") # pgbench has no empty variables
		return "''"
	if (!(text in defined)) {
		defined[text] = ++define_count
		printf "p%d=%s%c", define_count, text, 0 > defines
	}
	return ":p" defined[text]
}

function end_block() {
	if (kind == "detail" && statement != "")
		read_parameters(block)
	kind = ""
}

/^@@/ {
	end_block()
	line = $0
	split(line, part, "@")
	sub(/^@@[^@]*@[0-9]+ /, "", line)
	if (line ~ /^LOG:  (execute [^:]+|statement): /) {
		flush_statement()
		lane = part[3]
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
}
