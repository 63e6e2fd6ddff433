/* fuzz_query.c - query strings through filters, search, ordering, cursors,
 * members and links: nothing of the client's ever stands in the SQL. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <platform/auth.h>
#include <platform/config.h>

#include "../../src/rest/listing.h"

static const struct choice states[] = {{"draft", NULL}, {"live", NULL}, {0}};
static const struct filter filters[] = {
	{"p__gte", FIELD_MONEY, 0, "A$?", NULL, NULL},
	{"n__in", FIELD_INTEGER, FILTER_LIST, "B$?", NULL, NULL},
	{"s", FIELD_CHOICE, 0, "C$?", states, NULL},
	{"id__in", FIELD_UUID, FILTER_LIST, "D$?", NULL, NULL},
	{"b", FIELD_BOOLEAN, 0, "E$?", NULL, NULL},
	{"t__gte", FIELD_TIME, 0, "F$?", NULL, NULL},
	{"x__icontains", FIELD_TEXT, 0, "G$?", NULL, NULL},
	{"p__range", FIELD_MONEY, FILTER_RANGE, "A$?1 A$?2", NULL, NULL},
	{"t__date", FIELD_TIME, FILTER_DATE, "F$?", NULL, NULL},
	{"t__year", FIELD_INTEGER, FILTER_YEAR, "F$?", NULL, NULL},
	{0},
};
static const struct ordering orderings[] = {{"a", "H"}, {"b", "I"}, {0}};
static const struct query query = {
	.name = "fuzz",
	.text = "[[filters]][[order]][[page]][[count]]A[[end]]"
		"[[expand:c]]B[[end]][[after]][[cursor]]"};
static const struct field fields[] = {
	{.name = "c", .type = FIELD_OBJECT, .flags = FIELD_EXPAND},
	{.name = "d", .type = FIELD_TEXT},
	{0}};
static const struct resource resource = {.name = "Thing", .fields = fields};
static const struct route route = {.answer = &resource};

static bool more(struct request *req, struct filter_sink *sink)
{
	struct filter_given given = {0};

	(void)req;
	while (filter_next(sink, "x.", &given)) {
		assert(given.count > 0 && given.rest == given.name + 2);
		if (!filter_add(sink, "J$?1 J$?2",
				params(p_text(given.rest),
				       p_text(given.values[0]))))
			return false;
	}
	return true;
}
static const struct listing listing = {.query = &query,
				       .filters = filters,
				       .orderings = orderings,
				       .search_sql = "J$?",
				       .order = "a",
				       .tie_break = "K",
				       .flags = LIST_CURSOR |
						LIST_COUNT_OPTIONAL,
				       .more = more};

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	(void)count;
	(void)arguments;
	return config_set("currency", "EUR") &&
			       config_set("token_keys",
					  "a:0123456789abcdef0123456789abcdef"
					  "0123456789abcdef") &&
			       auth_parent_start()
		       ? 0
		       : 1;
}

/* Only letters of the tables, numbers and what joins them. */
static void check_sql(const struct text *text)
{
	static const char allowed[] = "ABCDEFGHIJK$0123456789 (),NDSEC";

	assert(text->bytes == NULL ||
	       strspn(text->bytes, allowed) == text->length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request req = {.http.path = "/", .route = &route};
	struct list_query list = {.req = &req, .listing = &listing};
	struct arena *arena = &req.http.work.arena;
	struct text link;

	req.http.query = arena_copy(arena, data, size);
	list.query = query_parse(&req);
	list.params = arena_array(arena, struct param, PARAMS_MAX);
	text_init(&list.filters, arena, 0);
	text_init(&list.order, arena, 0);
	list_filters(&list);
	list_more(&list);
	list_search(&list);
	if (selection_read(&req, &resource, &list.selection))
		assert(list.selection.shown != 0);
	if (list_page(&list))
		assert(list.page >= 0 && list.size >= 1 && list.size <= 100 &&
		       list.offset >= 0);
	list_order(&list);
	check_sql(&list.filters);
	check_sql(&list.order);
	text_init(&link, arena, 0);
	query_encode(&link, list.query,
		     &(struct query_change){"page", "7"}, 1);
	assert(link.bytes[0] == '?');
	assert(strpbrk(link.bytes, "\r\n\"<> ") == NULL);
	work_finish(&req.http.work);
	return 0;
}
