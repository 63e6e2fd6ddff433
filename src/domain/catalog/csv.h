/* csv.h - RFC 4180 records, read one at a time, with the line of each. */
#ifndef CATALOG_CSV_H
#define CATALOG_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <platform/arena.h>

enum { CSV_FIELDS_MAX = 256, CSV_RECORD_MAX = 1024 * 1024 };

struct csv {
	FILE *file;
	int64_t line; /* of the next character, from 1 */
	bool is_begun;
};

enum csv_verdict {
	CSV_RECORD,
	CSV_BROKEN, /* see csv_record.fault; the next record can be read */
	CSV_END
};

struct csv_record {
	int64_t line; /* where it begins */
	size_t count;
	const char **fields; /* in the arena given */
	const char *fault;
};

/* A byte order mark at the start is skipped; CR LF, LF and a last line
 * without either are taken; empty lines are passed over. */
enum csv_verdict csv_next(struct csv *csv, struct arena *arena,
			  struct csv_record *record);
/* The field under that heading; NULL when the record has no such column. */
const char *csv_field(const struct csv_record *heading,
		      const struct csv_record *record, const char *name);
/* Whether the bytes are UTF-8 without NUL (RFC 3629). */
bool utf8_is_valid(const char *text);

#endif
