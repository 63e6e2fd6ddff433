/* docs_http.c - the API's documentation: the OpenAPI document, the plain page
 * made from the tables, and the viewer where it was built in. Nothing of it
 * asks another host. */
#include "dispatch.h"
#include "docs_http.h"

#include <string.h>

#include "viewer.h"

static const char viewer_page[] =
	"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	"<meta name=\"viewport\" content=\"width=device-width\">"
	"<title>shopd: the API</title>"
	"<link rel=\"stylesheet\" href=\"/api/docs/assets/swagger-ui.css\">"
	"</head><body>\n<p><a href=\"/api/docs/plain/\">The same as a plain "
	"page</a></p>\n<main id=\"viewer\"></main>\n"
	"<script src=\"/api/docs/assets/swagger-ui-bundle.js\"></script>\n"
	"<script src=\"/api/docs/assets/start.js\"></script>\n"
	"</body></html>\n";

/* validatorUrl null: else it would show the document to its maker. */
static const char start_script[] =
	"SwaggerUIBundle({url: \"/api/schema/\", dom_id: \"#viewer\", "
	"deepLinking: true, validatorUrl: null});\n";

/* The bytes are not copied: they stay as long as the process. */
static bool reply_fixed(struct request *req, const char *type,
			const char *bytes, size_t length)
{
	req->http.answer.bytes = (char *)(uintptr_t)bytes;
	req->http.answer.length = length;
	req->http.content_type = type;
	answer_shows(req, NULL);
	return reply(req, 200);
}

static bool reply_html(struct request *req, const char *policy,
		       const char *bytes, size_t length)
{
	http_answer_header(&req->http, "Content-Security-Policy", policy);
	return reply_fixed(req, "text/html; charset=utf-8", bytes, length);
}

async bool docs_schema_show(struct request *req)
{
	const struct text *schema = rest_schema();

	return reply_fixed(req, "application/json", schema->bytes,
			   schema->length);
}

async bool docs_plain_show(struct request *req)
{
	const struct text *page = rest_docs();

	return reply_html(req,
			  "default-src 'none'; style-src 'unsafe-inline'; "
			  "base-uri 'none'; form-action 'none'; "
			  "frame-ancestors 'none'",
			  page->bytes, page->length);
}

async bool docs_show(struct request *req)
{
	if (viewer_assets[0].name == NULL)
		return docs_plain_show(req);
	return reply_html(req,
			  "default-src 'none'; script-src 'self'; "
			  "style-src 'self' 'unsafe-inline'; img-src 'self' "
			  "data:; connect-src 'self'; base-uri 'none'; "
			  "form-action 'none'; frame-ancestors 'none'",
			  viewer_page, sizeof(viewer_page) - 1);
}

async bool docs_asset_show(struct request *req)
{
	const char *name = path_text(req, "file");
	const struct viewer_asset *asset = viewer_assets;

	if (asset->name != NULL && strcmp(name, "start.js") == 0)
		return reply_fixed(req, "text/javascript; charset=utf-8",
				   start_script, sizeof(start_script) - 1);
	for (; asset->name != NULL; asset++) {
		if (strcmp(asset->name, name) == 0)
			return reply_fixed(
				req, asset->type, asset->bytes,
				(size_t)(asset->end - asset->bytes));
	}
	return refuse(&req->http.work, &fault_not_found, NULL);
}
