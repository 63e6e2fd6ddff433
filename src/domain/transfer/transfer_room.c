/* transfer_room.c - the routes, jobs and periodics of the room: catalogues in
 * and out as files. */
#include "import_room.h"

#define ADMIN "/api/v1/admin/"
#define READ ACCESS_STAFF, PERMISSION_CATALOG_READ
#define WRITE ACCESS_STAFF, PERMISSION_CATALOG_WRITE

static const struct route routes[] = {
	{METHOD_GET, ADMIN "imports/", import_list, READ,
	 .answer = &import_card_resource, .listing = &import_listing,
	 .budget = 1, .name = "admin_import_list",
	 .summary = "Imports, newest first."},
	{METHOD_POST, ADMIN "imports/", import_create, WRITE,
	 .body = &import_resource, .answer = &import_resource, .status = 201,
	 .is_raw = true, .body_max = PART_MAX,
	 .idempotency = IDEMPOTENCY_ACCEPTED, .budget = 9,
	 .name = "admin_import_create",
	 .summary = "A new import, for parts to follow; or, with ?format= and "
		    "the file as the body, one that starts at once."},
	{METHOD_GET, ADMIN "imports/{id}/", import_show, READ,
	 .answer = &import_resource, .budget = 1,
	 .name = "admin_import_retrieve",
	 .summary = "One import and how far it has come."},
	{METHOD_PUT, ADMIN "imports/{id}/parts/{number}/", import_part_put, WRITE,
	 .answer = &import_part_resource, .is_raw = true,
	 .consumes = "application/octet-stream,text/csv,application/x-ndjson",
	 .body_max = PART_MAX, .budget = 2, .name = "admin_import_part_update",
	 .summary = "A part of the file, raw; from 1 on, at most 4 MiB each. "
		    "The same number again takes its place."},
	{METHOD_POST, ADMIN "imports/{id}/start/", import_start, WRITE,
	 .answer = &import_resource, .budget = 5, .name = "admin_import_start",
	 .summary = "All parts are there: it begins; or goes on, when it "
		    "failed."},
	{METHOD_GET, ADMIN "imports/{id}/rows/", import_row_list, READ,
	 .answer = &import_row_resource, .listing = &import_row_listing,
	 .budget = 2, .name = "admin_import_row_list",
	 .summary = "What was refused, with line, column and reason."},
	{METHOD_POST, ADMIN "imports/{id}/retry/", import_retry, WRITE,
	 .answer = &import_resource, .budget = 5, .name = "admin_import_retry",
	 .summary = "Tries what was refused again, and nothing else."},
	{METHOD_POST, ADMIN "imports/{id}/cancel/", import_cancel, WRITE,
	 .answer = &import_resource, .budget = 3, .name = "admin_import_cancel",
	 .summary = "Stops it after the batch at hand; what is done stays."},

	{METHOD_GET, ADMIN "exports/", export_list, READ,
	 .answer = &export_resource, .listing = &export_listing, .budget = 1,
	 .name = "admin_export_list", .summary = "Exports, newest first."},
	{METHOD_POST, ADMIN "exports/", export_create, READ,
	 .body = &export_resource, .answer = &export_resource, .status = 201,
	 .idempotency = IDEMPOTENCY_ACCEPTED, .needs_step_up = true,
	 .spares_keys = true, .budget = 5, .name = "admin_export_create",
	 .summary = "Chooses products for a file."},
	{METHOD_GET, ADMIN "exports/{id}/", export_show, READ,
	 .answer = &export_resource, .budget = 1,
	 .name = "admin_export_retrieve", .summary = "One export."},
	{METHOD_GET, ADMIN "exports/{id}/file/", export_file, READ,
	 .content_type = "text/csv, application/x-ndjson",
	 .name = "admin_export_file",
	 .summary = "The file, streamed: the products as they are now, CSV or "
		    "a JSON object a line."},
	{.path = NULL},
};

static const struct job_kind jobs[] = {
	/* name, run, attempts_max, age_max_seconds, timeout_ms */
	{"transfer.import", import_job, 5, 0, 30000},
	{0},
};

static const struct periodic periodics[] = {
	{"transfer.sweep", 60000, transfer_sweep},
	{0},
};

const struct room transfer_room = {
	.name = "transfer",
	.routes = routes,
	.jobs = jobs,
	.periodics = periodics,
};
