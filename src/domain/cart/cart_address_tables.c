/* cart_address_tables.c - what is sent of a cart's addresses: whole ones, or
 * which of the saved ones. */
#include "cart_wire.h"

#include <platform/work.h>
#include <rest/request.h>

#define SAVED_FIELD(holder)                                                \
	{.name = "address_id", .type = FIELD_UUID,                         \
	 .offset = offsetof(holder, address_id),                           \
	 .help = "An own saved address, as it is now, instead of a whole " \
		 "one."}

static const struct field shipping_fields[] = {
	SAVED_FIELD(struct shipping_in),
	ADDRESS_FIELDS(struct address, 0),
	{0},
};

static const struct field billing_fields[] = {
	{.name = "same_as_shipping", .type = FIELD_BOOLEAN,
	 .offset = offsetof(struct billing_in, same_as_shipping),
	 .help = "Then no address is given here."},
	SAVED_FIELD(struct billing_in),
	ADDRESS_FIELDS(struct address, 0),
	{0},
};

static bool demand_text(struct work *w, const char *name, const char *text)
{
	return (text != NULL && *text != '\0') ||
	       refuse_field(w, name, "This field is required.");
}

static bool demand_whole(struct work *w, const struct address *address)
{
	bool fine = demand_text(w, "first_name", address->first_name);

	fine &= demand_text(w, "last_name", address->last_name);
	fine &= demand_text(w, "line1", address->line1);
	fine &= demand_text(w, "city", address->city);
	fine &= demand_text(w, "country", address->country);
	return fine && address_check(w, address);
}

/* Which of the two would count, nobody could tell. */
static bool demand_none(struct work *w, const struct address *address)
{
	const char *const members[] = {
		address->first_name, address->last_name, address->company,
		address->line1, address->line2, address->city, address->region,
		address->postal_code, address->country, address->phone};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (members[i] != NULL)
			return refuse_field(w, "address_id",
					    "Give an address, or address_id.");
	return true;
}

static bool demand_one(struct work *w, const struct address *address,
		       const struct uuid *address_id)
{
	return uuid_is_nil(address_id) ? demand_whole(w, address)
				       : demand_none(w, address);
}

static bool shipping_rule(struct work *w, const void *input)
{
	const struct shipping_in *in = input;

	return demand_one(w, &in->address, &in->address_id);
}

static bool billing_rule(struct work *w, const void *input)
{
	const struct billing_in *in = input;

	return in->same_as_shipping ||
	       demand_one(w, &in->address, &in->address_id);
}

const struct resource cart_shipping_in = {
	.name = "ShippingAddress",
	.size = sizeof(struct shipping_in),
	.fields = shipping_fields,
	.rule = shipping_rule,
	.help = "A whole address (first_name, last_name, line1, city, country, "
		"and what the country demands), or address_id.",
};

const struct resource cart_billing_in = {
	.name = "BillingAddress",
	.size = sizeof(struct billing_in),
	.fields = billing_fields,
	.rule = billing_rule,
	.help = "A whole address, or address_id, or same_as_shipping.",
};
