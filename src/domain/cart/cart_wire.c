/* cart_wire.c - a cart as JSON. */
#include "cart_wire.h"

#include <stdio.h>
#include <string.h>

#include <platform/clock.h>
#include <platform/money.h>
#include <rest/request.h>

#include "cart_store.h"

static void put_uuid(struct out *out, const char *key, const struct uuid *uuid)
{
	char text[UUID_TEXT_LENGTH + 1];

	uuid_format(uuid, text);
	out_key(out, key);
	out_text(out, text);
}

static void put_text(struct out *out, const char *key, const char *text)
{
	out_key(out, key);
	out_text(out, text);
}

static void put_int(struct out *out, const char *key, int64_t number)
{
	out_key(out, key);
	out_int(out, number);
}

static void put_bool(struct out *out, const char *key, bool is_true)
{
	out_key(out, key);
	out_bool(out, is_true);
}

static void put_time(struct out *out, const char *key, int64_t wall)
{
	char text[TIME_TEXT_SIZE];

	time_format(wall, text);
	put_text(out, key, wall == 0 ? NULL : text);
}

static void put_money(struct out *out, const char *key, int64_t amount,
		      const struct currency *currency)
{
	char text[MONEY_TEXT_SIZE];

	money_format(amount, currency, text);
	put_text(out, key, text);
}

static void put_json(struct out *out, const char *key, const char *json)
{
	out_key(out, key);
	if (json == NULL)
		out_null(out);
	else
		out_raw(out, json, strlen(json));
}

static void put_product(struct out *out, const struct cart_line *line)
{
	out_key(out, "product");
	out_object(out);
	put_uuid(out, "id", &line->product);
	put_text(out, "slug", line->slug);
	put_text(out, "name", line->name);
	out_object_end(out);
}

static void put_line(struct out *out, const struct cart_line *line,
		     const struct currency *currency)
{
	out_object(out);
	put_uuid(out, "id", &line->item);
	put_product(out, line);
	put_uuid(out, "variant", &line->variant);
	put_text(out, "variant_name", line->variant_name);
	put_json(out, "options", line->options);
	put_text(out, "sku", line->sku);
	put_int(out, "quantity", line->quantity);
	if (line->problem == CART_LINE_NO_PRICE)
		put_text(out, "unit_price", NULL);
	else
		put_money(out, "unit_price", line->unit_price, currency);
	put_money(out, "line_total", line->total, currency);
	put_bool(out, "available", line->problem == CART_LINE_FINE);
	out_object_end(out);
}

static void put_sums(struct out *out, const struct cart *cart,
		     const struct currency *currency)
{
	put_int(out, "item_count", cart->item_count);
	put_money(out, "subtotal", cart->sum.subtotal, currency);
	put_money(out, "shipping_total", cart->sum.shipping, currency);
	put_money(out, "tax_total", cart->sum.tax_total, currency);
	put_money(out, "total", cart->sum.total, currency);
	put_bool(out, "tax_included", cart->tax.is_inclusive);
}

static void put_method(struct out *out, const struct cart *cart,
		       const struct currency *currency)
{
	out_key(out, "shipping_method");
	if (*cart->shipping_method == '\0') {
		out_null(out);
		return;
	}
	out_object(out);
	put_uuid(out, "rate", &cart->shipping_rate);
	put_text(out, "name", cart->shipping_method);
	put_money(out, "amount", cart->sum.shipping, currency);
	out_object_end(out);
}

static void put_line_problem(struct out *out, const struct cart_line *line,
			     const char *code, const char *detail)
{
	out_object(out);
	put_text(out, "code", code);
	put_text(out, "detail", detail);
	put_uuid(out, "item", &line->item);
	put_text(out, "sku", line->sku);
	put_int(out, "available", line->available);
	out_object_end(out);
}

static void put_line_problems(struct out *out, const struct cart_line *line)
{
	if (line->problem != CART_LINE_FINE)
		put_line_problem(out, line, cart_problem_code(line->problem),
				 cart_problem_detail(line->problem));
	if (line->was_cut)
		put_line_problem(out, line, "quantity_reduced",
				 "Fewer than were asked for are in the cart.");
}

static void put_problems(struct out *out, const struct cart *cart)
{
	out_key(out, "problems");
	out_array(out);
	for (size_t i = 0; i < cart->line_count; i++)
		put_line_problems(out, &cart->lines[i]);
	if (cart->shipping_outdated) {
		out_object(out);
		put_text(out, "code", "shipping_method_outdated");
		put_text(out, "detail", "The shipping method no longer fits.");
		put_text(out, "item", NULL);
		put_text(out, "sku", NULL);
		put_text(out, "available", NULL);
		out_object_end(out);
	}
	out_array_end(out);
}

static void put_missing(struct out *out, const struct cart *cart)
{
	const char *missing[CART_MISSING_MAX];
	size_t count = cart_missing(cart, missing);

	out_key(out, "missing");
	out_array(out);
	for (size_t i = 0; i < count; i++)
		out_text(out, missing[i]);
	out_array_end(out);
}

static void cart_write(struct out *out, const struct cart *cart,
		       const char *token)
{
	const struct currency *currency = currency_find(cart->currency);

	out_object(out);
	put_uuid(out, "id", &cart->id);
	put_text(out, "token", token);
	put_text(out, "state", cart_state_name(cart->state));
	put_text(out, "email", cart->email);
	put_text(out, "note", cart->note);
	put_text(out, "currency", cart->currency);
	out_key(out, "items");
	out_array(out);
	for (size_t i = 0; i < cart->line_count; i++)
		put_line(out, &cart->lines[i], currency);
	out_array_end(out);
	put_sums(out, cart, currency);
	put_json(out, "shipping_address", cart->shipping_address);
	put_json(out, "billing_address", cart->billing_address);
	put_bool(out, "billing_same_as_shipping",
		 cart->billing_same_as_shipping);
	put_method(out, cart, currency);
	put_problems(out, cart);
	put_missing(out, cart);
	put_time(out, "held_until", cart->held_until);
	put_time(out, "expires_at", cart->expires_at);
	put_int(out, "version", cart->version);
	out_object_end(out);
}

bool cart_reply(struct request *req, int status, const struct cart *cart,
		const char *token)
{
	struct out out;
	char etag[32];

	text_init(&req->http.answer, &req->http.work.arena,
		  1024 + 512 * cart->line_count);
	req->http.content_type = "application/json";
	out_init(&out, &req->http.answer);
	cart_write(&out, cart, token);
	snprintf(etag, sizeof(etag), "\"v%lld\"", (long long)cart->version);
	http_answer_header(&req->http, "ETag", etag);
	return reply(req, status);
}
