/* listing_filters.c - filters from the query string, with the messages of
 * Django's forms, keyed by parameter. */
#include "listing.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include <platform/clock.h>
#include <platform/money.h>

#include "unicode.h"
#include "validate.h"

#define NIL "00000000-0000-0000-0000-000000000000"

/* One filter that was given. */
struct filtering {
	struct list_query *list;
	struct work *w;
	const struct filter *filter;
	struct filter_given given;
	struct param param;
	bool is_ignored; /* a value that DRF takes for none */
};

static bool wrong(struct filtering *f, const char *message)
{
	return refuse_parameter(f->w, f->filter->name, "%s", message);
}

static bool ends_with(const char *name, const char *end)
{
	size_t length = strlen(name);

	return length > strlen(end) &&
	       strcmp(name + length - strlen(end), end) == 0;
}

/* ---- one value each ---- */

static bool as_text(struct filtering *f, const char *value)
{
	int64_t points = unicode_length(value, strlen(value));

	if ((f->filter->flags & FILTER_FREE) == 0 && points > TEXT_MAX)
		return refuse_parameter(f->w, f->filter->name,
					"Ensure this value has at most %d "
					"characters (it has %" PRId64 ").",
					TEXT_MAX, points);
	if (ends_with(f->filter->name, "contains") ||
	    ends_with(f->filter->name, "startswith") ||
	    ends_with(f->filter->name, "endswith"))
		value = like_pattern(&f->w->arena, "", value, "");
	f->param = p_text(value);
	return true;
}

static bool as_choice(struct filtering *f, const char *value)
{
	const struct choice *choice = f->filter->choices;

	for (; choice != NULL && choice->value != NULL; choice++) {
		if (strcmp(choice->value, value) == 0) {
			f->param = p_text(choice->value);
			return true;
		}
	}
	return refuse_parameter(f->w, f->filter->name,
				"Select a valid choice. %s is not one of the "
				"available choices.",
				value);
}

static bool as_integer(struct filtering *f, const char *value, int64_t *number)
{
	/* Any number at all: what an integer is, is told apart. */
	if (decimal_complaint(&f->w->arena, value, 2 * NUMBER_TEXT_MAX,
			      NUMBER_TEXT_MAX) != NULL)
		return wrong(f, "Enter a number.");
	if (!integer_parse(value, number))
		return wrong(f, "Enter a whole number.");
	if (*number > MONEY_MAX || *number < -MONEY_MAX)
		return wrong(f, "Ensure that there are no more than 15 digits "
				"in total.");
	return true;
}

/* The one that ?currency= names has its own digits: JPY 0, KWD 3. */
static const struct currency *currency_asked(struct filtering *f)
{
	const char *code = query_text(f->list->req, "currency");
	const struct currency *currency =
		code == NULL ? NULL : currency_find(code);

	return currency != NULL ? currency : shop_currency();
}

static bool as_money(struct filtering *f, const char *value, int64_t *number)
{
	const struct currency *currency = currency_asked(f);
	const char *complaint =
		decimal_complaint(&f->w->arena, value, MONEY_DIGITS,
				  currency->exponent);

	if (complaint == NULL &&
	    money_parse(value, currency, number) == MONEY_OK)
		return true;
	if (complaint == NULL || strcmp(complaint, NOT_A_NUMBER) == 0)
		complaint = "Enter a number.";
	return wrong(f, complaint);
}

static bool as_number(struct filtering *f, const char *value, int64_t *number)
{
	if (strlen(value) > NUMBER_TEXT_MAX)
		return wrong(f, "Enter a number.");
	return f->filter->type == FIELD_MONEY ? as_money(f, value, number)
					      : as_integer(f, value, number);
}

/* On __isnull only Python's words count; elsewhere any case, and 0 and 1. */
static bool as_boolean(struct filtering *f, const char *value)
{
	bool is_word = strcasecmp(value, "true") == 0 ||
		       strcasecmp(value, "false") == 0;
	bool is_true = strcasecmp(value, "true") == 0;

	if (ends_with(f->filter->name, "__isnull")) {
		is_word = is_word &&
			  strcmp(value + 1, is_true ? "rue" : "alse") == 0;
	} else if (!is_word) {
		is_word = strcmp(value, "0") == 0 || strcmp(value, "1") == 0;
		is_true = *value == '1';
	}
	f->is_ignored = !is_word;
	f->param = p_bool(is_true);
	return true;
}

static bool as_uuid(struct filtering *f, const char *value, struct uuid *uuid)
{
	return uuid_parse_freely(value, uuid) ||
	       wrong(f, "Enter a valid UUID.");
}

/* Years that a date can be made of, and the year after. */
static bool fits(struct filtering *f, int64_t number)
{
	if ((f->filter->flags & FILTER_YEAR) == 0)
		return true;
	if (number < 1)
		return wrong(f, "Ensure this value is greater than or equal "
				"to 1.");
	return number <= 9998 ||
	       wrong(f, "Ensure this value is less than or equal to 9998.");
}

