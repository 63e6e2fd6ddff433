/* test_reading.c - the products that shopd's own CSV and JSON lines tell of. */
#include "../test.h"

#include <string.h>

#include "../../../src/domain/transfer/transfer.h"

/* A text that is read as a file of that format. */
struct file {
	struct work w;
	struct arena kept;
	struct arena batch;
	struct intake intake;
	struct reading reading;
	struct import_item item;
};

static bool begin(struct file *file, const struct import_format *format,
		  const char *text)
{
	*file = (struct file){.reading = {.format = format}};
	file->reading.kept = &file->kept;
	file->reading.arena = &file->batch;
	file->reading.intake = &file->intake;
	intake_text(&file->intake, text, strlen(text));
	return reading_begin(&file->w, &file->reading);
}

static bool next(struct file *file)
{
	return file->reading.format->next(&file->w, &file->reading,
					  &file->item);
}

static void finish(struct file *file)
{
	reading_finish(&file->reading);
	arena_finish(&file->batch);
	arena_finish(&file->kept);
	work_finish(&file->w);
}

/* The next item is refused, for a reason that has these words. */
static void assert_refused(struct file *file, const char *column,
			   const char *words)
{
	assert_true(next(file));
	assert_int_equal(file->item.fate, IMPORT_REFUSE);
	assert_string_equal(file->item.refusal.column, column);
	assert_non_null(strstr(file->item.refusal.reason, words));
}

static void rows_of_one_key_that_stand_together_are_one_product(void **state)
{
	struct file file;

	(void)state;
	assert_true(begin(&file, &import_csv,
			  "product,sku,name,price,currency,option1_name,"
			  "option1_value\n"
			  "mug,M-1,Mug,10.00,EUR,Size,S\n"
			  "mug,M-2,,11.50,EUR,Size,M\n"
			  "pot,P-1,Pot,5,EUR,,\n"
			  "mug,M-3,Mug,12.00,EUR,Size,L\n"));
	assert_true(next(&file));
	assert_string_equal(file.item.key, "mug");
	assert_string_equal(file.item.name, "Mug");
	assert_int_equal(file.item.records, 2);
	assert_int_equal(file.item.variant_count, 2);
	assert_string_equal(file.item.variants[1].sku, "M-2");
	assert_int_equal(file.item.variants[1].prices[0].amount, 1150);
	assert_string_equal(file.item.variants[1].options, "{\"Size\":\"M\"}");
	assert_true(next(&file));
	assert_string_equal(file.item.key, "pot");
	assert_int_equal(file.item.line, 4);
	assert_int_equal(file.item.variant_count, 1);
	assert_true(next(&file));
	assert_string_equal(file.item.key, "mug");
	assert_int_equal(file.item.records, 1);
	assert_false(next(&file));
	finish(&file);
}

static void without_a_key_each_row_is_a_product_by_its_sku(void **state)
{
	struct file file;

	(void)state;
	assert_true(begin(&file, &import_csv,
			  "sku,name\nA-1,Same\nA-1,Same\n"));
	assert_true(next(&file));
	assert_string_equal(file.item.key, "A-1");
	assert_int_equal(file.item.variant_count, 1);
	assert_true(next(&file));
	assert_false(next(&file));
	finish(&file);
}

static void a_refused_row_takes_the_rows_of_its_product_with_it(void **state)
{
	struct file file;

	(void)state;
	assert_true(begin(&file, &import_csv,
			  "product,sku,name,price,currency\n"
			  "mug,M-1,Mug,1,EUR\nmug,M-2,,1.999,EUR\n"
			  "mug,M-3,,1,EUR\npot,,Pot,1,EUR\n"
			  "jar,J-\xff,Jar,1,EUR\ncup,C-1,Cup,1,EUR\n"));
	assert_refused(&file, "price", "");
	assert_int_equal(file.item.refusal.line, 3);
	assert_int_equal(file.item.records, 3);
	assert_refused(&file, "sku", "is missing");
	assert_refused(&file, "sku", "byte 3 (0xff) is not UTF-8");
	assert_true(next(&file));
	assert_int_not_equal(file.item.fate, IMPORT_REFUSE);
	assert_string_equal(file.item.key, "cup");
	finish(&file);
}

static void a_column_tells_a_currency_or_a_kind(void **state)
{
	struct file file;

	(void)state;
	assert_true(begin(&file, &import_csv,
			  "sku,name,price.USD,compare_at_price.USD,"
			  "attr.volume:number,attr.care\n"
			  "M-1,Mug,9.90,12,350,hand\n"));
	assert_int_equal(file.reading.want_count, 1);
	assert_string_equal(file.reading.wants[0].code, "volume");
	assert_string_equal(file.reading.wants[0].kind, "number");
	assert_true(next(&file));
	assert_int_equal(file.item.variants[0].price_count, 1);
	assert_string_equal(file.item.variants[0].prices[0].currency, "USD");
	assert_int_equal(file.item.variants[0].prices[0].amount, 990);
	assert_int_equal(file.item.variants[0].prices[0].compare_at, 1200);
	assert_non_null(strstr(file.item.attributes, "\"volume\""));
	assert_non_null(strstr(file.item.attributes, "\"care\""));
	finish(&file);
}

