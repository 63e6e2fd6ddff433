/* objects.c - payment intents, charges and refunds as Stripe writes them,
 * with every member of its published fixtures. */
#include "emulator.h"

#include <string.h>

static const char *const status_names[] = {
	[INTENT_REQUIRES_PAYMENT_METHOD] = "requires_payment_method",
	[INTENT_REQUIRES_CONFIRMATION] = "requires_confirmation",
	[INTENT_REQUIRES_ACTION] = "requires_action",
	[INTENT_PROCESSING] = "processing",
	[INTENT_REQUIRES_CAPTURE] = "requires_capture",
	[INTENT_SUCCEEDED] = "succeeded",
	[INTENT_CANCELED] = "canceled",
};

const char *intent_status_name(enum intent_status status)
{
	return status_names[status];
}

static const struct {
	const char *decline_code;
	const char *code;
	const char *message;
} declines[] = {
	{"generic_decline", "card_declined", "Your card was declined."},
	{"insufficient_funds", "card_declined",
	 "Your card has insufficient funds."},
	{"expired_card", "expired_card", "Your card has expired."},
	{"authentication_failed", "payment_intent_authentication_failure",
	 "The provided PaymentMethod has failed authentication."},
};

const char *decline_message(const char *decline_code)
{
	for (size_t i = 0; i < sizeof(declines) / sizeof(declines[0]); i++)
		if (strcmp(declines[i].decline_code, decline_code) == 0)
			return declines[i].message;
	return declines[0].message;
}

static const char *decline_kind(const char *decline_code)
{
	for (size_t i = 0; i < sizeof(declines) / sizeof(declines[0]); i++)
		if (strcmp(declines[i].decline_code, decline_code) == 0)
			return declines[i].code;
	return declines[0].code;
}

static void text(struct out *out, const char *key, const char *value)
{
	out_key(out, key);
	out_text(out, value);
}

static void number(struct out *out, const char *key, int64_t value)
{
	out_key(out, key);
	out_int(out, value);
}

static void truth(struct out *out, const char *key, bool value)
{
	out_key(out, key);
	out_bool(out, value);
}

static void raw(struct out *out, const char *key, const char *json)
{
	out_key(out, key);
	out_raw(out, json, strlen(json));
}

/* Members that the sandbox has no use for, but clients may look at. */
static void nulls(struct out *out, const char *const *keys)
{
	for (; *keys != NULL; keys++)
		raw(out, *keys, "null");
}

/* metadata[order_id] -> {"order_id": ...} */
static void metadata(struct out *out, const struct form *form)
{
	out_key(out, "metadata");
	out_object(out);
	for (size_t i = 0; i < form->count; i++) {
		text_add(out->text, out->needs_comma ? "," : "");
		text_add_json(out->text, form->pairs[i].key,
			      strlen(form->pairs[i].key));
		text_add_char(out->text, ':');
		out->needs_comma = false;
		out_text(out, form->pairs[i].value);
	}
	out_object_end(out);
}

static void last_error(struct out *out, const struct intent *intent)
{
	out_key(out, "last_payment_error");
	if (intent->decline_code == NULL) {
		out_null(out);
		return;
	}
	out_object(out);
	text(out, "type", "card_error");
	text(out, "code", decline_kind(intent->decline_code));
	text(out, "decline_code", intent->decline_code);
	text(out, "message", decline_message(intent->decline_code));
	text(out, "charge", intent->charge == NULL ? NULL : intent->charge->id);
	out_object_end(out);
}

/* The challenge: a page of the sandbox, the path behind its own address. */
static void next_action(struct out *out, const struct intent *intent)
{
	out_key(out, "next_action");
	if (intent->status != INTENT_REQUIRES_ACTION) {
		out_null(out);
		return;
	}
	out_object(out);
	text(out, "type", "redirect_to_url");
	out_key(out, "redirect_to_url");
	out_object(out);
	text(out, "return_url", intent->return_url);
	out_key(out, "url");
	text_format(out->text, "\"%s/__emu/3ds/%s\"", emulator_url(), intent->id);
	out->needs_comma = true;
	out_object_end(out);
	out_object_end(out);
}

/* Up to its client_secret. */
static void intent_sums(struct out *out, const struct intent *intent)
{
	text(out, "id", intent->id);
	text(out, "object", "payment_intent");
	number(out, "amount", intent->amount);
	number(out, "amount_capturable", intent->capturable);
	raw(out, "amount_details", "{\"tip\":{}}");
	number(out, "amount_received", intent->received);
	raw(out, "automatic_payment_methods",
	    intent->is_automatic_methods ? "{\"allow_redirects\":\"always\",\"enabled\":true}"
					 : "null");
	out_key(out, "canceled_at");
	if (intent->canceled == 0)
		out_null(out);
	else
		out_int(out, intent->canceled);
	text(out, "cancellation_reason", intent->cancellation_reason);
	text(out, "capture_method", intent->is_manual ? "manual" : "automatic");
}

