/* test_listing.c - query strings, filters, search, orderings and links, as
 * Django and DRF read and write them. */
#include "../test.h"

#include <stdio.h>
#include <string.h>

#include <platform/config.h>
#include <platform/json.h>

#include "../../../src/rest/listing.h"

static struct request req;
static struct list_query list;

static const struct choice states[] = {{"draft", NULL}, {"live", NULL}, {0}};
static const struct filter filters[] = {
	{"price__gte", FIELD_MONEY, 0, "p.price >= $?", NULL, NULL},
	{"stock", FIELD_INTEGER, 0, "p.stock = $?", NULL, NULL},
	{"stock__in", FIELD_INTEGER, FILTER_LIST, "p.stock = ANY($?)", NULL,
	 NULL},
	{"state", FIELD_CHOICE, 0, "p.state = $?", states, NULL},
	{"state__in", FIELD_CHOICE, FILTER_LIST, "p.state = ANY($?)", states,
	 NULL},
	{"id__in", FIELD_UUID, FILTER_LIST, "p.id = ANY($?)", NULL, NULL},
	{"id", FIELD_UUID, 0, "p.id = $?", NULL, NULL},
	{"is_live", FIELD_BOOLEAN, 0, "p.is_live = $?", NULL, NULL},
	{"brand__isnull", FIELD_BOOLEAN, 0, "(p.brand IS NULL) = $?", NULL,
	 NULL},
	{"created__gte", FIELD_TIME, 0, "p.created_at >= $?", NULL, NULL},
	{"name__icontains", FIELD_TEXT, 0, "p.name ILIKE '%' || $? || '%'",
	 NULL, NULL},
	{"category", FIELD_SLUG, 0, "p.slug = $? OR p.parent = $?", NULL, NULL},
	{"free", FIELD_TEXT, FILTER_FREE, "p.free = $?", NULL, NULL},
	{0},
};
static const struct ordering orderings[] = {
	{"price", "p.price"},
	{"name", "p.name"},
	{"sold", "p.sold %s NULLS LAST"},
	{0},
};
static const struct query page_query = {
	.name = "page",
	.text = "SELECT a[1], (SELECT count(*) FROM p WHERE true[[filters]]) "
		"FROM p WHERE x = $1[[filters]] ORDER BY [[order]] [[page]]",
	.kind = QUERY_PAGE,
};
static const struct listing listing = {.query = &page_query,
				       .filters = filters,
				       .orderings = orderings,
				       .search_sql = "(p.name ILIKE $?)",
				       .order = "-price",
				       .tie_break = "p.id"};

static int start(void **state)
{
	(void)state;
	return config_set("currency", "EUR") ? 0 : -1;
}

static int finish(void **state)
{
	(void)state;
	work_finish(&req.http.work);
	return 0;
}

/* A fresh request; one fixed parameter. */
static void ask(const char *query)
{
	struct arena *arena = &req.http.work.arena;

	work_finish(&req.http.work);
	memset(&req, 0, sizeof(req));
	req.http.query = query;
	req.http.path = "/api/v1/products/";
	list = (struct list_query){.req = &req, .listing = &listing};
	list.query = query_parse(&req);
	list.params = arena_array(arena, struct param, PARAMS_MAX);
	text_init(&list.filters, arena, 0);
	text_init(&list.order, arena, 0);
	list_param(&list, p_text("fixed"));
}

static const char *param(size_t number)
{
	const struct param *param = &list.params[number - 1];

	assert_true(number <= list.count);
	return param->is_buffered ? param->buffer : param->text;
}

/* The SQL of the filters, and the last parameter. */
static void filtered(const char *query, const char *sql, const char *value)
{
	ask(query);
	assert_true(list_filters(&list));
	assert_string_equal(list.filters.length > 0 ? list.filters.bytes : "",
			    sql);
	if (value != NULL)
		assert_string_equal(param(list.count), value);
	else
		assert_int_equal(list.count, 1);
}

static void refused(const char *query, const char *errors)
{
	struct work *w = &req.http.work;

	ask(query);
	list_filters(&list);
	assert_false(list_search(&list) && w->fault.kind == NULL);
	assert_ptr_equal(w->fault.kind, &fault_fields);
	assert_string_equal(json_write(&w->arena, w->fault.body), errors);
}

