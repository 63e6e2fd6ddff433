/* test_write.c - rows, metadata and schemas as a resource tells them. */
#include "../test.h"

#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <platform/config.h>
#include <platform/json.h>
#include <rest/schema.h>

#include "../../../src/rest/selection.h"

enum { CELLS = 16 };

static const struct choice states[] = {{"draft", "A draft"}, {"live", NULL},
				       {0}};
static const struct resource image_resource = {
	.name = "Image",
	.fields = (const struct field[]){
		{.name = "url", .type = FIELD_URL, .flags = FIELD_REQUIRED},
		{0}}};
static const struct resource resource = {
	.name = "Product",
	.size = 1,
	.help = "What is sold.",
	.fields = (const struct field[]){
		{.name = "id", .type = FIELD_UUID, .flags = FIELD_READ_ONLY},
		{.name = "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED,
		 .min = 2, .max = 200, .help = "As shown."},
		{.name = "state", .type = FIELD_CHOICE, .choices = states},
		{.name = "price", .type = FIELD_MONEY, .flags = FIELD_REQUIRED},
		{.name = "was", .type = FIELD_MONEY, .flags = FIELD_NULLABLE,
		 .column = "old_price"},
		{.name = "currency", .type = FIELD_TEXT,
		 .flags = FIELD_READ_ONLY},
		{.name = "stock", .type = FIELD_INTEGER, .min = 0, .max = 99},
		{.name = "is_live", .type = FIELD_BOOLEAN},
		{.name = "created_at", .type = FIELD_TIME,
		 .flags = FIELD_READ_ONLY},
		{.name = "images", .type = FIELD_LIST, .flags = FIELD_BLANK,
		 .resource = &image_resource},
		{.name = "extra", .type = FIELD_MAP, .flags = FIELD_NULLABLE},
		{.name = "secret", .type = FIELD_PASSWORD,
		 .flags = FIELD_WRITE_ONLY},
		{0}}};

static const char *const columns[] = {
	"created_at", "id", "name", "state", "price", "old_price", "currency",
	"stock", "is_live", "images", "extra", "total_count", NULL};
static const char *const first[] = {
	"2026-11-22 13:48:59.927737+00", "0190-id", "Anvil", "live", "1999",
	"-5", "EUR", "7", "t", "[{\"url\": \"http://a.com\"}]", NULL, "2"};

static struct arena arena;

static int start(void **state)
{
	(void)state;
	return config_set("currency", "EUR") ? 0 : -1;
}

static int finish(void **state)
{
	(void)state;
	arena_finish(&arena);
	return 0;
}

static void clear(void *result)
{
	PQclear(result);
}

/* `count` times the same row. */
static struct rows rows_of(const char *const *names, const char *const *cells,
			   int count)
{
	PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	PGresAttDesc attributes[CELLS] = {{0}};
	int width = 0;

	for (; names[width] != NULL; width++)
		attributes[width].name = (char *)(uintptr_t)names[width];
	assert_int_equal(PQsetResultAttrs(result, width, attributes), 1);
	for (int row = 0; row < count; row++) {
		for (int i = 0; i < width; i++) {
			char *cell = (char *)(uintptr_t)cells[i];

			PQsetvalue(result, row, i, cell,
				   cell != NULL ? (int)strlen(cell) : -1);
		}
	}
	arena_defer(&arena, clear, result);
	return (struct rows){.result = result, .count = count};
}

static const char *written(const struct resource *by, const char *const *names,
			   const char *const *cells)
{
	struct rows rows = rows_of(names, cells, 1);
	struct selection all;
	struct text text;

	selection_default(by, &all);
	text_init(&text, &arena, 0);
	row_write(row_writer(&arena, by, &rows, &all), &text, 0);
	return text.bytes;
}

static void a_row_is_written_in_the_tables_order(void **state)
{
	(void)state;
	assert_string_equal(
		written(&resource, columns, first),
		"{\"id\":\"0190-id\",\"name\":\"Anvil\",\"state\":\"live\","
		"\"price\":\"19.99\",\"was\":\"-0.05\",\"currency\":\"EUR\","
		"\"stock\":7,\"is_live\":true,"
		"\"created_at\":\"2026-11-22T13:48:59.927737Z\","
		"\"images\":[{\"url\":\"http://a.com\"}],\"extra\":null}");
}

/* One field of that type from one cell. */
static void cell(enum field_type type, const char *bytes, const char *json)
{
	const struct field fields[] = {{.name = "x", .type = type}, {0}};
	const struct resource one = {.name = "One", .fields = fields};
	char expected[600];

	snprintf(expected, sizeof(expected), "{\"x\":%s}", json);
	assert_string_equal(written(&one, (const char *[]){"x", NULL},
				    (const char *[]){bytes}),
			    expected);
}

