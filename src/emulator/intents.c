/* intents.c - the life of a payment intent, by Stripe's rules. */
#include "emulator.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <platform/money.h>

/* What becomes of a payment method, as Stripe's test cards do. */
static const struct {
	const char *name;
	const char *decline_code; /* NULL: none */
	enum intent_status status; /* when it is not declined */
} cards[] = {
	{"pm_card_visa", NULL, INTENT_SUCCEEDED},
	{"pm_card_mastercard", NULL, INTENT_SUCCEEDED},
	{"pm_card_amex", NULL, INTENT_SUCCEEDED},
	{"pm_card_chargeDeclined", "generic_decline", 0},
	{"pm_card_visa_chargeDeclined", "generic_decline", 0},
	{"pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds", 0},
	{"pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds", 0},
	{"pm_card_chargeDeclinedExpiredCard", "expired_card", 0},
	{"pm_card_authenticationRequired", NULL, INTENT_REQUIRES_ACTION},
	{"pm_card_threeDSecure2Required", NULL, INTENT_REQUIRES_ACTION},
	{"pm_card_threeDSecureRequired", NULL, INTENT_REQUIRES_ACTION},
	{"pm_emu_processing", NULL, INTENT_PROCESSING},
};

struct intent *intent_find(const char *id)
{
	for (struct intent *i = world.intents; i != NULL; i = i->next)
		if (strcmp(i->id, id) == 0)
			return i;
	return NULL;
}

static const char *keep(const char *text)
{
	return arena_text(&world.arena, text);
}

static void answer_intent(struct emu_call *call, const struct intent *intent)
{
	const char *expand = form_value(&call->form, "expand[0]");
	struct out out;

	if (expand == NULL)
		expand = form_value(&call->form, "expand[]");
	out_init(&out, &call->answer);
	intent_write(&out, intent,
		     expand != NULL && strcmp(expand, "latest_charge") == 0);
	call->status = 200;
}

static struct charge *charge_new(struct intent *intent)
{
	struct charge *charge = arena_new(&world.arena, struct charge);

	charge->id = world_id("ch");
	charge->intent = intent;
	charge->amount = intent->amount;
	charge->created = world_now();
	charge->next = world.charges;
	world.charges = charge;
	intent->charge = charge;
	return charge;
}

static void decline(struct intent *intent, const char *decline_code)
{
	struct charge *charge = charge_new(intent);

	charge->decline_code = decline_code;
	intent->decline_code = decline_code;
	intent->status = INTENT_REQUIRES_PAYMENT_METHOD;
	event_charge("charge.failed", charge);
	event_intent("payment_intent.payment_failed", intent);
}

static void approve(struct intent *intent)
{
	struct charge *charge = charge_new(intent);

	charge->is_paid = true;
	intent->decline_code = NULL;
	if (intent->is_manual) {
		intent->status = INTENT_REQUIRES_CAPTURE;
		intent->capturable = intent->amount;
		event_intent("payment_intent.amount_capturable_updated", intent);
		return;
	}
	intent->status = INTENT_SUCCEEDED;
	intent->received = charge->captured = intent->amount;
	event_charge("charge.succeeded", charge);
	event_intent("payment_intent.succeeded", intent);
}

bool intent_settle(struct intent *intent, bool is_approved)
{
	if (intent->status != INTENT_REQUIRES_ACTION &&
	    intent->status != INTENT_PROCESSING)
		return false;
	if (is_approved)
		approve(intent);
	else
		decline(intent, intent->status == INTENT_REQUIRES_ACTION
					? "authentication_failed"
					: "generic_decline");
	return true;
}

