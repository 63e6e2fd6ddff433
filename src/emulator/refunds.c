/* refunds.c - money given back, never more than was captured. */
#include "emulator.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct charge *charge_find(const char *id)
{
	for (struct charge *c = world.charges; c != NULL; c = c->next)
		if (strcmp(c->id, id) == 0)
			return c;
	return NULL;
}

struct refund *refund_find(const char *id)
{
	for (struct refund *r = world.refunds; r != NULL; r = r->next)
		if (strcmp(r->id, id) == 0)
			return r;
	return NULL;
}

static struct charge *charge_of(struct emu_call *call)
{
	const char *intent_id = form_value(&call->form, "payment_intent");
	const char *charge_id = form_value(&call->form, "charge");
	struct intent *intent;
	struct charge *charge = NULL;

	if (intent_id != NULL) {
		intent = intent_find(intent_id);
		charge = intent == NULL ? NULL : intent->charge;
	} else if (charge_id != NULL) {
		charge = charge_find(charge_id);
	}
	if (charge == NULL)
		stripe_error_param(call, "resource_missing", "payment_intent",
				   "No such payment_intent or charge");
	return charge;
}

static bool read_amount(struct emu_call *call, const struct charge *charge,
			int64_t *amount)
{
	const char *text = form_value(&call->form, "amount");
	char *end;

	*amount = charge->captured - charge->refunded;
	if (charge->captured == 0 || *amount == 0) {
		stripe_error(call, 400, "invalid_request_error",
			     charge->captured == 0 ? "charge_not_captured"
						   : "charge_already_refunded",
			     charge->captured == 0
				     ? "This charge has not been captured."
				     : "The charge has already been refunded.");
		return false;
	}
	if (text == NULL)
		return true;
	errno = 0;
	*amount = strtoll(text, &end, 10);
	if (*end != '\0' || errno != 0 || *amount < 1) {
		stripe_error_param(call, "parameter_invalid_integer", "amount",
				   "Invalid positive integer");
		return false;
	}
	if (*amount > charge->captured - charge->refunded) {
		stripe_error_param(call, "amount_too_large", "amount",
				   "Refund amount is greater than unrefunded "
				   "amount on charge.");
		return false;
	}
	return true;
}

void refund_create(struct emu_call *call)
{
	struct charge *charge = charge_of(call);
	struct refund *refund;
	int64_t amount;
	struct out out;

	if (charge == NULL || !read_amount(call, charge, &amount))
		return;
	refund = arena_new(&world.arena, struct refund);
	refund->id = world_id("re");
	refund->charge = charge;
	refund->amount = amount;
	refund->created = world_now();
	refund->reason = arena_text(&world.arena, form_value(&call->form, "reason"));
	refund->status = "succeeded";
	refund->metadata = metadata_read(call);
	refund->next = world.refunds;
	world.refunds = refund;
	charge->refunded += amount;
	event_refund("refund.created", refund);
	event_charge("charge.refunded", charge);
	out_init(&out, &call->answer);
	refund_write(&out, refund);
	call->status = 200;
}
