/* test_import.c - slugs, CSV, markup, and what rows of files mean. */
#include "../test.h"

#include <stdio.h>
#include <string.h>

#include <domain/catalog.h>

#include "../../../src/domain/catalog/import.h"
#include "../../../src/domain/catalog/markup.h"

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

static struct csv open_text(const char *text)
{
	FILE *file = tmpfile();

	fwrite(text, 1, strlen(text), file);
	rewind(file);
	return (struct csv){.file = file};
}

static void a_record_tells_the_line_where_it_begins(void **state)
{
	struct csv csv = open_text("\xef\xbb\xbf"
				   "a,b\r\n\"x\ny\",\"say \"\"hi\"\"\"\r\n\n,z\nlast,1");
	struct arena arena = {0};
	struct csv_record record;

	(void)state;
	assert_int_equal(csv_next(&csv, &arena, &record), CSV_RECORD);
	assert_string_equal(record.fields[0], "a");
	assert_string_equal(record.fields[1], "b");
	assert_int_equal(csv_next(&csv, &arena, &record), CSV_RECORD);
	assert_int_equal(record.line, 2);
	assert_string_equal(record.fields[0], "x\ny");
	assert_string_equal(record.fields[1], "say \"hi\"");
	assert_int_equal(csv_next(&csv, &arena, &record), CSV_RECORD);
	assert_int_equal(record.line, 5);
	assert_string_equal(record.fields[0], "");
	assert_string_equal(record.fields[1], "z");
	assert_int_equal(csv_next(&csv, &arena, &record), CSV_RECORD);
	assert_int_equal(record.count, 2);
	assert_int_equal(csv_next(&csv, &arena, &record), CSV_END);
	arena_finish(&arena);
	fclose(csv.file);
}

static void a_quote_that_never_closes_is_broken(void **state)
{
	struct csv csv = open_text("a\n\"b\nc");
	struct arena arena = {0};
	struct csv_record record;

	(void)state;
	assert_int_equal(csv_next(&csv, &arena, &record), CSV_RECORD);
	assert_int_equal(csv_next(&csv, &arena, &record), CSV_BROKEN);
	assert_int_equal(record.line, 2);
	assert_int_equal(csv_next(&csv, &arena, &record), CSV_END);
	arena_finish(&arena);
	fclose(csv.file);
}

static void only_utf8_is_utf8(void **state)
{
	(void)state;
	assert_true(utf8_is_valid("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"));
	assert_false(utf8_is_valid("\xe9"));
	assert_false(utf8_is_valid("\xc0\x80"));
	assert_false(utf8_is_valid("\xed\xa0\x80"));
	assert_false(utf8_is_valid("\xf4\x90\x80\x80"));
	assert_false(utf8_is_valid("\xe2\x82"));
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

static void a_ruby_hash_becomes_attributes_as_far_as_it_is_whole(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_string_equal(
		ruby_attributes(&arena,
				"{\"product_specification\"=>[{\"key\"=>\"Type\", "
				"\"value\"=>\"A \\\"b\\\"\"}, {\"value\"=>\"lone\"}, "
				"{\"key\"=>\"Type\", \"value\"=>\"again\"}]}"),
		"{\"Type\":\"A \\\"b\\\"\",\"Other\":\"lone\"}");
	assert_string_equal(
		ruby_attributes(&arena,
				"{\"product_specification\"=>{\"key\"=>\"K\", "
				"\"value\"=>\"V\"}}"),
		"{\"K\":\"V\"}");
	assert_string_equal(
		ruby_attributes(&arena,
				"{\"product_specification\"=>[{\"key\"=>\"A\", "
				"\"value\"=>\"1\"}, {\"key\"=>\"B\", \"val"),
		"{\"A\":\"1\"}");
	assert_string_equal(ruby_attributes(&arena, ""), "{}");
	arena_finish(&arena);
}

static const char heading[] =
	"uniq_id,product_name,product_category_tree,pid,retail_price,"
	"discounted_price,image,description,brand,product_specifications\n";

static bool read_flipkart(struct arena *arena, const char *line,
			  struct import_row *row, struct import_refusal *why)
{
	struct csv csv = open_text(arena_format(arena, "%s%s\n", heading, line));
	struct csv_record names;
	struct csv_record record;
	bool is_good;

	assert_int_equal(csv_next(&csv, arena, &names), CSV_RECORD);
	assert_int_equal(csv_next(&csv, arena, &record), CSV_RECORD);
	is_good = import_flipkart.read(arena, &names, &record, row, why);
	fclose(csv.file);
	return is_good;
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
	struct import_refusal why;
	struct import_row row;

	(void)state;
	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		assert_true(read_flipkart(
			&arena,
			arena_format(&arena, "u,Nice Mug,\"%s\",P1,10,8,[],d,b,", trees[i]),
			&row, &why));
		assert_int_equal(row.category_count, 2);
		assert_string_equal(row.categories[1], "Mugs");
	}
	assert_true(read_flipkart(&arena,
				  "u,Nice Mug,\"[\"\"Home >> Nice Mugs\"\"]\",P1,10,8,[],d,b,",
				  &row, &why));
	assert_int_equal(row.category_count, 2);
	assert_true(read_flipkart(&arena,
				  "u,Nice Mug,\"[\"\"Nice Mug\"\"]\",P1,10,8,[],d,b,",
				  &row, &why));
	assert_string_equal(row.categories[0], "Other");
	arena_finish(&arena);
}

static void the_discounted_price_sells_and_the_other_compares(void **state)
{
	struct arena arena = {0};
	struct import_refusal why;
	struct import_row row;

	(void)state;
	assert_true(read_flipkart(&arena, "u,N,\"[\"\"A\"\"]\",P1,999,379,[],,,",
				  &row, &why));
	assert_int_equal(row.price, 37900);
	assert_int_equal(row.compare_at, 99900);
	assert_string_equal(row.currency, "INR");
	assert_true(read_flipkart(&arena, "u,N,\"[\"\"A\"\"]\",P1,,379,[],,,",
				  &row, &why));
	assert_int_equal(row.compare_at, 0);
	assert_true(read_flipkart(&arena, "u,N,\"[\"\"A\"\"]\",P1,999,,[],,,",
				  &row, &why));
	assert_int_equal(row.price, 99900);
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
	struct import_refusal why;
	struct import_row row;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_false(read_flipkart(&arena, cases[i].line, &row, &why));
		assert_string_equal(why.column, cases[i].column);
	}
	arena_finish(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slug_is_plain_ascii_and_never_empty),
		cmocka_unit_test(a_record_tells_the_line_where_it_begins),
		cmocka_unit_test(a_quote_that_never_closes_is_broken),
		cmocka_unit_test(only_utf8_is_utf8),
		cmocka_unit_test(references_become_their_characters),
		cmocka_unit_test(a_ruby_hash_becomes_attributes_as_far_as_it_is_whole),
		cmocka_unit_test(the_products_own_name_is_no_category),
		cmocka_unit_test(the_discounted_price_sells_and_the_other_compares),
		cmocka_unit_test(what_cannot_be_sold_names_its_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