static void linked(const char *query, long long page, const char *link)
{
	struct text text;
	struct query_change change = {"page", NULL};

	ask(query);
	if (page > 0)
		change.value = arena_format(&req.http.work.arena, "%lld", page);
	text_init(&text, &req.http.work.arena, 0);
	text_add(&text, "/p/");
	query_encode(&text, list.query, &change, 1);
	assert_string_equal(text.bytes + 3, link);
}

static void a_query_is_decoded_once(void **state)
{
	(void)state;
	ask("a=1&b=x%20y+z&a=2&c&d=%2541&=e&%C3%A9=%zz%4&&n=a%00b&u=%FF");
	assert_string_equal(query_text(&req, "a"), "2");
	assert_string_equal(query_text(&req, "b"), "x y z");
	assert_string_equal(query_text(&req, "c"), "");
	assert_string_equal(query_text(&req, "d"), "%41");
	assert_string_equal(query_text(&req, ""), "e");
	assert_string_equal(query_text(&req, "\xC3\xA9"), "%zz%4");
	assert_string_equal(query_text(&req, "n"), "a\xEF\xBF\xBD" "b");
	assert_string_equal(query_text(&req, "u"), "\xEF\xBF\xBD");
	assert_null(query_text(&req, "A"));
	ask("");
	assert_null(query_text(&req, "a"));
}

static void links_keep_all_parameters_sorted_and_encoded(void **state)
{
	(void)state;
	linked("", 2, "?page=2");
	linked("", 0, "");
	linked("page=2", 0, "");
	linked("page=2", 3, "?page=3");
	linked("z=1&page=2&a=x,y&page=3", 4, "?a=x%2Cy&page=4&z=1");
	linked("z=1&page=2&a=x,y", 0, "?a=x%2Cy&z=1");
	linked("b=2&a=2&b=1&a=", 2, "?a=2&a=&b=2&b=1&page=2");
	linked("q=%C3%A9+%22~-._%22&p=/", 0, "?p=%2F&q=%C3%A9+%22~-._%22");
	linked("a", 2, "?a=&page=2");
	linked("a=\"><script>", 2, "?a=%22%3E%3Cscript%3E&page=2");
	linked("a=%0d%0aSet-Cookie:x", 2, "?a=%0D%0ASet-Cookie%3Ax&page=2");
}

static void filters_become_conditions_with_parameters(void **state)
{
	(void)state;
	filtered("price__gte=10.5", " AND (p.price >= $2)", "1050");
	filtered("stock=7", " AND (p.stock = $2)", "7");
	filtered("state=live", " AND (p.state = $2)", "live");
	filtered("category=a", " AND (p.slug = $2 OR p.parent = $2)", "a");
	filtered("id=0123456789abcdef0123456789abcdef", " AND (p.id = $2)",
		 "01234567-89ab-cdef-0123-456789abcdef");
	filtered("id=00000000000000000000000000000000", " AND (p.id = $2)",
		 "00000000-0000-0000-0000-000000000000");
	filtered("stock=1&price__gte=2",
		 " AND (p.price >= $2) AND (p.stock = $3)", "1");
	/* The last of repeated ones wins. */
	filtered("stock=7&stock=8", " AND (p.stock = $2)", "8");
}

static void empty_and_unknown_ones_do_nothing(void **state)
{
	(void)state;
	filtered("stock=&state=%20&id=&created__gte=", "", NULL);
	filtered("x=1&STOCK=1&stock__gt=1&p.stock=1", "", NULL);
	filtered("stock__in=&stock__in=,,", "", NULL);
	filtered("stock=7&stock=", "", NULL);
}

static void lists_come_with_commas_or_repeated(void **state)
{
	(void)state;
	filtered("stock__in=1,2", " AND (p.stock = ANY($2))", "{1,2}");
	filtered("stock__in=1&stock__in=2", " AND (p.stock = ANY($2))",
		 "{1,2}");
	filtered("state__in=draft,%20live", " AND (p.state = ANY($2))",
		 "{\"draft\",\"live\"}");
	refused("stock__in=1,x", "{\"stock__in\":[\"Enter a number.\"]}");
	refused("state__in=draft,zzz",
		"{\"state__in\":[\"Select a valid choice. zzz is not one of "
		"the available choices.\"]}");
	refused("id__in=1,2", "{\"id__in\":[\"Enter a valid UUID.\"]}");
}

