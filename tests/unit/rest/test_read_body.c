/* test_read_body.c - bodies against a resource, answer for answer as DRF. */
#include "../test.h"

#include <stdio.h>
#include <string.h>

#include <platform/config.h>
#include <platform/json.h>
#include <rest/request.h>

struct address {
	const char *city;
	const char *country;
};

struct line {
	const char *sku;
	int64_t quantity;
};

struct thing {
	const char *name;
	const char *code;
	const char *email;
	const char *url;
	const char *slug;
	const char *password;
	const char *state;
	int64_t stock;
	int64_t delta;
	bool is_active;
	bool is_maybe;
	int64_t price;
	int64_t cost;
	const char *currency;
	struct uuid id;
	struct uuid parent;
	int64_t at;
	struct address address;
	struct field_list lines;
	struct field_list tags;
	const char *extra;
	const char *labels;
};

static const struct choice states[] = {
	{"draft", "Draft"}, {"live", "Live"}, {"7", "Seven"}, {0}};

static bool city_is_in_country(struct work *w, const void *input)
{
	const struct address *address = input;

	if (address->city != NULL && strcmp(address->city, "Atlantis") == 0)
		return refuse_field(w, "city", "There is no %s.", address->city);
	if (address->city != NULL && strcmp(address->city, "Nowhere") == 0)
		return refuse_field(w, NULL, "Where is that?");
	return true;
}

static const struct resource address_resource = {
	.name = "Address",
	.size = sizeof(struct address),
	.rule = city_is_in_country,
	.fields = (const struct field[]){
		{.name = "city", .type = FIELD_TEXT, .flags = FIELD_REQUIRED,
		 .offset = offsetof(struct address, city)},
		{.name = "country", .type = FIELD_TEXT, .flags = FIELD_REQUIRED,
		 .min = 2, .max = 2, .offset = offsetof(struct address, country)},
		{0}}};

static const struct resource line_resource = {
	.name = "Line",
	.size = sizeof(struct line),
	.fields = (const struct field[]){
		{.name = "sku", .type = FIELD_TEXT, .flags = FIELD_REQUIRED,
		 .offset = offsetof(struct line, sku)},
		{.name = "quantity", .type = FIELD_INTEGER, .min = 1, .max = 99,
		 .offset = offsetof(struct line, quantity)},
		{0}}};

static bool live_needs_stock(struct work *w, const void *input)
{
	const struct thing *thing = input;

	if (thing->stock == 13)
		refuse_field(w, NULL, "Thirteen is unlucky.");
	if (thing->stock == 13)
		return refuse_field(w, "lines.1.sku", "Not that one.");
	return true;
}

#define MEMBER(m) .name = #m, .offset = offsetof(struct thing, m)
static const struct field fields[] = {
	{.name = "number", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY},
	{MEMBER(name), .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 20,
	 .min = 2},
	{MEMBER(code), .type = FIELD_TEXT, .flags = FIELD_BLANK},
	{MEMBER(email), .type = FIELD_EMAIL},
	{MEMBER(url), .type = FIELD_URL},
	{MEMBER(slug), .type = FIELD_SLUG, .max = 5},
	{MEMBER(password), .type = FIELD_PASSWORD, .flags = FIELD_WRITE_ONLY},
	{MEMBER(state), .type = FIELD_CHOICE, .choices = states},
	{MEMBER(stock), .type = FIELD_INTEGER, .min = 1, .max = 99},
	{MEMBER(delta), .type = FIELD_INTEGER},
	{MEMBER(is_active), .type = FIELD_BOOLEAN},
	{MEMBER(is_maybe), .type = FIELD_BOOLEAN, .flags = FIELD_NULLABLE},
	{MEMBER(price), .type = FIELD_MONEY},
	{MEMBER(cost), .type = FIELD_MONEY, .flags = FIELD_NULLABLE, .min = 1,
	 .max = 10000},
	{MEMBER(currency), .type = FIELD_TEXT, .max = 3},
	{MEMBER(id), .type = FIELD_UUID},
	{MEMBER(parent), .type = FIELD_UUID, .flags = FIELD_NULLABLE},
	{MEMBER(at), .type = FIELD_TIME},
	{MEMBER(address), .type = FIELD_OBJECT, .resource = &address_resource},
	{MEMBER(lines), .type = FIELD_LIST, .resource = &line_resource,
	 .max = 3},
	{MEMBER(tags), .type = FIELD_TEXTS, .max = 2},
	{MEMBER(extra), .type = FIELD_MAP},
	{MEMBER(labels), .type = FIELD_DICT},
	{0}};
