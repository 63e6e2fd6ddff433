/* cart_merge_http.c - a guest who logs in keeps what was in the cart. */
#include "cart_http.h"

#include <string.h>

#include <domain/inventory.h>
#include <platform/auth.h>
#include <platform/config.h>
#include <queries.h>
#include <rest/request.h>

enum { LINES_MAX = CART_LINES_MAX };

static const struct fault_kind cart_full = {
	422, "cart_full", "A cart has at most 100 lines."};

/* One of the two carts, as it is locked. */
struct side {
	struct cart cart; /* id, state and version */
	bool is_there;
	bool is_own;
	struct uuid merged_into; /* nil: it is not */
};

struct merge {
	struct request *req;
	struct merge_in in;
	struct uuid target;  /* nil: the customer has no cart yet */
	struct cart_key key; /* of the guest's */
	struct side from;
	struct side into;
	struct cart cart; /* what has become of both */
	char token[SECRET_TEXT_SIZE]; /* "": not told */
};

static struct side side_read(const struct rows *rows, const struct uuid *id)
{
	for (int i = 0; i < rows->count; i++) {
		struct uuid found = row_uuid(rows, i, 0);

		if (!uuid_equal(&found, id))
			continue;
		return (struct side){
			.is_there = true,
			.cart = {.id = found,
				 .state = cart_state_find(row_text(rows, i, 1)),
				 .version = row_int(rows, i, 2)},
			.is_own = row_bool(rows, i, 3),
			.merged_into = !row_is_null(rows, i, 4)
					       ? row_uuid(rows, i, 4)
					       : (struct uuid){{0}}};
	}
	return (struct side){.is_there = false};
}

/* Which cart it shall be, when the client does not say. */
static async bool find_latest(struct work *w, struct merge *it)
{
	struct rows rows;

	if (!db_query(w, &q_cart_of_account,
		      params(p_uuid(&it->key.account), p_uuid(&it->key.id)),
		      &rows))
		return false;
	if (rows.count == 1)
		it->target = row_uuid(&rows, 0, 0);
	return true;
}

/* Two devices that log in at once: one after the other. */
static async bool lock_both(struct work *w, struct merge *it)
{
	struct rows rows;

	if (!db_query(w, &q_account_lock, params(p_uuid(&it->key.account)),
		      &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &cart_not_found, NULL);
	it->target = it->in.into;
	if (uuid_is_nil(&it->target) && !find_latest(w, it))
		return false;
	if (!db_query(w, &q_cart_lock_both,
		      params(p_uuid(&it->key.id),
			     p_bytes(&w->arena, it->key.secret_hash,
				     sizeof(it->key.secret_hash)),
			     p_uuid(&it->key.account), p_uuid(&it->target)),
		      &rows))
		return false;
	it->from = side_read(&rows, &it->key.id);
	it->into = side_read(&rows, &it->target);
	return it->from.is_there || refuse(w, &cart_not_found, NULL);
}

static bool demand_target(struct work *w, const struct merge *it)
{
	char text[UUID_TEXT_LENGTH + 1];

	if (it->into.is_there && it->into.cart.state != CART_MERGED &&
	    !uuid_equal(&it->target, &it->key.id))
		return cart_demand_active(w, &it->into.cart);
	uuid_format(&it->target, text);
	return refuse_field(w, "into",
			    "Invalid pk \"%s\" - object does not exist.", text);
}

static async bool take_over(struct work *w, struct merge *it)
{
	uint8_t hash[32];

	secret_make(it->token);
	secret_hash(it->token, hash);
	return db_query(w, &q_cart_take,
			params(p_uuid(&it->key.id), p_uuid(&it->key.account),
			       p_bytes(&w->arena, hash, sizeof(hash)),
			       p_int(config->cart_days)),
			NULL);
}

static void mark_cut(struct cart *cart, const struct rows *rows)
{
	for (int i = 0; i < rows->count; i++) {
		struct uuid variant = row_uuid(rows, i, 0);

		for (size_t k = 0; k < cart->line_count; k++)
			if (uuid_equal(&cart->lines[k].variant, &variant))
				cart->lines[k].was_cut = true;
	}
}

/* What the guest's cart held is free for whoever is first, and that is told
 * by the statement that comes next. */
static async bool join(struct work *w, struct merge *it)
{
	const char *strategy = it->in.strategy != NULL ? it->in.strategy : "sum";
	struct uuid *ids = line_ids_make(&w->arena, LINES_MAX);
	struct rows rows;

	it->cart.id = it->target;
	if (!stock_release(w, &it->key.id) ||
	    !db_query(w, &q_cart_merge,
		      params(p_uuid(&it->key.id), p_uuid(&it->target),
			     p_text(strategy), p_int(config->cart_days),
			     p_uuids(&w->arena, ids, LINES_MAX)),
		      &rows) ||
	    !cart_load_locked(w, &it->cart))
		return false;
	mark_cut(&it->cart, &rows);
	return it->cart.line_count <= CART_LINES_MAX ||
	       refuse(w, &cart_full, NULL);
}

static async bool show(struct work *w, struct merge *it, const struct uuid *id)
{
	struct cart_key key = {.id = *id, .account = it->key.account};

	return cart_load(w, &key, &it->cart);
}

static async bool merge_step(struct work *w, void *argument)
{
	struct merge *it = argument;
	bool is_named = !uuid_is_nil(&it->in.into);

	it->token[0] = '\0'; /* the step may run again */
	if (!lock_both(w, it))
		return false;
	if (it->from.cart.state == CART_MERGED) /* asked for before */
		return show(w, it, &it->from.merged_into);
	if (!cart_demand_active(w, &it->from.cart) ||
	    !check_version(it->req, it->from.cart.version))
		return false;
	if (is_named || (!it->from.is_own && it->into.is_there))
		return demand_target(w, it) && join(w, it);
	return (it->from.is_own || take_over(w, it)) &&
	       show(w, it, &it->key.id);
}

async bool cart_merge(struct request *req)
{
	struct merge it = {.req = req};

	return cart_key_read(req, &it.key) && read_body(req, &it.in) &&
	       db_transact(&req->http.work, merge_step, &it) &&
	       cart_reply(req, 200, &it.cart,
			  *it.token == '\0' ? NULL : it.token);
}
