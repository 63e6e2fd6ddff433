/* domain/payments.h - attempts to be paid, gateways, refunds.
 *
 * A payment is one intent at one gateway for one order. What the gateway said
 * stands in an append-only ledger; amounts are recomputed from it (features
 * 5.5). Adapters build and parse, purely; one driver does the transfer
 * (providers section 8). */
#ifndef DOMAIN_PAYMENTS_H
#define DOMAIN_PAYMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/arena.h>
#include <platform/client.h>
#include <platform/config.h>
#include <platform/uuid.h>
#include <platform/work.h>
#include <rest/room.h>

enum payment_state {
	PAYMENT_CREATED, /* may be paid; declined so far when it has an error */
	PAYMENT_REQUIRES_ACTION, /* 3-D Secure */
	PAYMENT_PROCESSING,
	PAYMENT_UNKNOWN, /* asked, and no answer: the resolver finds out */
	PAYMENT_AUTHORIZED,
	PAYMENT_CAPTURED,
	PAYMENT_PARTIALLY_REFUNDED,
	PAYMENT_REFUNDED,
	PAYMENT_FAILED,
	PAYMENT_CANCELED,
	PAYMENT_VOIDED,
	PAYMENT_EXPIRED,
	PAYMENT_DISPUTED,
	PAYMENT_CHARGED_BACK,
	PAYMENT_STATES
};

const char *payment_state_name(enum payment_state state);
enum payment_state payment_state_find(const char *name);
/* Staying is always allowed. */
bool payment_may(enum payment_state from, enum payment_state to);
/* 409 payment_wrong_state with the member "allowed". */
bool payment_advance(struct work *w, enum payment_state *state,
		     enum payment_state next);
/* Money is held or taken. */
bool payment_is_covered(enum payment_state state);
/* Not over: it may still bring money, or has. */
bool payment_is_live(enum payment_state state);

/* ---- what is asked of a gateway, and what it said ---- */

enum gateway_operation {
	GATEWAY_CREATE, /* and confirm, when payment_method is given */
	GATEWAY_CONFIRM,
	GATEWAY_CAPTURE,
	GATEWAY_CANCEL,
	GATEWAY_READ,
	GATEWAY_FIND, /* by our id, when its own is not known; OK without a
		       * reference: there is none */
	GATEWAY_REFUND,
	GATEWAY_READ_REFUND
};

struct gateway_ask {
	enum gateway_operation operation;
	const char *idempotency_key; /* of all but reads; at most 255 bytes */
	const char *reference; /* the gateway's id of the intent; create: NULL */
	const char *refund_reference; /* of GATEWAY_READ_REFUND */
	const char *order_id;	      /* as text, into the metadata */
	const char *payment_id;
	const char *refund_id; /* ours */
	int64_t amount;	       /* ISO minor units; capture, refund: how much */
	const char *currency;  /* ISO 4217, upper case */
	bool is_manual_capture;
	const char *payment_method; /* "pm_card_visa", or NULL */
	const char *return_url;	    /* or NULL */
	const char *reason;	    /* of a cancel or refund, or NULL */
};

/* How a call ended (providers section 8). */
enum gateway_verdict {
	GATEWAY_OK,	   /* the object is known */
	GATEWAY_DECLINED,  /* a card error; the object too, if it came along */
	GATEWAY_INVALID,   /* refused for good: nothing was done */
	GATEWAY_BUSY,	   /* nothing was done, may be asked again later */
	GATEWAY_AMBIGUOUS, /* it may have been done */
	GATEWAY_BROKEN	   /* our key or configuration: alert */
};

/* What stands at the gateway, in our words. */
struct gateway_said {
	enum gateway_verdict verdict;
	int retry_after;	   /* seconds; 0: none told */
	const char *reference;	   /* of the intent; NULL: no object came */
	enum payment_state state;  /* of the intent */
	int64_t amount;		   /* asked for, ISO minor units */
	int64_t authorized;	   /* held */
	int64_t captured;
	const char *currency;	   /* upper case */
	const char *client_secret; /* or NULL */
	const char *charge;	   /* newest charge, or NULL */
	const char *next_action;   /* JSON object, or NULL */
	const char *order_id;	   /* our metadata, or NULL */
	const char *payment_id;
	bool is_live;
	int64_t happened_at; /* gateway's time, microseconds */
	const char *error_code; /* "" none; stable word of the gateway */
	const char *error_message;
	/* refunds */
	const char *refund_reference; /* NULL: not about a refund */
	const char *refund_id;	      /* our metadata */
	const char *refund_state;     /* of table refund */
	int64_t refund_amount;
};

/* A message as it came: raw bytes, the header that signs them. */
struct hook {
	const char *signature;
	const char *body;
	size_t length;
};

/* A message of the gateway, proved to be its own. */
struct gateway_event {
	const char *id;	  /* "evt_..." */
	const char *kind; /* "payment_intent.succeeded" */
	const char *reference; /* intent it is about; NULL: none of ours */
	const char *payment_id; /* metadata, or NULL */
	const char *refund_reference; /* refund it is about, or NULL */
	bool is_dispute;
};

enum hook_verdict {
	HOOK_GENUINE,
	HOOK_FORGED, /* missing, malformed or wrong signature */
	HOOK_STALE,  /* more than 300 s away */
	HOOK_WRONG_MODE, /* live event for a test shop, or the reverse */
	HOOK_MALFORMED	 /* well signed, but nothing we understand */
};

