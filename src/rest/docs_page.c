/* docs_page.c - the API as a page to read, made from the tables: no script,
 * nothing from elsewhere. Never waits. */
#include "dispatch.h"

#include <string.h>

#include <rest/listing.h>

#include "openapi.h"

static const char style[] =
	"body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 "
	"auto;padding:1rem;color:#1b1b1b;background:#fff}"
	"code,.path{font-family:ui-monospace,monospace}"
	"section.op{border-top:1px solid #767676;padding:.5rem 0}"
	".method{display:inline-block;min-width:4.5rem;font-weight:700}"
	"table{border-collapse:collapse;margin:.5rem 0}"
	"th,td{border:1px solid #767676;padding:.2rem .6rem;text-align:left;"
	"vertical-align:top}nav ul{columns:2}a{color:#0b4f9e}"
	"@media(prefers-color-scheme:dark){body{background:#161616;"
	"color:#eee}a{color:#8ab8ff}}";

static void add_escaped(struct text *text, const char *plain)
{
	for (; plain != NULL && *plain != '\0'; plain++) {
		switch (*plain) {
		case '<':
			text_add(text, "&lt;");
			break;
		case '>':
			text_add(text, "&gt;");
			break;
		case '&':
			text_add(text, "&amp;");
			break;
		case '"':
			text_add(text, "&quot;");
			break;
		default:
			text_add_char(text, *plain);
			break;
		}
	}
}

static const char *type_name(enum field_type type)
{
	static const char *const names[] = {
		[FIELD_TEXT] = "text",	     [FIELD_EMAIL] = "e-mail",
		[FIELD_URL] = "URL",	     [FIELD_SLUG] = "slug",
		[FIELD_PASSWORD] = "password", [FIELD_CHOICE] = "choice",
		[FIELD_INTEGER] = "integer", [FIELD_BOOLEAN] = "boolean",
		[FIELD_MONEY] = "decimal text", [FIELD_UUID] = "UUID",
		[FIELD_TIME] = "date-time",  [FIELD_OBJECT] = "object",
		[FIELD_LIST] = "list of objects",
		[FIELD_TEXTS] = "list of texts", [FIELD_MAP] = "any object",
		[FIELD_DICT] = "object of texts",
	};

	return names[type];
}

static void add_field(struct text *text, const struct field *field)
{
	text_add(text, "<tr><td><code>");
	add_escaped(text, field->name);
	text_format(text, "</code></td><td>%s</td><td>%s%s%s%s</td><td>",
		    type_name(field->type),
		    field->flags & FIELD_REQUIRED ? "required " : "",
		    field->flags & FIELD_READ_ONLY ? "read-only " : "",
		    field->flags & FIELD_WRITE_ONLY ? "write-only " : "",
		    field->flags & FIELD_NULLABLE ? "nullable" : "");
	add_escaped(text, field->help);
	for (const struct choice *choice = field->choices;
	     choice != NULL && choice->value != NULL; choice++) {
		text_add(text, choice == field->choices ? " One of " : ", ");
		text_add(text, "<code>");
		add_escaped(text, choice->value);
		text_add(text, "</code>");
	}
	text_add(text, "</td></tr>\n");
}

static void add_resource(struct text *text, const char *title,
			 const struct resource *resource)
{
	if (resource == NULL)
		return;
	text_format(text, "<details><summary>%s: ", title);
	add_escaped(text, resource->name);
	text_add(text, "</summary><table><thead><tr><th scope=\"col\">Field"
		       "</th><th scope=\"col\">Type</th><th scope=\"col\">"
		       "Rules</th><th scope=\"col\">Meaning</th></tr></thead>"
		       "<tbody>\n");
	for (const struct field *f = resource->fields; f->name != NULL; f++)
		add_field(text, f);
	text_add(text, "</tbody></table></details>\n");
}

static void add_filters(struct text *text, const struct listing *listing)
{
	if (listing == NULL)
		return;
	text_add(text, "<p>Query: <code>page</code>, <code>page_size</code>");
	if (listing->search_sql != NULL)
		text_add(text, ", <code>search</code>");
	for (const struct filter *f = listing->filters; f && f->name; f++) {
		text_add(text, ", <code>");
		add_escaped(text, f->name);
		text_add(text, "</code>");
	}
	if (listing->orderings != NULL)
		text_add(text, "; <code>ordering</code> by");
	for (const struct ordering *o = listing->orderings; o && o->name; o++) {
		text_add(text, " <code>");
		add_escaped(text, o->name);
		text_add(text, "</code>");
	}
	text_add(text, ".</p>\n");
}