static void bad_values_have_the_messages_of_forms(void **state)
{
	(void)state;
	refused("stock=abc", "{\"stock\":[\"Enter a number.\"]}");
	refused("stock=NaN", "{\"stock\":[\"Enter a number.\"]}");
	refused("stock=1.5", "{\"stock\":[\"Enter a whole number.\"]}");
	refused("price__gte=x", "{\"price__gte\":[\"Enter a number.\"]}");
	refused("price__gte=1.999",
		"{\"price__gte\":[\"Ensure that there are no more than 2 "
		"decimal places.\"]}");
	refused("stock=99999999999999999999",
		"{\"stock\":[\"Ensure that there are no more than 15 digits in "
		"total.\"]}");
	refused("state=zzz", "{\"state\":[\"Select a valid choice. zzz is not "
			     "one of the available choices.\"]}");
	refused("id=zzz", "{\"id\":[\"Enter a valid UUID.\"]}");
	refused("created__gte=then",
		"{\"created__gte\":[\"Enter a valid date/time.\"]}");
	refused("category=a%00b",
		"{\"category\":[\"Null characters are not allowed.\"]}");
	refused("search=a%00b",
		"{\"search\":[\"Null characters are not allowed.\"]}");
	/* All together, in the table's order. */
	refused("id=1&stock=x&search=%00",
		"{\"stock\":[\"Enter a number.\"],\"id\":[\"Enter a valid "
		"UUID.\"],\"search\":[\"Null characters are not allowed.\"]}");
}

static void booleans_that_say_nothing_are_ignored(void **state)
{
	(void)state;
	filtered("is_live=TRUE", " AND (p.is_live = $2)", "t");
	filtered("is_live=0", " AND (p.is_live = $2)", "f");
	filtered("is_live=banana", "", NULL);
	filtered("is_live=on", "", NULL);
	filtered("brand__isnull=True", " AND ((p.brand IS NULL) = $2)", "t");
	filtered("brand__isnull=false", " AND ((p.brand IS NULL) = $2)", "f");
	filtered("brand__isnull=TRUE", "", NULL);
	filtered("brand__isnull=1", "", NULL);
}

static void texts_are_stripped_and_wildcards_lose_their_power(void **state)
{
	char query[700] = "category=";

	(void)state;
	filtered("name__icontains=%2050%25_a%5C%20",
		 " AND (p.name ILIKE '%' || $2 || '%')", "50\\%\\_a\\\\");
	filtered("category=a_b", " AND (p.slug = $2 OR p.parent = $2)", "a_b");
	memset(query + 9, 'a', 256);
	query[265] = '\0';
	refused(query, "{\"category\":[\"Ensure this value has at most 255 "
		       "characters (it has 256).\"]}");
	memcpy(query, "free=aaaa", 9);
	filtered(query, " AND (p.free = $2)", query + 5);
}

/* The terms, each in brackets. */
static void split(const char *search, const char *expected)
{
	struct arena arena = {0};
	const char *terms[TERMS_MAX];
	size_t count = search_split(&arena, search, terms);
	struct text text;

	text_init(&text, &arena, 16);
	text_add(&text, "");
	for (size_t i = 0; i < count; i++)
		text_format(&text, "[%s]", terms[i]);
	assert_string_equal(text.bytes, expected);
	arena_finish(&arena);
}

static void search_terms_split_as_drf_splits_them(void **state)
{
	(void)state;
	split("", "");
	split("  ", "");
	split("a b", "[a][b]");
	split("a,b c", "[a][b][c]");
	split(",a,,b,", "[a][b]");
	split("\"a b\" c", "[a b][c]");
	split("'a b' c", "[a b][c]");
	split("\"a,b\"", "[a,b]");
	split("\"a \\\"b\\\"\"", "[a \"b\"]");
	split("\"a b", "[\"a][b]");
	split("it's", "[it's]");
	split("\"\"", "");
	split("\"", "[\"]");
	split("1 2 3 4 5 6 7 8 9 10 11 12",
	      "[1][2][3][4][5][6][7][8][9][10]");
}

static void each_term_must_match(void **state)
{
	(void)state;
	ask("search=a%25+%22b+c%22");
	assert_true(list_search(&list));
	assert_string_equal(list.filters.bytes,
			    " AND ((p.name ILIKE $2)) AND ((p.name ILIKE $3))");
	assert_string_equal(param(2), "%a\\%%");
	assert_string_equal(param(3), "%b c%");
}

static void ordered(const char *query, const char *sql)
{
	ask(query);
	list_order(&list);
	assert_string_equal(list.order.bytes, sql);
}

