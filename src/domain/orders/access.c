/* access.c - a guest who knows number and e-mail address gets a link by mail.
 * The answer tells nothing, nor does its time: a request only leaves a job,
 * and the job finds out whether there is such an order. */
#include "access.h"

#include <platform/auth.h>
#include <platform/config.h>
#include <platform/db.h>
#include <platform/json.h>
#include <platform/text.h>
#include <queries.h>

#include "order_wire.h"

enum { LINKS_AN_HOUR = 5 };

static void put(struct out *out, const char *key, const char *value)
{
	out_key(out, key);
	out_text(out, value);
}

/* Links in mails go to the configured origin: a Host header is anybody's
 * word (reliability S16). Only development does without one. */
static const char *origin(struct request *req)
{
	return *config->public_url ? config->public_url
				   : absolute_url(req, "");
}

async bool order_lookup(struct request *req)
{
	struct work *w = &req->http.work;
	struct order_lookup in;
	struct text payload;
	struct out out;
	const char *queue;

	if (!read_body(req, &in))
		return false;
	text_init(&payload, &w->arena, 256);
	out_init(&out, &payload);
	out_object(&out);
	put(&out, "number", in.number);
	put(&out, "email", in.email);
	put(&out, "origin", origin(req));
	out_object_end(&out);
	/* one after the other, so that they are counted right */
	queue = arena_format(&w->arena, "order.link:%s", in.number);
	return job_add(w, "order.link", payload.bytes, queue,
		       arena_format(&w->arena, "%s:%s", queue, in.email), 0) &&
	       reply_detail(req, 200,
			    "If there is such an order, a link to it was sent "
			    "to its e-mail address.");
}

struct linking {
	const char *number;
	const char *email;
	const char *origin;
};

/* Columns of order_access_make. */
enum { ID, NUMBER, EMAIL, NAME };

static const char *link_data(struct work *w, const struct linking *l,
			     const struct rows *rows, const char *secret)
{
	struct text text;
	struct out out;

	text_init(&text, &w->arena, 512);
	out_init(&out, &text);
	out_object(&out);
	put(&out, "order_id", row_text(rows, 0, ID));
	put(&out, "number", row_text(rows, 0, NUMBER));
	put(&out, "email", row_text(rows, 0, EMAIL));
	put(&out, "name", row_text(rows, 0, NAME));
	put(&out, "token", secret);
	put(&out, "link",
	    arena_format(&w->arena, "%s/orders/%s/?token=%s", l->origin,
			 row_text(rows, 0, ID), secret));
	out_object_end(&out);
	return text.bytes;
}

static async bool link_step(struct work *w, void *argument)
{
	const struct linking *l = argument;
	char secret[SECRET_TEXT_SIZE];
	uint8_t hash[SECRET_HASH_SIZE];
	struct rows rows;
	struct uuid order;

	secret_make(secret);
	secret_hash(secret, hash);
	if (!db_query(w, &q_order_access_make,
		      params(p_text(l->number), p_text(l->email),
			     p_bytes(&w->arena, hash, sizeof(hash)),
			     p_int(LINKS_AN_HOUR)),
		      &rows))
		return false;
	if (rows.count == 0)
		return true; /* none such, or enough of them */
	order = row_uuid(&rows, 0, ID);
	return event_emit(w, "order.link_requested", "order", &order,
			  link_data(w, l, &rows, secret));
}

async enum job_verdict order_link_job(struct work *w,
				      const struct json_t *payload)
{
	struct linking l = {.number = json_text_at(payload, "number", ""),
			    .email = json_text_at(payload, "email", ""),
			    .origin = json_text_at(payload, "origin", "")};

	return db_transact(w, link_step, &l) ? JOB_DONE : JOB_RETRY;
}

async bool order_access_prune(struct work *w)
{
	return db_query(w, &q_order_access_prune, no_params, NULL);
}