static void add_rules(struct text *text, const struct route *route)
{
	static const char *const access[] = {
		[ACCESS_NONE_GIVEN] = "nobody",
		[ACCESS_PUBLIC] = "everyone",
		[ACCESS_CUSTOMER] = "whoever is logged in",
		[ACCESS_TOKEN] = "the bearer of its secret, or its owner",
		[ACCESS_STAFF] = "staff with ",
		[ACCESS_GATEWAY] = "the provider, by its signature",
	};

	text_format(text, "<p>For %s%s.", access[route->access],
		    route->access == ACCESS_STAFF
			    ? permission_name(route->permission)
			    : "");
	if (route->idempotency == IDEMPOTENCY_ACCEPTED)
		text_add(text, " Takes an <code>Idempotency-Key</code>.");
	else if (route->idempotency != IDEMPOTENCY_NONE)
		text_add(text, " Needs an <code>Idempotency-Key</code>.");
	if (route->needs_version)
		text_add(text, " Needs <code>If-Match</code>.");
	text_format(text, " Answers %d.</p>\n",
		    route->status == 0 ? 200 : route->status);
}

static void add_route(const struct route *route, void *argument)
{
	struct text *text = argument;

	text_add(text, "<section class=\"op\" id=\"");
	add_escaped(text, route->name);
	text_format(text,
		    "\"><h3><span class=\"method\">%s</span> "
		    "<span class=\"path\">",
		    method_name(route->method));
	add_escaped(text, route->path);
	text_add(text, "</span></h3><p>");
	add_escaped(text, route->summary);
	text_add(text, "</p>\n");
	add_rules(text, route);
	add_filters(text, route->listing);
	add_resource(text, "Body", route->body);
	add_resource(text, route->listing ? "Results" : "Answer",
		     route->answer);
	text_add(text, "</section>\n");
}

static void add_link(const struct route *route, void *argument)
{
	struct text *text = argument;

	text_add(text, "<li><a href=\"#");
	add_escaped(text, route->name);
	text_format(text, "\">%s ", method_name(route->method));
	add_escaped(text, route->path);
	text_add(text, "</a></li>\n");
}

/* Where the type of a problem+json leads. */
static void add_errors(struct text *text)
{
	text_add(text, "<h2 id=\"errors\">Errors</h2><p>Beside every <code>"
		       "detail</code>, which is for people, stands a stable "
		       "<code>code</code> for programs. <code>Accept: "
		       "application/problem+json</code> gets RFC 9457.</p>"
		       "<dl>\n");
	for (const struct error_response *r = error_responses; r->status; r++) {
		if (response_is_of_step_up(r))
			continue; /* 403 stands there once */
		text_format(text, "<dt id=\"status-%d\">%d %s</dt><dd>",
			    r->status, r->status, http_status_text(r->status));
		add_escaped(text, r->description);
		text_add(text, "</dd>\n");
	}
	text_add(text, "</dl>\n");
}

void docs_page_write(struct text *text, const struct room *const *list)
{
	text_add(text, "<!doctype html>\n<html lang=\"en\"><head>"
		       "<meta charset=\"utf-8\"><meta name=\"viewport\" "
		       "content=\"width=device-width\">"
		       "<title>shopd: the API</title><style>");
	text_add(text, style);
	text_add(text, "</style></head><body>\n<header><h1>shopd: the API</h1>"
		       "<p>The same as an <a href=\"/api/schema/\">OpenAPI "
		       "3.1 document</a>. <a href=\"#errors\">Errors</a>."
		       "</p></header>\n<nav aria-label=\"Routes\"><ul>\n");
	routes_each(list, add_link, text);
	text_add(text, "</ul></nav>\n<main>\n<h2>Routes</h2>\n");
	routes_each(list, add_route, text);
	add_errors(text);
	text_add(text, "</main></body></html>\n");
}