static const struct resource resource = {.name = "Thing",
					 .size = sizeof(struct thing),
					 .fields = fields,
					 .rule = live_needs_stock};
static const struct route route = {.body = &resource};

static struct request req;
static struct thing thing;

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

static bool read_with(enum method method, const char *body)
{
	work_finish(&req.http.work);
	memset(&req, 0, sizeof(req));
	req.route = &route;
	req.http.method = method;
	req.http.body = body;
	req.http.body_length = strlen(body);
	return read_body(&req, &thing);
}

/* A PATCH, so that nothing is required. */
static void taken(const char *body)
{
	bool is_taken = read_with(METHOD_PATCH, body);

	if (!is_taken)
		print_error("%s: %s\n", body,
			    json_write(&req.http.work.arena,
				       req.http.work.fault.body));
	assert_true(is_taken);
}

static void answers(enum method method, const char *body, const char *errors)
{
	const struct fault *fault = &req.http.work.fault;

	assert_false(read_with(method, body));
	assert_ptr_equal(fault->kind, &fault_fields);
	assert_int_equal(fault->kind->status, 400);
	assert_string_equal(json_write(&req.http.work.arena, fault->body),
			    errors);
}

/* The value of one field, and its messages. */
static void says(const char *field, const char *value, const char *messages)
{
	char body[2048];
	char errors[2048];

	snprintf(body, sizeof(body), "{\"%s\":%s}", field, value);
	snprintf(errors, sizeof(errors), "{\"%s\":%s}", field, messages);
	answers(METHOD_PATCH, body, errors);
}

static void good(const char *field, const char *value)
{
	char body[2048];

	snprintf(body, sizeof(body), "{\"%s\":%s}", field, value);
	taken(body);
}

/* Many values with the same message. */
static void all_say(const char *field, const char *const *values,
		    const char *messages)
{
	for (; *values != NULL; values++)
		says(field, *values, messages);
}

static void an_empty_body_is_an_empty_object(void **state)
{
	(void)state;
	answers(METHOD_POST, "", "{\"name\":[\"This field is required.\"]}");
	answers(METHOD_PUT, "{}", "{\"name\":[\"This field is required.\"]}");
	assert_true(read_with(METHOD_PATCH, ""));
	assert_int_equal(req.given, 0);
}

static void the_top_level_must_be_an_object(void **state)
{
#define EXPECTED(type)                                                        \
	"{\"non_field_errors\":[\"Invalid data. Expected a dictionary, but got " \
	type ".\"]}"
	(void)state;
	answers(METHOD_POST, "[]", EXPECTED("list"));
	answers(METHOD_PATCH, "[{}]", EXPECTED("list"));
	answers(METHOD_POST, "\"x\"", EXPECTED("str"));
	answers(METHOD_POST, "1", EXPECTED("int"));
	answers(METHOD_POST, "1.5", EXPECTED("float"));
	answers(METHOD_POST, "true", EXPECTED("bool"));
	answers(METHOD_POST, "null",
		"{\"non_field_errors\":[\"No data provided\"]}");
}

static void broken_json_is_no_field_error(void **state)
{
	(void)state;
	assert_false(read_with(METHOD_POST, "{\"name\":"));
	assert_ptr_equal(req.http.work.fault.kind, &fault_json);
	assert_null(req.http.work.fault.body);
}

static void all_fields_are_reported_in_the_tables_order(void **state)
{
	(void)state;
	answers(METHOD_POST, "{\"stock\":0,\"email\":\"x\",\"price\":\"abc\"}",
		"{\"name\":[\"This field is required.\"],"
		"\"email\":[\"Enter a valid email address.\"],"
		"\"stock\":[\"Ensure this value is greater than or equal to "
		"1.\"],\"price\":[\"A valid number is required.\"]}");
}