/* With a payment method chosen: what the card does. */
static void charge_card(struct emu_call *call, struct intent *intent)
{
	size_t i = 0;

	while (i < sizeof(cards) / sizeof(cards[0]) &&
	       strcmp(cards[i].name, intent->payment_method) != 0)
		i++;
	assert(i < sizeof(cards) / sizeof(cards[0])); /* is_card said so */
	if (cards[i].decline_code != NULL) {
		decline(intent, cards[i].decline_code);
		stripe_error(call, 402, "card_error",
			     strcmp(intent->decline_code, "expired_card") == 0
				     ? "expired_card"
				     : "card_declined",
			     decline_message(intent->decline_code));
		return;
	}
	if (cards[i].status == INTENT_SUCCEEDED) {
		approve(intent);
	} else {
		intent->status = cards[i].status;
		event_intent(intent->status == INTENT_REQUIRES_ACTION
				     ? "payment_intent.requires_action"
				     : "payment_intent.processing",
			     intent);
	}
	answer_intent(call, intent);
}

static bool is_card(const char *name)
{
	for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++)
		if (strcmp(cards[i].name, name) == 0)
			return true;
	return false;
}

/* Takes payment_method and return_url from the form. */
static bool read_method(struct emu_call *call, struct intent *intent)
{
	const char *method = form_value(&call->form, "payment_method");
	const char *return_url = form_value(&call->form, "return_url");

	if (method != NULL && !is_card(method)) {
		call->status = 0;
		stripe_error_param(call, "resource_missing", "payment_method",
				   "No such PaymentMethod");
		return false;
	}
	if (method != NULL)
		intent->payment_method = keep(method);
	if (return_url != NULL)
		intent->return_url = keep(return_url);
	return true;
}

