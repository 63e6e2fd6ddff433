/* order.c - how an order may move, and how its payments add up. Never waits. */
#include <domain/orders.h>

#include <assert.h>
#include <string.h>

#include <platform/text.h>
#include <rest/request.h>

#define TO(state) (1u << (state))

/* The life of an order. An expired one is tried again when its cart is paid
 * after all, or placed when the money came too late and stock is there. */
static const struct {
	const char *name;
	unsigned next;
} life[ORDER_STATES] = {
	[ORDER_PENDING] = {"pending_payment",
			   TO(ORDER_PLACED) | TO(ORDER_EXPIRED)},
	[ORDER_PLACED] = {"placed", TO(ORDER_COMPLETED) | TO(ORDER_CANCELED)},
	[ORDER_COMPLETED] = {"completed", 0},
	[ORDER_CANCELED] = {"canceled", 0},
	[ORDER_EXPIRED] = {"expired", TO(ORDER_PENDING) | TO(ORDER_PLACED)},
};

static const struct fault_kind wrong_state = {
	409, "order_wrong_state", "The order has moved on."};

const char *order_state_name(enum order_state state)
{
	assert(state < ORDER_STATES);
	return life[state].name;
}

enum order_state order_state_find(const char *name)
{
	enum order_state state = 0;

	while (state < ORDER_STATES && strcmp(life[state].name, name) != 0)
		state++;
	assert(state < ORDER_STATES);
	return state;
}

bool order_may(enum order_state from, enum order_state to)
{
	assert(from < ORDER_STATES && to < ORDER_STATES);
	return (life[from].next & TO(to)) != 0;
}

static const char *allowed_list(struct arena *arena, enum order_state from)
{
	struct text text;
	struct out out;

	text_init(&text, arena, 64);
	out_init(&out, &text);
	out_array(&out);
	for (enum order_state to = 0; to < ORDER_STATES; to++)
		if (order_may(from, to))
			out_text(&out, order_state_name(to));
	out_array_end(&out);
	return text.bytes;
}

bool order_advance(struct work *w, enum order_state *state,
		   enum order_state next)
{
	if (!order_may(*state, next))
		return refuse_with(w, &wrong_state, "allowed",
				   allowed_list(&w->arena, *state),
				   "A %s order cannot become %s.",
				   order_state_name(*state),
				   order_state_name(next));
	*state = next;
	return true;
}

const char *order_payment_status(const struct order_sums *sums)
{
	if (sums->refunded > 0)
		return sums->refunded < sums->captured ? "partially_refunded"
						       : "refunded";
	if (sums->captured > sums->total)
		return "overpaid";
	if (sums->captured == sums->total)
		return "paid"; /* a free order is paid */
	if (sums->captured > 0)
		return "partially_paid";
	if (sums->authorized > 0)
		return "authorized";
	return sums->was_voided ? "voided" : "none";
}
