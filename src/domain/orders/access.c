/* access.c - a guest who knows number and e-mail address gets a link by mail.
 * The answer tells nothing, nor does its time: a request only leaves a job,
 * and the job finds out whether there is such an order. */
#include "access.h"

#include <domain/accounts.h>
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
};

/* Columns of order_access_make. */
enum { ID, NUMBER, EMAIL, NAME };

static const char *link_data(struct work *w, const struct rows *rows,
			     const struct mail_secret *secret)
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
	mail_secret_put(w, &out,
			arena_format(&w->arena, "/orders/%s/?token=",
				     row_text(rows, 0, ID)),
			secret);
	out_object_end(&out);
	return text.bytes;
}

static async bool link_step(struct work *w, void *argument)
{
	const struct linking *l = argument;
	struct mail_secret secret;
	struct rows rows;
	struct uuid order;

	if (!mail_secret_make(w, "order-link", &secret) ||
	    !db_query(w, &q_order_access_make,
		      params(p_text(l->number), p_text(l->email),
			     mail_secret_hash(w, &secret),
			     p_int(LINKS_AN_HOUR)),
		      &rows))
		return false;
	if (rows.count == 0)
		return true; /* none such, or enough of them */
	order = row_uuid(&rows, 0, ID);
	return event_emit(w, "order.link_requested", "order", &order,
			  link_data(w, &rows, &secret));
}

async enum job_verdict order_link_job(struct work *w,
				      const struct json_t *payload)
{
	struct linking l = {.number = json_text_at(payload, "number", ""),
			    .email = json_text_at(payload, "email", "")};

	return db_transact(w, link_step, &l) ? JOB_FORGET : JOB_RETRY;
}

async bool order_access_prune(struct work *w)
{
	return db_query(w, &q_order_access_prune, no_params, NULL);
}