static void a_heading_that_cannot_be_is_the_files_fault(void **state)
{
	static const char *const cases[][2] = {
		{"sku,price.ABC\n", "the column \"price.ABC\" names no currency"},
		{"name,price\n", "there is no column \"sku\""},
		{"", "there is no line of column names"},
		{"sku,name\rM-1,Mug\r", "the lines end in CR alone; save the "
					 "file with LF or CR LF"},
		{"sku;name\nM-1;Mug\n",
		 "there is one column; separate them by commas"},
		{"sku,name,name\n", "the column \"name\" stands there twice"},
	};
	struct file file;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_false(begin(&file, &import_csv, cases[i][0]));
		assert_string_equal(file.reading.fault, cases[i][1]);
		finish(&file);
	}
}

/* Empty cells behind the last column are what spreadsheets leave. */
static void a_cell_behind_the_last_column_refuses_its_row(void **state)
{
	struct file file;

	(void)state;
	assert_true(begin(&file, &import_csv,
			  "product,sku,name,price,currency\n"
			  "mug,M-1,Mug,10.00,EUR,,\n"
			  "pot,P-1,Pot, with a lid,5,EUR\n"
			  "jug,J-1,Jug,7,EUR\n"));
	assert_true(next(&file));
	assert_int_not_equal(file.item.fate, IMPORT_REFUSE);
	assert_refused(&file, "row", "more cells than there are columns");
	assert_true(next(&file));
	assert_int_not_equal(file.item.fate, IMPORT_REFUSE);
	assert_string_equal(file.item.key, "jug");
	finish(&file);
}

static void a_line_of_json_is_a_product_with_its_variants(void **state)
{
	struct file file;

	(void)state;
	assert_true(begin(&file, &import_ndjson,
			  "\xef\xbb\xbf{\"product\":\"mug\",\"name\":\"Mug\","
			  "\"variants\":[{\"sku\":\"M-1\",\"price\":10,"
			  "\"currency\":\"EUR\",\"options\":{\"Size\":\"S\"},"
			  "\"stock\":3},{\"sku\":\"M-2\",\"prices\":[{"
			  "\"currency\":\"USD\",\"amount\":\"9.90\"}],"
			  "\"options\":{\"Size\":\"M\"}}]}\r\n\n"
			  "{\"sku\":\"P-1\",\"name\":\"Pot\"}"));
	assert_true(next(&file));
	assert_int_not_equal(file.item.fate, IMPORT_REFUSE);
	assert_string_equal(file.item.key, "mug");
	assert_int_equal(file.item.variant_count, 2);
	assert_int_equal(file.item.variants[0].prices[0].amount, 1000);
	assert_int_equal(file.item.variants[0].stock, 3);
	assert_string_equal(file.item.variants[1].prices[0].currency, "USD");
	assert_int_equal(file.item.variants[1].prices[0].amount, 990);
	assert_true(next(&file));
	assert_string_equal(file.item.key, "P-1");
	assert_int_equal(file.item.line, 3);
	assert_false(next(&file));
	finish(&file);
}

static void a_line_that_is_no_product_is_refused_alone(void **state)
{
	struct file file;

	(void)state;
	assert_true(begin(&file, &import_ndjson,
			  "[1]\n{\"name\":\n{\"sku\":\"\xff\"}\n"
			  "{\"product\":\"a\",\"name\":\"A\"}\n"
			  "{\"product\":\"a\",\"name\":\"A\",\"variants\":[]}\n"
			  "{\"product\":\"a\",\"name\":\"A\",\"variants\":[7]}\n"
			  "{\"sku\":\"A-1\",\"name\":\"A\",\"prices\":1}\n"
			  "{\"sku\":\"A-1\",\"name\":\"A\"}\n"));
	assert_refused(&file, "row", "is no JSON object");
	assert_refused(&file, "row", "is no JSON object");
	assert_refused(&file, "row", "is not UTF-8");
	assert_refused(&file, "sku", "is missing");
	assert_refused(&file, "variants", "is not a list of variants");
	assert_refused(&file, "variants", "is not a list of objects");
	assert_refused(&file, "prices", "is not a list");
	assert_true(next(&file));
	assert_int_not_equal(file.item.fate, IMPORT_REFUSE);
	finish(&file);
}

static void a_line_may_tell_of_an_attribute_once(void **state)
{
	struct file file;

	(void)state;
	assert_true(begin(&file, &import_ndjson,
			  "{\"attribute\":{\"code\":\"volume\",\"kind\":"
			  "\"number\"}}\n"
			  "{\"attribute\":{\"code\":\"volume\",\"kind\":"
			  "\"date\"}}\n"
			  "{\"attribute\":{\"code\":\"care\",\"name\":"
			  "\"Care\",\"kind\":\"no such\"}}\n"));
	assert_false(next(&file));
	assert_int_equal(file.reading.want_count, 2);
	assert_string_equal(file.reading.wants[0].kind, "number");
	assert_string_equal(file.reading.wants[0].name, "volume");
	assert_string_equal(file.reading.wants[1].kind, "text");
	assert_string_equal(file.reading.wants[1].name, "Care");
	finish(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			rows_of_one_key_that_stand_together_are_one_product),
		cmocka_unit_test(
			without_a_key_each_row_is_a_product_by_its_sku),
		cmocka_unit_test(
			a_refused_row_takes_the_rows_of_its_product_with_it),
		cmocka_unit_test(a_column_tells_a_currency_or_a_kind),
		cmocka_unit_test(a_heading_that_cannot_be_is_the_files_fault),
		cmocka_unit_test(a_cell_behind_the_last_column_refuses_its_row),
		cmocka_unit_test(
			a_line_of_json_is_a_product_with_its_variants),
		cmocka_unit_test(a_line_that_is_no_product_is_refused_alone),
		cmocka_unit_test(a_line_may_tell_of_an_attribute_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
