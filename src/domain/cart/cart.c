/* cart.c - what a cart costs, and what keeps it from checkout. Never waits. */
#include <domain/cart.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <platform/money.h>
#include <rest/request.h>

#include "cart_store.h"

static const struct fault_kind cart_frozen = {
	409, "cart_frozen", "The cart is being paid and cannot be changed."};
static const struct fault_kind cart_ordered = {
	409, "cart_ordered", "The cart has become an order."};
static const struct fault_kind cart_not_ready = {
	409, "cart_not_ready", "The cart cannot be ordered yet."};

static const char *const states[] = {
	[CART_ACTIVE] = "active",
	[CART_FROZEN] = "frozen",
	[CART_ORDERED] = "ordered",
	[CART_ABANDONED] = "abandoned",
	[CART_MERGED] = "merged",
};

static const struct {
	const char *code;
	const char *detail;
} problems[] = {
	[CART_LINE_FINE] = {"", ""},
	[CART_LINE_UNPUBLISHED] = {"unpublished", "It is no longer on sale."},
	[CART_LINE_NO_PRICE] = {"no_price",
				"It has no price in this currency."},
	[CART_LINE_SHORT] = {"insufficient_stock",
			     "Fewer than that are available."},
};

const char *cart_state_name(enum cart_state state)
{
	return states[state];
}

enum cart_state cart_state_find(const char *name)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i], name) == 0)
			return (enum cart_state)i;
	assert(false); /* a state that the table does not have */
	abort();
}

const char *cart_problem_code(enum cart_problem problem)
{
	return problems[problem].code;
}

const char *cart_problem_detail(enum cart_problem problem)
{
	return problems[problem].detail;
}

/* The pinned amount holds while goods and address stay within its bands. */
static void shipping_apply(struct cart *cart,
			   const struct shipping_choice *choice)
{
	bool fits = choice->is_chosen && choice->is_in_zone &&
		    choice->weight_from <= cart->weight_grams &&
		    cart->weight_grams < choice->weight_to &&
		    choice->value_from <= cart->sum.subtotal &&
		    cart->sum.subtotal < choice->value_to;

	cart->shipping_outdated = choice->is_chosen && !fits;
	cart->shipping_method = fits ? choice->method : "";
	cart->shipping_rate = fits ? choice->rate : (struct uuid){{0}};
	cart->sum.shipping = fits ? choice->amount : 0;
}

static void cart_count(struct cart *cart)
{
	cart->item_count = 0;
	cart->weight_grams = 0;
	for (size_t i = 0; i < cart->line_count; i++) {
		const struct cart_line *line = &cart->lines[i];

		cart->item_count += line->quantity;
		cart->weight_grams += line->quantity * line->weight_grams;
	}
}

bool cart_add_up(struct work *w, struct cart *cart,
		 const struct shipping_choice *choice)
{
	struct price_line *lines = arena_array(&w->arena, struct price_line,
					       cart->line_count + 1);

	for (size_t i = 0; i < cart->line_count; i++)
		lines[i] = (struct price_line){
			.quantity = cart->lines[i].quantity,
			.unit_price = cart->lines[i].unit_price};
	cart_count(cart);
	cart->sum = (struct price_sum){0};
	if (!price_total(w, lines, cart->line_count, cart->tax, &cart->sum))
		return false;
	shipping_apply(cart, choice);
	if (cart->sum.shipping > 0 &&
	    !price_total(w, lines, cart->line_count, cart->tax, &cart->sum))
		return false;
	for (size_t i = 0; i < cart->line_count; i++) {
		cart->lines[i].total = lines[i].total;
		cart->lines[i].tax = lines[i].tax;
	}
	return true;
}

bool cart_demand_active(struct work *w, const struct cart *cart)
{
	if (cart->state == CART_ACTIVE)
		return true;
	return refuse(w,
		      cart->state == CART_FROZEN ? &cart_frozen : &cart_ordered,
		      NULL);
}

size_t cart_missing(const struct cart *cart,
		    const char *missing[CART_MISSING_MAX])
{
	size_t count = 0;

	if (cart->line_count == 0)
		missing[count++] = "items";
	if (*cart->email == '\0')
		missing[count++] = "email";
	if (cart->shipping_address == NULL)
		missing[count++] = "shipping_address";
	if (cart->billing_address == NULL)
		missing[count++] = "billing_address";
	if (*cart->shipping_method == '\0')
		missing[count++] = "shipping_method";
	return count;
}

/* The lines' problems and what is missing, as one list. */
static bool problems_list(struct arena *arena, const struct cart *cart,
			  const char **json)
{
	const char *missing[CART_MISSING_MAX];
	size_t missing_count = cart_missing(cart, missing);
	size_t found = missing_count;
	struct text text;
	struct out out;

	text_init(&text, arena, 256);
	out_init(&out, &text);
	out_array(&out);
	for (size_t i = 0; i < missing_count; i++) {
		out_object(&out);
		out_key(&out, "code");
		out_text(&out, arena_format(arena, "%s_required", missing[i]));
		out_object_end(&out);
	}
	for (size_t i = 0; i < cart->line_count; i++) {
		const struct cart_line *line = &cart->lines[i];

		if (line->problem == CART_LINE_FINE)
			continue;
		found++;
		out_object(&out);
		out_key(&out, "code");
		out_text(&out, cart_problem_code(line->problem));
		out_key(&out, "sku");
		out_text(&out, line->sku);
		out_key(&out, "available");
		out_int(&out, line->available);
		out_object_end(&out);
	}
	out_array_end(&out);
	*json = text.bytes;
	return found > 0;
}

bool cart_demand_ready(struct work *w, const struct cart *cart)
{
	const char *json;

	return !problems_list(&w->arena, cart, &json) ||
	       refuse_with(w, &cart_not_ready, "problems", json, "%s",
			   cart_not_ready.detail);
}