struct payment_gateway {
	const char *name; /* "stripe"; in URLs and in payment.gateway */
	const struct peer *peer;
	const char *signature_header;
	/* Pure. False when the amount cannot be told to this gateway. */
	bool (*build)(const struct config *settings, struct arena *arena,
		      const struct gateway_ask *ask,
		      struct client_request *request);
	/* Pure. of an answer whose outcome is CLIENT_ANSWERED. */
	void (*parse)(struct arena *arena, const struct gateway_ask *ask,
		      const struct client_answer *answer,
		      struct gateway_said *said);
	/* Pure, in constant time; now in seconds. signature may be NULL. */
	enum hook_verdict (*verify)(const struct config *settings,
				    struct arena *arena,
				    const struct hook *hook, int64_t now);
	/* Pure, of a hook that was verified. */
	enum hook_verdict (*read_event)(const struct config *settings,
					struct arena *arena,
					const struct hook *hook,
					struct gateway_event *event);
	const char *(*publishable_key)(const struct config *settings);
	/* Whether there are keys to ask it with. */
	bool (*is_configured)(const struct config *settings);
	/* Pure. The least and the most that one payment may come to, ISO minor
	 * units; false: not in this currency. */
	bool (*limits)(const char *currency, int64_t *least, int64_t *most);
};

/* NULL: no such gateway. */
const struct payment_gateway *gateway_find(const char *name);
extern const struct payment_gateway stripe_gateway;

/*
 * Asks once and never by itself again: who may repeat (the same key) is the
 * caller's to decide. No transaction may be open. Always fills said.
 */
async void gateway_call(struct work *w, const struct payment_gateway *gateway,
			const struct gateway_ask *ask,
			struct gateway_said *said);

/* ---- payments as stored ---- */

/* A payment and what of its order decides with it. Texts live in the arena;
 * NULL where nothing is known yet. */
struct payment {
	struct uuid id;
	struct uuid order;
	struct uuid cart;
	const char *gateway;
	enum payment_state state;
	const char *currency;
	int64_t amount;
	int64_t authorized;
	int64_t captured;
	int64_t refunded;
	int64_t refund_pending;
	bool is_manual_capture;
	int64_t attempt; /* of confirming */
	const char *idempotency_key;
	const char *reference;
	const char *payment_method;
	const char *return_url;
	const char *error_code; /* never NULL */
	const char *error_message;
	int64_t age; /* microseconds since it was made */
	const char *order_state;
	int64_t order_total;
	int64_t version;
	bool is_returning; /* pays for its order no more: it goes back */
};

/* 404 when there is none. */
async bool payment_load(struct work *w, const struct uuid *id,
			struct payment *payment);
/* Locks cart, order and payment, in this order, till the transaction ends. */
async bool payment_lock(struct work *w, const struct uuid *id,
			struct payment *payment);
/* A gateway forgets keys after a day, and replays its own errors till then: a
 * payment is made for so long, then looked for, and given up when there is
 * none. Microseconds of payment.age; between the two whatever was still under
 * way has ended and can be found. */
#define PAYMENT_MAKE_FOR (INT64_C(600) * 1000000)
#define PAYMENT_LOOK_FOR (INT64_C(900) * 1000000)
/* The question that finds out, or makes so, what became of it: a read when the
 * gateway's id is known, else the same words under the same key, later a
 * search. */
void payment_question(struct arena *arena, const struct payment *payment,
		      struct gateway_ask *ask);

/* Everything that one thing said by a gateway changes, in one statement. */
struct settlement {
	const struct payment *payment; /* NULL: an order that costs nothing */
	const struct uuid *order;
	const struct uuid *cart;
	enum payment_state state;
	const struct gateway_said *said; /* or NULL: nothing was said */
	const char *source; /* 'api', 'webhook', 'resolver', 'staff' */
	size_t ledger_count; /* rows of the ledger; known ones are left out */
	const char *ledger_kinds[3];
	int64_t ledger_amounts[3];
	const char *ledger_references[3];
	const char *error_code;
	const char *error_message;
	const char *order_state;
	const char *payment_status;
	bool is_placing;	/* number, time, cart closed */
	bool is_returning;	/* what it brought goes back */
	const char *cart_state; /* or NULL: as it is */
	size_t event_count;
	const char *events[3]; /* of the timeline */
};
/* *number, *placed (JSON of event order.placed) may be NULL; else filled when
 * is_placing. In the open transaction that locked the payment. */
async bool payment_settle(struct work *w, const struct settlement *settlement,
			  const char **number, const char **placed);
/* It pays for its order no more; in the transaction that locked the order. */
async bool payment_return(struct work *w, const struct uuid *id);
/* The resolver has asked and nothing new was said. */
async bool payment_touch(struct work *w, const struct uuid *id);

/* ---- refunds ---- */

struct refund {
	struct uuid id;
	struct uuid payment;
	struct uuid order;
	const char *state;
	int64_t amount;
	const char *currency;
	const char *reason;
	const char *idempotency_key;
	const char *gateway_reference; /* or NULL */
	const char *request_key; /* of refund_begin: the request it is for, or
				  * NULL; a second one of it is refused */
};
/*
 * Sets the amount aside and writes the refund, one statement: 409
 * refund_exceeds_payment when captured - refunded - pending is less. In the
 * open transaction that locked the order. refund->id, payment, amount, reason
 * are given.
 */
async bool refund_begin(struct work *w, struct refund *refund,
			const struct uuid *requested_by);
/* Asks the gateway, or asks again under the same key, and stores what it
 * said. No transaction may be open. False only for faults of ours. */
async bool refund_pursue(struct work *w, const struct uuid *id);
/* The gateway speaks of a refund by its own id: one of ours is pursued, one
 * that somebody made there is written down. No transaction may be open. */
async bool refund_learn(struct work *w, const struct uuid *payment,
			const char *reference);

extern const struct room payments_room;

#endif
