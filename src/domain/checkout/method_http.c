/* method_http.c - by which methods a cart can be paid, and why not by the
 * others. */
#include "checkout.h"

#include <domain/cart.h>
#include <platform/config.h>
#include <platform/money.h>
#include <platform/text.h>

#define RO FIELD_READ_ONLY
static const struct field method_fields[] = {
	{.name = "gateway", .type = FIELD_TEXT, .flags = RO,
	 .help = "For payment-sessions/ and complete/."},
	{.name = "method", .type = FIELD_TEXT, .flags = RO,
	 .help = "The kind: card."},
	{.name = "name", .type = FIELD_TEXT, .flags = RO,
	 .help = "What to call it in front of a customer."},
	{.name = "publishable_key", .type = FIELD_TEXT, .flags = RO,
	 .help = "For the gateway's own script in the browser."},
	{.name = "currency", .type = FIELD_TEXT, .flags = RO,
	 .help = "The cart's."},
	{.name = "minimum", .type = FIELD_MONEY, .flags = RO | FIELD_NULLABLE,
	 .help = "The least that it takes; null: not this currency."},
	{.name = "maximum", .type = FIELD_MONEY, .flags = RO | FIELD_NULLABLE,
	 .help = "The most that it takes; null: not this currency."},
	{.name = "is_eligible", .type = FIELD_BOOLEAN, .flags = RO,
	 .help = "Whether this cart can be paid by it as it stands."},
	{.name = "code", .type = FIELD_TEXT, .flags = RO,
	 .help = "Why not: cart_ordered, cart_empty, nothing_to_pay, "
		 "not_configured, amount_not_supported, amount_too_small, "
		 "amount_too_large; empty when it can."},
	{.name = "reason", .type = FIELD_TEXT, .flags = RO,
	 .help = "The same as a sentence."},
	{0},
};
const struct resource method_resource = {
	.name = "PaymentMethod",
	.fields = method_fields,
	.help = "A way to pay for a cart.",
};

static const struct method_refusal ordered = {
	"cart_ordered", "The cart has been ordered."};
static const struct method_refusal empty = {
	"cart_empty", "There is nothing in the cart."};
static const struct method_refusal free_of_charge = {
	"nothing_to_pay", "The total is zero: complete the cart without a "
			  "payment."};
static const struct method_refusal not_configured = {
	"not_configured", "This shop does not take it at present."};
static const struct method_refusal not_supported = {
	"amount_not_supported", "It does not take this currency."};
static const struct method_refusal too_small = {
	"amount_too_small", "The total is below the least that it takes."};
static const struct method_refusal too_large = {
	"amount_too_large", "The total is above the most that it takes."};

const struct method_refusal *
method_refused(const struct payment_gateway *gateway,
	       const struct config *settings, const struct cart *cart)
{
	int64_t least;
	int64_t most;

	if (cart->state == CART_ORDERED)
		return &ordered;
	if (cart->line_count == 0)
		return &empty;
	if (cart->sum.total == 0)
		return &free_of_charge;
	if (!gateway->is_configured(settings))
		return &not_configured;
	if (!gateway->limits(cart->currency, &least, &most))
		return &not_supported;
	if (cart->sum.total < least)
		return &too_small;
	return cart->sum.total > most ? &too_large : NULL;
}

static void put(struct out *out, const char *key, const char *value)
{
	out_key(out, key);
	out_text(out, value);
}

static void put_limits(struct out *out, const struct payment_gateway *gateway,
		       const char *code)
{
	const struct currency *currency = currency_find(code);
	char least_text[MONEY_TEXT_SIZE];
	char most_text[MONEY_TEXT_SIZE];
	int64_t least = 0;
	int64_t most = 0;
	bool is_known = currency != NULL &&
			gateway->limits(code, &least, &most);

	if (is_known) {
		money_format(least, currency, least_text);
		money_format(most, currency, most_text);
	}
	put(out, "minimum", is_known ? least_text : NULL);
	put(out, "maximum", is_known ? most_text : NULL);
}

static void write_method(struct out *out, const struct payment_gateway *gateway,
			 const struct cart *cart)
{
	const struct method_refusal *refusal =
		method_refused(gateway, config, cart);

	out_object(out);
	put(out, "gateway", gateway->name);
	put(out, "method", "card");
	put(out, "name", "Card");
	put(out, "publishable_key", gateway->publishable_key(config));
	put(out, "currency", cart->currency);
	put_limits(out, gateway, cart->currency);
	out_key(out, "is_eligible");
	out_bool(out, refusal == NULL);
	put(out, "code", refusal != NULL ? refusal->code : "");
	put(out, "reason", refusal != NULL ? refusal->reason : "");
	out_object_end(out);
}

async bool method_list(struct request *req)
{
	struct cart_key key;
	struct cart cart;
	struct out out;

	if (!cart_key_read(req, &key) ||
	    !cart_load(&req->http.work, &key, &cart))
		return false;
	out_init(&out, &req->http.answer);
	out_array(&out);
	write_method(&out, &stripe_gateway, &cart);
	out_array_end(&out);
	return reply(req, 200);
}
