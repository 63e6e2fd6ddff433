/* gateway_driver.c - one call to a gateway: time, outcome, log. It never
 * repeats by itself: whoever asked knows whether the key allows it. */
#include <domain/payments.h>

#include <assert.h>
#include <string.h>

#include <platform/log.h>

static const struct payment_gateway *const gateways[] = {&stripe_gateway, NULL};

static const char *const operation_names[] = {
	[GATEWAY_CREATE] = "create",   [GATEWAY_CONFIRM] = "confirm",
	[GATEWAY_CAPTURE] = "capture", [GATEWAY_CANCEL] = "cancel",
	[GATEWAY_READ] = "read",       [GATEWAY_FIND] = "find",
	[GATEWAY_REFUND] = "refund",
	[GATEWAY_READ_REFUND] = "read_refund",
};
static const char *const verdict_names[] = {
	[GATEWAY_OK] = "ok",	     [GATEWAY_DECLINED] = "declined",
	[GATEWAY_INVALID] = "invalid", [GATEWAY_BUSY] = "busy",
	[GATEWAY_AMBIGUOUS] = "ambiguous", [GATEWAY_BROKEN] = "broken",
};

const struct payment_gateway *gateway_find(const char *name)
{
	for (size_t i = 0; gateways[i] != NULL; i++)
		if (strcmp(gateways[i]->name, name) == 0)
			return gateways[i];
	return NULL;
}

static void log_call(const struct payment_gateway *gateway,
		     const struct gateway_ask *ask,
		     const struct client_answer *answer,
		     const struct gateway_said *said)
{
	bool is_fine = said->verdict == GATEWAY_OK ||
		       said->verdict == GATEWAY_DECLINED;

	log_line(is_fine ? LOG_INFO_LINE : LOG_WARNING_LINE, "gateway",
		 "gateway", gateway->name, "operation",
		 operation_names[ask->operation], "verdict",
		 verdict_names[said->verdict], "payment",
		 ask->payment_id != NULL ? ask->payment_id : "", "reference",
		 said->reference != NULL ? said->reference : "", "problem",
		 answer->outcome == CLIENT_ANSWERED ? said->error_code
						    : answer->error,
		 NULL);
}

async void gateway_call(struct work *w, const struct payment_gateway *gateway,
			const struct gateway_ask *ask,
			struct gateway_said *said)
{
	struct client_request request;
	struct client_answer answer = {.outcome = CLIENT_NOT_SENT};

	assert(w->transaction == NULL);
	*said = (struct gateway_said){.error_code = "", .error_message = ""};
	if (!gateway->build(config, &w->arena, ask, &request)) {
		said->verdict = GATEWAY_INVALID;
		said->error_code = "amount_not_supported";
		log_call(gateway, ask, &answer, said);
		return;
	}
	client_call(w, gateway->peer, &request, &answer);
	if (answer.outcome == CLIENT_ANSWERED)
		gateway->parse(&w->arena, ask, &answer, said);
	else
		said->verdict = answer.outcome == CLIENT_NOT_SENT
					? GATEWAY_BUSY
					: GATEWAY_AMBIGUOUS;
	if (said->reference != NULL && said->refund_reference == NULL &&
	    said->is_live != config->stripe_live) {
		/* somebody's test money is not money, nor the reverse */
		*said = (struct gateway_said){.verdict = GATEWAY_BROKEN,
					      .error_code = "wrong_mode",
					      .error_message = ""};
	}
	log_call(gateway, ask, &answer, said);
}
