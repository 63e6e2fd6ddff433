/* checkout.h - what the files of this room know of each other. The protocol
 * (features 5.4): PREPARE in a transaction, the gateway outside any, FINALIZE
 * in a transaction, the same for client, webhook and resolver. */
#ifndef DOMAIN_CHECKOUT_PRIVATE_H
#define DOMAIN_CHECKOUT_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include <domain/cart.h>
#include <domain/payments.h>
#include <platform/jobs.h>
#include <platform/work.h>
#include <rest/request.h>

/* ---- decide.c: pure ---- */

/* What a word of the gateway makes of a payment and its order. */
struct decision {
	enum payment_state state;
	bool is_mismatch; /* not about this payment: nothing is believed */
	bool is_news;	  /* something is to be stored */
	bool is_covered;  /* money newly held or taken */
	bool is_over;	  /* this attempt will bring nothing any more */
	const char *error_code; /* never NULL */
	const char *error_message;
	const char *ledger; /* kind; NULL: none */
	int64_t ledger_amount;
	const char *event; /* of the timeline; NULL: none */
};
void checkout_decide(const struct payment *payment,
		     enum gateway_operation operation,
		     const struct gateway_said *said,
		     struct decision *decision);

/* ---- apply.c: FINALIZE ---- */

struct application {
	struct uuid payment;
	enum gateway_operation operation;
	const struct gateway_said *said;
	const char *source; /* "api", "webhook", "resolver", "staff" */
	struct payment after; /* out: as it is now */
};
/* Locks, decides, stores; places the order, lets it expire, or sends the
 * money back. Repeating it changes nothing. */
async bool checkout_apply(struct work *w, struct application *application);
/* A free order, in the transaction that prepared it. */
async bool checkout_place_free(struct work *w, const struct uuid *order,
			       const struct uuid *cart);
/* Asks the gateway what became of it (or to make it so) and applies that.
 * application->payment and source are given. */
async bool checkout_find_out(struct work *w, struct application *application);
/* Tells the gateway to give it up; what it says of it decides. Where there may
 * be nothing to give up yet, or no more, it finds out. */
async bool checkout_cancel(struct work *w, struct application *application,
			   const char *reason);
/* In the open transaction: its money is to go back. */
async bool checkout_give_back(struct work *w, const struct uuid *payment);
/* A pending order that no payment will bring to life: expired, its hold
 * released, its cart open again. In the transaction that locked it. */
async bool checkout_withdraw(struct work *w, const struct uuid *order,
			     const struct uuid *cart);

/* ---- prepare.c ---- */

struct preparation {
	struct cart_key key;
	const char *gateway; /* NULL: the default one */
	const char *payment_method;
	const char *return_url;
	bool is_completing;	/* expected_total counts; a free cart is placed,
				 * nothing is begun without a payment method */
	int64_t expected_total;
	const char *expected_currency; /* of it; NULL: not said */
	const struct uuid *session; /* only this one is paid; NULL: any */
	/* out */
	struct uuid order;
	bool is_placed; /* an order that stands */
	bool has_payment;
	bool is_fresh;	/* the payment was made just now */
	bool is_retry;	/* to be confirmed with payment_method */
	struct payment payment;
};
async bool checkout_prepare(struct work *w, struct preparation *preparation);
/* error_code of a payment that the gateway would not even look at. */
#define CHECKOUT_NO_GATEWAY "gateway_unavailable"
/* False with 503 when that is what became of it. */
bool checkout_demand_gateway(struct work *w, const struct payment *payment);
/* The call that the preparation asks for, if any, and what follows of it. */
async bool checkout_pay(struct work *w, struct preparation *preparation);

/* ---- method_http.c ---- */

struct method_refusal {
	const char *code; /* stable */
	const char *reason;
};
/* Why the cart cannot be paid there as it stands; NULL: it can. Pure. */
const struct method_refusal *
method_refused(const struct payment_gateway *gateway,
	       const struct config *settings, const struct cart *cart);

/* ---- for the route and job tables in checkout.c ---- */

extern const struct resource method_resource;
extern const struct resource session_resource;
extern const struct resource complete_resource;
extern const struct resource confirm_resource;
extern const struct resource capture_resource;
extern const struct resource cancel_resource;
async bool method_list(struct request *req);
async bool session_create(struct request *req);
async bool session_show(struct request *req);
async bool session_confirm(struct request *req);
async bool session_delete(struct request *req);
async bool checkout_complete(struct request *req);
async bool payment_capture(struct request *req);
async bool payment_void(struct request *req);
async bool order_cancel(struct request *req);
async bool order_cancel_own(struct request *req);
async bool hook_receive(struct request *req);

async enum job_verdict hook_job(struct work *w, const struct json_t *payload);
async enum job_verdict resolve_job(struct work *w,
				   const struct json_t *payload);
async enum job_verdict expire_job(struct work *w, const struct json_t *payload);
async enum job_verdict return_job(struct work *w, const struct json_t *payload);
async enum job_verdict refund_job(struct work *w, const struct json_t *payload);
async bool resolve_periodic(struct work *w);

/* {"payment":"..."} with queue key payment:..., unique by kind and id. */
async bool payment_job_add(struct work *w, const char *kind,
			   const struct uuid *id);

#endif
