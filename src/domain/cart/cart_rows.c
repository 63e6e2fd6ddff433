/* cart_rows.c - a cart from the rows of its statements: a row a line. */
#include "cart_store.h"

#include <string.h>

#include <platform/auth.h>

/* As cart_show, cart_show_any and cart_add in sql/queries/cart.sql. */
enum {
	C_ID, C_ACCOUNT, C_SECRET, C_STATE, C_EMAIL, C_NOTE, C_CURRENCY,
	C_SHIPPING_ADDRESS, C_BILLING_ADDRESS, C_BILLING_SAME, C_EXPIRES,
	C_HELD_UNTIL, C_VERSION, C_COUNTRY, C_TAX_RATE, C_TAX_INCLUSIVE,
	C_RATE, C_METHOD, C_SHIPPING_AMOUNT, C_WEIGHT_FROM, C_WEIGHT_TO,
	C_VALUE_FROM, C_VALUE_TO, C_ITEM, C_VARIANT, C_QUANTITY, C_PRODUCT,
	C_SLUG, C_NAME, C_SKU, C_WEIGHT, C_PUBLISHED, C_PRICE, C_AVAILABLE,
	C_HAS_RATE, C_VARIANT_NAME, C_OPTIONS
};

static enum cart_problem line_problem(const struct rows *rows, int row,
				      const struct cart_line *line)
{
	if (!row_bool(rows, row, C_PUBLISHED))
		return CART_LINE_UNPUBLISHED;
	if (row_is_null(rows, row, C_PRICE))
		return CART_LINE_NO_PRICE;
	return line->available < line->quantity ? CART_LINE_SHORT
						: CART_LINE_FINE;
}

static void line_read(const struct rows *rows, int row, struct cart_line *line)
{
	bool has_price = !row_is_null(rows, row, C_PRICE);
	bool has_stock = !row_is_null(rows, row, C_AVAILABLE);
	int64_t available = has_stock ? row_int(rows, row, C_AVAILABLE) : 0;

	*line = (struct cart_line){
		.item = row_uuid(rows, row, C_ITEM),
		.variant = row_uuid(rows, row, C_VARIANT),
		.product = row_uuid(rows, row, C_PRODUCT),
		.slug = row_text(rows, row, C_SLUG),
		.name = row_text(rows, row, C_NAME),
		.variant_name = row_text(rows, row, C_VARIANT_NAME),
		.options = row_text(rows, row, C_OPTIONS),
		.sku = row_text(rows, row, C_SKU),
		.weight_grams = row_int(rows, row, C_WEIGHT),
		.available = available < 0 ? 0 : available,
		.quantity = row_int(rows, row, C_QUANTITY),
		.unit_price = has_price ? row_int(rows, row, C_PRICE) : 0,
	};
	line->problem = line_problem(rows, row, line);
}

static void lines_read(struct arena *arena, const struct rows *rows,
		       struct cart *cart)
{
	cart->line_count = row_is_null(rows, 0, C_ITEM) ? 0
							: (size_t)rows->count;
	cart->lines = arena_array(arena, struct cart_line,
				  cart->line_count + 1);
	for (size_t i = 0; i < cart->line_count; i++)
		line_read(rows, (int)i, &cart->lines[i]);
}

static struct shipping_choice choice_read(const struct rows *rows)
{
	if (row_is_null(rows, 0, C_RATE))
		return (struct shipping_choice){
			.is_chosen = row_bool(rows, 0, C_HAS_RATE)};
	return (struct shipping_choice){
		.is_chosen = true,
		.is_in_zone = true,
		.rate = row_uuid(rows, 0, C_RATE),
		.method = row_text(rows, 0, C_METHOD),
		.amount = row_int(rows, 0, C_SHIPPING_AMOUNT),
		.weight_from = row_int(rows, 0, C_WEIGHT_FROM),
		.weight_to = row_int(rows, 0, C_WEIGHT_TO),
		.value_from = row_int(rows, 0, C_VALUE_FROM),
		.value_to = row_int(rows, 0, C_VALUE_TO),
	};
}

static void addresses_read(const struct rows *rows, struct cart *cart)
{
	const char *country = row_text(rows, 0, C_COUNTRY);

	cart->country = country == NULL ? "" : country;
	cart->shipping_address = row_text(rows, 0, C_SHIPPING_ADDRESS);
	cart->billing_same_as_shipping = row_bool(rows, 0, C_BILLING_SAME);
	cart->billing_address = cart->billing_same_as_shipping
					? cart->shipping_address
					: row_text(rows, 0, C_BILLING_ADDRESS);
}

static struct uuid uuid_or_nil(const struct rows *rows, int column)
{
	return row_is_null(rows, 0, column) ? (struct uuid){{0}}
					    : row_uuid(rows, 0, column);
}

bool cart_read(struct work *w, const struct rows *rows, struct cart *cart)
{
	struct shipping_choice choice;

	if (rows->count == 0)
		return refuse(w, &cart_not_found, NULL);
	*cart = (struct cart){
		.id = row_uuid(rows, 0, C_ID),
		.account = uuid_or_nil(rows, C_ACCOUNT),
		.state = cart_state_find(row_text(rows, 0, C_STATE)),
		.email = row_text(rows, 0, C_EMAIL),
		.note = row_text(rows, 0, C_NOTE),
		.currency = row_text(rows, 0, C_CURRENCY),
		.expires_at = row_time(rows, 0, C_EXPIRES),
		.version = row_int(rows, 0, C_VERSION),
	};
	if (!row_is_null(rows, 0, C_TAX_RATE))
		cart->tax = (struct price_tax){
			row_int(rows, 0, C_TAX_RATE),
			row_bool(rows, 0, C_TAX_INCLUSIVE)};
	if (!row_is_null(rows, 0, C_HELD_UNTIL))
		cart->held_until = row_time(rows, 0, C_HELD_UNTIL);
	hex_decode(row_text(rows, 0, C_SECRET), cart->secret_hash,
		   sizeof(cart->secret_hash));
	addresses_read(rows, cart);
	lines_read(&w->arena, rows, cart);
	choice = choice_read(rows);
	return cart_add_up(w, cart, &choice);
}
