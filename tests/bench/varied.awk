# varied.awk - from PostgreSQL's log of many requests, one after the other, to
# a pgbench script that sends their statements with their very parameters. The
# requests differ in values only, so each statement's text is seen once each.
#
#   awk -v requests=N -v copies=K -v defines=FILE -v rows=FILE -v table=NAME \
#       -v lane_file=FILE -f log.awk -f varied.awk LOG
#
# What differs goes into `rows`, for COPY: a number from 0, then for each copy
# the values of one request. A transaction of pgbench's draws a row by its
# number, and then sends the statements of K requests: pgbench has no other
# variables that are texts, and so the draw costs a K-th of a look-up by key.

function statement_sent(text,    s, e, k) {
	if (!(text in number)) {
		number[text] = ++statements
		texts[statements] = text
	}
	s = number[text]
	e = seen[s]++
	used[s] = parameter_count
	lane_of[s] = lane
	for (k = 1; k <= parameter_count; k++) {
		value[s, e, k] = raw[k]
		is_null[s, e, k] = null[k]
		if (raw[k] != value[s, 0, k])
			is_varied[s, k] = 1
		if (null[k] != is_null[s, 0, k])
			give_up("a value is NULL for some requests only")
	}
}

function give_up(why) {
	printf "varied.awk: %s\n", why > "/dev/stderr"
	failed = 1
	exit 1
}

function parameter(k) {
	if (is_null[at, 0, k])
		return "nullif(" define("-") ", " define("-") ")"
	if (is_varied[at, k])
		return ":v" column[at, k] "_" copy
	return define(value[at, 0, k])
}

# What shopd sent by itself meanwhile.
function is_background(s) {
	return seen[s] < requests / 20
}

function copied(text) {
	gsub(/\\/, "\\\\", text)
	gsub(/\t/, "\\t", text)
	gsub(/\n/, "\\n", text)
	return text
}

function write_rows(    i, j, s, k, line) {
	for (i = 0; i < requests; i++) {
		line = i
		for (j = 0; j < copies; j++)
			for (s = 1; s <= statements; s++)
				for (k = 1; k <= used[s]; k++)
					if (is_varied[s, k])
						line = line "\t" copied(value[s, (i + j * 37) % requests, k])
		print line > rows
	}
	close(rows)
}

END {
	if (failed)
		exit 1
	if (statements == 0)
		give_up("no statements")
	for (s = 1; s <= statements; s++) {
		if (is_background(s))
			continue
		if (lane_of[s] ~ /slow/)
			is_slow = 1
		if (seen[s] != requests)
			give_up(seen[s] " of " requests " requests sent: " texts[s])
		for (k = 1; k <= used[s]; k++)
			if (is_varied[s, k])
				column[s, k] = ++columns
	}
	printf "" > defines
	print is_slow ? "slow" : "quick" > lane_file
	write_rows()
	for (copy = 0; copy < copies; copy++)
		for (s = 1; s <= columns; s++)
			names = names ", v" s "_" copy
	print "CREATE TABLE " table " (n int PRIMARY KEY" typed(names) ");" > (rows ".sql")
	printf "\\set n random(0, %d)\n", requests - 1
	print "SELECT " substr(names, 3) " FROM " table " WHERE n = :n \\gset"
	for (copy = 0; copy < copies; copy++)
		for (at = 1; at <= statements; at++)
			if (!is_background(at))
				print filled(texts[at]) ";"
}

function typed(list) {
	gsub(/, v[0-9_]+/, "& text", list)
	return list
}
