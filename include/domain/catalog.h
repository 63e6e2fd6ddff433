/* domain/catalog.h - what the shop has to sell. */
#ifndef DOMAIN_CATALOG_H
#define DOMAIN_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/uuid.h>
#include <platform/work.h>
#include <rest/resource.h>
#include <rest/room.h>

enum { SLUG_MAX = 100 };

/* "Crème brûlée, 2 pcs" -> "creme-brulee-2-pcs": lower-case ASCII letters,
 * digits and single dashes, at most SLUG_MAX - 1; "item" when nothing is
 * left. Pure. */
void slug_make(const char *name, char slug[SLUG_MAX]);

/* ---- import ---- */

/* A row that can be sold, whatever file it came from. */
struct import_row {
	const char *source_key; /* the same key is the same product */
	const char *sku;
	const char *name;
	const char *description;
	const char *brand;
	const char *const *categories; /* from the root down */
	size_t category_count;
	int64_t price;		/* minor units */
	int64_t compare_at;	/* 0: none */
	const char *currency;
	const char *attributes; /* JSON object of texts */
	const char *images;	/* JSON array of URLs */
	int64_t weight_grams;
	int64_t stock; /* -1: the default of the import */
};

struct import_options {
	const char *format; /* "flipkart" or "csv" */
	bool is_dry_run;
	int64_t default_stock;
	bool shows_progress; /* a line on stderr that is rewritten */
};

struct import_summary {
	int64_t rows, created, updated, unchanged, refused;
};

/*
 * Reads the file and writes what can be sold, in batches of a transaction
 * each; what cannot be is told on stdout as "line L, column: reason". The
 * same file twice changes nothing. False: the file cannot be read, has not
 * the format's columns, or the database failed; a sentence is on stderr.
 */
async bool catalog_import(struct work *w, const char *file,
			  const struct import_options *options,
			  struct import_summary *summary);

extern const struct room catalog_room;

#endif
