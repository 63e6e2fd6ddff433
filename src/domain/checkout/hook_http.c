/* hook_http.c - what gateways tell us: proved, stored, acknowledged, and only
 * then looked into (providers section 11). */
#include "checkout.h"

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/db.h>
#include <platform/json.h>
#include <platform/log.h>
#include <queries.h>

static const struct fault_kind not_genuine = {
	400, "signature_invalid", "The signature does not match."};
static const struct fault_kind not_understood = {
	400, "event_invalid", "This is no event for this shop."};

struct receipt {
	const struct payment_gateway *gateway;
	const struct hook *hook;
	struct gateway_event event;
};

static async bool receive_step(struct work *w, void *argument)
{
	const struct receipt *r = argument;
	const struct gateway_event *event = &r->event;
	struct uuid payment = {{0}};
	struct rows rows;
	const char *id;

	if (event->payment_id != NULL)
		(void)uuid_parse(event->payment_id, &payment);
	if (!db_query(w, &q_inbox_insert,
		      params(p_text(r->gateway->name), p_text(event->id),
			     p_text(event->kind), p_text(r->hook->body),
			     p_uuid(&payment), p_text(event->reference),
			     p_text(event->refund_reference),
			     p_bool(event->is_dispute)),
		      &rows))
		return false;
	if (rows.count == 0)
		return true; /* heard before */
	id = row_text(&rows, 0, 0);
	return job_add(w, "payment.webhook",
		       arena_format(&w->arena, "{\"inbox\":%s}", id),
		       event->reference
			       ? arena_format(&w->arena, "webhook:%s",
					      event->reference)
			       : NULL,
		       arena_format(&w->arena, "payment.webhook:%s", id), 0);
}

async bool hook_receive(struct request *req)
{
	struct work *w = &req->http.work;
	struct hook hook = {.body = req->http.body != NULL ? req->http.body : "",
			    .length = req->http.body_length};
	struct receipt r = {.hook = &hook};

	r.gateway = gateway_find(path_text(req, "name"));
	if (r.gateway == NULL)
		return refuse(w, &fault_not_found, NULL);
	if (http_header_count(&req->http, r.gateway->signature_header) == 1)
		hook.signature = http_header(&req->http,
					     r.gateway->signature_header);
	if (r.gateway->verify(config, &w->arena, &hook,
			      clock_wall() / SECOND) != HOOK_GENUINE)
		return refuse(w, &not_genuine, NULL);
	if (r.gateway->read_event(config, &w->arena, &hook, &r.event) !=
	    HOOK_GENUINE)
		return refuse(w, &not_understood, NULL);
	return db_transact(w, receive_step, &r) &&
	       reply_detail(req, 200, "Received.");
}

/* Columns of inbox_load. */
enum { GATEWAY, KIND, REFERENCE, REFUND, IS_DISPUTE, IS_PROCESSED, PAYMENT };

/* Never the event's own snapshot: the gateway is asked how things stand. */
static async bool look_into_payment(struct work *w, const struct uuid *id,
				    const char *reference)
{
	struct gateway_said *said = arena_new(&w->arena, struct gateway_said);
	struct application a = {.payment = *id,
				.operation = GATEWAY_READ,
				.said = said,
				.source = "webhook"};
	struct gateway_ask ask;
	struct payment payment;

	if (!payment_load(w, id, &payment))
		return false;
	payment_question(&w->arena, &payment, &ask);
	ask.operation = GATEWAY_READ;
	if (ask.reference == NULL)
		ask.reference = reference; /* the event was quicker */
	gateway_call(w, gateway_find(payment.gateway), &ask, said);
	if (said->verdict == GATEWAY_OK)
		return checkout_apply(w, &a);
	return refuse(w, &fault_unavailable, "the gateway did not answer");
}

static async bool look_into(struct work *w, const struct rows *rows,
			    const char **outcome)
{
	struct uuid payment;

	*outcome = "not ours";
	if (row_is_null(rows, 0, PAYMENT) || row_is_null(rows, 0, REFERENCE))
		return true;
	payment = row_uuid(rows, 0, PAYMENT);
	*outcome = "applied";
	if (row_bool(rows, 0, IS_DISPUTE)) {
		*outcome = "dispute noted";
		log_line(LOG_ERROR_LINE, "a payment is disputed", "reference",
			 row_text(rows, 0, REFERENCE), NULL);
		return db_query(w, &q_dispute_settle,
				params(p_uuid(&payment),
				       p_text(row_text(rows, 0, KIND))),
				NULL);
	}
	return look_into_payment(w, &payment, row_text(rows, 0, REFERENCE)) &&
	       (row_is_null(rows, 0, REFUND) ||
		refund_learn(w, &payment, row_text(rows, 0, REFUND)));
}

async enum job_verdict hook_job(struct work *w, const struct json_t *payload)
{
	int64_t id = json_int_at(payload, "inbox", 0);
	const char *outcome;
	struct rows rows;

	if (!db_query(w, &q_inbox_load, params(p_int(id)), &rows))
		return JOB_RETRY;
	if (rows.count == 0)
		return JOB_DEAD;
	if (row_bool(&rows, 0, IS_PROCESSED))
		return JOB_DONE;
	return look_into(w, &rows, &outcome) &&
			       db_query(w, &q_inbox_done,
					params(p_int(id), p_text(outcome)),
					NULL)
		       ? JOB_DONE
		       : JOB_RETRY;
}
