/* domain/transfer.h - catalogues in and out as files (docs/importing.md). */
#ifndef DOMAIN_TRANSFER_H
#define DOMAIN_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <platform/work.h>
#include <rest/room.h>

/* ---- in, for the command; staff have routes and a job ---- */

enum { IMPORT_LANES = 2, IMPORT_LANES_MAX = 8 };

struct import_options {
	const char *format; /* a name of import_formats */
	bool is_dry_run;
	int64_t default_stock; /* units of new goods whose row does not say */
	bool shows_progress;   /* a line on stderr that is rewritten */
	int64_t lanes; /* batches written at once, as many connections */
};

struct import_summary {
	int64_t rows; /* of the file; a product may have several */
	int64_t created, updated, unchanged, refused; /* products */
};

/* "csv", "ndjson", "flipkart"; NULL ended. */
extern const char *const import_format_names[];

/*
 * Reads the file ("-": standard input) and writes what can be sold, in batches
 * of a transaction each; what cannot be is told on stdout as "line L, column:
 * reason". Memory does not grow with the file. The same file twice changes
 * nothing. False: the file cannot be read, has not the format's columns, or
 * the database failed; a sentence is on stderr.
 */
async bool transfer_import(struct work *w, const char *file,
			   const struct import_options *options,
			   struct import_summary *summary);

/* ---- accounts in, for the command ---- */

struct user_import_options {
	const char *format; /* "csv" or "ndjson" */
	bool is_dry_run;
	bool takes_staff; /* else is_staff of the file means nothing */
	bool shows_progress;
};

/*
 * Accounts of another shop, with Django's hashes of their passwords. As
 * transfer_import(): refused rows are told on stdout, memory does not grow
 * with the file, the same file twice changes nothing. Whoever has logged in
 * here meanwhile is left alone.
 */
async bool transfer_import_users(struct work *w, const char *file,
				 const struct user_import_options *options,
				 struct import_summary *summary);

/* ---- out ---- */

struct export_options {
	const char *format;   /* "csv" or "ndjson" */
	const char *status;   /* of the products; NULL any */
	const char *category; /* slug, with all below it; NULL any */
	bool shows_progress;
};

/* Writes the products to the stream; *count of them. False: no such category,
 * the stream or the database failed; a sentence is on stderr. */
async bool transfer_export(struct work *w, FILE *to,
			   const struct export_options *options,
			   int64_t *count);

extern const struct room transfer_room;

#endif
