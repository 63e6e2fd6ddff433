/* role_http.c - roles: sets of permissions under a name. */
#include "staff.h"

#include <domain/accounts.h>
#include <platform/text.h>
#include <queries.h>

static const struct fault_kind no_role = {
	404, "not_found", "No Role matches the given query."};

static const struct filter filters[] = {
	{"name", FIELD_TEXT, 0, "lower(r.name) = lower($?)",
	 .help = "Of this name."},
	{"permission", FIELD_TEXT, 0, "$? = ANY (r.permissions)",
	 .help = "That allow this."},
	{0},
};
static const struct ordering orderings[] = {
	{"name", "r.name"},
	{"created_at", "r.created_at"},
	{0},
};
const struct listing role_listing = {
	.query = &q_role_list,
	.filters = filters,
	.orderings = orderings,
	.search_sql = "(r.name ILIKE $? OR r.description ILIKE $?)",
	.order = "name",
	.tie_break = "r.id",
};

/* What there is to be allowed, in the order of the program. */
async bool permission_list(struct request *req)
{
	struct out out;

	out_init(&out, &req->http.answer);
	out_array(&out);
	for (int i = 0; i < PERMISSIONS; i++) {
		out_object(&out);
		out_key(&out, "name");
		out_text(&out, permission_name((enum permission)i));
		out_key(&out, "description");
		out_text(&out, permission_sentence((enum permission)i));
		out_object_end(&out);
	}
	out_array_end(&out);
	return reply(req, 200);
}

async bool role_list(struct request *req)
{
	return reply_page(req, &role_listing, no_params);
}

static async bool show(struct request *req, int status, const struct uuid *id)
{
	struct work *w = &req->http.work;
	struct rows rows;

	return db_query(w, &q_role_show, params(p_uuid(id)), &rows) &&
	       (rows.count == 1 || refuse(w, &no_role, NULL)) &&
	       reply_row(req, status, &rows);
}

async bool role_show(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && show(req, 200, &id);
}

/* One change of one role. */
struct change {
	struct request *req;
	struct uuid id;
	struct role_in in;
	uint32_t permissions;	/* that it shall have */
	uint32_t own;		/* of who asks */
};

static struct param names_of(struct work *w, const struct change *change)
{
	const struct field_list *names = &change->in.permissions;

	return p_texts(&w->arena, names->items, names->count);
}

static async bool create(struct work *w, void *argument)
{
	struct change *change = argument;

	return grant_actor(change->req, &change->own) &&
	       grant_within(w, change->own, change->permissions) &&
	       db_query(w, &q_role_insert,
			params(p_uuid(&change->id), p_text(change->in.name),
			       p_text(change->in.description),
			       names_of(w, change)),
			NULL);
}

async bool role_create(struct request *req)
{
	struct work *w = &req->http.work;
	struct change change = {.req = req, .id = uuid_make()};

	if (!read_body(req, &change.in) ||
	    !grant_permissions(w, &change.in.permissions, &change.permissions))
		return false;
	if (!db_transact(w, create, &change))
		return staff_explain(w);
	return show(req, 201, &change.id);
}

/* Who may not do what a role allows leaves it alone. */
static async bool take(struct work *w, struct change *change)
{
	enum column { VERSION, ALLOWED };
	struct rows rows;

	if (!grant_actor(change->req, &change->own) ||
	    !db_query(w, &q_role_lock, params(p_uuid(&change->id)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_role, NULL);
	return check_version(change->req, row_int(&rows, 0, VERSION)) &&
	       grant_within(w, change->own,
			    permissions_parse(row_text(&rows, 0, ALLOWED)));
}

static async bool update(struct work *w, void *argument)
{
	struct change *change = argument;
	bool is_given = was_given(change->req, struct role_in, permissions);

	return take(w, change) &&
	       grant_within(w, change->own, change->permissions) &&
	       db_query(w, &q_role_update,
			params(p_uuid(&change->id), p_text(change->in.name),
			       p_text(change->in.description),
			       is_given ? names_of(w, change) : p_null()),
			NULL);
}

async bool role_update(struct request *req)
{
	struct work *w = &req->http.work;
	struct change change = {.req = req};

	if (!path_uuid(req, "id", &change.id) || !read_body(req, &change.in) ||
	    !grant_permissions(w, &change.in.permissions, &change.permissions))
		return false;
	if (!db_transact(w, update, &change))
		return staff_explain(w);
	return show(req, 200, &change.id);
}

static async bool delete(struct work *w, void *argument)
{
	struct change *change = argument;

	return take(w, change) &&
	       db_query(w, &q_role_delete, params(p_uuid(&change->id)), NULL);
}

async bool role_delete(struct request *req)
{
	struct work *w = &req->http.work;
	struct change change = {.req = req};

	if (!path_uuid(req, "id", &change.id))
		return false;
	if (!db_transact(w, delete, &change))
		return staff_explain(w);
	return reply_nothing(req);
}
