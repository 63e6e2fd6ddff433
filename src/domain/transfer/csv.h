/* csv.h - RFC 4180 records, read one at a time, with the line of each. */
#ifndef TRANSFER_CSV_H
#define TRANSFER_CSV_H

#include <platform/text.h>

#include "intake.h"

enum { CSV_FIELDS_MAX = 512, CSV_RECORD_MAX = 1024 * 1024 };

struct csv {
	struct intake *intake;
	struct text room; /* of one record, used again for each */
	int64_t line;	  /* of the next character, from 1 */
	bool is_begun;
};

enum csv_verdict {
	CSV_RECORD,
	CSV_BROKEN, /* see csv_record.fault; the next record can be read */
	CSV_END	    /* or the intake has failed: ask it */
};

struct csv_record {
	int64_t line;  /* where it begins */
	int64_t place; /* of its first byte in the file */
	int64_t end;   /* of the byte behind it */
	size_t count;
	const char **fields; /* in the arena given, each NUL-terminated */
	const char *fault;
	size_t flaw; /* number of the field at fault, from 0 */
};

/* From where the intake stands, which is that line. Its room comes from the
 * arena, is used again for each record, and when it is opened again; before
 * the first time all of it is zero. */
void csv_open(struct csv *csv, struct intake *intake, struct arena *arena,
	      int64_t line);
/* A byte order mark at the start is skipped; CR LF, LF and a last line
 * without either are taken; empty lines are passed over. A record keeps at
 * most CSV_RECORD_MAX bytes, however long it is. */
async enum csv_verdict csv_next(struct work *w, struct csv *csv,
				struct arena *arena,
				struct csv_record *record);
/* The field under that heading; NULL when the record has no such column. */
const char *csv_field(const struct csv_record *heading,
		      const struct csv_record *record, const char *name);

/* The place of the first byte that is not UTF-8 (RFC 3629); -1: all are. */
int64_t utf8_flaw(const char *text);

/* ---- what a spreadsheet would take for a formula (OWASP, CSV injection) ----
 * A cell that begins with = + - @ TAB CR or LF, perhaps behind apostrophes,
 * and is no plain number gets an apostrophe in front; reading takes exactly
 * that one away again. */

/* Whether it needs one. */
bool cell_is_formula(const char *cell);
/* The cell without the apostrophe that cell_add gave it. */
const char *cell_undo(const char *cell);
/* Adds a cell, escaped and quoted as needed. */
void cell_add(struct text *text, const char *cell);

#endif