static void texts_are_escaped_wherever_it_is_needed(void **state)
{
	(void)state;
	cell(FIELD_TEXT, "", "\"\"");
	cell(FIELD_TEXT, "12345678", "\"12345678\"");
	cell(FIELD_TEXT, "\xC3\xA9\xF0\x9F\x98\x80\xEF\xBF\xBF",
	     "\"\xC3\xA9\xF0\x9F\x98\x80\xEF\xBF\xBF\"");
	cell(FIELD_TEXT, "\xE2\x80\xA8\xE2\x82\xAC", "\"\\u2028\xE2\x82\xAC\"");
	/* At each place in and behind the first words. */
	for (size_t i = 0; i < 20; i++) {
		char plain[21] = "aaaaaaaaaaaaaaaaaaaa";
		char quoted[32] = "\"";

		plain[i] = i % 2 == 0 ? '"' : '\n';
		memcpy(quoted + 1, plain, i);
		memcpy(quoted + 1 + i, i % 2 == 0 ? "\\\"" : "\\n", 2);
		memcpy(quoted + 3 + i, plain + i + 1, 20 - i);
		memcpy(quoted + 22, "\"", 2);
		cell(FIELD_TEXT, plain, quoted);
	}
	cell(FIELD_TEXT, "\x7F\x1F", "\"\x7F\\u001f\"");
}