void intent_write(struct out *out, const struct intent *intent, bool expands)
{
	static const char *const unused[] = {
		"application", "application_fee_amount", "customer",
		"customer_account", "excluded_payment_method_types",
		"on_behalf_of", "payment_method_configuration_details",
		"processing", "review", "setup_future_usage", "shipping", "source",
		"statement_descriptor", "statement_descriptor_suffix",
		"transfer_data", "transfer_group", NULL};

	out_object(out);
	intent_sums(out, intent);
	text(out, "client_secret", intent->secret);
	text(out, "confirmation_method", "automatic");
	number(out, "created", intent->created);
	text(out, "currency", intent->currency);
	text(out, "description", intent->description);
	last_error(out, intent);
	out_key(out, "latest_charge");
	if (intent->charge != NULL && expands)
		charge_write(out, intent->charge);
	else
		out_text(out, intent->charge == NULL ? NULL : intent->charge->id);
	truth(out, "livemode", false);
	raw(out, "managed_payments", "{\"enabled\":false}");
	metadata(out, &intent->metadata);
	next_action(out, intent);
	text(out, "payment_method", intent->payment_method);
	raw(out, "payment_method_options", "{}");
	raw(out, "payment_method_types", "[\"card\"]");
	text(out, "receipt_email", intent->receipt_email);
	text(out, "status", intent_status_name(intent->status));
	nulls(out, unused);
	out_object_end(out);
}

/* From failure_code to paid. */
static void charge_outcome(struct out *out, const struct charge *charge)
{
	const char *decline = charge->decline_code;

	text(out, "failure_code", decline == NULL ? NULL
							  : decline_kind(decline));
	text(out, "failure_message", decline == NULL ? NULL
							     : decline_message(decline));
	raw(out, "fraud_details", "{}");
	truth(out, "livemode", false);
	metadata(out, &charge->intent->metadata);
	raw(out, "outcome", charge->is_paid
				    ? "{\"type\":\"authorized\"}"
				    : "{\"type\":\"issuer_declined\"}");
	truth(out, "paid", charge->is_paid);
}

void charge_write(struct out *out, const struct charge *charge)
{
	static const char *const unused[] = {
		"application", "application_fee", "application_fee_amount",
		"balance_transaction", "calculated_statement_descriptor",
		"customer", "failure_balance_transaction", "on_behalf_of",
		"receipt_email", "receipt_number", "receipt_url", "refunds",
		"review", "shipping", "source", "source_transfer",
		"statement_descriptor", "statement_descriptor_suffix",
		"transfer_data", "transfer_group", NULL};

	out_object(out);
	text(out, "id", charge->id);
	text(out, "object", "charge");
	number(out, "amount", charge->amount);
	number(out, "amount_captured", charge->captured);
	number(out, "amount_refunded", charge->refunded);
	raw(out, "billing_details",
	    "{\"address\":{\"city\":null,\"country\":null,\"line1\":null,"
	    "\"line2\":null,\"postal_code\":null,\"state\":null},"
	    "\"email\":null,\"name\":null,\"phone\":null,\"tax_id\":null}");
	truth(out, "captured", charge->captured > 0);
	number(out, "created", charge->created);
	text(out, "currency", charge->intent->currency);
	text(out, "description", charge->intent->description);
	truth(out, "disputed", false);
	charge_outcome(out, charge);
	text(out, "payment_intent", charge->intent->id);
	text(out, "payment_method", charge->intent->payment_method);
	raw(out, "payment_method_details",
	    "{\"card\":{\"brand\":\"visa\",\"country\":\"US\","
	    "\"exp_month\":8,\"exp_year\":2030,\"funding\":\"credit\","
	    "\"last4\":\"4242\",\"network\":\"visa\"},\"type\":\"card\"}");
	truth(out, "refunded", charge->captured > 0 &&
				       charge->refunded == charge->captured);
	text(out, "status", charge->is_paid ? "succeeded" : "failed");
	nulls(out, unused);
	out_object_end(out);
}

void refund_write(struct out *out, const struct refund *refund)
{
	static const char *const unused[] = {
		"balance_transaction", "customer", "customer_account",
		"receipt_number", "source_transfer_reversal",
		"transfer_reversal", NULL};

	out_object(out);
	text(out, "id", refund->id);
	text(out, "object", "refund");
	number(out, "amount", refund->amount);
	text(out, "charge", refund->charge->id);
	number(out, "created", refund->created);
	text(out, "currency", refund->charge->intent->currency);
	raw(out, "destination_details",
	    "{\"card\":{\"type\":\"refund\"},\"type\":\"card\"}");
	metadata(out, &refund->metadata);
	text(out, "payment_intent", refund->charge->intent->id);
	text(out, "payment_method", refund->charge->intent->payment_method);
	text(out, "reason", refund->reason);
	text(out, "status", refund->status);
	nulls(out, unused);
	out_object_end(out);
}