static void unknown_and_read_only_members_change_nothing(void **state)
{
	struct thing before;

	(void)state;
	taken("{\"name\":\"Anvil\"}");
	before = thing;
	before.name = NULL;
	taken("{\"name\":\"Anvil\",\"number\":[1],\"constructor\":{},"
	      "\"is_staff\":true,\"x\":\"\\ud800\\u0000\"}");
	assert_string_equal(thing.name, "Anvil");
	thing.name = NULL;
	assert_memory_equal(&thing, &before, sizeof(thing));
	assert_int_equal(req.given, 2);
}

static void a_handler_knows_what_was_given_and_what_was_null(void **state)
{
	(void)state;
	taken("{\"cost\":null,\"code\":\"\"}");
	assert_true(was_given(&req, struct thing, cost));
	assert_true(was_null(&req, struct thing, cost));
	assert_true(was_given(&req, struct thing, code));
	assert_false(was_null(&req, struct thing, code));
	assert_false(was_given(&req, struct thing, name));
	assert_string_equal(thing.code, "");
	/* "" is null to a number that may be null. */
	taken("{\"cost\":\" \",\"is_maybe\":\"\",\"parent\":\"\"}");
	assert_true(was_null(&req, struct thing, cost));
	assert_true(was_null(&req, struct thing, is_maybe));
	assert_true(was_null(&req, struct thing, parent));
}

static void null_is_refused_unless_it_may_be(void **state)
{
	(void)state;
	for (const struct field *field = fields + 1; field->name != NULL;
	     field++) {
		if ((field->flags & FIELD_NULLABLE) != 0)
			good(field->name, "null");
		else
			says(field->name, "null",
			     "[\"This field may not be null.\"]");
	}
}

static void texts_are_trimmed_as_python_trims(void **state)
{
	(void)state;
	good("name", "\" \\t\\u00a0\\u2028\\u3000ab\\u001f\\u0085\\n\"");
	assert_string_equal(thing.name, "ab");
	good("name", "\"a\\u200bb\"");
	good("name", "12.50");
	assert_string_equal(thing.name, "12.5");
	good("name", "100");
	assert_string_equal(thing.name, "100");
	good("password", "\"  p w  \"");
	assert_string_equal(thing.password, "  p w  ");
}

static void a_text_is_no_boolean_list_or_object(void **state)
{
	static const char *const values[] = {"true", "[]", "{}", "[\"x\"]",
					     NULL};

	(void)state;
	all_say("name", values, "[\"Not a valid string.\"]");
	all_say("email", values, "[\"Not a valid string.\"]");
	all_say("password", values, "[\"Not a valid string.\"]");
}

static void blank_is_not_null(void **state)
{
	static const char *const values[] = {"\"\"", "\"  \\u00a0 \"", NULL};

	(void)state;
	all_say("name", values, "[\"This field may not be blank.\"]");
	all_say("email", values, "[\"This field may not be blank.\"]");
	all_say("slug", values, "[\"This field may not be blank.\"]");
	good("code", "\"   \"");
	assert_string_equal(thing.code, "");
	says("password", "\"\"", "[\"This field may not be blank.\"]");
}

static void lengths_count_code_points(void **state)
{
	(void)state;
	good("name", "\"\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
		     "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
		     "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\"");
	says("name", "\"aaaaaaaaaaaaaaaaaaaaa\"",
	     "[\"Ensure this field has no more than 20 characters.\"]");
	says("name", "\"\\ud83d\\ude00\"",
	     "[\"Ensure this field has at least 2 characters.\"]");
}

