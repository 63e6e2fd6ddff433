/* rest/lookups.h - all of DRF's lookups of one column as rows of a filter
 * table: LOOKUPS_NUMBER("price", FIELD_MONEY, "l.price", "The price"). */
#ifndef REST_LOOKUPS_H
#define REST_LOOKUPS_H

#include <rest/listing.h>

#define LOOKUP(name, type, flags, sql, help) {name, type, flags, sql, NULL, help}

/* exact gte gt lte lt in range, of FIELD_MONEY or FIELD_INTEGER. The column
 * may be of any integer type. */
#define LOOKUPS_NUMBER(name, type, sql, what)                                 \
	LOOKUP(name, type, 0, sql " = $?::bigint", what " is this."),         \
	LOOKUP(name "__gte", type, 0, sql " >= $?::bigint",                   \
	       what " is at least this."),                                    \
	LOOKUP(name "__gt", type, 0, sql " > $?::bigint",                     \
	       what " is more than this."),                                   \
	LOOKUP(name "__lte", type, 0, sql " <= $?::bigint",                   \
	       what " is at most this."),                                     \
	LOOKUP(name "__lt", type, 0, sql " < $?::bigint",                     \
	       what " is less than this."),                                   \
	LOOKUP(name "__in", type, FILTER_LIST, sql " = ANY ($?::bigint[])",   \
	       what " is one of these."),                                     \
	LOOKUP(name "__range", type, FILTER_RANGE,                            \
	       sql " BETWEEN $?1::bigint AND $?2::bigint",                    \
	       what " is from the first to the second, both included.")

/* min_NAME and max_NAME: what many shops call gte and lte. */
#define LOOKUPS_MIN_MAX(name, type, sql, what)                                \
	LOOKUP("min_" name, type, 0, sql " >= $?::bigint",                    \
	       what " is at least this."),                                    \
	LOOKUP("max_" name, type, 0, sql " <= $?::bigint",                    \
	       what " is at most this.")

/* exact iexact contains icontains startswith istartswith endswith iendswith
 * in, of a text column. */
#define LOOKUPS_TEXT(name, sql, what)                                         \
	LOOKUP(name, FIELD_TEXT, 0, sql " = $?", what " is this."),           \
	LOOKUP(name "__in", FIELD_TEXT, FILTER_LIST, sql " = ANY ($?)",       \
	       what " is one of these."),                                     \
	LOOKUPS_TEXT_LIKE(name, sql, what)

/* The same without exact and in. */
#define LOOKUPS_TEXT_LIKE(name, sql, what)                                    \
	LOOKUP(name "__iexact", FIELD_TEXT, 0,                                \
	       "upper(" sql ") = upper($?)", what " is this, in any case."),  \
	LOOKUP(name "__contains", FIELD_TEXT, 0, sql " LIKE '%' || $? || '%'", \
	       what " contains this."),                                       \
	LOOKUP(name "__icontains", FIELD_TEXT, 0,                             \
	       sql " ILIKE '%' || $? || '%'",                                 \
	       what " contains this, in any case."),                          \
	LOOKUP(name "__startswith", FIELD_TEXT, 0, sql " LIKE $? || '%'",     \
	       what " starts with this."),                                    \
	LOOKUP(name "__istartswith", FIELD_TEXT, 0, sql " ILIKE $? || '%'",   \
	       what " starts with this, in any case."),                       \
	LOOKUP(name "__endswith", FIELD_TEXT, 0, sql " LIKE '%' || $?",       \
	       what " ends with this."),                                      \
	LOOKUP(name "__iendswith", FIELD_TEXT, 0, sql " ILIKE '%' || $?",     \
	       what " ends with this, in any case.")

/* exact gte gt lte lt range date year month, of a timestamptz. Days and years
 * are those of UTC. */
#define LOOKUPS_TIME(name, sql, what)                                         \
	LOOKUP(name, FIELD_TIME, 0, sql " = $?", what " was then."),          \
	LOOKUP(name "__gte", FIELD_TIME, 0, sql " >= $?",                     \
	       what " was then or later."),                                   \
	LOOKUP(name "__gt", FIELD_TIME, 0, sql " > $?", what " was later."),  \
	LOOKUP(name "__lte", FIELD_TIME, 0, sql " <= $?",                     \
	       what " was then or before."),                                  \
	LOOKUP(name "__lt", FIELD_TIME, 0, sql " < $?", what " was before."), \
	LOOKUP(name "__range", FIELD_TIME, FILTER_RANGE,                      \
	       sql " BETWEEN $?1 AND $?2",                                    \
	       what " was between these, both included."),                    \
	LOOKUP(name "__date", FIELD_TIME, FILTER_DATE,                        \
	       sql " >= $?::date AND " sql " < $?::date + 1",                 \
	       what " was on this day."),                                     \
	LOOKUP(name "__year", FIELD_INTEGER, FILTER_YEAR,                     \
	       sql " >= make_date($?::int, 1, 1) AND " sql                    \
		   " < make_date($?::int + 1, 1, 1)",                         \
	       what " was in this year."),                                    \
	LOOKUP(name "__month", FIELD_INTEGER, 0,                              \
	       "extract(month FROM " sql ") = $?::bigint",                    \
	       what " was in this month, 1 to 12.")

/* exact in, of a text column with known values. */
#define LOOKUPS_CHOICE(name, sql, values, what)                               \
	{name, FIELD_CHOICE, 0, sql " = $?", values, what " is this."},       \
	{name "__in", FIELD_CHOICE, FILTER_LIST, sql " = ANY ($?)", values,   \
	 what " is one of these."}

/* Whether it is NULL. */
#define LOOKUP_ISNULL(name, sql, what)                                        \
	LOOKUP(name "__isnull", FIELD_BOOLEAN, 0, "(" sql " IS NULL) = $?",   \
	       what " is missing.")

#endif
