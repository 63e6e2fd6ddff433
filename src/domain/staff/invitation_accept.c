/* invitation_accept.c - who was invited comes: with a new account, or with
 * the one that they have. */
#include "staff.h"

#include <domain/accounts.h>
#include <queries.h>

static const struct fault_kind no_invitation = {
	404, "not_found", "The invitation is unknown, used or too old."};
static const struct fault_kind has_account = {
	409, "login_required",
	"This address has an account: log in, then accept at "
	"/api/v1/account/invitations/accept/."};

/* An invitation that is being accepted. */
struct acceptance {
	struct acceptance_in in;
	const char *email;
	const char *hash;
	struct uuid account;
	uint8_t secret_hash[SECRET_HASH_SIZE];
};

static struct param secret_of(struct work *w, const struct acceptance *it)
{
	return p_bytes(&w->arena, it->secret_hash, sizeof(it->secret_hash));
}

static async bool find(struct work *w, struct acceptance *it)
{
	struct rows rows;

	secret_hash(it->in.token, it->secret_hash);
	if (!db_query(w, &q_invitation_find, params(secret_of(w, it)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_invitation, NULL);
	it->email = row_text(&rows, 0, 0);
	return !row_bool(&rows, 0, 1) || refuse(w, &has_account, NULL);
}

static async bool join(struct work *w, struct acceptance *it)
{
	struct param account = p_uuid(&it->account);
	struct uuid invitation;
	struct rows rows;

	if (!db_query(w, &q_invitation_use, params(secret_of(w, it), account),
		      &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_invitation, NULL);
	invitation = row_uuid(&rows, 0, 0);
	return db_query(w, &q_invitation_join,
			params(p_uuid(&invitation), account), NULL);
}

static async bool make_and_join(struct work *w, void *argument)
{
	struct acceptance *it = argument;
	struct rows rows;

	if (!db_query(w, &q_invitation_account,
		      params(p_text(it->email), p_text(it->hash),
			     p_text(it->in.first_name ? it->in.first_name : ""),
			     p_text(it->in.last_name ? it->in.last_name : "")),
		      &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &has_account, NULL);
	it->account = row_uuid(&rows, 0, 0);
	return join(w, it);
}

async bool invitation_accept(struct request *req)
{
	struct work *w = &req->http.work;
	struct acceptance it = {0};
	struct password_owner owner;

	if (!read_body(req, &it.in) || !find(w, &it))
		return false;
	owner = (struct password_owner){it.email, it.in.first_name,
					it.in.last_name};
	return password_is_good(w, "password", it.in.password, &owner) &&
	       password_hash(w, it.in.password, &it.hash) &&
	       db_transact(w, make_and_join, &it) &&
	       reply_detail(req, 201, "Welcome. Log in now.");
}

static async bool join_step(struct work *w, void *argument)
{
	return join(w, argument);
}

/* Of another's invitation nothing is told. */
async bool invitation_join(struct request *req)
{
	struct work *w = &req->http.work;
	struct acceptance it = {.account = req->who.account};

	if (!read_body(req, &it.in))
		return false;
	secret_hash(it.in.token, it.secret_hash);
	return db_transact(w, join_step, &it) &&
	       reply_detail(req, 200, "Welcome. Log in again.");
}