static void the_validators_of_a_field_add_up(void **state)
{
	(void)state;
	says("slug", "\"not a slug\\u0000\"",
	     "[\"Ensure this field has no more than 5 characters.\","
	     "\"Null characters are not allowed.\","
	     "\"Enter a valid \\\"slug\\\" consisting of letters, numbers, "
	     "underscores or hyphens.\"]");
	says("name", "\"\\u0000\"",
	     "[\"Ensure this field has at least 2 characters.\","
	     "\"Null characters are not allowed.\"]");
	says("password", "\"\\u0000\"", "[\"Null characters are not allowed.\"]");
	says("code", "\"a\\ud800\"",
	     "[\"Surrogate characters are not allowed: U+D800.\"]");
}

static void addresses_are_those_that_django_takes(void **state)
{
	static const char *const bad[] = {
		"\"x\"", "\"@x.com\"", "\"x@\"", "\"x@y\"", "\"x@y.c\"",
		"\"x y@z.com\"", "\"x@y..com\"", "\"x@-y.com\"", "\"x@y-.com\"",
		"\".x@y.com\"", "\"x.@y.com\"", "\"x..z@y.com\"",
		"\"x@y.com,z@y.com\"", "\"x@y.com\\nBcc: z@y.com\"",
		"\"x@[1.2.3]\"", "\"x@[1.2.3.256]\"", "\"\\\"x@y.com\"",
		"\"x@y_z.com\"", "\"\xC3\xA9@y.com\"", "1", NULL};

	(void)state;
	all_say("email", bad, "[\"Enter a valid email address.\"]");
	good("email", "\" Ann.O'Neil+Shop@Example.COM \"");
	assert_string_equal(thing.email, "ann.o'neil+shop@example.com");
	good("email", "\"x@localhost\"");
	good("email", "\"x@[127.0.0.1]\"");
	good("email", "\"x@[::1]\"");
	good("email", "\"\\\"a b\\\"@example.com\"");
	good("email", "\"x@xn--bcher-kva.example\"");
}

static void urls_are_those_that_django_takes(void **state)
{
	static const char *const bad[] = {
		"\"x\"", "\"http://\"", "\"http://a\"", "\"javascript:alert(1)\"",
		"\"http://a b.com\"", "\"//a.com\"", "\"mailto:a@b.com\"",
		"\"http://.com\"", "\"http://a..com\"", "\"http://-a.com\"",
		"\"http://a.com:port/\"", "\"http://a.com:123456\"",
		"\"http://1.2.3.256\"", "\"http://[::1\"", "\"http://a.c\"",
		"\"http://a.com\\n\"x", "\"http://u:p:q@a.com\"",
		"\"http://a@b@c.com\"", "\"http://a.123\"", NULL};
	static const char *const fine[] = {
		"\"http://a.com\"", "\"https://a.com:8080/x?y=z#f\"",
		"\"HTTP://A.COM\"", "\"ftp://a.b.com/\"", "\"ftps://a.com\"",
		"\"http://localhost:8000/\"", "\"http://127.0.0.1\"",
		"\"http://[::1]:80/\"", "\"http://user:pw@a.com/\"",
		"\"http://b\xC3\xBC" "cher.de/\"", "\"http://a.com.\"",
		"\"http://xn--a.xn--p1ai/\"", "\"http://a.com?x=@\"", NULL};

	(void)state;
	for (const char *const *value = bad; *value != NULL; value++) {
		if (strchr(*value, 'x') != NULL &&
		    (*value)[strlen(*value) - 1] == 'x')
			continue; /* not JSON */
		says("url", *value, "[\"Enter a valid URL.\"]");
	}
	for (const char *const *value = fine; *value != NULL; value++)
		good("url", *value);
}

static void a_choice_is_one_of_its_values(void **state)
{
	(void)state;
	good("state", "\"live\"");
	assert_string_equal(thing.state, "live");
	good("state", "7");
	assert_string_equal(thing.state, "7");
	says("state", "\"zzz\"", "[\"\\\"zzz\\\" is not a valid choice.\"]");
	says("state", "\"\"", "[\"\\\"\\\" is not a valid choice.\"]");
	says("state", "\"Live\"", "[\"\\\"Live\\\" is not a valid choice.\"]");
	says("state", "true", "[\"\\\"True\\\" is not a valid choice.\"]");
	says("state", "[1]", "[\"\\\"[1]\\\" is not a valid choice.\"]");
	says("state", "7.0", "[\"\\\"7.0\\\" is not a valid choice.\"]");
}

