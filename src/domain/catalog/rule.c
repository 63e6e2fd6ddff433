/* rule.c - the rules by which a collection finds its products. Never waits.
 * What each field and operator means is rule_condition() of 158. */
#include "collections.h"

#include <stdio.h>
#include <string.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/json.h>
#include <platform/money.h>
#include <platform/text.h>

#define ATTRIBUTE "attribute."

enum { TEXT_MAX = 255, DAYS_MAX = 36500 };

/* One condition while it is read. */
struct condition {
	struct work *w;
	const char *at; /* "rules.all.0" */
	const struct json_t *json;
	const struct json_t *value;
	const char *op;
	struct out *out; /* the value goes here */
};

static bool blame(const struct condition *c, const char *member,
		  const char *message)
{
	return refuse_field(c->w,
			    arena_format(&c->w->arena, "%s.%s", c->at, member),
			    "%s", message);
}

static bool read_text(const struct condition *c)
{
	const char *text = json_text(c->value);

	if (text == NULL || json_flaw(c->value, NULL) != JSON_SOUND)
		return blame(c, "value", "Not a valid string.");
	if (json_length(c->value) == 0 || json_length(c->value) > TEXT_MAX)
		return blame(c, "value", "Ensure this value has 1 to 255 characters.");
	out_text(c->out, text);
	return true;
}

/* A text, a number or a boolean, as attributes have them. */
static bool read_scalar(const struct condition *c)
{
	const char *json;

	switch (json_kind(c->value)) {
	case JSON_KIND_TEXT:
		return read_text(c);
	case JSON_KIND_BOOL:
	case JSON_KIND_INT:
	case JSON_KIND_REAL:
		json = json_write(&c->w->arena, c->value);
		out_raw(c->out, json, strlen(json));
		return true;
	default:
		return blame(c, "value",
			     "Enter a text, a number, true or false.");
	}
}

static bool read_each(const struct condition *c,
		      bool (*read)(const struct condition *c))
{
	size_t count = json_count(c->value);

	if (json_kind(c->value) != JSON_KIND_LIST || count == 0 ||
	    count > RULE_VALUES_MAX)
		return blame(c, "value", "Enter a list of 1 to 100 values.");
	out_array(c->out);
	for (size_t i = 0; i < count; i++) {
		struct condition one = *c;

		one.value = json_item(c->value, i);
		if (!read(&one))
			return false;
	}
	out_array_end(c->out);
	return true;
}

static bool is_list_op(const char *op)
{
	return strcmp(op, "in") == 0 || strcmp(op, "not_in") == 0;
}

static bool read_texts(const struct condition *c)
{
	return is_list_op(c->op) ? read_each(c, read_text) : read_text(c);
}

static bool read_boolean(const struct condition *c)
{
	if (json_kind(c->value) != JSON_KIND_BOOL)
		return blame(c, "value", "Must be a valid boolean.");
	out_bool(c->out, json_bool(c->value));
	return true;
}

static bool read_number(const struct condition *c)
{
	const char *text = json_number_text(&c->w->arena, c->value);

	if (text == NULL)
		return blame(c, "value", "A valid number is required.");
	out_raw(c->out, text, strlen(text));
	return true;
}

static bool read_attribute(const struct condition *c)
{
	if (is_list_op(c->op))
		return read_each(c, read_scalar);
	if (strcmp(c->op, "is_set") == 0)
		return read_boolean(c);
	return strcmp(c->op, "eq") == 0 || strcmp(c->op, "ne") == 0
		       ? read_scalar(c)
		       : read_number(c);
}

/* Of the currency beside it, or the shop's. */
static bool read_money(const struct condition *c)
{
	const struct currency *currency = currency_find(
		json_text_at(c->json, "currency", config->currency));
	const char *text = json_text(c->value);
	char money[MONEY_TEXT_SIZE];
	int64_t amount;

	if (text == NULL)
		text = json_number_text(&c->w->arena, c->value);
	if (currency == NULL)
		return blame(c, "currency", "Enter a currency of three letters.");
	if (text == NULL || money_parse(text, currency, &amount) != MONEY_OK ||
	    amount < 0)
		return blame(c, "value", "Enter an amount of that currency.");
	money_format(amount, currency, money);
	out_text(c->out, money);
	return true;
}

static bool read_time(const struct condition *c)
{
	const char *text = json_text(c->value);
	int64_t days = json_int(c->value);
	char time[TIME_TEXT_SIZE];
	int64_t wall;

	if (strcmp(c->op, "within_days") == 0) {
		if (json_kind(c->value) != JSON_KIND_INT || days < 1 ||
		    days > DAYS_MAX)
			return blame(c, "value", "Enter 1 to 36500 days.");
		out_int(c->out, days);
		return true;
	}
	if (text == NULL || !time_parse(text, &wall))
		return blame(c, "value", "Enter a time as ISO 8601 has it.");
	time_format(wall, time);
	out_text(c->out, time);
	return true;
}

