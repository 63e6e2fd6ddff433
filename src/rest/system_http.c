/* system_http.c - what a shop says of itself: health, version, metrics, the
 * root of its API, the OpenAPI document and a page to read it. */
#include "dispatch.h"
#include "docs_http.h"
#include "service_parts.h"

#include <rest/service.h>

#include <stdio.h>
#include <string.h>

#include <platform/config.h>
#include <platform/db.h>
#include <platform/metrics.h>

static const struct fault_kind not_ready = {
	503, "not_ready", "Not ready."};

static const struct field health_fields[] = {
	{.name = "status",
	 .type = FIELD_TEXT,
	 .flags = FIELD_READ_ONLY,
	 .help = "\"ok\" or \"ready\"."},
	{0},
};
static const struct resource health_resource = {
	.name = "Health", .fields = health_fields, .help = "How it stands."};

static const struct field version_fields[] = {
	{.name = "name",
	 .type = FIELD_TEXT,
	 .flags = FIELD_READ_ONLY,
	 .help = "The program: shopd."},
	{.name = "version",
	 .type = FIELD_TEXT,
	 .flags = FIELD_READ_ONLY,
	 .help = "Its version."},
	{.name = "schema",
	 .type = FIELD_INTEGER,
	 .flags = FIELD_READ_ONLY,
	 .help = "The newest migration it knows."},
	{0},
};
static const struct resource version_resource = {
	.name = "Version",
	.fields = version_fields,
	.help = "Which program answers."};

static int newest_migration(void)
{
	if (migration_count == 0)
		return 0;
	return migration_all[migration_count - 1].number;
}

static bool reply_status(struct request *req, const char *status)
{
	struct out out;

	out_init(&out, &req->http.answer);
	out_object(&out);
	out_key(&out, "status");
	out_text(&out, status);
	out_object_end(&out);
	return reply(req, 200);
}

static async bool health_show(struct request *req)
{
	return reply_status(req, "ok");
}

static async bool schema_fits(struct work *w)
{
	int version = -1;

	if (!db_schema_version(w, &version)) {
		forgive(w);
		return refuse(w, &not_ready,
			      "The database does not tell its schema.");
	}
	return version == newest_migration() ||
	       refuse(w, &not_ready,
		      "The database has schema %d, this program needs %d.",
		      version, newest_migration());
}

static async bool ready_show(struct request *req)
{
	struct work *w = &req->http.work;

	if (rest_is_draining())
		return refuse(w, &not_ready, "Shutting down.");
	if (!db_is_ready())
		return refuse(w, &not_ready, "No connection to the database.");
	return schema_fits(w) && reply_status(req, "ready");
}

static async bool version_show(struct request *req)
{
	struct out out;

	out_init(&out, &req->http.answer);
	out_object(&out);
	out_key(&out, "name");
	out_text(&out, "shopd");
	out_key(&out, "version");
	out_text(&out, SHOPD_VERSION);
	out_key(&out, "schema");
	out_int(&out, newest_migration());
	out_object_end(&out);
	return reply(req, 200);
}

/* From this machine, from the operators' own networks, or for staff. */
static bool may_see_metrics(const struct request *req)
{
	if (peer_is_loopback(req) ||
	    address_is_listed(req->client_address, config->trusted_proxies))
		return true;
	return req->who.is_staff && (req->who.permissions &
				     (UINT32_C(1) << PERMISSION_OPERATIONS));
}

static async bool metrics_show(struct request *req)
{
	if (!may_see_metrics(req))
		return refuse(&req->http.work, &fault_forbidden, NULL);
	metrics_write(&req->http.answer);
	req->http.content_type = "text/plain; version=0.0.4; charset=utf-8";
	return reply(req, 200);
}

/* What can be read at the root without knowing an id. */
static bool is_listed_at_root(const struct route *route,
			      const struct principal *who)
{
	return route->method == METHOD_GET && !route->is_hidden &&
	       strncmp(route->path, "/api/v1/", 8) == 0 &&
	       route->path[8] != '\0' && strchr(route->path, '{') == NULL &&
	       route_allows(route, who);
}

