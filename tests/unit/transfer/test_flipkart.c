/* test_flipkart.c - slugs, markup, and what rows of the sample mean. */
#include "../test.h"

#include <stdio.h>
#include <string.h>

#include <domain/catalog.h>

#include "../../../src/domain/transfer/transfer.h"
#include "../../../src/domain/transfer/markup.h"

static void a_slug_is_plain_ascii_and_never_empty(void **state)
{
	static const struct {
		const char *name;
		const char *slug;
	} cases[] = {
		{"Enamel mug, blue", "enamel-mug-blue"},
		{"Cr\xc3\xa8me br\xc3\xbbl\xc3\xa9"
		 "e, 2 pcs",
		 "creme-brulee-2-pcs"},
		{"Women's  Clothing", "womens-clothing"},
		{"Women\xe2\x80\x99s", "womens"},
		{"Gr\xc3\xb6\xc3\x9f"
		 "e",
		 "groesse"},
		{"--a--", "a"},
		{"\xe6\x97\xa5\xe6\x9c\xac", "item"},
		{"", "item"},
	};
	char slug[SLUG_MAX];
	char endless[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		slug_make(cases[i].name, slug);
		assert_string_equal(slug, cases[i].slug);
	}
	memset(endless, 'x', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	slug_make(endless, slug);
	assert_in_range(strlen(slug), 90, SLUG_MAX - 1);
}

static void references_become_their_characters(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_string_equal(markup_decode(&arena, "A &amp; B &#39;x&#x27; &nope; &"),
			    "A & B 'x' &nope; &");
	assert_string_equal(markup_decode(&arena, "&#0;&#xd800;&#8364;"),
			    "&#0;&#xd800;\xe2\x82\xac");
	arena_finish(&arena);
}

/* "Fabric=Cotton;" of each pair. */
static const char *pairs_of(struct arena *arena, const char *ruby)
{
	struct markup_pair pairs[MARKUP_PAIRS_MAX];
	size_t count = markup_pairs(arena, ruby, pairs);
	struct text text;

	text_init(&text, arena, 64);
	for (size_t i = 0; i < count; i++)
		text_format(&text, "%s=%s;", pairs[i].name, pairs[i].value);
	return text.bytes;
}

static void a_ruby_hash_becomes_pairs_as_far_as_it_is_whole(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_string_equal(
		pairs_of(&arena,
			 "{\"product_specification\"=>[{\"key\"=>\"Type\", "
			 "\"value\"=>\"A \\\"b\\\"\"}, {\"value\"=>\"lone\"}, "
			 "{\"key\"=>\"Type\", \"value\"=>\"again\"}]}"),
		"Type=A \"b\";Other=lone;");
	assert_string_equal(
		pairs_of(&arena, "{\"product_specification\"=>{\"key\"=>\"K\", "
				 "\"value\"=>\"V\"}}"),
		"K=V;");
	assert_string_equal(
		pairs_of(&arena, "{\"product_specification\"=>[{\"key\"=>\"A\", "
				 "\"value\"=>\"1\"}, {\"key\"=>\"B\", \"val"),
		"A=1;");
	assert_string_equal(pairs_of(&arena, ""), "");
	arena_finish(&arena);
}

static void a_text_is_cut_between_letters(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_string_equal(markup_cut(&arena, "caf\xc3\xa9 au lait", 4),
			    "caf\xc3\xa9");
	assert_string_equal(markup_cut(&arena, "a b", 2), "a");
	assert_string_equal(markup_cut(&arena, "whole", 5), "whole");
	arena_finish(&arena);
}

static const char heading[] =
	"uniq_id,product_name,product_category_tree,pid,retail_price,"
	"discounted_price,image,description,brand,product_specifications\n";

static bool read_flipkart(struct arena *arena, const char *line,
			  struct import_item *item)
{
	const char *text = arena_format(arena, "%s%s\n", heading, line);
	struct work w = {.arena = {0}};
	struct csv_record names;
	struct csv_record record;
	struct intake intake;
	struct csv csv = {.line = 0};

	intake_text(&intake, text, strlen(text));
	csv_open(&csv, &intake, arena, 1);
	csv.is_begun = true;
	assert_int_equal(csv_next(&w, &csv, arena, &names), CSV_RECORD);
	assert_int_equal(csv_next(&w, &csv, arena, &record), CSV_RECORD);
	*item = (struct import_item){.line = record.line};
	return flipkart_read(arena, &names, &record, item);
}

static void the_products_own_name_is_no_category(void **state)
{
	static const char *const trees[] = {
		"[\"\"Home >> Mugs >> Nice Mug\"\"]",
		"[\"\"Home >> Mugs >> nice  mug\"\"]",
		"[\"\"Home >> Mugs >> Nice Mug (300 ml)\"\"]",
		"[\"\"Home >> Mugs >> Nice Mu...\"\"]",
		"[\"\"Home >> Mugs >> Nice Mug (30...\"\"]",
		"[\"\"Home >> Mugs >> Nice Mug ...\"\"]",
	};
	struct arena arena = {0};
	struct import_item row;

	(void)state;
	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		assert_true(read_flipkart(
			&arena,
			arena_format(&arena, "u,Nice Mug,\"%s\",P1,10,8,[],d,b,", trees[i]),
			&row));
		assert_int_equal(row.category_count, 2);
		assert_string_equal(row.categories[1], "Mugs");
	}
	assert_true(read_flipkart(&arena,
				  "u,Nice Mug,\"[\"\"Home >> Nice Mugs\"\"]\",P1,10,8,[],d,b,",
				  &row));
	assert_int_equal(row.category_count, 2);
	assert_true(read_flipkart(&arena,
				  "u,Nice Mug,\"[\"\"Nice Mug\"\"]\",P1,10,8,[],d,b,",
				  &row));
	assert_string_equal(row.categories[0], "Other");
	arena_finish(&arena);
}

