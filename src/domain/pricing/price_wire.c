/* price_wire.c - prices and their history as they go over the wire. */
#include "pricing.h"

#include <stddef.h>

#include <platform/money.h>

#include <queries.h>

#define RO FIELD_READ_ONLY
#define NULLABLE (FIELD_READ_ONLY | FIELD_NULLABLE)

static const struct choice warnings[] = {
	{"compare_at_not_higher", "Compare-at price not above the price"},
	{"compare_at_above_lowest", "Compare-at price above the lowest of the "
				    "30 days before"},
	{0},
};

#define LOWEST_HELP                                                        \
	"The lowest in the 30 days before it came into force as a reduction; " \
	"what it may be compared with (Directive 98/6/EC, Art. 6a)."
#define WARNING_HELP                                                          \
	"compare_at_not_higher: nothing is reduced. compare_at_above_lowest: " \
	"it is more than lowest_price_30_days. It is kept all the same."

/* ---- all prices of a variant ---- */

#define PRICE_FIELDS(holder)                                                  \
	{.name = "currency", .type = FIELD_TEXT, .flags = FIELD_REQUIRED,     \
	 .offset = offsetof(holder, currency), .max = 3, .help = "ISO 4217."}, \
	{.name = "amount", .type = FIELD_MONEY, .flags = FIELD_REQUIRED,      \
	 .offset = offsetof(holder, amount),                                  \
	 .help = "The regular price of one, with the digits of its currency."}, \
	{.name = "compare_at_amount", .type = FIELD_MONEY,                    \
	 .flags = FIELD_NULLABLE, .min = 1,                                   \
	 .offset = offsetof(holder, compare_at_amount),                       \
	 .help = "What it is compared with; null or left out: nothing."}

/* Says so on that field unless the code is in ISO 4217. */
static bool currency_check(struct work *w, const char *field, const char *code)
{
	return currency_find(code) != NULL ||
	       refuse_field(w, field, "\"%s\" is not an ISO 4217 currency.",
			    code);
}

static bool price_rule(struct work *w, const void *input)
{
	const struct price_in *in = input;

	return currency_check(w, "currency", in->currency);
}

static const struct field price_in_fields[] = {
	PRICE_FIELDS(struct price_in),
	{0},
};
static const struct resource price_in_resource = {
	.name = "PriceEdit",
	.size = sizeof(struct price_in),
	.fields = price_in_fields,
	.rule = price_rule,
	.help = "The regular price in one currency.",
};

static const struct field prices_in_fields[] = {
	{.name = "prices", .type = FIELD_LIST, .flags = FIELD_REQUIRED,
	 .offset = offsetof(struct prices_in, prices),
	 .max = PRICE_CURRENCIES_MAX, .resource = &price_in_resource,
	 .help = "All there are to be; a currency that is left out goes."},
	{0},
};
const struct resource prices_in_resource = {
	.name = "VariantPricesEdit",
	.size = sizeof(struct prices_in),
	.fields = prices_in_fields,
	.help = "All regular prices of a variant.",
};

static const struct field price_fields[] = {
	{"currency", FIELD_TEXT, RO, .help = "ISO 4217."},
	{"amount", FIELD_MONEY, RO, .help = "The regular price of one."},
	{"compare_at_amount", FIELD_MONEY, NULLABLE,
	 .help = "What the regular price is compared with."},
	{"price", FIELD_MONEY, RO, .help = "What is asked now."},
	{"compare_at_price", FIELD_MONEY, NULLABLE,
	 .help = "What it is compared with now."},
	{"schedule", FIELD_UUID, NULLABLE,
	 .help = "The scheduled price that is in force."},
	{"lowest_price_30_days", FIELD_MONEY, NULLABLE, .help = LOWEST_HELP},
	{"warning", FIELD_CHOICE, NULLABLE, .choices = warnings,
	 .help = WARNING_HELP},
	{0},
};
static const struct resource price_resource = {
	.name = "Price",
	.fields = price_fields,
	.help = "What a variant costs in one currency.",
};

