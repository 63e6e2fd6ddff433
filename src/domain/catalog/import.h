/* import.h - between the files of an import: format, driver, store. */
#ifndef CATALOG_IMPORT_H
#define CATALOG_IMPORT_H

#include <domain/catalog.h>

#include "csv.h"

enum { IMPORT_CATEGORIES_MAX = 16 };

/* What is wrong with a row, and in which column. */
struct import_refusal {
	const char *column;
	const char *reason;
};

/* A format: what a file calls its columns, and what a row of it means. */
struct import_format {
	const char *name;
	const char *source; /* product.source: keys are unique in one */
	const char *const *columns; /* that must be there; NULL ended */
	/* Pure; false with the refusal. Everything lives in the arena. */
	bool (*read)(struct arena *arena, const struct csv_record *heading,
		     const struct csv_record *record, struct import_row *row,
		     struct import_refusal *refusal);
};
extern const struct import_format import_flipkart;
extern const struct import_format import_csv;

/* ---- store ---- */

enum import_fate { IMPORT_CREATE, IMPORT_UPDATE, IMPORT_SAME, IMPORT_REFUSE };

struct import_item {
	struct import_row row;
	int64_t line;
	enum import_fate fate;
	struct import_refusal refusal;
	struct uuid product;
	struct uuid variant;
	struct uuid category;
	char hash[65]; /* of all that the row says */
};

struct import_batch {
	const struct import_format *format;
	struct import_item *items;
	size_t count;
	bool is_dry_run;
	int64_t default_stock;
};

/* Decides the fate of each item by what the shop has, and unless it is a dry
 * run writes them all in one transaction. */
async bool import_write(struct work *w, struct import_batch *batch);

#endif