/* A date alone stays a text: SQL knows where its day begins and ends. */
static bool as_time(struct filtering *f, const char *value)
{
	bool is_date = (f->filter->flags & FILTER_DATE) != 0;
	int64_t wall;

	if (!time_parse(value, &wall) || (is_date && strlen(value) != 10))
		return wrong(f, is_date ? "Enter a valid date."
					: "Enter a valid date/time.");
	f->param = is_date ? p_text(value) : p_time(wall);
	return true;
}

static bool read_one(struct filtering *f, const char *value)
{
	struct uuid uuid;
	int64_t number;

	switch (f->filter->type) {
	case FIELD_CHOICE:
		return as_choice(f, value);
	case FIELD_INTEGER:
	case FIELD_MONEY:
		if (!as_number(f, value, &number) || !fits(f, number))
			return false;
		f->param = p_int(number);
		return true;
	case FIELD_BOOLEAN:
		return as_boolean(f, value);
	case FIELD_UUID:
		if (!as_uuid(f, value, &uuid))
			return false;
		f->param = p_uuid(&uuid);
		/* The nil one is a value here, not NULL. */
		if (uuid_is_nil(&uuid))
			f->param = p_text(NIL);
		return true;
	case FIELD_TIME:
		return as_time(f, value);
	default:
		return as_text(f, value);
	}
}

/* ---- lists ---- */

static bool read_numbers(struct filtering *f)
{
	int64_t numbers[VALUES_MAX];

	for (size_t i = 0; i < f->given.count; i++) {
		if (!as_number(f, f->given.values[i], &numbers[i]))
			return false;
	}
	f->param = p_ints(&f->w->arena, numbers, f->given.count);
	return true;
}

static bool read_uuids(struct filtering *f)
{
	struct uuid uuids[VALUES_MAX];

	for (size_t i = 0; i < f->given.count; i++) {
		if (!as_uuid(f, f->given.values[i], &uuids[i]))
			return false;
	}
	f->param = p_uuids(&f->w->arena, uuids, f->given.count);
	return true;
}

/* Both ends are parameters: $?1 and $?2. */
static void read_range(struct filtering *f)
{
	struct param low;

	if (f->given.count != 2) {
		wrong(f, "Range query expects two values.");
		return;
	}
	if (!read_one(f, f->given.values[0]))
		return;
	low = f->param;
	if (!read_one(f, f->given.values[1]))
		return;
	list_condition(f->list, f->filter->sql, list_param(f->list, low));
	list_param(f->list, f->param);
}

static bool read_list(struct filtering *f)
{
	if (f->filter->type == FIELD_UUID)
		return read_uuids(f);
	if (f->filter->type == FIELD_INTEGER || f->filter->type == FIELD_MONEY)
		return read_numbers(f);
	for (size_t i = 0; i < f->given.count; i++) {
		if (!read_one(f, f->given.values[i]))
			return false;
	}
	f->param = p_texts(&f->w->arena, f->given.values, f->given.count);
	return true;
}

static void read_filter(struct list_query *list, const struct filter *filter,
			const struct query_pair *pairs, size_t count)
{
	struct filtering f = {.list = list,
			      .w = &list->req->http.work,
			      .filter = filter};
	const unsigned many = FILTER_LIST | FILTER_RANGE;

	if (!filter_collect(list->req, pairs, count,
			    (filter->flags & many) != 0, &f.given) ||
	    f.given.count == 0)
		return;
	if ((filter->flags & FILTER_RANGE) != 0) {
		read_range(&f);
		return;
	}
	if ((filter->flags & FILTER_LIST) != 0 ? !read_list(&f)
					       : !read_one(&f, f.given.values[0]))
		return;
	if (!f.is_ignored)
		list_condition(list, filter->sql, list_param(list, f.param));
}

/* What it adds to the conditions is kept with those of its part as well. */
static void apply(struct list_query *list, const struct filter *filter,
		  const struct query_pair *pairs, size_t count)
{
	struct text *part = &list->parts[filter_part(filter)];
	size_t before = list->filters.length;

	read_filter(list, filter, pairs, count);
	if (list->filters.length == before)
		return;
	if (part->arena == NULL)
		text_init(part, &list->req->http.work.arena, 256);
	text_add_bytes(part, list->filters.bytes + before,
		       list->filters.length - before);
}

bool list_filters(struct list_query *list)
{
	const struct filter *filter = list->listing->filters;
	unsigned given = 0;

	if (list->query->count == 0)
		return true;
	for (; filter != NULL && filter->name != NULL; filter++) {
		size_t count;
		const struct query_pair *pairs =
			query_all(list->query, filter->name, &count);

		if (pairs == NULL)
			continue;
		if (++given > FILTERS_GIVEN_MAX)
			return refuse(&list->req->http.work, &fault_invalid,
				      "At most %d filters can be given.",
				      FILTERS_GIVEN_MAX);
		apply(list, filter, pairs, count);
	}
	return list->req->http.work.fault.kind == NULL;
}
