/* staff_http.c - who works here: roles are given and taken, accounts closed
 * and opened again. */
#include "staff.h"

#include <domain/accounts.h>
#include <queries.h>
#include <rest/lookups.h>

static const struct fault_kind no_staff = {
	404, "not_found", "No Account matches the given query."};
static const struct fault_kind own_account = {
	409, "own_account", "Nobody closes their own account."};

static const struct fault_kind own_factor = {
	409, "own_account",
	"Nobody resets their own second factor: another of the staff does."};

static const struct filter filters[] = {
	{"is_active", FIELD_BOOLEAN, 0, "a.is_active = $?::boolean",
	 .help = "May log in."},
	{"role", FIELD_TEXT, 0,
	 "EXISTS (SELECT FROM account_role g JOIN role r ON r.id = g.role_id "
	 "WHERE g.account_id = a.id AND lower(r.name) = lower($?))",
	 .help = "Has the role of this name."},
	{"permission", FIELD_TEXT, 0, "$? = ANY (a.permissions)",
	 .help = "May do this."},
	{"has_second_factor", FIELD_BOOLEAN, 0,
	 "a.has_second_factor = $?::boolean", .help = "Has a second factor."},
	{"email", FIELD_TEXT, 0, "a.email = lower($?)",
	 .help = "Of this address."},
	{0},
};
static const struct ordering orderings[] = {
	{"email", "a.email"},
	{"created_at", "a.created_at"},
	{0},
};
const struct listing staff_listing = {
	.query = &q_staff_list,
	.filters = filters,
	.orderings = orderings,
	.search_sql = "(account_search_text(a.email, a.first_name, "
		      "a.last_name, a.phone) ILIKE $?)",
	.order = "email",
	.tie_break = "a.id",
	.flags = LIST_CURSOR | LIST_COUNT_OPTIONAL,
};

async bool staff_list(struct request *req)
{
	return reply_page(req, &staff_listing, no_params);
}

static async bool show(struct request *req, const struct uuid *id)
{
	struct work *w = &req->http.work;
	struct rows rows;

	return db_query(w, &q_staff_show, params(p_uuid(id)), &rows) &&
	       (rows.count == 1 || refuse(w, &no_staff, NULL)) &&
	       reply_row(req, 200, &rows);
}

async bool staff_show(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && show(req, &id);
}

/* One change of one of the staff. */
struct change {
	struct request *req;
	struct uuid id;
	struct staff_in in;
	uint32_t own; /* of who asks */
	int64_t version;
};

/* Who may do more than who asks is out of their reach. */
static async bool take(struct work *w, struct change *change)
{
	enum column { VERSION, ALLOWED, IS_OWNER };
	struct rows rows;

	if (!grant_actor(change->req, &change->own) ||
	    !db_query(w, &q_staff_lock, params(p_uuid(&change->id)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_staff, NULL);
	change->version = row_int(&rows, 0, VERSION);
	return check_version(change->req, change->version) &&
	       grant_within(w, change->own,
			    grant_bits(row_text(&rows, 0, ALLOWED),
				       row_bool(&rows, 0, IS_OWNER)));
}

static async bool set_roles(struct work *w, const struct change *change)
{
	struct role_set set;

	if (!was_given(change->req, struct staff_in, roles))
		return true;
	return grant_roles(w, &change->in.roles, &set) &&
	       grant_within(w, change->own, set.permissions) &&
	       db_query(w, &q_staff_set_roles,
			params(p_uuid(&change->id),
			       p_uuids(&w->arena, set.ids, set.count),
			       p_uuid(&change->req->who.account)),
			NULL);
}

static async bool update(struct work *w, void *argument)
{
	struct change *change = argument;
	bool is_given = was_given(change->req, struct staff_in, is_active);

	return take(w, change) && set_roles(w, change) &&
	       db_query(w, &q_staff_update,
			params(p_uuid(&change->id),
			       is_given ? p_bool(change->in.is_active) : p_null(),
			       p_int(change->version)),
			NULL);
}

async bool staff_update(struct request *req)
{
	struct work *w = &req->http.work;
	struct change change = {.req = req};

	if (!path_uuid(req, "id", &change.id) || !read_body(req, &change.in))
		return false;
	if (was_given(req, struct staff_in, is_active) && !change.in.is_active &&
	    uuid_equal(&change.id, &req->who.account))
		return refuse(w, &own_account, NULL);
	if (!db_transact(w, update, &change))
		return staff_explain(w);
	return show(req, &change.id);
}

static async bool reset_factor(struct work *w, void *argument)
{
	struct change *change = argument;

	return take(w, change) && staff_factor_reset(w, &change->id);
}

/* Whoever may ask for this may take over the other's account with their
 * password: hence never beyond the own permissions, and by a person. */
async bool staff_reset_factor(struct request *req)
{
	struct work *w = &req->http.work;
	struct change change = {.req = req};

	if (!path_uuid(req, "id", &change.id))
		return false;
	if (uuid_equal(&change.id, &req->who.account))
		return refuse(w, &own_factor, NULL);
	return db_transact(w, reset_factor, &change) && show(req, &change.id);
}