static const struct field prices_fields[] = {
	{"variant", FIELD_UUID, RO, .help = "The variant's id."},
	{"sku", FIELD_TEXT, RO, .help = "Its stock keeping unit."},
	{"prices", FIELD_LIST, RO, .resource = &price_resource,
	 .help = "In order of currency."},
	{"version", FIELD_INTEGER, RO,
	 .help = "For If-Match: the same prices have the same."},
	{0},
};
const struct resource prices_resource = {
	.name = "VariantPrices",
	.fields = prices_fields,
	.help = "What a variant costs, in every currency.",
};

/* ---- many at once ---- */

static bool bulk_rule(struct work *w, const void *input)
{
	const struct bulk_row *in = input;
	bool is_named = uuid_is_nil(&in->variant) != (in->sku == NULL);

	if (!is_named)
		refuse_field(w, "variant", "Give variant or sku.");
	return currency_check(w, "currency", in->currency) && is_named;
}

static const struct field bulk_row_fields[] = {
	{"variant", FIELD_UUID, 0, offsetof(struct bulk_row, variant),
	 .help = "This, or sku."},
	{"sku", FIELD_TEXT, 0, offsetof(struct bulk_row, sku), .max = 100,
	 .help = "Stock keeping unit of the variant."},
	PRICE_FIELDS(struct bulk_row),
	{0},
};
static const struct resource bulk_row_resource = {
	.name = "PriceBulkRow",
	.size = sizeof(struct bulk_row),
	.fields = bulk_row_fields,
	.rule = bulk_rule,
	.help = "The regular price of one variant in one currency.",
};

static const struct choice policies[] = {
	{"all", "All rows or none"},
	{"rows", "Each row for itself"},
	{0},
};
static const struct field bulk_in_fields[] = {
	{"error_policy", FIELD_CHOICE, 0, offsetof(struct bulk_in, error_policy),
	 .choices = policies,
	 .help = "all, if not given: one bad row, and none is written; rows: "
		 "the good ones are."},
	{"prices", FIELD_LIST, FIELD_REQUIRED, offsetof(struct bulk_in, prices),
	 .max = PRICE_BULK_MAX, .resource = &bulk_row_resource,
	 .help = "Other prices of these variants stay as they are."},
	{0},
};
const struct resource price_bulk_in_resource = {
	.name = "PriceBulk",
	.size = sizeof(struct bulk_in),
	.fields = bulk_in_fields,
	.help = "Regular prices of many variants.",
};

static const struct choice outcomes[] = {
	{"changed", "Changed"}, {"same", "Same as before"},
	{"refused", "Refused"}, {0}};
static const struct field bulk_result_fields[] = {
	{"row", FIELD_INTEGER, RO, .help = "Its place in the request, from 0."},
	{"outcome", FIELD_CHOICE, RO, .choices = outcomes,
	 .help = "changed, same or refused."},
	{"errors", FIELD_MAP, NULLABLE, .help = "Of a refused row, by field."},
	{0},
};
static const struct resource bulk_result_resource = {
	.name = "PriceBulkResult", .fields = bulk_result_fields,
	.help = "What became of a row."};
static const struct field bulk_fields[] = {
	{"changed", FIELD_INTEGER, RO, .help = "How many rows."},
	{"same", FIELD_INTEGER, RO, .help = "How many rows."},
	{"refused", FIELD_INTEGER, RO, .help = "How many rows."},
	{"results", FIELD_LIST, RO, .resource = &bulk_result_resource,
	 .help = "One of each row, in their order."},
	{0},
};
const struct resource price_bulk_resource = {
	.name = "PriceBulkAnswer", .fields = bulk_fields,
	.help = "What became of many prices."};

/* ---- history ---- */

static const struct field history_fields[] = {
	{"variant", FIELD_UUID, RO, .help = "The variant's id."},
	{"currency", FIELD_TEXT, RO, .help = "ISO 4217."},
	{"amount", FIELD_MONEY, NULLABLE,
	 .help = "What was asked from then on; null: not sold any more."},
	{"compare_at_amount", FIELD_MONEY, NULLABLE,
	 .help = "What it was compared with."},
	{"at", FIELD_TIME, RO, .help = "From when."},
	{"cause", FIELD_TEXT, RO,
	 .help = "staff, bulk, import, schedule, migration or system."},
	{"actor", FIELD_UUID, NULLABLE, .help = "The account that did it."},
	{0},
};
const struct resource price_history_resource = {
	.name = "PriceHistoryEntry",
	.fields = history_fields,
	.help = "A price that was in force.",
};