static void orderings_come_from_the_table_alone(void **state)
{
	(void)state;
	ordered("", "p.price DESC, p.id DESC");
	ordered("ordering=", "p.price DESC, p.id DESC");
	ordered("ordering=price", "p.price, p.id");
	ordered("ordering=-price,name", "p.price DESC, p.name, p.id");
	ordered("ordering=name,zzz,-price", "p.name, p.price DESC, p.id DESC");
	ordered("ordering=zzz", "p.price DESC, p.id DESC");
	ordered("ordering=name;drop,p.name,--name", "p.price DESC, p.id DESC");
	ordered("ordering=name,-name,name", "p.name, p.id");
	ordered("ordering=-sold", "p.sold DESC NULLS LAST, p.id DESC");
	ordered("ordering=%20sold%20", "p.sold ASC NULLS LAST, p.id");
	ordered("ordering=name&ordering=price", "p.price, p.id");
}

static void paged(const char *query, int64_t page, int64_t size)
{
	ask(query);
	assert_true(list_page(&list));
	assert_int_equal(list.page, page);
	assert_int_equal(list.size, size);
}

static void no_page(const char *query)
{
	ask(query);
	assert_false(list_page(&list));
	assert_ptr_equal(req.http.work.fault.kind, &fault_not_found);
	assert_string_equal(req.http.work.fault.detail, "Invalid page.");
}

static void a_bad_page_is_404_and_a_bad_size_the_default(void **state)
{
	(void)state;
	paged("", 1, 20);
	paged("page=3&page_size=50", 3, 50);
	paged("page=+2%20", 2, 20);
	paged("page=2&page=3", 3, 20);
	paged("page=last", 0, 20);
	paged("page=", 1, 20);
	paged("page_size=1000", 1, 100);
	paged("page_size=99999999999999999999999", 1, 100);
	paged("page_size=abc", 1, 20);
	paged("page_size=0", 1, 20);
	paged("page_size=-1", 1, 20);
	paged("page_size=", 1, 20);
	no_page("page=0");
	no_page("page=-1");
	no_page("page=abc");
	no_page("page=1.0");
	no_page("page=LAST");
	no_page("page=99999999999999999999999999999999");
	no_page("page=9223372036854775807");
	no_page("page=1%00");
}

static void the_same_shape_is_the_same_statement(void **state)
{
	const struct query *first;
	const struct query *second;

	(void)state;
	ask("stock=1&ordering=name");
	assert_true(list_filters(&list));
	list_order(&list);
	list_param(&list, p_int(20));
	list_param(&list, p_int(0));
	first = list_statement(&list);
	assert_string_equal(
		first->text,
		"SELECT a[1], (SELECT count(*) FROM p WHERE true AND "
		"(p.stock = $2)) FROM p WHERE x = $1 AND (p.stock = $2) "
		"ORDER BY p.name, p.id LIMIT $3 OFFSET $4");
	assert_int_equal(first->kind, QUERY_MANY);
	ask("page=7&ordering=name&stock=99&x=y");
	assert_true(list_filters(&list));
	list_order(&list);
	list_param(&list, p_int(20));
	list_param(&list, p_int(120));
	second = list_statement(&list);
	assert_ptr_equal(first, second);
}

static void ten_thousand_filters_are_cut_short(void **state)
{
	struct arena arena = {0};
	struct text text;

	(void)state;
	text_init(&text, &arena, 0);
	for (int i = 0; i < 10000; i++)
		text_format(&text, "stock=%d&", i);
	ask(text.bytes);
	assert_true(list.query->is_cut);
	assert_int_equal(list.query->count, QUERY_PAIRS_MAX);
	ask("&&&&&&&&a=1&&&");
	assert_false(list.query->is_cut);
	assert_int_equal(list.query->count, 1);
	arena_finish(&arena);
}

#define T(name) cmocka_unit_test(name)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_query_is_decoded_once),
		T(links_keep_all_parameters_sorted_and_encoded),
		T(filters_become_conditions_with_parameters),
		T(empty_and_unknown_ones_do_nothing),
		T(lists_come_with_commas_or_repeated),
		T(bad_values_have_the_messages_of_forms),
		T(booleans_that_say_nothing_are_ignored),
		T(texts_are_stripped_and_wildcards_lose_their_power),
		T(search_terms_split_as_drf_splits_them),
		T(each_term_must_match),
		T(orderings_come_from_the_table_alone),
		T(a_bad_page_is_404_and_a_bad_size_the_default),
		T(the_same_shape_is_the_same_statement),
		T(ten_thousand_filters_are_cut_short),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