static void money_has_the_places_of_its_currency(void **state)
{
	static const char *const names[] = {"price", "currency", NULL};
	static const struct field fields[] = {
		{.name = "price", .type = FIELD_MONEY}, {0}};
	static const struct resource one = {.name = "One", .fields = fields};
	static const char *const rows[][3] = {
		{"1999", "EUR", "{\"price\":\"19.99\"}"},
		{"0", "EUR", "{\"price\":\"0.00\"}"},
		{"5", "EUR", "{\"price\":\"0.05\"}"},
		{"50", "EUR", "{\"price\":\"0.50\"}"},
		{"-5", "EUR", "{\"price\":\"-0.05\"}"},
		{"-1999", "USD", "{\"price\":\"-19.99\"}"},
		{"1999", "JPY", "{\"price\":\"1999\"}"},
		{"0", "JPY", "{\"price\":\"0\"}"},
		{"1999", "KWD", "{\"price\":\"1.999\"}"},
		{"7", "KWD", "{\"price\":\"0.007\"}"},
		{"9007199254740991", "INR",
		 "{\"price\":\"90071992547409.91\"}"},
		{"150", NULL, "{\"price\":\"1.50\"}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_string_equal(written(&one, names, rows[i]), rows[i][2]);
	cell(FIELD_MONEY, "1999", "\"19.99\"");
}

static void times_take_drfs_form(void **state)
{
	(void)state;
	cell(FIELD_TIME, "2026-11-22 13:48:59+00", "\"2026-11-22T13:48:59Z\"");
	cell(FIELD_TIME, "2026-11-22 13:48:59.5+00",
	     "\"2026-11-22T13:48:59.500000Z\"");
	cell(FIELD_TIME, "2026-11-22", "\"2026-11-22\"");
	cell(FIELD_TIME, "infinity", "\"infinity\"");
}

static void null_and_false_are_no_text(void **state)
{
	(void)state;
	cell(FIELD_TEXT, NULL, "null");
	cell(FIELD_MONEY, NULL, "null");
	cell(FIELD_BOOLEAN, "f", "false");
	cell(FIELD_INTEGER, "-12", "-12");
	cell(FIELD_MAP, "{\"a\" : 1, \"b c\": \"x \\\" y\"}",
	     "{\"a\":1,\"b c\":\"x \\\" y\"}");
}

static void a_missing_column_is_a_bug_that_dies(void **state)
{
	pid_t child = fork();
	int status = 0;

	(void)state;
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(0);
		written(&resource, (const char *[]){"id", NULL},
			(const char *[]){"x"});
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
}

static const struct json_t *parsed(struct text *text)
{
	const struct json_t *root =
		json_read_quietly(&arena, text->bytes, text->length);

	if (root == NULL)
		print_error("%s\n", text->bytes);
	assert_non_null(root);
	return root;
}

static void is_json(const struct json_t *root, const char *path,
		    const char *json)
{
	const struct json_t *node = json_at(root, path);

	assert_non_null(node);
	assert_string_equal(json_write(&arena, node), json);
}

static void options_tell_what_drf_tells(void **state)
{
	const struct json_t *root;
	struct text text;
	struct out out;

	(void)state;
	text_init(&text, &arena, 0);
	out_init(&out, &text);
	metadata_write(&out, &resource);
	root = parsed(&text);
	is_json(root, "id", "{\"type\":\"string\",\"required\":false,"
			    "\"read_only\":true,\"label\":\"Id\"}");
	is_json(root, "name",
		"{\"type\":\"string\",\"required\":true,\"read_only\":false,"
		"\"label\":\"Name\",\"help_text\":\"As shown.\","
		"\"min_length\":2,\"max_length\":200}");
	is_json(root, "price",
		"{\"type\":\"decimal\",\"required\":true,\"read_only\":false,"
		"\"label\":\"Price\",\"min_value\":\"0.00\","
		"\"max_digits\":15,\"decimal_places\":2}");
	is_json(root, "state.choices",
		"[{\"value\":\"draft\",\"display_name\":\"A draft\"},"
		"{\"value\":\"live\",\"display_name\":\"live\"}]");
	is_json(root, "is_live.label", "\"Is live\"");
	is_json(root, "images.child.children.url.type", "\"url\"");
	is_json(root, "stock.max_value", "99");
}

static void schemas_say_what_is_required_and_what_may_be_null(void **state)
{
	const struct json_t *root;
	struct text text;
	struct out out;

	(void)state;
	text_init(&text, &arena, 0);
	out_init(&out, &text);
	out_array(&out);
	schema_write(&out, &resource, false);
	schema_write(&out, &resource, true);
	schema_page_write(&out, &resource);
	schema_write(&out, &image_resource, false);
	out_array_end(&out);
	root = parsed(&text);
	is_json(root, "0.required",
		"[\"id\",\"name\",\"price\",\"currency\",\"created_at\"]");
	is_json(root, "0.properties.was.type", "[\"string\",\"null\"]");
	is_json(root, "0.properties.id.readOnly", "true");
	is_json(root, "0.properties.secret.writeOnly", "true");
	is_json(root, "0.properties.name.maxLength", "200");
	is_json(root, "0.properties.images.items",
		"{\"$ref\":\"#/components/schemas/Image\"}");
	assert_null(json_at(root, "1.required"));
	is_json(root, "2.properties.results.items",
		"{\"$ref\":\"#/components/schemas/Product\"}");
	is_json(root, "2.required",
		"[\"count\",\"next\",\"previous\",\"results\"]");
	is_json(root, "3.required", "[\"url\"]");
	assert_string_equal(schema_name(&arena, &resource, true),
			    "PatchedProduct");
}

static void count_visit(const struct resource *visited, void *argument)
{
	int *counts = argument;

	counts[visited == &image_resource ? 0 : 1]++;
}

static void nested_resources_are_found(void **state)
{
	int counts[2] = {0};

	(void)state;
	schema_each(&resource, count_visit, counts);
	assert_int_equal(counts[0], 1);
	assert_int_equal(counts[1], 1);
}

static void a_listing_names_its_parameters(void **state)
{
	static const struct filter filters[] = {
		{"state__in", FIELD_CHOICE, FILTER_LIST, "x", states,
		 "Any of."},
		{0}};
	static const struct ordering orderings[] = {{"price", "p"}, {0}};
	static const struct listing listing = {.filters = filters,
					       .orderings = orderings,
					       .search_sql = "x",
					       .order = "-price"};
	const struct json_t *root;
	struct text text;
	struct out out;

	(void)state;
	text_init(&text, &arena, 0);
	out_init(&out, &text);
	out_array(&out);
	listing_parameters_write(&out, &listing);
	out_array_end(&out);
	root = parsed(&text);
	assert_int_equal(json_count(root), 7);
	is_json(root, "6",
		"{\"name\":\"state__in\",\"in\":\"query\",\"description\":"
		"\"Any of.\",\"style\":\"form\",\"explode\":false,\"schema\":"
		"{\"type\":\"array\",\"items\":{\"type\":\"string\",\"enum\":"
		"[\"draft\",\"live\"]}}}");
}

/* Not a benchmark, an alarm: far above what it takes (see SHOPD_BENCH). */
static void a_page_of_twenty_is_written_in_microseconds(void **state)
{
	struct rows rows = rows_of(columns, first, 20);
	struct selection all;
	struct timespec begin;
	struct timespec end;
	int rounds = getenv("SHOPD_BENCH") != NULL ? 100000 : 1000;
	int64_t took;

	(void)state;
	selection_default(&resource, &all);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	for (int i = 0; i < rounds; i++) {
		struct arena page = {0};
		struct row_writer *writer =
			row_writer(&page, &resource, &rows, &all);
		struct text text;

		text_init(&text, &page, 16384);
		for (int row = 0; row < rows.count; row++)
			row_write(writer, &text, row);
		arena_finish(&page);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	took = (end.tv_sec - begin.tv_sec) * 1000000000 +
	       (end.tv_nsec - begin.tv_nsec);
	print_message("a page of 20 rows: %.2f us\n",
		      (double)took / 1000 / rounds);
	assert_true(took / rounds < 500000);
}

#define T(name) cmocka_unit_test(name)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_row_is_written_in_the_tables_order),
		T(texts_are_escaped_wherever_it_is_needed),
		T(money_has_the_places_of_its_currency),
		T(times_take_drfs_form),
		T(null_and_false_are_no_text),
		T(a_missing_column_is_a_bug_that_dies),
		T(options_tell_what_drf_tells),
		T(schemas_say_what_is_required_and_what_may_be_null),
		T(nested_resources_are_found),
		T(a_listing_names_its_parameters),
		T(a_page_of_twenty_is_written_in_microseconds),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