static const struct filter history_filters[] = {
	{"currency", FIELD_TEXT, 0, "h.currency = $?", NULL, "This currency."},
	{"at__gte", FIELD_TIME, 0, "h.at >= $?", NULL, "Then or later."},
	{"at__lt", FIELD_TIME, 0, "h.at < $?", NULL, "Before then."},
	{0},
};
static const struct ordering history_orderings[] = {{"at", "h.at"}, {0}};
const struct listing price_history_listing = {
	.query = &q_price_history_list,
	.filters = history_filters,
	.orderings = history_orderings,
	.order = "-at",
	.tie_break = "h.currency",
};

/* ---- schedules ---- */

#define AT(member) .offset = offsetof(struct schedule_in, member)

static const struct choice states[] = {
	{"scheduled", "Yet to begin"}, {"active", "In force"},
	{"ended", "Over"}, {0}};

static bool schedule_rule(struct work *w, const void *input)
{
	const struct schedule_in *in = input;

	return in->currency == NULL ||
	       currency_check(w, "currency", in->currency);
}

static const struct field schedule_fields[] = {
	{"id", FIELD_UUID, RO, .help = "The schedule's id."},
	{"variant", FIELD_UUID, RO, .help = "Whose price."},
	{"sku", FIELD_TEXT, RO, .help = "Its stock keeping unit."},
	{"currency", FIELD_TEXT, FIELD_REQUIRED, AT(currency), .max = 3,
	 .help = "ISO 4217. It stays; with an amount it is to be sent."},
	{"amount", FIELD_MONEY, FIELD_REQUIRED, AT(amount),
	 .help = "Price of one meanwhile."},
	{"compare_at_amount", FIELD_MONEY, FIELD_NULLABLE,
	 AT(compare_at_amount), .min = 1,
	 .help = "What it is compared with meanwhile; null: nothing."},
	{"starts_at", FIELD_TIME, 0, AT(starts_at),
	 .help = "The first moment; now, if not given."},
	{"ends_at", FIELD_TIME, FIELD_NULLABLE, AT(ends_at),
	 .help = "The first moment that is no longer in it; null: open."},
	{"state", FIELD_CHOICE, RO, .choices = states,
	 .help = "scheduled, active or ended."},
	{"lowest_price_30_days", FIELD_MONEY, NULLABLE, .help = LOWEST_HELP},
	{"warning", FIELD_CHOICE, NULLABLE, .choices = warnings,
	 .help = WARNING_HELP},
	{"created_at", FIELD_TIME, RO, .help = "When it was made."},
	{"updated_at", FIELD_TIME, RO, .help = "Last change."},
	{"version", FIELD_INTEGER, RO, .help = "For If-Match."},
	{0},
};
const struct resource price_schedule_resource = {
	.name = "PriceSchedule",
	.size = sizeof(struct schedule_in),
	.fields = schedule_fields,
	.rule = schedule_rule,
	.help = "A price for a while; the regular one comes back.",
};

static const struct filter schedule_filters[] = {
	{"currency", FIELD_TEXT, 0, "s.currency = $?", NULL, "This currency."},
	{"state", FIELD_CHOICE, 0,
	 "CASE WHEN upper(s.during) <= now() THEN 'ended' WHEN lower(s.during) "
	 "> now() THEN 'scheduled' ELSE 'active' END = $?",
	 states, "In this state."},
	{0},
};
static const struct ordering schedule_orderings[] = {
	{"starts_at", "lower(s.during)"}, {0}};
const struct listing price_schedule_listing = {
	.query = &q_price_schedule_list,
	.filters = schedule_filters,
	.orderings = schedule_orderings,
	.order = "starts_at",
	.tie_break = "s.id",
};