static void the_discounted_price_sells_and_the_other_compares(void **state)
{
	struct arena arena = {0};
	struct import_item row;

	(void)state;
	assert_true(read_flipkart(&arena, "u,N,\"[\"\"A\"\"]\",P1,999,379,[],,,",
				  &row));
	assert_int_equal(row.variants->prices->amount, 37900);
	assert_int_equal(row.variants->prices->compare_at, 99900);
	assert_string_equal(row.variants->prices->currency, "INR");
	assert_true(read_flipkart(&arena, "u,N,\"[\"\"A\"\"]\",P1,,379,[],,,",
				  &row));
	assert_int_equal(row.variants->prices->compare_at, -1);
	assert_true(read_flipkart(&arena, "u,N,\"[\"\"A\"\"]\",P1,999,,[],,,",
				  &row));
	assert_int_equal(row.variants->prices->amount, 99900);
	arena_finish(&arena);
}

static void what_cannot_be_sold_names_its_column(void **state)
{
	static const struct {
		const char *line;
		const char *column;
	} cases[] = {
		{"u,N,\"[\"\"A\"\"]\",P1,,,[],,,", "retail_price"},
		{"u,N,\"[\"\"A\"\"]\",P1,x,,[],,,", "retail_price"},
		{"u,N,\"[\"\"A\"\"]\",P1,5,0,[],,,", "discounted_price"},
		{"u,,\"[\"\"A\"\"]\",P1,5,4,[],,,", "product_name"},
		{"u,N,,P1,5,4,[],,,", "product_category_tree"},
		{",N,\"[\"\"A\"\"]\",,5,4,[],,,", "pid"},
		{"u,N\xe9,\"[\"\"A\"\"]\",P1,5,4,[],,,", "product_name"},
		{"u,N", "product_category_tree"},
	};
	struct arena arena = {0};
	struct import_item row;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_false(read_flipkart(&arena, cases[i].line, &row));
		assert_string_equal(row.refusal.column, cases[i].column);
	}
	arena_finish(&arena);
}

static void what_sellers_call_by_many_names_has_one_code(void **state)
{
	struct arena arena = {0};
	struct import_item item;

	(void)state;
	assert_true(read_flipkart(
		&arena,
		"u,N,\"[\"\"A\"\"]\",P1,9,8,[],,,\"{\"\"product_specification\"\"=>"
		"[{\"\"key\"\"=>\"\"Color\"\", \"\"value\"\"=>\"\"Red\"\"}, "
		"{\"\"key\"\"=>\"\"Colour\"\", \"\"value\"\"=>\"\"Blue\"\"}, "
		"{\"\"key\"\"=>\"\"Ideal For\"\", \"\"value\"\"=>\"\"Men\"\"}, "
		"{\"\"key\"\"=>\"\"Dial Light\"\", \"\"value\"\"=>\"\"No\"\"}]}\"",
		&item));
	assert_string_equal(item.attributes,
			    "{\"colour\":\"Red\",\"ideal_for\":\"Men\","
			    "\"Dial Light\":\"No\"}");
	arena_finish(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slug_is_plain_ascii_and_never_empty),
		cmocka_unit_test(references_become_their_characters),
		cmocka_unit_test(a_ruby_hash_becomes_pairs_as_far_as_it_is_whole),
		cmocka_unit_test(a_text_is_cut_between_letters),
		cmocka_unit_test(the_products_own_name_is_no_category),
		cmocka_unit_test(the_discounted_price_sells_and_the_other_compares),
		cmocka_unit_test(what_cannot_be_sold_names_its_column),
		cmocka_unit_test(what_sellers_call_by_many_names_has_one_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
