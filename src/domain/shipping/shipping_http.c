/* shipping_http.c - what it costs to send a cart, and the choice of it. */
#include <domain/shipping.h>

#include <domain/cart.h>
#include <queries.h>
#include <rest/listing.h>
#include <rest/request.h>

#define OUT(member, kind) \
	{.name = (member), .type = (kind), .flags = FIELD_READ_ONLY}

static const struct fault_kind address_required = {
	409, "address_required", "Give the shipping address first."};

static const struct field rate_fields[] = {
	OUT("id", FIELD_UUID),
	{.name = "method", .flags = FIELD_READ_ONLY,
	 .help = "Code of the method."},
	OUT("name", FIELD_TEXT),
	OUT("description", FIELD_TEXT),
	OUT("zone", FIELD_TEXT),
	OUT("amount", FIELD_MONEY),
	OUT("currency", FIELD_TEXT),
	OUT("is_selected", FIELD_BOOLEAN),
	{0},
};
static const struct resource rate_resource = {
	.name = "ShippingRate", .fields = rate_fields,
	.help = "A way to send this cart, and its price now."};

struct choice_in {
	struct uuid rate;
};
static const struct field choice_fields[] = {
	{.name = "rate", .type = FIELD_UUID, .flags = FIELD_REQUIRED,
	 .offset = offsetof(struct choice_in, rate)},
	{0},
};
static const struct resource choice_resource = {
	.name = "ShippingChoice", .size = sizeof(struct choice_in),
	.fields = choice_fields};

static async bool rates_list(struct request *req)
{
	struct work *w = &req->http.work;
	struct cart_key key;
	struct cart cart;
	struct rows rows;

	if (!cart_key_read(req, &key) || !cart_load(w, &key, &cart))
		return false;
	if (cart.shipping_address == NULL)
		return refuse(w, &address_required, NULL);
	return db_query(w, &q_shipping_rate_list,
			params(p_text(cart.country), p_text(cart.currency),
			       p_int(cart.weight_grams),
			       p_int(cart.sum.subtotal),
			       p_uuid(&cart.shipping_rate)),
			&rows) &&
	       reply_rows(req, 200, &rows);
}

static async bool choose(struct request *req, struct cart *cart,
			 void *argument)
{
	struct work *w = &req->http.work;
	const struct choice_in *in = argument;
	struct rows rows;

	if (!cart_load_locked(w, cart))
		return false;
	if (cart->shipping_address == NULL)
		return refuse(w, &address_required, NULL);
	if (!db_query(w, &q_shipping_rate_choose,
		      params(p_uuid(&cart->id), p_uuid(&in->rate),
			     p_text(cart->country), p_int(cart->weight_grams),
			     p_int(cart->sum.subtotal)),
		      &rows))
		return false;
	return rows.count > 0 ||
	       refuse_field(w, "rate", "This rate does not fit the cart.");
}

static async bool method_put(struct request *req)
{
	struct choice_in in;

	return read_body(req, &in) && cart_change(req, 200, choose, &in);
}

/* ---- what staff sees ---- */

static const struct field zone_fields[] = {
	OUT("id", FIELD_UUID),
	OUT("name", FIELD_TEXT),
	{.name = "countries", .type = FIELD_TEXTS, .flags = FIELD_READ_ONLY,
	 .help = "ISO 3166-1; none is the rest of the world."},
	{0},
};
static const struct resource zone_resource = {
	.name = "ShippingZone", .fields = zone_fields};
static const struct ordering zone_orderings[] = {{"name", "z.name"}, {0}};
static const struct listing zone_listing = {
	.query = &q_shipping_zone_page,
	.orderings = zone_orderings,
	.order = "name",
	.tie_break = "z.id",
};

static const struct field band_fields[] = {
	OUT("id", FIELD_UUID),
	OUT("zone", FIELD_TEXT),
	OUT("amount", FIELD_MONEY),
	OUT("currency", FIELD_TEXT),
	{.name = "weight_from", .type = FIELD_INTEGER,
	 .flags = FIELD_READ_ONLY, .help = "Grams."},
	{.name = "weight_to", .type = FIELD_INTEGER,
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE, .help = "Exclusive."},
	OUT("value_from", FIELD_MONEY),
	{.name = "value_to", .type = FIELD_MONEY,
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE, .help = "Exclusive."},
	{0},
};
static const struct resource band_resource = {
	.name = "ShippingBand", .fields = band_fields};
static const struct field method_fields[] = {
	OUT("id", FIELD_UUID),
	OUT("code", FIELD_TEXT),
	OUT("name", FIELD_TEXT),
	OUT("description", FIELD_TEXT),
	OUT("is_active", FIELD_BOOLEAN),
	OUT("position", FIELD_INTEGER),
	{.name = "rates", .type = FIELD_LIST, .flags = FIELD_READ_ONLY,
	 .resource = &band_resource},
	{0},
};
static const struct resource method_resource = {
	.name = "ShippingMethod", .fields = method_fields};
static const struct filter method_filters[] = {
	{"is_active", FIELD_BOOLEAN, 0, "m.is_active = $?::boolean", NULL,
	 NULL},
	{0},
};
static const struct ordering method_orderings[] = {
	{"position", "m.position"}, {"name", "m.name"}, {0}};
static const struct listing method_listing = {
	.query = &q_shipping_method_page,
	.filters = method_filters,
	.orderings = method_orderings,
	.order = "position",
	.tie_break = "m.id",
};

static async bool zone_list(struct request *req)
{
	return reply_page(req, &zone_listing, no_params);
}

static async bool method_list(struct request *req)
{
	return reply_page(req, &method_listing, no_params);
}

static const struct route routes[] = {
	{METHOD_GET, "/api/v1/carts/{id}/shipping-rates/", rates_list,
	 ACCESS_TOKEN, .answer = &rate_resource, .is_array = true,
	 .budget = 2, .name = "shipping_rate_list",
	 .summary = "The ways to send this cart, with their prices."},
	{METHOD_PUT, "/api/v1/carts/{id}/shipping-method/", method_put,
	 ACCESS_TOKEN, .body = &choice_resource, .answer = &cart_resource,
	 .budget = 6, .name = "cart_shipping_method_put",
	 .summary = "Choose a rate; its amount is kept while it fits."},
	{METHOD_GET, "/api/v1/admin/shipping-zones/", zone_list, ACCESS_STAFF,
	 PERMISSION_ORDERS_READ, .answer = &zone_resource,
	 .listing = &zone_listing, .budget = 1, .name = "shipping_zone_list",
	 .summary = "Where is sent to."},
	{METHOD_GET, "/api/v1/admin/shipping-methods/", method_list,
	 ACCESS_STAFF, PERMISSION_ORDERS_READ, .answer = &method_resource,
	 .listing = &method_listing, .budget = 1,
	 .name = "shipping_method_list",
	 .summary = "How goods are sent, with the tables of rates."},
	{0},
};

const struct room shipping_room = {
	.name = "shipping",
	.routes = routes,
};