static void an_integer_may_be_a_text_or_whole(void **state)
{
	static const char *const bad[] = {
		"\"\"", "\"abc\"", "1.5", "\"1.5\"", "true", "[]", "{}",
		"\"1e2\"", "\"0x10\"", "\"1 2\"", "\"--1\"", "\"1__0\"",
		"\"_1\"", "\"1_\"", "\"7\\u0000\"", "\"1.0.0\"", NULL};
	static const char *const seven[] = {"7",     "\"7\"",	   "7.0",
					    "\"7.0\"", "\" 7 \"", "\"+7\"",
					    "\"7.\"", "\"007\"",  "0.7e1",
					    "\"0_7\"", NULL};

	(void)state;
	all_say("stock", bad, "[\"A valid integer is required.\"]");
	for (const char *const *value = seven; *value != NULL; value++) {
		good("stock", *value);
		assert_int_equal(thing.stock, 7);
	}
}

static void an_integer_stays_in_its_bounds(void **state)
{
	char digits[1010] = "\"";

	(void)state;
	says("stock", "0",
	     "[\"Ensure this value is greater than or equal to 1.\"]");
	says("stock", "100",
	     "[\"Ensure this value is less than or equal to 99.\"]");
	says("stock", "\"99999999999999999999999999\"",
	     "[\"Ensure this value is less than or equal to 99.\"]");
	says("stock", "\"-99999999999999999999999999\"",
	     "[\"Ensure this value is greater than or equal to 1.\"]");
	good("delta", "-9007199254740991");
	assert_int_equal(thing.delta, -INT64_C(9007199254740991));
	says("delta", "\"9007199254740992\"",
	     "[\"Ensure this value is less than or equal to "
	     "9007199254740991.\"]");
	memset(digits + 1, '1', 1001);
	memcpy(digits + 1002, "\"", 2);
	says("stock", digits, "[\"String value too large.\"]");
	says("price", digits, "[\"String value too large.\"]");
}

static void booleans_have_many_spellings(void **state)
{
	static const char *const yes[] = {
		"true", "1", "1.0", "\"t\"", "\"Y\"", "\"YES\"", "\"True\"",
		"\"on\"", "\"1\"", NULL};
	static const char *const no[] = {
		"false", "0", "0.0", "\"F\"", "\"n\"", "\"No\"", "\"FALSE\"",
		"\"off\"", "\"0\"", NULL};
	static const char *const bad[] = {"2",	  "\"banana\"", "[]", "{}",
					  "\"\"", "\"1.0\"",	"\"null\"",
					  "-1",	  "\" true\"",	NULL};

	(void)state;
	for (const char *const *value = yes; *value != NULL; value++) {
		good("is_active", *value);
		assert_true(thing.is_active);
	}
	for (const char *const *value = no; *value != NULL; value++) {
		good("is_active", *value);
		assert_false(thing.is_active);
		assert_true(was_given(&req, struct thing, is_active));
	}
	all_say("is_active", bad, "[\"Must be a valid boolean.\"]");
}

static void money_is_a_decimal_in_any_form(void **state)
{
	static const struct {
		const char *value;
		int64_t amount;
	} pairs[] = {
		{"\"19.99\"", 1999}, {"19.99", 1999},	{"10.1", 1010},
		{"\" 2.5 \"", 250},  {"\"1e2\"", 10000}, {"1.10", 110},
		{"7", 700},	     {"0", 0},		{"\"-0\"", 0},
		{"\"+.5\"", 50},     {"\"5.\"", 500},	{"0.07", 7},
		{"\"9999999999999.99\"", INT64_C(999999999999999)},
		{"1e3", 100000},     {"\"0001.10\"", 110},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		good("price", pairs[i].value);
		assert_int_equal(thing.price, pairs[i].amount);
	}
}

