/* stripe_parse.c - what Stripe answered, in our words. Pure. A word that we
 * do not know is "unknown", never a failure. */
#include "stripe.h"

#include <string.h>
#include <strings.h>

#include <platform/clock.h>
#include <platform/json.h>
#include <platform/text.h>

static const struct {
	const char *status;
	enum payment_state state;
} intent_states[] = {
	{"requires_payment_method", PAYMENT_CREATED},
	{"requires_confirmation", PAYMENT_CREATED},
	{"requires_action", PAYMENT_REQUIRES_ACTION},
	{"processing", PAYMENT_PROCESSING},
	{"requires_capture", PAYMENT_AUTHORIZED},
	{"succeeded", PAYMENT_CAPTURED},
	{"canceled", PAYMENT_CANCELED},
};

static const struct {
	const char *status;
	const char *state;
} refund_states[] = {
	{"pending", "pending"},	    {"requires_action", "pending"},
	{"succeeded", "succeeded"}, {"failed", "failed"},
	{"canceled", "failed"},
};

static enum payment_state intent_state(const char *status)
{
	for (size_t i = 0; i < sizeof(intent_states) / sizeof(*intent_states); i++)
		if (strcmp(intent_states[i].status, status) == 0)
			return intent_states[i].state;
	return PAYMENT_UNKNOWN;
}

static const char *refund_state(const char *status)
{
	for (size_t i = 0; i < sizeof(refund_states) / sizeof(*refund_states); i++)
		if (strcmp(refund_states[i].status, status) == 0)
			return refund_states[i].state;
	return "unknown";
}

static const char *upper(struct arena *arena, const char *currency)
{
	char *copy = arena_text(arena, currency);

	for (char *p = copy; *p != '\0'; p++)
		*p = (char)(*p >= 'a' && *p <= 'z' ? *p & ~0x20 : *p);
	return copy;
}

/* An object that stands whole or by its id alone. */
static const char *id_of(const struct json_t *node)
{
	if (json_kind(node) == JSON_KIND_TEXT)
		return json_text(node);
	return json_text_at(node, "id", NULL);
}

static void read_error(const struct json_t *error, struct gateway_said *said)
{
	if (json_kind(error) != JSON_KIND_OBJECT)
		return;
	said->error_code = json_text_at(error, "code", NULL);
	if (said->error_code == NULL)
		said->error_code = json_text_at(error, "type", "error");
	said->error_message = json_text_at(error, "message", "");
}

static bool read_amounts(const struct json_t *intent, struct gateway_said *said)
{
	return stripe_amount_in(json_int_at(intent, "amount", -1),
				said->currency, &said->amount) &&
	       stripe_amount_in(json_int_at(intent, "amount_capturable", 0),
				said->currency, &said->authorized) &&
	       stripe_amount_in(json_int_at(intent, "amount_received", 0),
				said->currency, &said->captured);
}

bool stripe_read_intent(struct arena *arena, const struct json_t *intent,
			struct gateway_said *said)
{
	const struct json_t *charge = json_member(intent, "latest_charge");
	const struct json_t *action = json_member(intent, "next_action");
	int64_t created = json_int_at(intent, "created", 0);

	if (strcmp(json_text_at(intent, "object", ""), "payment_intent") != 0)
		return false;
	said->reference = json_text_at(intent, "id", NULL);
	said->state = intent_state(json_text_at(intent, "status", ""));
	said->currency = upper(arena, json_text_at(intent, "currency", ""));
	if (said->reference == NULL || !read_amounts(intent, said))
		return false;
	said->client_secret = json_text_at(intent, "client_secret", NULL);
	said->charge = id_of(charge);
	said->happened_at = json_int_at(charge, "created", created) * SECOND;
	if (said->state == PAYMENT_REQUIRES_ACTION &&
	    json_kind(action) == JSON_KIND_OBJECT)
		said->next_action = json_write(arena, action);
	said->order_id = json_text_at(intent, "metadata.order_id", NULL);
	said->payment_id = json_text_at(intent, "metadata.payment_id", NULL);
	said->is_live = json_bool_at(intent, "livemode", false);
	if (said->state == PAYMENT_CREATED)
		read_error(json_member(intent, "last_payment_error"), said);
	return true;
}

