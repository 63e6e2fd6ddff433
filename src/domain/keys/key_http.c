/* key_http.c - staff make, change, rotate and revoke keys. */
#include "keys.h"

#include <platform/clock.h>
#include <platform/text.h>
#include <rest/listing.h>
#include <queries.h>

static const struct filter filters[] = {
	{"status", FIELD_CHOICE, 0,
	 "$? = CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked' "
	 "WHEN k.expires_at <= now() THEN 'expired' ELSE 'active' END",
	 .choices = key_states, .help = "Whether it works."},
	{"scope", FIELD_TEXT, 0, "$? = ANY (k.scopes)",
	 .help = "Those with this permission."},
	{"created_by", FIELD_UUID, 0, "k.created_by = $?",
	 .help = "Those that this account has made."},
	{"public_id", FIELD_TEXT, 0, "k.public_id = $?",
	 .help = "The one with this public id."},
	{0},
};
static const struct ordering orderings[] = {
	{"created_at", "k.created_at"},
	{"name", "k.name"},
	{"last_used_at", "coalesce(k.last_used_at, '-infinity')"},
	{0},
};
static const struct listing listing = {
	.query = &q_key_list,
	.filters = filters,
	.orderings = orderings,
	.search_sql = "(k.name ILIKE $?)",
	.order = "-created_at",
	.tie_break = "k.id",
};

static async bool key_list(struct request *req)
{
	return reply_page(req, &listing, no_params);
}

static async bool show(struct request *req, const struct uuid *id)
{
	struct rows rows;

	return db_query(&req->http.work, &q_key_show, params(p_uuid(id)),
			&rows) &&
	       reply_row_as(req, 200, &key_resource, &rows);
}

static async bool key_retrieve(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && show(req, &id);
}

/* The secret goes into the answer and nowhere else: not through the database,
 * which may log what it is given. */
static async bool reply_made(struct request *req, int status,
			     const struct key_made *made)
{
	struct work *w = &req->http.work;
	struct rows rows;
	const char *row;

	if (!db_query(w, &q_key_show, params(p_uuid(&made->id)), &rows) ||
	    !reply_row_as(req, status, &key_resource, &rows))
		return false;
	row = req->http.answer.bytes;
	text_init(&req->http.answer, &w->arena, 1024);
	text_format(&req->http.answer, "{\"key\":\"%s\",%s", made->text,
		    row + 1);
	return true;
}

static async bool key_add(struct request *req)
{
	struct work *w = &req->http.work;
	struct key_input in;
	struct key_made made;
	struct key_new new = {.creator = req->who.account};

	if (!read_body(req, &in) || !scopes_read(w, &in.scopes, &new.scopes) ||
	    !scopes_are_held(w, new.scopes, req->who.permissions))
		return false;
	if (in.expires_at != 0 && in.expires_at <= clock_wall())
		return refuse_field(w, "expires_at",
				    "Enter a time that is still to come.");
	new.name = in.name;
	new.networks = in.networks.items;
	new.network_count = in.networks.count;
	new.rate = in.rate;
	new.expires_at = in.expires_at;
	return key_create(w, &new, &made) && reply_made(req, 201, &made);
}

struct change {
	struct request *req;
	struct uuid id;
	struct key_input in;
	uint32_t scopes;
};

/* What it has already is nobody's gift. */
static async bool update_step(struct work *w, void *argument)
{
	struct change *change = argument;
	struct request *req = change->req;
	const struct key_input *in = &change->in;
	bool has_networks = was_given(req, struct key_input, networks);
	struct rows rows;

	return key_lock(w, &change->id, &rows) &&
	       check_version(req, row_int(&rows, 0, KEY_VERSION)) &&
	       scopes_are_held(w, change->scopes,
			       req->who.permissions |
				       scopes_parse(row_text(&rows, 0,
							     KEY_SCOPES))) &&
	       db_query(w, &q_key_update,
			params(p_uuid(&change->id), p_text(in->name),
			       change->scopes ? scopes_param(w, change->scopes)
					      : p_null(),
			       has_networks ? p_texts(&w->arena,
						      in->networks.items,
						      in->networks.count)
					    : p_null(),
			       p_text(in->rate)),
			NULL);
}

static async bool key_update(struct request *req)
{
	struct change change = {.req = req};
	struct work *w = &req->http.work;

	return path_uuid(req, "id", &change.id) &&
	       read_body(req, &change.in) &&
	       scopes_read(w, &change.in.scopes, &change.scopes) &&
	       db_transact(w, update_step, &change) && show(req, &change.id);
}

static async bool key_renew(struct request *req)
{
	struct key_rotation rotation = {.scopes = req->who.permissions};
	struct key_rotation_input in;
	struct key_made made;

	if (!path_uuid(req, "id", &rotation.id) || !read_body(req, &in))
		return false;
	rotation.overlap = was_given(req, struct key_rotation_input,
				     overlap_seconds)
				   ? in.overlap_seconds
				   : KEY_OVERLAP_DEFAULT;
	return key_rotate(&req->http.work, &rotation, &made) &&
	       reply_made(req, 200, &made);
}

static async bool key_end(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) &&
	       key_revoke(&req->http.work, &id) && show(req, &id);
}

#define KEYS "/api/v1/admin/api-keys/"
static const struct route routes[] = {
	{METHOD_GET, KEYS, key_list, ACCESS_STAFF, PERMISSION_KEYS_READ,
	 .answer = &key_resource, .listing = &listing, .budget = 2,
	 .name = "admin_api_key_list", .summary = "Keys of integrators."},
	{METHOD_POST, KEYS, key_add, ACCESS_STAFF, PERMISSION_KEYS_WRITE,
	 .body = &key_create_resource, .answer = &key_made_resource,
	 .status = 201, .needs_step_up = true, .is_for_people = true,
	 .budget = 4, .name = "admin_api_key_create",
	 .summary = "Makes a key; its secret is shown this once."},
	{METHOD_GET, KEYS "{id}/", key_retrieve, ACCESS_STAFF,
	 PERMISSION_KEYS_READ, .answer = &key_resource, .budget = 1,
	 .name = "admin_api_key_retrieve", .summary = "One key."},
	{METHOD_PATCH, KEYS "{id}/", key_update, ACCESS_STAFF,
	 PERMISSION_KEYS_WRITE, .body = &key_patch_resource,
	 .answer = &key_resource, .needs_version = true,
	 .needs_step_up = true, .is_for_people = true, .budget = 6,
	 .name = "admin_api_key_partial_update",
	 .summary = "Changes name, scopes, networks or rate; every worker "
		    "knows within a second."},
	{METHOD_POST, KEYS "{id}/rotate/", key_renew, ACCESS_STAFF,
	 PERMISSION_KEYS_WRITE, .body = &key_rotation_resource,
	 .answer = &key_made_resource, .needs_step_up = true,
	 .is_for_people = true, .budget = 6, .name = "admin_api_key_rotate",
	 .summary = "A new secret, shown this once; the old one works for a "
		    "while."},
	{METHOD_POST, KEYS "{id}/revoke/", key_end, ACCESS_STAFF,
	 PERMISSION_KEYS_WRITE, .answer = &key_resource,
	 .is_for_people = true, .budget = 6, .name = "admin_api_key_revoke",
	 .summary = "Ends a key for good, within a second."},
	{0},
};

const struct room keys_room = {
	.name = "keys",
	.routes = routes,
};
