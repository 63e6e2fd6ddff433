/* stripe.c - the Stripe adapter: what it is made of (providers section 1). */
#include "stripe.h"

static const struct peer stripe_peer = {
	.name = "stripe",
	.connect_ms = 3000,
	.total_ms = 30000,
	.in_flight_max = 64,
	.answer_max = 1 << 20,
};

static const char *publishable_key(const struct config *settings)
{
	return settings->stripe_publishable_key;
}

static bool is_configured(const struct config *settings)
{
	return settings->stripe_url[0] != '\0' &&
	       settings->stripe_secret_key[0] != '\0' &&
	       settings->stripe_publishable_key[0] != '\0';
}

const struct payment_gateway stripe_gateway = {
	.name = "stripe",
	.peer = &stripe_peer,
	.signature_header = "Stripe-Signature",
	.build = stripe_build,
	.parse = stripe_parse,
	.verify = stripe_verify,
	.read_event = stripe_read_event,
	.publishable_key = publishable_key,
	.is_configured = is_configured,
	.limits = stripe_limits,
};