static void money_is_judged_in_drfs_order(void **state)
{
	static const char *const bad[] = {
		"\"abc\"", "\"\"", "\"NaN\"", "\"Infinity\"", "\"-inf\"",
		"true", "[]", "{}", "\"1,5\"", "\"1.2.3\"", "\"$5\"", "\".\"",
		"\"1e\"", "\"0x1\"", "\"1\\u0000\"", NULL};

	(void)state;
	all_say("price", bad, "[\"A valid number is required.\"]");
	says("price", "\"1234567890123.4567\"",
	     "[\"Ensure that there are no more than 15 digits in total.\"]");
	says("price", "1.999",
	     "[\"Ensure that there are no more than 2 decimal places.\"]");
	says("price", "\"12345678901234\"",
	     "[\"Ensure that there are no more than 13 digits before the "
	     "decimal point.\"]");
	says("price", "\"1e999999999999\"",
	     "[\"Ensure that there are no more than 15 digits in total.\"]");
	says("price", "\"1e-9\"",
	     "[\"Ensure that there are no more than 2 decimal places.\"]");
	says("price", "-0.01",
	     "[\"Ensure this value is greater than or equal to 0.\"]");
	says("cost", "0",
	     "[\"Ensure this value is greater than or equal to 0.01.\"]");
	says("cost", "\"100.01\"",
	     "[\"Ensure this value is less than or equal to 100.00.\"]");
}

static void money_is_read_in_the_currency_beside_it(void **state)
{
	(void)state;
	taken("{\"price\":\"1999\",\"currency\":\"JPY\"}");
	assert_int_equal(thing.price, 1999);
	taken("{\"price\":\"1.999\",\"currency\":\"KWD\"}");
	assert_int_equal(thing.price, 1999);
	answers(METHOD_PATCH, "{\"price\":\"19.9\",\"currency\":\"JPY\"}",
		"{\"price\":[\"Ensure that there are no more than 0 decimal "
		"places.\"]}");
	taken("{\"price\":\"19.99\",\"currency\":\"???\"}");
	assert_int_equal(thing.price, 1999);
}

static void an_id_is_read_as_python_reads_one(void **state)
{
	static const char *const good_ones[] = {
		"\"01234567-89ab-cdef-0123-456789abcdef\"",
		"\"0123456789ABCDEF0123456789abcdef\"",
		"\"{01234567-89ab-cdef-0123-456789abcdef}\"",
		"\"urn:uuid:01234567-89ab-cdef-0123-456789abcdef\"", NULL};
	static const char *const bad[] = {
		"\"\"", "\"x\"", "\"0123456789abcdef0123456789abcde\"",
		"\"0123456789abcdef0123456789abcdefa\"", "-1", "1.5", "[]",
		"\"g1234567-89ab-cdef-0123-456789abcdef\"",
		"\"01234567-89ab-cdef-0123-456789abcdef\\u0000\"", NULL};

	(void)state;
	for (const char *const *value = good_ones; *value != NULL; value++) {
		good("id", *value);
		assert_int_equal(thing.id.bytes[0], 0x01);
		assert_int_equal(thing.id.bytes[15], 0xEF);
	}
	good("id", "258");
	assert_int_equal(thing.id.bytes[14], 1);
	assert_int_equal(thing.id.bytes[15], 2);
	all_say("id", bad, "[\"Must be a valid UUID.\"]");
}

static void a_time_is_iso_8601(void **state)
{
	static const char *const bad[] = {
		"\"\"", "\"yesterday\"", "5", "true", "[]", "\"2026-02-30\"",
		"\"2026-01-01T25:00\"", "\"2026-01-01T00:00:00Z\\u0000\"", NULL};

	(void)state;
	good("at", "\"2026-11-22T13:48:59.927737+02:00\"");
	assert_int_equal(thing.at, INT64_C(1795348139927737));
	good("at", "\"2026-11-22\"");
	all_say("at", bad,
		"[\"Datetime has wrong format. Use one of these formats "
		"instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]]"
		"[+HH:MM|-HH:MM|Z].\"]");
}

