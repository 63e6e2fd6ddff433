/* access_wire.c - the way back to an order, and where its goods are. */
#include "order_wire.h"

#include <stddef.h>

#define RO FIELD_READ_ONLY

static const struct field lookup_fields[] = {
	{.name = "number", .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY, .min = 1, .max = 40,
	 .offset = offsetof(struct order_lookup, number),
	 .help = "Of the order, as its mail told it."},
	{.name = "email", .type = FIELD_EMAIL,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY, .max = 254,
	 .offset = offsetof(struct order_lookup, email),
	 .help = "With which it was ordered; upper and lower case are one."},
	{0},
};
const struct resource order_lookup_resource = {
	.name = "OrderLookup",
	.size = sizeof(struct order_lookup),
	.fields = lookup_fields,
	.help = "What a guest still knows of an order.",
};

static const struct field lookup_answer_fields[] = {
	{.name = "detail", .type = FIELD_TEXT, .flags = RO,
	 .help = "The same whether there is such an order or not."},
	{0},
};
const struct resource order_lookup_answer = {
	.name = "OrderLookupAnswer",
	.fields = lookup_answer_fields,
	.help = "It tells nothing: what there is to tell goes by mail.",
};

static const struct choice parcel_statuses[] = {
	{"unknown", "Unknown"},
	{"pre_transit", "Told to the carrier"},
	{"in_transit", "On its way"},
	{"out_for_delivery", "Out for delivery"},
	{"available_for_pickup", "Waits to be fetched"},
	{"delivered", "Delivered"},
	{"return_to_sender", "On its way back"},
	{"failure", "Failed"},
	{NULL, NULL},
};

static const struct field parcel_event_fields[] = {
	{.name = "status", .type = FIELD_CHOICE, .flags = RO,
	 .choices = parcel_statuses, .help = "What the parcel became."},
	{.name = "at", .type = FIELD_TIME, .flags = RO,
	 .help = "When, by the carrier's clock."},
	{.name = "place", .type = FIELD_TEXT, .flags = RO,
	 .help = "Where; empty when the carrier does not tell."},
	{.name = "detail", .type = FIELD_TEXT, .flags = RO,
	 .help = "The carrier's own words."},
	{0},
};
static const struct resource parcel_event_resource = {
	.name = "ParcelEvent",
	.fields = parcel_event_fields,
	.help = "What a carrier said of a parcel.",
};

static const struct field parcel_fields[] = {
	{.name = "carrier", .type = FIELD_TEXT, .flags = RO,
	 .help = "Who carries it."},
	{.name = "tracking_number", .type = FIELD_TEXT, .flags = RO,
	 .help = "The carrier's number; empty when it has none."},
	{.name = "tracking_url", .type = FIELD_TEXT, .flags = RO,
	 .help = "The carrier's page of it; empty when there is none."},
	{.name = "status", .type = FIELD_CHOICE, .flags = RO,
	 .choices = parcel_statuses, .help = "As its last event has it."},
	{.name = "events", .type = FIELD_LIST, .flags = RO,
	 .resource = &parcel_event_resource, .help = "Oldest first."},
	{0},
};
static const struct resource parcel_resource = {
	.name = "Parcel",
	.fields = parcel_fields,
	.help = "One parcel of an order.",
};

static const struct field tracking_fields[] = {
	{.name = "fulfilment_status", .type = FIELD_CHOICE, .flags = RO,
	 .choices = fulfilment_statuses, .help = "Of the whole order."},
	{.name = "parcels", .type = FIELD_LIST, .flags = RO,
	 .resource = &parcel_resource,
	 .help = "What has left the house; none so far is an empty list."},
	{0},
};
const struct resource order_tracking_resource = {
	.name = "OrderTracking",
	.fields = tracking_fields,
	.help = "Where the goods of an order are.",
};
