/* audit.c - what staff and keys do, and which personal data they read, is
 * written down before it is done; the rows that it changes follow in its own
 * transaction (sql/schema/188_audit.sql). */
#include "dispatch.h"

#include <string.h>

#include <platform/db.h>
#include <platform/json.h>
#include <platform/text.h>
#include <queries.h>

enum { TARGET_MAX = 1000 };

static bool is_audited(const struct principal *who)
{
	return who->is_known && (who->is_staff || !uuid_is_nil(&who->key));
}

static void member(struct out *out, const char *name, const char *value)
{
	out_key(out, name);
	out_text(out, value);
}

/* As audit_begin() takes it. */
static const char *actor_text(struct request *req)
{
	const struct principal *who = &req->who;
	bool is_key = !uuid_is_nil(&who->key);
	char id[UUID_TEXT_LENGTH + 1];
	struct text text;
	struct out out;

	uuid_format(is_key ? &who->key : &who->account, id);
	text_init(&text, &req->http.work.arena, 256);
	out_init(&out, &text);
	out_object(&out);
	member(&out, "kind", is_key ? "key" : "staff");
	member(&out, "id", id);
	member(&out, "request", req->http.work.id);
	member(&out, "address", req->client_address);
	member(&out, "action", req->route->name);
	out_object_end(&out);
	return text.bytes;
}

/* Parameters whose values can be no customer's data: those of others, such as
 * ?search=, are written as "*", since what is in the chain stays for ever. */
static bool is_harmless(const char *name, size_t length)
{
	static const char *const names[] = {
		"page", "page_size", "limit", "offset", "ordering", "count",
		"state", "status", "kind", "is_active", "fields", "expand"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == length &&
		    memcmp(names[i], name, length) == 0)
			return true;
	return false;
}

static void add_query(struct text *text, const char *query)
{
	char before = '?';

	while (*query != '\0') {
		size_t length = strcspn(query, "&");
		size_t name = strcspn(query, "=&");

		text_add_char(text, before);
		if (is_harmless(query, name)) {
			text_add_bytes(text, query, length);
		} else {
			text_add_bytes(text, query, name);
			text_add(text, name < length ? "=*" : "");
		}
		before = '&';
		query += length + (query[length] == '&');
	}
}

/* What the request names; a query may be long, and is the client's. */
static const char *target_text(struct request *req)
{
	const struct http_call *call = &req->http;
	struct arena *arena = &req->http.work.arena;
	struct text whole;
	char *plain;

	text_init(&whole, arena, 128);
	text_add(&whole, call->path);
	add_query(&whole, call->query);
	plain = arena_copy(arena, whole.bytes, strnlen(whole.bytes, TARGET_MAX));
	for (char *at = plain; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	return plain;
}

async bool audit_open(struct request *req)
{
	struct work *w = &req->http.work;
	enum method method = req->http.method;
	bool is_read = method == METHOD_GET || method == METHOD_HEAD;
	const char *actor;

	if (!is_audited(&req->who) || (is_read && !req->route->shows_personal))
		return true;
	actor = actor_text(req);
	if (!db_query(w, &q_audit_entry,
		      params(p_text(actor), p_text(is_read ? "read" : "action"),
			     p_text(method_name(method)),
			     p_text(target_text(req))),
		      NULL))
		return false;
	w->statements--; /* of the house, not of the route */
	if (!is_read)
		w->actor = actor;
	return true;
}

async bool audit_person(struct request *req, const struct uuid *staff)
{
	req->who = (struct principal){
		.is_known = true, .is_staff = true, .account = *staff};
	return audit_open(req);
}