static void errors_of_a_nested_object_nest(void **state)
{
	(void)state;
	good("address", "{\"city\":\"Rome\",\"country\":\"IT\"}");
	assert_string_equal(thing.address.country, "IT");
	says("address", "{}",
	     "{\"city\":[\"This field is required.\"],"
	     "\"country\":[\"This field is required.\"]}");
	says("address", "\"x\"",
	     "{\"non_field_errors\":[\"Invalid data. Expected a dictionary, "
	     "but got str.\"]}");
	says("address", "[]",
	     "{\"non_field_errors\":[\"Invalid data. Expected a dictionary, "
	     "but got list.\"]}");
	says("address", "{\"city\":\"Atlantis\",\"country\":\"GR\"}",
	     "{\"city\":[\"There is no Atlantis.\"]}");
	says("address", "{\"city\":\"Nowhere\",\"country\":\"GR\"}",
	     "{\"non_field_errors\":[\"Where is that?\"]}");
}

static void a_list_of_objects_has_an_entry_for_each(void **state)
{
	const struct line *lines;

	(void)state;
	good("lines", "[{\"sku\":\"a\",\"quantity\":2},{\"sku\":\"b\"}]");
	lines = thing.lines.items;
	assert_int_equal(thing.lines.count, 2);
	assert_string_equal(lines[1].sku, "b");
	assert_int_equal(lines[0].quantity, 2);
	says("lines", "[{\"sku\":\"a\"},{},{\"sku\":\"b\"}]",
	     "[{},{\"sku\":[\"This field is required.\"]},{}]");
	says("lines", "[1,null]",
	     "[{\"non_field_errors\":[\"Invalid data. Expected a dictionary, "
	     "but got int.\"]},[\"This field may not be null.\"]]");
	says("lines", "{}",
	     "{\"non_field_errors\":[\"Expected a list of items but got type "
	     "\\\"dict\\\".\"]}");
	says("lines", "[]",
	     "{\"non_field_errors\":[\"This list may not be empty.\"]}");
	says("lines", "[{},{},{},{}]",
	     "{\"non_field_errors\":[\"Ensure this field has no more than 3 "
	     "elements.\"]}");
}

static void errors_of_texts_are_keyed_by_index(void **state)
{
	(void)state;
	good("tags", "[\" a \",\"b\"]");
	assert_string_equal(((const char **)thing.tags.items)[0], "a");
	says("tags", "[\"a\",[]]", "{\"1\":[\"Not a valid string.\"]}");
	says("tags", "[null,\"\"]",
	     "{\"0\":[\"This field may not be null.\"],"
	     "\"1\":[\"This field may not be blank.\"]}");
	says("tags", "\"a\"",
	     "[\"Expected a list of items but got type \\\"str\\\".\"]");
	says("tags", "[]", "[\"This list may not be empty.\"]");
	says("tags", "[\"a\",\"b\",\"c\"]",
	     "[\"Ensure this field has no more than 2 elements.\"]");
}

static void free_objects_hold_what_postgresql_can_store(void **state)
{
	(void)state;
	good("extra", "{\"z\": [1.10, {\"a\" : null}], \"b\": \"\xC3\xA9\"}");
	assert_string_equal(thing.extra,
			    "{\"z\":[1.1,{\"a\":null}],\"b\":\"\xC3\xA9\"}");
	good("extra", "{}");
	says("extra", "[]", "[\"Expected a dictionary of items but got type "
			    "\\\"list\\\".\"]");
	says("extra", "{\"a\":[\"\\u0000\"]}",
	     "[\"Null characters are not allowed.\"]");
	says("extra", "{\"\\ud83d\":1}",
	     "[\"Surrogate characters are not allowed: U+D83D.\"]");
	good("labels", "{\"a\": \" x \", \"b\": 5}");
	assert_string_equal(thing.labels, "{\"a\":\"x\",\"b\":\"5\"}");
	says("labels", "{\"a\":true,\"b\":\"y\",\"c\":null}",
	     "{\"a\":[\"Not a valid string.\"],"
	     "\"c\":[\"This field may not be null.\"]}");
	says("labels", "1", "[\"Expected a dictionary of items but got type "
			    "\\\"int\\\".\"]");
}