static void write_root_entry(struct request *req, struct out *out,
			     const struct route *route)
{
	char *key = arena_text(&req->http.work.arena, route->path + 8);

	if (key[0] != '\0' && key[strlen(key) - 1] == '/')
		key[strlen(key) - 1] = '\0';
	out_key(out, key);
	out_text(out, absolute_url(req, route->path));
}

/* DRF's root: the name of each list, and where it is. */
static async bool root_show(struct request *req)
{
	const struct room *const *list = rest_rooms();
	struct out out;

	out_init(&out, &req->http.answer);
	out_object(&out);
	for (; *list != NULL; list++) {
		const struct route *route = (*list)->routes;

		for (; route != NULL && route->path != NULL; route++) {
			if (is_listed_at_root(route, &req->who))
				write_root_entry(req, &out, route);
		}
	}
	out_object_end(&out);
	return reply(req, 200);
}

static const struct route routes[] = {
	{.method = METHOD_GET,
	 .path = "/healthz/",
	 .handler = health_show,
	 .access = ACCESS_PUBLIC,
	 .answer = &health_resource,
	 .throttle = THROTTLE_NONE,
	 .name = "health",
	 .summary = "Whether the process is alive."},
	{.method = METHOD_GET,
	 .path = "/readyz/",
	 .handler = ready_show,
	 .access = ACCESS_PUBLIC,
	 .answer = &health_resource,
	 .throttle = THROTTLE_NONE,
	 .budget = 1,
	 .name = "ready",
	 .summary = "Whether it can serve: database, schema, not draining."},
	{.method = METHOD_GET,
	 .path = "/version/",
	 .handler = version_show,
	 .access = ACCESS_PUBLIC,
	 .answer = &version_resource,
	 .throttle = THROTTLE_NONE,
	 .name = "version",
	 .summary = "Which version answers."},
	{.method = METHOD_GET,
	 .path = "/metrics",
	 .handler = metrics_show,
	 .access = ACCESS_PUBLIC,
	 .throttle = THROTTLE_NONE,
	 .is_hidden = true,
	 .name = "metrics",
	 .summary = "Prometheus text, for this machine and for staff."},
	{.method = METHOD_GET,
	 .path = "/api/v1/",
	 .handler = root_show,
	 .access = ACCESS_PUBLIC,
	 .is_hidden = true,
	 .name = "api_root",
	 .summary = "The lists that the caller may read."},
	{.method = METHOD_GET,
	 .path = "/api/schema/",
	 .handler = docs_schema_show,
	 .access = ACCESS_PUBLIC,
	 .cache = CACHE_PUBLIC,
	 .is_hidden = true,
	 .name = "schema",
	 .summary = "This API as an OpenAPI 3.1 document."},
	{.method = METHOD_GET,
	 .path = "/openapi.json",
	 .handler = docs_schema_show,
	 .access = ACCESS_PUBLIC,
	 .cache = CACHE_PUBLIC,
	 .is_hidden = true,
	 .name = "schema_json",
	 .summary = "The same document, where tools look for it."},
	{.method = METHOD_GET,
	 .path = "/api/docs/",
	 .handler = docs_show,
	 .access = ACCESS_PUBLIC,
	 .cache = CACHE_PUBLIC,
	 .is_hidden = true,
	 .name = "docs",
	 .summary = "This API in a viewer, or as the plain page."},
	{.method = METHOD_GET,
	 .path = "/api/docs/plain/",
	 .handler = docs_plain_show,
	 .access = ACCESS_PUBLIC,
	 .cache = CACHE_PUBLIC,
	 .is_hidden = true,
	 .name = "docs_plain",
	 .summary = "This API as a page to read."},
	{.method = METHOD_GET,
	 .path = "/api/docs/assets/{file}",
	 .handler = docs_asset_show,
	 .access = ACCESS_PUBLIC,
	 .cache = CACHE_PUBLIC,
	 .throttle = THROTTLE_NONE,
	 .is_hidden = true,
	 .name = "docs_asset",
	 .summary = "A file of the viewer."},
	{0},
};

static const struct periodic periodics[] = {
	{"idempotency.purge", 600000, idempotency_purge},
	{0},
};

const struct room rest_room = {
	.name = "rest",
	.routes = routes,
	.periodics = periodics,
};