static const struct {
	const char *field;
	const char *ops; /* each between spaces */
	bool (*read)(const struct condition *c);
	bool has_currency;
	bool is_drifting;
} fields[] = {
	{"category", " in not_in ", read_texts, false, false},
	{"brand", " eq ne in not_in contains starts_with ", read_texts, false, false},
	{"name", " eq ne in not_in contains starts_with ", read_texts, false, false},
	{"product_type", " eq ne in not_in ", read_texts, false, false},
	{"price", " eq gt gte lt lte ", read_money, true, false},
	{"reduced", " eq ", read_boolean, true, false},
	{"created", " gt gte lt lte within_days ", read_time, false, false},
	{"in_stock", " eq ", read_boolean, false, true},
	{"rating", " eq gt gte lt lte ", read_number, false, false},
	{"popularity", " eq gt gte lt lte ", read_number, false, true},
	{ATTRIBUTE, " eq ne in not_in gt gte lt lte is_set ", read_attribute,
	 false, false},
};
enum { FIELDS = sizeof(fields) / sizeof(*fields) };

/* Its line in the table; FIELDS for none. */
static size_t find_field(const char *name)
{
	size_t length = strlen(ATTRIBUTE);

	if (strncmp(name, ATTRIBUTE, length) == 0)
		return name[length] != '\0' && strlen(name) <= TEXT_MAX
			       ? FIELDS - 1
			       : FIELDS;
	for (size_t i = 0; i + 1 < FIELDS; i++) {
		if (strcmp(fields[i].field, name) == 0)
			return i;
	}
	return FIELDS;
}

static bool has_op(size_t field, const char *op)
{
	char word[20];

	return strlen(op) < sizeof(word) - 3 && strchr(op, ' ') == NULL &&
	       snprintf(word, sizeof(word), " %s ", op) > 2 &&
	       strstr(fields[field].ops, word) != NULL;
}

static void write_head(const struct condition *c, const char *name, size_t field)
{
	out_object(c->out);
	out_key(c->out, "field");
	out_text(c->out, name);
	out_key(c->out, "op");
	out_text(c->out, c->op);
	if (fields[field].has_currency) {
		out_key(c->out, "currency");
		out_text(c->out, json_text_at(c->json, "currency",
					      config->currency));
	}
	out_key(c->out, "value");
}

static bool read_condition(struct condition *c, bool *is_drifting)
{
	const char *name = json_text(json_member(c->json, "field"));
	size_t field;

	if (json_kind(c->json) != JSON_KIND_OBJECT || name == NULL ||
	    json_flaw(c->json, NULL) != JSON_SOUND ||
	    (field = find_field(name)) == FIELDS)
		return blame(c, "field",
			     "Choose category, brand, name, product_type, price, "
			     "reduced, created, in_stock, rating, popularity or "
			     "attribute.CODE.");
	c->op = json_text(json_member(c->json, "op"));
	if (c->op == NULL || !has_op(field, c->op))
		return refuse_field(c->w,
				    arena_format(&c->w->arena, "%s.op", c->at),
				    "Choose one of:%.*s.",
				    (int)strlen(fields[field].ops) - 1,
				    fields[field].ops);
	if (fields[field].has_currency &&
	    currency_find(json_text_at(c->json, "currency",
				       config->currency)) == NULL)
		return blame(c, "currency", "Enter a currency of three letters.");
	c->value = json_member(c->json, "value");
	write_head(c, name, field);
	*is_drifting = *is_drifting || fields[field].is_drifting ||
		       strcmp(c->op, "within_days") == 0;
	if (!fields[field].read(c))
		return false;
	out_object_end(c->out);
	return true;
}

static bool read_list(struct work *w, const char *mode,
		      const struct json_t *list, struct rules *rules)
{
	size_t count = json_count(list);
	bool is_good = true;
	struct text text;
	struct out out;

	if (json_kind(list) != JSON_KIND_LIST || count == 0 ||
	    count > RULE_CONDITIONS_MAX)
		return refuse_field(w, "rules", "Enter a list of 1 to %d rules.",
				    RULE_CONDITIONS_MAX);
	text_init(&text, &w->arena, 128 * count);
	out_init(&out, &text);
	out_object(&out);
	out_key(&out, mode);
	out_array(&out);
	for (size_t i = 0; i < count; i++) {
		struct condition c = {
			.w = w, .json = json_item(list, i), .out = &out};

		c.at = arena_format(&w->arena, "rules.%s.%zu", mode, i);
		is_good = read_condition(&c, &rules->is_drifting) && is_good;
	}
	out_array_end(&out);
	out_object_end(&out);
	rules->json = text.bytes;
	return is_good;
}

bool rules_read(struct work *w, const char *json, struct rules *rules)
{
	const struct json_t *object = json_read_quietly(&w->arena, json,
							strlen(json));
	const struct json_t *all = json_member(object, "all");
	const struct json_t *any = json_member(object, "any");

	*rules = (struct rules){0};
	if (json_count(object) != 1 || (all == NULL) == (any == NULL))
		return refuse_field(w, "rules",
				    "Give the rules as \"all\" or as \"any\".");
	return all != NULL ? read_list(w, "all", all, rules)
			   : read_list(w, "any", any, rules);
}