static void a_rule_speaks_only_when_every_field_has_passed(void **state)
{
	(void)state;
	answers(METHOD_PATCH, "{\"stock\":13}",
		"{\"non_field_errors\":[\"Thirteen is unlucky.\"],"
		"\"lines\":[{},{\"sku\":[\"Not that one.\"]}]}");
	answers(METHOD_PATCH, "{\"stock\":13,\"delta\":\"x\"}",
		"{\"delta\":[\"A valid integer is required.\"]}");
}

static void a_nested_object_is_whole_even_in_a_patch(void **state)
{
	(void)state;
	answers(METHOD_PATCH, "{\"address\":{\"city\":\"Rome\"}}",
		"{\"address\":{\"country\":[\"This field is required.\"]}}");
}

static void collected_errors_keep_their_shape(void **state)
{
	struct work *w = &req.http.work;

	(void)state;
	taken("{}");
	assert_false(refuse_field(w, "address.country", "One %d.", 1));
	assert_false(refuse_field(w, "address.country", "Two."));
	assert_false(refuse_field(w, "address", "Lost? No."));
	assert_false(refuse_field(w, "tags.1", "Three."));
	assert_false(refuse_field(w, "name", "Four."));
	assert_false(refuse_field(w, "name.first", "Not kept."));
	assert_false(refuse_field(w, "lines.1.sku", "Five."));
	assert_false(refuse_field(w, "lines.0.sku", "Six."));
	assert_string_equal(
		json_write(&w->arena, w->fault.body),
		"{\"address\":{\"country\":[\"One 1.\",\"Two.\"]},"
		"\"tags\":{\"1\":[\"Three.\"]},\"name\":[\"Four.\"],"
		"\"lines\":[{\"sku\":[\"Six.\"]},{\"sku\":[\"Five.\"]}]}");
}

static void more_members_stand_beside_the_detail(void **state)
{
	struct work *w = &req.http.work;

	(void)state;
	taken("{}");
	assert_false(refuse_with(w, &fault_conflict, "lines",
				 "[{\"sku\":\"a\"}]", "Only %d left.", 2));
	assert_false(refuse_with(w, &fault_conflict, "more", "1", "Ignored."));
	assert_false(refuse_field(w, "name", "Too late."));
	assert_ptr_equal(w->fault.kind, &fault_conflict);
	assert_string_equal(w->fault.detail, "Only 2 left.");
	assert_string_equal(json_write(&w->arena, w->fault.body),
			    "{\"lines\":[{\"sku\":\"a\"}],\"more\":1}");
}

#define T(name) cmocka_unit_test(name)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_empty_body_is_an_empty_object),
		T(the_top_level_must_be_an_object),
		T(broken_json_is_no_field_error),
		T(all_fields_are_reported_in_the_tables_order),
		T(unknown_and_read_only_members_change_nothing),
		T(a_handler_knows_what_was_given_and_what_was_null),
		T(null_is_refused_unless_it_may_be),
		T(texts_are_trimmed_as_python_trims),
		T(a_text_is_no_boolean_list_or_object),
		T(blank_is_not_null),
		T(lengths_count_code_points),
		T(the_validators_of_a_field_add_up),
		T(addresses_are_those_that_django_takes),
		T(urls_are_those_that_django_takes),
		T(a_choice_is_one_of_its_values),
		T(an_integer_may_be_a_text_or_whole),
		T(an_integer_stays_in_its_bounds),
		T(booleans_have_many_spellings),
		T(money_is_a_decimal_in_any_form),
		T(money_is_judged_in_drfs_order),
		T(money_is_read_in_the_currency_beside_it),
		T(an_id_is_read_as_python_reads_one),
		T(a_time_is_iso_8601),
		T(errors_of_a_nested_object_nest),
		T(a_list_of_objects_has_an_entry_for_each),
		T(errors_of_texts_are_keyed_by_index),
		T(free_objects_hold_what_postgresql_can_store),
		T(a_rule_speaks_only_when_every_field_has_passed),
		T(a_nested_object_is_whole_even_in_a_patch),
		T(collected_errors_keep_their_shape),
		T(more_members_stand_beside_the_detail),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
