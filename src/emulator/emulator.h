/* emulator.h - the sandbox: Stripe's wire format and a mail sink, on loopback.
 * Deterministic: ids count up, no random; times are the machine's. All state
 * is in memory and guarded by one lock. */
#ifndef EMULATOR_H
#define EMULATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/arena.h>
#include <platform/text.h>

/* ---- a form, as Stripe's clients send it: a=1&metadata[order_id]=42 ---- */

struct form_pair {
	const char *key; /* decoded: "metadata[order_id]" */
	const char *value;
};
struct form {
	size_t count;
	struct form_pair *pairs;
};
/* False on a broken %-escape or more than 200 pairs. */
bool form_parse(struct arena *arena, const char *text, struct form *form);
/* The last value; NULL when absent or empty (empty means unset). */
const char *form_value(const struct form *form, const char *key);

/* ---- what the sandbox remembers ---- */

enum intent_status {
	INTENT_REQUIRES_PAYMENT_METHOD,
	INTENT_REQUIRES_CONFIRMATION,
	INTENT_REQUIRES_ACTION,
	INTENT_PROCESSING,
	INTENT_REQUIRES_CAPTURE,
	INTENT_SUCCEEDED,
	INTENT_CANCELED
};

struct intent {
	struct intent *next;
	const char *id;
	const char *secret;
	int64_t amount, received, capturable;
	const char *currency;
	enum intent_status status;
	bool is_manual;
	bool is_automatic_methods;
	const char *payment_method; /* or NULL */
	const char *return_url;
	const char *description;
	const char *receipt_email;
	const char *decline_code; /* of the last error, or NULL */
	const char *cancellation_reason;
	int64_t created, canceled;
	struct charge *charge; /* the latest */
	struct form metadata;
};

struct charge {
	struct charge *next;
	const char *id;
	struct intent *intent;
	int64_t amount, captured, refunded;
	int64_t created;
	bool is_paid;
	bool is_canceled; /* an authorisation given back */
	const char *decline_code;
};

struct refund {
	struct refund *next;
	const char *id;
	struct charge *charge;
	int64_t amount;
	int64_t created;
	const char *reason;
	const char *status;
	struct form metadata;
};

struct event {
	struct event *next;
	const char *id;
	const char *type;
	int64_t created;
	const char *json;
	int attempts;
	bool is_delivered;
	bool is_waiting; /* to be sent */
	int64_t due;	 /* clock_monotonic() */
};

/* A stored answer under an idempotency key. */
struct saved {
	struct saved *next;
	const char *key;
	const char *path;
	const char *body; /* as sent */
	int status;
	const char *answer;
};

struct mail_kept {
	struct mail_kept *next;
	int number;
	const char *from;
	const char *to;
	const char *data;
	int64_t at;
};

/* What the next calls get instead of a good answer. */
enum fault_action {
	FAULT_DELAY,	    /* before anything is done */
	FAULT_DELAY_AFTER,  /* done, webhooks out, the answer late */
	FAULT_RESET_BEFORE, /* nothing done, connection closed */
	FAULT_RESET_AFTER,  /* done, connection closed */
	FAULT_STATUS,	    /* nothing done, that status */
	FAULT_TRUNCATE,	    /* done, half the answer */
	FAULT_HTML	    /* done, another content type */
};
struct fault_plan {
	struct fault_plan *next;
	const char *method; /* NULL: any */
	const char *path;   /* prefix */
	enum fault_action action;
	int64_t times;
	int64_t delay_ms;
	int64_t status;
};

struct world {
	struct arena arena;
	uint64_t counter;
	struct intent *intents; /* each list: newest first */
	struct charge *charges;
	struct refund *refunds;
	struct event *events;
	struct saved *saved;
	struct mail_kept *mails;
	struct fault_plan *faults;
	/* How webhooks go wrong. */
	bool holds_webhooks;
	bool reverses_webhooks;
	int64_t duplicates, bad_signatures, old_timestamps;
	int64_t smtp_fails; /* so many next mails get smtp_status */
	int64_t smtp_status;
	int mail_count;
};
extern struct world world;
void world_lock(void);
void world_unlock(void);
/* "pi_emu000001": prefix and the next number. */
const char *world_id(const char *prefix);
int64_t world_now(void); /* seconds */
/* http://127.0.0.1:PORT, without a slash behind it. */
const char *emulator_url(void);

/* ---- a call and its answer ---- */

struct emu_call {
	struct arena arena;
	const char *method;
	const char *path;
	const char *query;
	const char *body;
	const char *authorization; /* headers; NULL when absent */
	const char *idempotency_key;
	const char *stripe_version;
	struct form form;
	bool is_publishable; /* called with the publishable key */

	int status;
	struct text answer;
	const char *content_type;
	const char *location;
	int retry_after;
	bool is_replayed;
};

/* Stripe's API: true when the path is its own. With the lock held. */
bool stripe_serve(struct emu_call *call);
/* /__emu/...: health, ledger, mail, faults, events, 3ds. With the lock. */
bool control_serve(struct emu_call *call);

/* Error in Stripe's shape. */
void stripe_error(struct emu_call *call, int status, const char *type,
		  const char *code, const char *message);
/* The same with the member "param". */
void stripe_error_param(struct emu_call *call, const char *code,
			const char *param, const char *message);

/* intents.c */
/* metadata[k]=v of the call, kept. */
struct form metadata_read(const struct emu_call *call);
void intent_create(struct emu_call *call);
void intent_confirm(struct emu_call *call, struct intent *intent);
void intent_capture(struct emu_call *call, struct intent *intent);
void intent_cancel(struct emu_call *call, struct intent *intent);
/* All, or what a search asks for. */
void intent_list(struct emu_call *call, const struct form *query);
struct intent *intent_find(const char *id);
/* Ends the 3-D Secure challenge, or the processing, of an intent. */
bool intent_settle(struct intent *intent, bool is_approved);

/* refunds.c */
void refund_create(struct emu_call *call);
struct refund *refund_find(const char *id);
struct charge *charge_find(const char *id);

/* objects.c: as Stripe writes them */
void intent_write(struct out *out, const struct intent *intent, bool expands);
void charge_write(struct out *out, const struct charge *charge);
void refund_write(struct out *out, const struct refund *refund);
const char *intent_status_name(enum intent_status status);
const char *decline_message(const char *decline_code);

/* events.c: made in the world, delivered by a thread of their own */
void event_intent(const char *type, const struct intent *intent);
void event_charge(const char *type, const struct charge *charge);
void event_refund(const char *type, const struct refund *refund);
void event_list(struct emu_call *call);
struct event *event_find(const char *id);
bool deliver_start(void);
/* It was tried so often that it is not tried again. */
bool event_is_given_up(const struct event *event);

/* faults.c: takes one use of the first plan that fits; NULL for none */
const struct fault_plan *fault_take(const struct emu_call *call);
bool fault_plan_read(struct emu_call *call);

bool smtp_start(int port);

#endif
