/* facets_show.c - counts of facets as the search tells them. */
#include "search.h"

#include <stdio.h>
#include <string.h>

#include <domain/catalog.h>
#include <platform/money.h>
#include <platform/text.h>
#include <rest/request.h>

#include <queries.h>

enum { PLAIN_POSITION = 3 }; /* groups from here on stand behind the price */

struct showing {
	struct out out;
	const struct facet_counts *counts;
	const struct currency *currency;
	int64_t scale;
};

static void open_group(struct showing *s, const char *code, const char *label,
		       const char *kind)
{
	out_object(&s->out);
	out_key(&s->out, "group");
	out_text(&s->out, code);
	out_key(&s->out, "label");
	out_text(&s->out, label);
	out_key(&s->out, "kind");
	out_text(&s->out, kind);
	out_key(&s->out, "is_estimate");
	out_bool(&s->out, s->counts->factor > 1);
	out_key(&s->out, "values");
	out_array(&s->out);
}

static void close_group(struct showing *s)
{
	out_array_end(&s->out);
	out_object_end(&s->out);
}

static void add_value(struct showing *s, const char *value, const char *label,
		      int64_t count, const char *colour)
{
	out_object(&s->out);
	out_key(&s->out, "value");
	out_text(&s->out, value);
	out_key(&s->out, "label");
	out_text(&s->out, label);
	out_key(&s->out, "count");
	out_int(&s->out, count);
	out_key(&s->out, "is_selected");
	out_bool(&s->out, false);
	if (colour != NULL) {
		out_key(&s->out, "colour");
		out_text(&s->out, colour);
	}
	out_object_end(&s->out);
}

static void add_price(struct showing *s, int step)
{
	char from[MONEY_TEXT_SIZE], to[MONEY_TEXT_SIZE];
	char value[2 * MONEY_TEXT_SIZE + 4], label[2 * MONEY_TEXT_SIZE + 4];
	int64_t next = step < PRICE_STEPS
			       ? facets_price_step(step, s->scale)
			       : INT64_C(100000000000000);

	money_format(facets_price_step(step - 1, s->scale), s->currency, from);
	money_format(next - 1, s->currency, to);
	snprintf(value, sizeof(value), "%s,%s", from, to);
	snprintf(label, sizeof(label), "%s - %s", from, to);
	add_value(s, value, label, s->counts->prices[step], NULL);
}

static void add_ratings(struct showing *s)
{
	if (s->counts->ratings[1] == 0)
		return;
	open_group(s, "rating", "Rating", "least");
	for (int n = RATINGS; n > 0; n--) {
		char value[] = {(char)('0' + n), '\0'};
		char label[] = "0 and up";

		label[0] = value[0];
		if (s->counts->ratings[n] > 0)
			add_value(s, value, label, s->counts->ratings[n], NULL);
	}
	close_group(s);
}

/* What is no dictionary's: prices, ratings, stock. */
static void add_plain(struct showing *s)
{
	const struct facet_counts *counts = s->counts;

	if (counts->hits == 0)
		return;
	open_group(s, "price", "Price", "range");
	for (int step = 0; step <= PRICE_STEPS; step++) {
		if (counts->prices[step] > 0)
			add_price(s, step);
	}
	close_group(s);
	add_ratings(s);
	open_group(s, "in_stock", "In stock", "boolean");
	if (counts->stock[1] > 0)
		add_value(s, "true", "Yes", counts->stock[1], NULL);
	if (counts->stock[0] > 0)
		add_value(s, "false", "No", counts->stock[0], NULL);
	close_group(s);
}

/* The columns of search_labels, in their order. */
enum { CODE, NAME, KIND, POSITION, VALUE, LABEL, COLOUR, NUMBER };

static void add_group(struct showing *s, const struct rows *rows, int first,
		      int end)
{
	open_group(s, row_text(rows, first, CODE), row_text(rows, first, NAME),
		   row_text(rows, first, KIND));
	for (int i = first; i < end; i++)
		add_value(s, row_text(rows, i, VALUE),
			  row_text(rows, i, LABEL), row_int(rows, i, NUMBER),
			  row_text(rows, i, COLOUR));
	close_group(s);
}

static void add_all(struct showing *s, const struct rows *rows)
{
	bool has_plain = false;
	int end;

	for (int first = 0; first < rows->count; first = end) {
		const char *code = row_text(rows, first, CODE);

		for (end = first + 1; end < rows->count; end++) {
			if (strcmp(row_text(rows, end, CODE), code) != 0)
				break;
		}
		if (!has_plain &&
		    row_int(rows, first, POSITION) >= PLAIN_POSITION) {
			add_plain(s);
			has_plain = true;
		}
		add_group(s, rows, first, end);
	}
	if (!has_plain)
		add_plain(s);
}

/* How those that are shown are called. */
static async bool ask_labels(struct work *w, const struct facet_counts *counts,
			     struct rows *rows)
{
	size_t most = FACET_GROUPS * FACETS_SHOWN;
	int64_t *ids = arena_raw(&w->arena, most * sizeof(*ids));
	int64_t *numbers = arena_raw(&w->arena, most * sizeof(*numbers));
	size_t count = 0;

	for (size_t i = 0; i < FACET_GROUPS; i++) {
		const struct facet_group_counts *group = counts->groups[i];

		for (size_t k = 0; group != NULL && k < group->count; k++) {
			ids[count] = group->ids[k];
			numbers[count++] = group->numbers[k];
		}
	}
	rows->count = 0;
	return count == 0 ||
	       db_query(w, &q_search_labels,
			params(p_ints(&w->arena, ids, count),
			       p_ints(&w->arena, numbers, count)),
			rows);
}

async bool facets_show(struct request *req, const char *told, const char **json)
{
	struct work *w = &req->http.work;
	struct facet_counts *counts = arena_new(&w->arena, struct facet_counts);
	struct showing s = {.counts = counts};
	const char *currency;
	struct rows rows;
	struct text text;

	if (!read_currency(req, &currency))
		return false;
	s.currency = currency_find(currency);
	s.scale = 1;
	for (int i = 0; s.currency != NULL && i < s.currency->exponent; i++)
		s.scale *= 10;
	facets_count(&w->arena, told, s.scale, counts);
	if (!ask_labels(w, counts, &rows))
		return false;
	text_init(&text, &w->arena, 16384);
	out_init(&s.out, &text);
	out_array(&s.out);
	add_all(&s, &rows);
	out_array_end(&s.out);
	text_add_char(&text, '\0');
	*json = text.bytes;
	return true;
}
