/* stripe.h - what the files of the Stripe adapter share. */
#ifndef DOMAIN_PAYMENTS_STRIPE_H
#define DOMAIN_PAYMENTS_STRIPE_H

#include <domain/payments.h>

/* The API version that build() asks for and parse() understands. */
#define STRIPE_VERSION "2026-07-29.dahlia"

struct json_t;

/* Between ISO 4217 minor units and Stripe's; currency in any case. False when
 * the amount has digits that the other side cannot say. */
bool stripe_amount_out(int64_t amount, const char *currency, int64_t *stripe);
bool stripe_amount_in(int64_t stripe, const char *currency, int64_t *amount);

/* What one payment may come to, ISO minor units (docs.stripe.com/currencies,
 * "Minimum and maximum charge amounts"). False for a currency that is none. */
bool stripe_limits(const char *currency, int64_t *least, int64_t *most);

bool stripe_build(const struct config *settings, struct arena *arena,
		  const struct gateway_ask *ask,
		  struct client_request *request);
void stripe_parse(struct arena *arena, const struct gateway_ask *ask,
		  const struct client_answer *answer,
		  struct gateway_said *said);
/* One payment_intent object. False when it is none. */
bool stripe_read_intent(struct arena *arena, const struct json_t *intent,
			struct gateway_said *said);
bool stripe_read_refund(struct arena *arena, const struct json_t *refund,
			struct gateway_said *said);
enum hook_verdict stripe_verify(const struct config *settings,
				struct arena *arena, const struct hook *hook,
				int64_t now);
enum hook_verdict stripe_read_event(const struct config *settings,
				    struct arena *arena,
				    const struct hook *hook,
				    struct gateway_event *event);

#endif
