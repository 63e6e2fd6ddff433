/* import_room.h - what the routes, tables and jobs of this room share. */
#ifndef TRANSFER_IMPORT_ROOM_H
#define TRANSFER_IMPORT_ROOM_H

#include <rest/listing.h>
#include <rest/request.h>

#include "transfer.h"

enum { PART_MAX = 4 * 1024 * 1024, PARTS_MAX = 256 };

struct import_input {
	const char *format;
	bool is_dry_run;
	int64_t default_stock;
	const char *mapping; /* JSON */
};

struct export_input {
	const char *format;
	const char *status;
	const char *category; /* slug */
};

extern const struct resource import_resource;
extern const struct resource import_card_resource;
extern const struct resource import_part_resource;
extern const struct resource import_row_resource;
extern const struct resource export_resource;
extern const struct listing import_listing;
extern const struct listing import_row_listing;
extern const struct listing export_listing;

/* ---- out ---- */

enum { EXPORT_BATCH = 500, EXPORT_CURRENCIES_MAX = 32 };

struct export_run {
	bool is_csv;
	const char *status;    /* "" any */
	struct uuid category;  /* nil: any */
	const struct import_attribute *attributes; /* that the shop has */
	size_t attribute_count;
	const char *const *currencies;
	size_t currency_count;
	struct uuid last; /* the product that came last */
	bool is_over;
	int64_t count;
};
/* The heading, at the end of the text. */
async bool export_begin(struct work *w, struct export_run *run,
			struct text *text);
/* The next EXPORT_BATCH products; run->is_over when there are no more. */
async bool export_next(struct work *w, struct export_run *run,
		       struct text *text);
/* One product of a row of export_batch; pure. */
void export_line(struct arena *arena, const struct rows *rows, int row,
		 struct text *text);
void export_records(struct arena *arena, const struct export_run *run,
		    const struct rows *rows, int row, struct text *text);
void export_heading(const struct export_run *run, struct text *text);
/* Columns of export_batch. */
enum {
	EXPORT_ID, EXPORT_SLUG, EXPORT_NAME, EXPORT_DESCRIPTION, EXPORT_BRAND,
	EXPORT_STATUS, EXPORT_CATEGORY, EXPORT_TYPE, EXPORT_ATTRIBUTES,
	EXPORT_IMAGES, EXPORT_PUBLISH, EXPORT_UNPUBLISH, EXPORT_SEO_TITLE,
	EXPORT_SEO_DESCRIPTION, EXPORT_METADATA, EXPORT_PRIVATE_METADATA,
	EXPORT_VARIANTS
};

/* Handlers. */
async bool import_create(struct request *req);
async bool import_list(struct request *req);
async bool import_show(struct request *req);
async bool import_part_put(struct request *req);
async bool import_start(struct request *req);
async bool import_cancel(struct request *req);
async bool import_retry(struct request *req);
async bool import_row_list(struct request *req);
async bool export_create(struct request *req);
async bool export_list(struct request *req);
async bool export_show(struct request *req);
async bool export_file(struct request *req);

/* The job that goes on with an import; joins the open transaction. */
async bool import_queue(struct work *w, const struct uuid *import);
async enum job_verdict import_job(struct work *w, const struct json_t *payload);
/* What is old, and what nobody goes on with. */
async bool transfer_sweep(struct work *w);

#endif
