/* invitation_http.c - who is to be of the staff gets a secret by mail. */
#include "staff.h"

#include <domain/accounts.h>
#include <platform/jobs.h>
#include <platform/json.h>
#include <platform/text.h>
#include <queries.h>

static const struct fault_kind no_invitation = {
	404, "not_found", "No StaffInvitation matches the given query."};

static const struct filter filters[] = {
	{"email", FIELD_TEXT, 0, "i.email = lower($?)",
	 .help = "To this address."},
	{"is_open", FIELD_BOOLEAN, 0,
	 "(i.accepted_at IS NULL AND i.expires_at > now()) = $?::boolean",
	 .help = "Can still be accepted."},
	{0},
};
static const struct ordering orderings[] = {
	{"created_at", "i.created_at"},
	{"email", "i.email"},
	{0},
};
const struct listing invitation_listing = {
	.query = &q_invitation_list,
	.filters = filters,
	.orderings = orderings,
	.order = "-created_at",
	.tie_break = "i.id",
};

async bool invitation_list(struct request *req)
{
	return reply_page(req, &invitation_listing, no_params);
}

/* One invitation that is being made. */
struct invitation {
	struct request *req;
	struct invitation_in in;
	struct uuid id;
	struct mail_secret secret;
};

static async bool mail(struct work *w, struct invitation *it)
{
	struct text text;
	struct out out;

	text_init(&text, &w->arena, 256);
	out_init(&out, &text);
	out_object(&out);
	out_key(&out, "email");
	out_text(&out, it->in.email);
	mail_secret_put(w, &out, "/staff/accept/?token=", &it->secret);
	out_object_end(&out);
	return event_emit(w, "staff.invited", "staff_invitation", &it->id,
			  text.bytes);
}

static async bool is_new(struct work *w, const struct invitation *it)
{
	struct rows rows;

	if (!db_query(w, &q_staff_email_taken, params(p_text(it->in.email)),
		      &rows))
		return false;
	return !row_bool(&rows, 0, 0) ||
	       refuse_field(w, "email", "This address is of the staff already.");
}

static async bool put(struct work *w, struct invitation *it,
		      const struct role_set *set)
{
	struct rows rows;

	if (!mail_secret_make(w, "staff-invitation", &it->secret) ||
	    !db_query(w, &q_invitation_put,
		      params(p_text(it->in.email),
			     mail_secret_hash(w, &it->secret),
			     p_uuid(&it->req->who.account)),
		      &rows))
		return false;
	it->id = row_uuid(&rows, 0, 0);
	return db_query(w, &q_invitation_set_roles,
			params(p_uuid(&it->id),
			       p_uuids(&w->arena, set->ids, set->count)),
			NULL);
}

static async bool create(struct work *w, void *argument)
{
	struct invitation *it = argument;
	struct role_set set;
	uint32_t own;

	return grant_actor(it->req, &own) && is_new(w, it) &&
	       grant_roles(w, &it->in.roles, &set) &&
	       grant_within(w, own, set.permissions) && put(w, it, &set) &&
	       mail(w, it);
}

async bool invitation_create(struct request *req)
{
	struct work *w = &req->http.work;
	struct invitation it = {.req = req};
	struct rows rows;

	return read_body(req, &it.in) && db_transact(w, create, &it) &&
	       db_query(w, &q_invitation_show, params(p_uuid(&it.id)), &rows) &&
	       reply_row(req, 201, &rows);
}

async bool invitation_delete(struct request *req)
{
	struct work *w = &req->http.work;
	struct uuid id;
	struct rows rows;

	return path_uuid(req, "id", &id) &&
	       db_query(w, &q_invitation_delete, params(p_uuid(&id)), &rows) &&
	       (rows.count == 1 || refuse(w, &no_invitation, NULL)) &&
	       reply_nothing(req);
}

async bool invitation_prune(struct work *w)
{
	return db_query(w, &q_invitation_prune, no_params, NULL);
}
