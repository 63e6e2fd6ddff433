/* prepare.c - PREPARE: a cart becomes an order that waits to be paid; then
 * the call to the gateway, outside any transaction. */
#include "checkout.h"

#include <string.h>

#include <domain/inventory.h>
#include <domain/orders.h>
#include <platform/clock.h>
#include <platform/config.h>
#include <platform/db.h>
#include <platform/money.h>
#include <queries.h>

enum {
	PATIENCE = 4,	  /* seconds that a client waits for a gateway */
	STORE_SECONDS = 4, /* then, to store what it said */
	IN_FLIGHT = 5	  /* seconds in which somebody else is still asking */
};

static const struct fault_kind total_mismatch = {
	409, "total_mismatch", "The total is no longer what was expected."};
static const struct fault_kind payment_required = {
	409, "payment_required", "The cart is not paid for."};
static const struct fault_kind nothing_to_pay = {
	409, "nothing_to_pay",
	"Nothing is to be paid: complete the cart without a payment."};
static const struct fault_kind ordered = {
	409, "cart_ordered", "The cart has been ordered."};
static const struct fault_kind session_over = {
	409, "payment_session_over",
	"This payment session is over: begin a new one."};

/* Left out, the amount counts if its digits mean the same in the shop's
 * currency, by which it was read, and in the cart's. */
static bool is_expected(const struct preparation *p, int64_t total,
			const char *currency)
{
	if (p->expected_total != total)
		return false;
	if (p->expected_currency != NULL)
		return strcmp(p->expected_currency, currency) == 0;
	return currency_find(currency)->exponent ==
	       currency_find(config->currency)->exponent;
}

static bool demand_total(struct work *w, const struct preparation *p,
			 int64_t total, const char *currency)
{
	char text[MONEY_TEXT_SIZE];

	if (!p->is_completing || is_expected(p, total, currency))
		return true;
	money_format(total, currency_find(currency), text);
	return refuse_with(w, &total_mismatch, "total",
			   arena_format(&w->arena, "\"%s\"", text), "%s", "");
}

struct line_arrays {
	struct uuid *variants, *products;
	const char **skus, **names;
	int64_t *quantities, *prices, *totals, *taxes;
};

static void lines_spread(struct arena *arena, const struct cart *cart,
			 struct line_arrays *to)
{
	size_t n = cart->line_count;
	int64_t *numbers = arena_array(arena, int64_t, 4 * n);

	to->variants = arena_array(arena, struct uuid, 2 * n);
	to->products = to->variants + n;
	to->skus = arena_array(arena, const char *, 2 * n);
	to->names = to->skus + n;
	to->quantities = numbers;
	to->prices = numbers + n;
	to->totals = numbers + 2 * n;
	to->taxes = numbers + 3 * n;
	for (size_t i = 0; i < n; i++) {
		const struct cart_line *line = &cart->lines[i];

		to->variants[i] = line->variant;
		to->products[i] = line->product;
		to->skus[i] = line->sku;
		to->names[i] = line->name;
		to->quantities[i] = line->quantity;
		to->prices[i] = line->unit_price;
		to->totals[i] = line->total;
		to->taxes[i] = line->tax;
	}
}

static async bool insert(struct work *w, const struct preparation *p,
			 const struct cart *cart, const struct uuid *payment,
			 struct rows *rows)
{
	struct arena *arena = &w->arena;
	struct uuid order = uuid_make();
	struct line_arrays l;
	size_t n = cart->line_count;
	char id[UUID_TEXT_LENGTH + 1] = "";

	lines_spread(arena, cart, &l);
	uuid_format(payment, id);
	return db_query(
		w, &q_checkout_prepare,
		params(p_uuid(&order), p_uuid(&cart->id),
		       p_int(cart->sum.subtotal), p_int(cart->sum.shipping),
		       p_int(cart->sum.tax_total), p_int(cart->sum.total),
		       p_bool(cart->tax.is_inclusive), p_int(cart->tax.rate),
		       p_int(cart->sum.shipping_tax),
		       p_text(cart->shipping_method),
		       p_text(cart->shipping_address),
		       p_text(cart->billing_address),
		       p_uuids(arena, l.variants, n),
		       p_uuids(arena, l.products, n), p_texts(arena, l.skus, n),
		       p_texts(arena, l.names, n),
		       p_ints(arena, l.quantities, n),
		       p_ints(arena, l.prices, n), p_ints(arena, l.totals, n),
		       p_ints(arena, l.taxes, n), p_uuid(payment),
		       p_text(p->gateway),
		       p_text(arena_format(arena, "payment:%s", id)),
		       p_text(p->payment_method), p_text(p->return_url),
		       p_bool(config->stripe_manual_capture)),
		rows);
}

/* The payment just written, as payment_load would read it. */
static void fill_fresh(struct work *w, struct preparation *p,
		       const struct cart *cart, const struct uuid *id)
{
	char text[UUID_TEXT_LENGTH + 1];

	uuid_format(id, text);
	p->has_payment = true;
	p->is_fresh = true;
	p->payment = (struct payment){
		.id = *id,
		.order = p->order,
		.cart = cart->id,
		.gateway = p->gateway,
		.state = PAYMENT_CREATED,
		.currency = cart->currency,
		.amount = cart->sum.total,
		.is_manual_capture = config->stripe_manual_capture,
		.attempt = 1,
		.idempotency_key = arena_format(&w->arena, "payment:%s", text),
		.payment_method = p->payment_method,
		.return_url = p->return_url,
		.error_code = "",
		.error_message = "",
		.order_state = order_state_name(ORDER_PENDING),
		.order_total = cart->sum.total,
	};
}