bool stripe_read_refund(struct arena *arena, const struct json_t *refund,
			struct gateway_said *said)
{
	if (strcmp(json_text_at(refund, "object", ""), "refund") != 0)
		return false;
	said->refund_reference = json_text_at(refund, "id", NULL);
	said->refund_state = refund_state(json_text_at(refund, "status", ""));
	said->currency = upper(arena, json_text_at(refund, "currency", ""));
	said->reference = id_of(json_member(refund, "payment_intent"));
	said->refund_id = json_text_at(refund, "metadata.refund_id", NULL);
	said->payment_id = json_text_at(refund, "metadata.payment_id", NULL);
	said->happened_at = json_int_at(refund, "created", 0) * SECOND;
	said->error_code = json_text_at(refund, "failure_reason", "");
	return said->refund_reference != NULL &&
	       stripe_amount_in(json_int_at(refund, "amount", -1),
				said->currency, &said->refund_amount);
}

/* The first of a list; an empty one is an answer, too. */
static bool read_found(struct arena *arena, const struct json_t *root,
		       struct gateway_said *said)
{
	const struct json_t *data = json_member(root, "data");

	if (json_kind(data) != JSON_KIND_LIST)
		return false;
	return json_count(data) == 0 ||
	       stripe_read_intent(arena, json_item(data, 0), said);
}

static const char *header_of(const struct client_answer *answer,
			     const char *name)
{
	for (size_t i = 0; i < answer->header_count; i++)
		if (strcasecmp(answer->headers[i].name, name) == 0)
			return answer->headers[i].value;
	return NULL;
}

/* What an error status means for what we asked (providers section 1). */
static enum gateway_verdict verdict_of(const struct client_answer *answer,
				       const char *type)
{
	const char *should_retry = header_of(answer, "stripe-should-retry");

	if (answer->status == 402)
		return GATEWAY_DECLINED;
	/* 409: the same key is being worked on, for all we know by our own
	 * words, sent again on another connection */
	if (answer->status >= 500 || answer->status == 409)
		return GATEWAY_AMBIGUOUS;
	if (answer->status == 429)
		return GATEWAY_BUSY;
	if (answer->status == 401 || answer->status == 403 ||
	    strcmp(type, "idempotency_error") == 0)
		return GATEWAY_BROKEN;
	if (should_retry != NULL && strcmp(should_retry, "true") == 0)
		return GATEWAY_BUSY;
	if (answer->status >= 400)
		return GATEWAY_INVALID;
	return GATEWAY_AMBIGUOUS; /* 1xx and 3xx are not for us */
}

static int retry_after(const struct client_answer *answer)
{
	const char *text = header_of(answer, "Retry-After");
	int seconds = 0;

	for (; text != NULL && *text >= '0' && *text <= '9'; text++)
		if (seconds < 100000)
			seconds = seconds * 10 + (*text - '0');
	return seconds;
}

static void parse_error(struct arena *arena, const struct client_answer *answer,
			const struct json_t *root, struct gateway_said *said)
{
	const struct json_t *error = json_member(root, "error");

	/* the object as it stands now spares a second question */
	(void)stripe_read_intent(arena, json_member(error, "payment_intent"),
				 said);
	read_error(error, said);
	said->verdict = verdict_of(answer, json_text_at(error, "type", ""));
	said->retry_after = retry_after(answer);
}

void stripe_parse(struct arena *arena, const struct gateway_ask *ask,
		  const struct client_answer *answer, struct gateway_said *said)
{
	const struct json_t *root =
		json_read_quietly(arena, answer->body, answer->body_length);
	bool is_refund = ask->operation == GATEWAY_REFUND ||
			 ask->operation == GATEWAY_READ_REFUND;
	bool is_whole;

	*said = (struct gateway_said){.verdict = GATEWAY_AMBIGUOUS,
				      .error_code = "",
				      .error_message = ""};
	if (answer->status < 200 || answer->status > 299) {
		parse_error(arena, answer, root, said);
		return;
	}
	is_whole = ask->operation == GATEWAY_FIND ? read_found(arena, root, said)
		   : is_refund ? stripe_read_refund(arena, root, said)
			       : stripe_read_intent(arena, root, said);
	if (is_whole) {
		said->verdict = GATEWAY_OK;
		return;
	}
	*said = (struct gateway_said){.verdict = GATEWAY_AMBIGUOUS,
				      .error_code = "unreadable_answer",
				      .error_message = ""};
}