static bool read_integer(const char *text, int64_t *number)
{
	char *end;

	if (text == NULL || !isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	*number = strtoll(text, &end, 10);
	return *end == '\0' && errno == 0;
}

static bool is_true(const struct form *form, const char *key)
{
	const char *value = form_value(form, key);

	return value != NULL && strcmp(value, "true") == 0;
}

static bool read_amount(struct emu_call *call, struct intent *intent)
{
	const char *currency = form_value(&call->form, "currency");
	char upper[4] = "";

	if (!read_integer(form_value(&call->form, "amount"), &intent->amount) ||
	    intent->amount < 1 || intent->amount > 99999999999) {
		stripe_error_param(call, "parameter_invalid_integer", "amount",
				   "Invalid positive integer");
		return false;
	}
	for (size_t i = 0; currency != NULL && i < 3; i++)
		upper[i] = (char)toupper((unsigned char)currency[i]);
	if (currency == NULL || strlen(currency) != 3 ||
	    currency_find(upper) == NULL) {
		stripe_error_param(call, "parameter_invalid", "currency",
				   "Invalid currency");
		return false;
	}
	for (size_t i = 0; i < 3; i++)
		upper[i] = (char)tolower((unsigned char)upper[i]);
	intent->currency = keep(upper);
	return true;
}

struct form metadata_read(const struct emu_call *call)
{
	struct form kept = {.pairs = arena_array(&world.arena, struct form_pair,
						 call->form.count + 1)};

	for (size_t i = 0; i < call->form.count; i++) {
		const struct form_pair *pair = &call->form.pairs[i];
		size_t length = strlen(pair->key);

		if (strncmp(pair->key, "metadata[", 9) != 0 || length < 11)
			continue;
		kept.pairs[kept.count].key =
			arena_copy(&world.arena, pair->key + 9, length - 10);
		kept.pairs[kept.count++].value = keep(pair->value);
	}
	return kept;
}

void intent_create(struct emu_call *call)
{
	const char *capture = form_value(&call->form, "capture_method");
	struct intent *intent = arena_new(&world.arena, struct intent);

	if (!read_amount(call, intent) || !read_method(call, intent))
		return;
	intent->id = world_id("pi");
	intent->secret = arena_format(&world.arena, "%s_secret_%s", intent->id,
				      world_id("s") + 2);
	intent->is_manual = capture != NULL && strcmp(capture, "manual") == 0;
	intent->is_automatic_methods =
		is_true(&call->form, "automatic_payment_methods[enabled]");
	intent->description = keep(form_value(&call->form, "description"));
	intent->receipt_email = keep(form_value(&call->form, "receipt_email"));
	intent->metadata = metadata_read(call);
	intent->created = world_now();
	intent->next = world.intents;
	world.intents = intent;
	if (intent->payment_method != NULL)
		intent->status = INTENT_REQUIRES_CONFIRMATION;
	event_intent("payment_intent.created", intent);
	if (is_true(&call->form, "confirm"))
		intent_confirm(call, intent);
	else
		answer_intent(call, intent);
}

static void wrong_state(struct emu_call *call, const struct intent *intent,
			const char *verb)
{
	stripe_error(call, 400, "invalid_request_error",
		     "payment_intent_unexpected_state",
		     arena_format(&call->arena,
				  "You cannot %s this PaymentIntent because it "
				  "has a status of %s.",
				  verb, intent_status_name(intent->status)));
}

void intent_confirm(struct emu_call *call, struct intent *intent)
{
	if (intent->status > INTENT_REQUIRES_ACTION) {
		wrong_state(call, intent, "confirm");
		return;
	}
	if (!read_method(call, intent))
		return;
	if (intent->payment_method == NULL) {
		stripe_error(call, 400, "invalid_request_error",
			     "payment_intent_unexpected_state",
			     "You cannot confirm this PaymentIntent because it's "
			     "missing a payment method.");
		return;
	}
	charge_card(call, intent);
}

void intent_capture(struct emu_call *call, struct intent *intent)
{
	const char *text = form_value(&call->form, "amount_to_capture");
	int64_t amount = intent->capturable;

	if (intent->status != INTENT_REQUIRES_CAPTURE) {
		wrong_state(call, intent, "capture");
		return;
	}
	if (text != NULL && (!read_integer(text, &amount) || amount < 1 ||
			     amount > intent->capturable)) {
		stripe_error_param(call, "amount_too_large", "amount_to_capture",
				   "The amount to capture is not within the "
				   "authorised amount.");
		return;
	}
	intent->charge->captured = intent->received = amount;
	intent->capturable = 0;
	intent->status = INTENT_SUCCEEDED;
	event_charge("charge.captured", intent->charge);
	event_intent("payment_intent.succeeded", intent);
	answer_intent(call, intent);
}

void intent_cancel(struct emu_call *call, struct intent *intent)
{
	const char *reason = form_value(&call->form, "cancellation_reason");

	if (intent->status == INTENT_SUCCEEDED ||
	    intent->status == INTENT_CANCELED ||
	    intent->status == INTENT_PROCESSING) {
		wrong_state(call, intent, "cancel");
		return;
	}
	if (intent->status == INTENT_REQUIRES_CAPTURE)
		intent->charge->is_canceled = true;
	intent->status = INTENT_CANCELED;
	intent->capturable = 0;
	intent->canceled = world_now();
	intent->cancellation_reason = keep(reason);
	event_intent("payment_intent.canceled", intent);
	answer_intent(call, intent);
}

/* Only what we ask: metadata["payment_id"]:"..." */
static bool is_searched(const struct form *query, const struct intent *intent)
{
	const char *text = query == NULL ? NULL : form_value(query, "query");
	const char *id = form_value(&intent->metadata, "payment_id");

	return query == NULL || (text != NULL && id != NULL &&
				 strstr(text, id) != NULL);
}

void intent_list(struct emu_call *call, const struct form *query)
{
	struct out out;

	out_init(&out, &call->answer);
	out_object(&out);
	out_key(&out, "object");
	out_text(&out, "list");
	out_key(&out, "data");
	out_array(&out);
	for (struct intent *i = world.intents; i != NULL; i = i->next)
		if (is_searched(query, i))
			intent_write(&out, i, false);
	out_array_end(&out);
	out_key(&out, "has_more");
	out_bool(&out, false);
	out_key(&out, "url");
	out_text(&out, "/v1/payment_intents");
	out_object_end(&out);
	call->status = 200;
}