static async bool make_order(struct work *w, struct preparation *p,
			     const struct cart *cart)
{
	bool is_free = cart->sum.total == 0;
	struct uuid payment = {{0}};
	struct rows rows;

	if (!cart_demand_ready(w, cart) ||
	    !demand_total(w, p, cart->sum.total, cart->currency))
		return false;
	if (p->is_completing && !is_free && p->payment_method == NULL)
		return refuse(w, &payment_required, NULL);
	if (!p->is_completing && is_free)
		return refuse(w, &nothing_to_pay, NULL);
	if (!is_free)
		payment = uuid_make();
	if (!stock_reserve(w, &cart->id, NULL) ||
	    !insert(w, p, cart, &payment, &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &ordered, NULL);
	p->order = row_uuid(&rows, 0, 0);
	if (!is_free)
		fill_fresh(w, p, cart, &payment);
	p->is_placed = is_free;
	return !is_free || checkout_place_free(w, &p->order, &cart->id);
}

/* A card for an attempt that waits for one. */
static async bool take_retry(struct work *w, struct preparation *p)
{
	struct rows rows;

	p->is_retry = p->payment_method != NULL &&
		      p->payment.reference != NULL &&
		      p->payment.state == PAYMENT_CREATED;
	if (!p->is_retry)
		return true;
	if (!db_query(w, &q_payment_retry, params(p_uuid(&p->payment.id)),
		      &rows))
		return false;
	p->payment.attempt = row_int(&rows, 0, 0);
	return true;
}

static async bool join_order(struct work *w, struct preparation *p,
			     const struct cart *cart)
{
	struct uuid payment = {{0}};
	struct rows rows;

	if (!db_query(w, &q_checkout_current, params(p_uuid(&cart->id)), &rows))
		return false;
	if (rows.count == 0)
		return cart_demand_active(w, cart);
	p->order = row_uuid(&rows, 0, 0);
	p->is_placed = cart->state == CART_ORDERED;
	if (!demand_total(w, p, row_int(&rows, 0, 2), row_text(&rows, 0, 3)))
		return false;
	p->has_payment = !row_is_null(&rows, 0, 4);
	payment = p->has_payment ? row_uuid(&rows, 0, 4) : payment;
	if (p->session != NULL && !uuid_equal(p->session, &payment))
		return refuse(w, &session_over, NULL);
	if (p->is_placed || !p->has_payment)
		return true;
	return payment_lock(w, &payment, &p->payment) && take_retry(w, p);
}

static async bool prepare_step(struct work *w, void *argument)
{
	struct preparation *p = argument;
	struct cart cart;

	p->is_placed = p->has_payment = p->is_fresh = p->is_retry = false;
	if (!cart_lock(w, &p->key, &cart))
		return false;
	if (cart.state == CART_ACTIVE && p->session != NULL)
		return refuse(w, &session_over, NULL);
	if (cart.state == CART_ACTIVE)
		return make_order(w, p, &cart);
	if (cart.state == CART_ORDERED && !p->is_completing)
		return refuse(w, &ordered, NULL);
	return join_order(w, p, &cart);
}

async bool checkout_prepare(struct work *w, struct preparation *preparation)
{
	if (preparation->gateway == NULL)
		preparation->gateway = stripe_gateway.name;
	return db_transact(w, prepare_step, preparation);
}

/* Whether there is something to ask. A browser's session is asked about only
 * on completion; what somebody else is asking just now is left to them. */
static bool wants_call(const struct preparation *p)
{
	const struct payment *payment = &p->payment;

	if (!p->has_payment || p->is_placed || payment_is_covered(payment->state))
		return false;
	if (p->is_fresh || p->is_retry)
		return true;
	if (payment->reference == NULL)
		return payment->age > IN_FLIGHT * SECOND;
	return p->is_completing || payment->state != PAYMENT_CREATED;
}

bool checkout_demand_gateway(struct work *w, const struct payment *payment)
{
	static const struct fault_kind unavailable = {
		503, "payment_unavailable",
		"Payments are out of order; nothing was charged."};

	if (payment->state != PAYMENT_FAILED ||
	    strcmp(payment->error_code, CHECKOUT_NO_GATEWAY) != 0)
		return true;
	refuse(w, &unavailable, NULL);
	w->fault.retry_after = 30;
	return false;
}

async bool checkout_pay(struct work *w, struct preparation *p)
{
	struct gateway_said said;
	struct gateway_ask ask;
	struct application a = {.payment = p->payment.id,
				.said = &said,
				.source = "api"};
	int64_t now = clock_monotonic();
	int64_t deadline = w->deadline;

	if (!wants_call(p))
		return true;
	payment_question(&w->arena, &p->payment, &ask);
	if (p->is_retry) {
		ask.operation = GATEWAY_CONFIRM;
		ask.payment_method = p->payment_method;
		ask.return_url = p->return_url;
		ask.idempotency_key =
			arena_format(&w->arena, "%s:confirm:%lld",
				     p->payment.idempotency_key,
				     (long long)p->payment.attempt);
	}
	if (w->deadline > now + PATIENCE * SECOND)
		w->deadline = now + PATIENCE * SECOND;
	gateway_call(w, gateway_find(p->payment.gateway), &ask, &said);
	/* what was said is stored even if the request's time is over */
	now = clock_monotonic() + STORE_SECONDS * SECOND;
	w->deadline = deadline > now ? deadline : now;
	a.operation = ask.operation;
	/* the first call there was, and our key is refused: nothing is there */
	if (p->is_fresh && said.verdict == GATEWAY_BROKEN) {
		said.verdict = GATEWAY_INVALID;
		said.error_code = CHECKOUT_NO_GATEWAY;
	}
	if (!checkout_apply(w, &a))
		return false;
	p->payment = a.after;
	return true;
}
