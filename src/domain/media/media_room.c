/* media_room.c - the routes, jobs and promises of pictures. */
#include "media.h"

#include <platform/config.h>
#include <queries.h>

#define ADMIN "/api/v1/admin/"
#define READ ACCESS_STAFF, PERMISSION_CATALOG_READ
#define WRITE ACCESS_STAFF, PERMISSION_CATALOG_WRITE
#define MINUTE_MS (INT64_C(60) * 1000)

static const struct query_parameter of_upload[] = {
	{"alt", "string",
	 "What the picture shows, beside one that is sent as it is; in a form "
	 "it is a part."},
	{0},
};

static const struct route routes[] = {
	{METHOD_POST, ADMIN "uploads/", media_upload, WRITE,
	 .answer = &media_resource, .status = 201, .may_repeat = true,
	 .query = of_upload, .is_raw = true,
	 .consumes = "image/jpeg,image/png,image/webp,image/gif,"
		     "multipart/form-data",
	 .body_max_setting = offsetof(struct config, media_upload_max),
	 .budget = 7, .name = "admin_media_upload",
	 .summary = "Takes a picture, as it is (?alt=) or as the file of a form "
		    "with alt; 200 when these bytes were known."},
	{METHOD_GET, ADMIN "media/", media_list, READ,
	 .answer = &media_resource, .listing = &media_listing, .budget = 1,
	 .name = "admin_media_list", .summary = "Pictures, newest first."},
	{METHOD_GET, ADMIN "media/{id}/", media_show, READ,
	 .answer = &media_resource, .budget = 1, .name = "admin_media_retrieve",
	 .summary = "One picture with its renditions."},
	{METHOD_PATCH, ADMIN "media/{id}/", media_update, WRITE,
	 .body = &media_resource, .answer = &media_resource,
	 .needs_version = true, .budget = 7,
	 .name = "admin_media_partial_update",
	 .summary = "Changes the text of a picture."},
	{METHOD_DELETE, ADMIN "media/{id}/", media_delete, WRITE, .status = 204,
	 .needs_version = true, .budget = 6, .name = "admin_media_destroy",
	 .summary = "Removes a picture that no product shows, and its files."},
	{METHOD_GET, ADMIN "products/{id}/media/", product_media_show, READ,
	 .answer = &product_media_resource, .budget = 1,
	 .name = "admin_product_media_retrieve",
	 .summary = "The pictures of a product, in order."},
	{METHOD_PUT, ADMIN "products/{id}/media/", product_media_put, WRITE,
	 .body = &product_media_resource, .answer = &product_media_resource,
	 .needs_version = true, .budget = 10,
	 .name = "admin_product_media_update",
	 .summary = "Sets the pictures of a product, in order."},
	{METHOD_GET, "/media/{name}", media_serve, ACCESS_PUBLIC,
	 .cache = CACHE_STATIC, .throttle = THROTTLE_NONE, .is_hidden = true,
	 .name = "media_file", .summary = "A rendition."},
	{0},
};

static const struct job_kind jobs[] = {
	/* name, run, attempts_max, age_max_seconds, timeout_ms */
	{"media.render", render_run, 0, 24 * 3600, 120000},
	{"media.remove", remove_run, 0, 7 * 24 * 3600, 60000},
	{0},
};

static const struct periodic periodics[] = {
	{"media.place", MINUTE_MS, place_follow},
	{"media.waiting", 10 * MINUTE_MS, sweep_waiting},
	{"media.unused", 60 * MINUTE_MS, sweep_unused},
	{"media.files", 24 * 60 * MINUTE_MS, sweep_files},
	{0},
};

static const struct invariant invariants[] = {
	{"M1", "every picture of a published product has its text",
	 &q_media_without_text},
	{0},
};

const struct room media_room = {
	.name = "media",
	.routes = routes,
	.jobs = jobs,
	.periodics = periodics,
	.invariants = invariants,
};
