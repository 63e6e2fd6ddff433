/* test_attributes.c - attributes and product types over HTTP. */
#include "shop.h"

#include <string.h>

#define ATTRIBUTES "/api/v1/admin/attributes/"
#define TYPES "/api/v1/admin/product-types/"

static struct caller staff(void)
{
	return (struct caller){.bearer = the_staff()};
}

static struct caller with_version(const struct answer *answer)
{
	struct caller caller = staff();

	caller.header = fmt("If-Match: %s", header_of(answer, "ETag"));
	return caller;
}

/* One of that code and kind; rest: more members. */
static struct answer *an_attribute(const char *code, const char *kind,
				   const char *rest)
{
	const struct caller caller = staff();

	return askf(201, "POST", ATTRIBUTES, &caller,
		    "{\"code\":\"%s\",\"name\":\"The %s\",\"kind\":\"%s\"%s}",
		    code, code, kind, rest);
}

static struct answer *a_type(const char *code, const char *attributes)
{
	const struct caller caller = staff();

	return askf(201, "POST", TYPES, &caller,
		    "{\"code\":\"%s\",\"name\":\"Type %s\",\"attributes\":[%s]}",
		    code, code, attributes);
}

/* The demo product becomes one of that type, with those attributes. */
static void give(const char *slug, const char *type, const char *attributes)
{
	sql("UPDATE product SET product_type_id = (SELECT id FROM product_type "
	    "WHERE code = '%s'), attributes = '%s' WHERE slug = '%s'",
	    type, attributes, slug);
}

#define TONES                                                            \
	",\"choices\":[{\"value\":\"navy\",\"label\":\"Navy\","              \
	"\"colour\":\"#001F3F\"},{\"value\":\"sand\",\"colour\":\"#c2b280\"}]"

static void staff_keep_attributes(void **state)
{
	struct answer *made = an_attribute("tone", "colour", TONES);
	const char *path = fmt(ATTRIBUTES "%s/", text_at(made, "id"));
	struct caller caller = with_version(made);

	(void)state;
	assert_string_equal(text_at(made, "choices.0.colour"), "#001f3f");
	assert_string_equal(text_at(made, "choices.1.label"), "sand");
	assert_int_equal(int_at(made, "product_count"), 0);
	made = ask(200, "PATCH", path, &caller,
		   "{\"name\":\"Tone\",\"is_filterable\":true}");
	assert_string_equal(text_at(made, "name"), "Tone");
	assert_int_equal(json_array_size(node_at(made, "choices")), 2);
	ask(412, "PATCH", path, &caller, "{\"name\":\"Again\"}");
	caller.header = NULL;
	ask(428, "PATCH", path, &caller, "{\"name\":\"Again\"}");
	made = ask(200, "GET",
		   "/api/v1/attributes/?is_filterable=true&search=tone", &nobody,
		   NULL);
	assert_string_equal(text_at(made, "results.0.code"), "tone");
	assert_null(node_at(made, "results.0.version"));
	caller = with_version(ask(200, "GET", path, &caller, NULL));
	ask(204, "DELETE", path, &caller, NULL);
	ask(404, "GET", path, &caller, NULL);
}

static void an_attribute_that_makes_no_sense_is_refused(void **state)
{
	static const char *const cases[][3] = {
		{"Tone", "text", ""},
		{"t-1", "text", ""},
		{"1t", "text", ""},
		{"", "text", ""},
		{"t1", "size", ""},
		{"t1", "text", ",\"unit\":\"ml\""},
		{"t1", "choice", ""},
		{"t1", "choice", ",\"choices\":[{\"value\":\"\"}]"},
		{"t1", "choice", ",\"choices\":[{\"value\":\"a\"},{\"value\":\"a\"}]"},
		{"t1", "choice", ",\"choices\":[{\"value\":\"a\",\"colour\":\"#ffffff\"}]"},
		{"t1", "colour", ",\"choices\":[{\"value\":\"a\"}]"},
		{"t1", "colour", ",\"choices\":[{\"value\":\"a\",\"colour\":\"red\"}]"},
		{"t1", "colour", ",\"choices\":[{\"value\":\"a\",\"colour\":\"#ff00g0\"}]"},
		{"t1", "number", ",\"choices\":[{\"value\":\"a\"}]"},
		{"t1", "text", ",\"position\":-1"},
	};
	const struct caller caller = staff();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		askf(400, "POST", ATTRIBUTES, &caller,
		     "{\"code\":\"%s\",\"name\":\"x\",\"kind\":\"%s\"%s}",
		     cases[i][0], cases[i][1], cases[i][2]);
	an_attribute("once", "text", "");
	assert_string_equal(
		text_at(askf(400, "POST", ATTRIBUTES, &caller,
			     "{\"code\":\"once\",\"name\":\"x\",\"kind\":\"text\"}"),
			"code.0"),
		"attribute with this code already exists.");
}

static void a_type_has_its_attributes_in_order(void **state)
{
	struct answer *type;
	struct caller caller;
	const char *path;

	(void)state;
	an_attribute("grain", "text", "");
	an_attribute("width", "number", ",\"unit\":\"cm\"");
	type = a_type("board", "{\"attribute\":\"width\",\"is_required\":true},"
			       "{\"attribute\":\"grain\"}");
	path = fmt(TYPES "%s/", text_at(type, "id"));
	assert_string_equal(text_at(type, "attributes.0.attribute"), "width");
	assert_string_equal(text_at(type, "attributes.0.unit"), "cm");
	assert_true(bool_at(type, "attributes.0.is_required"));
	assert_false(bool_at(type, "attributes.1.is_required"));
	caller = with_version(type);
	type = ask(200, "PATCH", path, &caller,
		   "{\"attributes\":[{\"attribute\":\"grain\"},"
		   "{\"attribute\":\"width\"}]}");
	assert_string_equal(text_at(type, "attributes.0.attribute"), "grain");
	caller = with_version(type);
	type = ask(400, "PATCH", path, &caller,
		   "{\"attributes\":[{\"attribute\":\"grain\"},{\"attribute\":\"none\"}]}");
	assert_string_equal(text_at(type, "attributes.1.attribute.0"),
			    "Object with code=none does not exist.");
	ask(400, "PATCH", path, &caller,
	    "{\"attributes\":[{\"attribute\":\"grain\"},{\"attribute\":\"grain\"}]}");
	type = ask(200, "GET", "/api/v1/product-types/?search=board", &nobody, NULL);
	assert_string_equal(text_at(type, "results.0.attributes.1.name"), "The width");
	ask(204, "DELETE", path, &caller, NULL);
	type = ask(200, "GET", "/api/v1/product-types/?search=board", &nobody, NULL);
	assert_int_equal(int_at(type, "count"), 0);
}

static void what_is_in_use_stays(void **state)
{
	struct answer *gloss = an_attribute("gloss", "colour", TONES);
	const char *path = fmt(ATTRIBUTES "%s/", text_at(gloss, "id"));
	struct answer *type = a_type("mug", "{\"attribute\":\"gloss\"}");
	const char *type_path = fmt(TYPES "%s/", text_at(type, "id"));
	struct caller caller = with_version(gloss);
	struct answer *no;

	(void)state;
	no = ask(409, "DELETE", path, &caller, NULL);
	assert_string_equal(text_at(no, "code"), "attribute_in_use");
	give("paper-filters-100", "mug", "{\"gloss\": \"navy\"}");
	no = ask(409, "PATCH", path, &caller,
		 "{\"choices\":[{\"value\":\"sand\",\"colour\":\"#c2b280\"}]}");
	assert_string_equal(text_at(no, "detail"),
			    "The choice \"navy\" cannot go: 1 products or variants have it.");
	ask(409, "PATCH", path, &caller, "{\"code\":\"shine\"}");
	ask(409, "PATCH", path, &caller, "{\"kind\":\"text\"}");
	gloss = ask(200, "PATCH", path, &caller,
		    "{\"choices\":[{\"value\":\"navy\",\"label\":\"Deep blue\","
		    "\"colour\":\"#000080\"}]}");
	assert_int_equal(int_at(gloss, "product_count"), 1);
	caller = with_version(type);
	no = ask(409, "DELETE", type_path, &caller, NULL);
	assert_string_equal(text_at(no, "detail"), "1 products are of this type.");
	no = ask(409, "PATCH", type_path, &caller, "{\"attributes\":[]}");
	assert_string_equal(text_at(no, "code"), "product_type_in_use");
	an_attribute("lid", "boolean", "");
	ask(409, "PATCH", type_path, &caller,
	    "{\"attributes\":[{\"attribute\":\"gloss\"},"
	    "{\"attribute\":\"lid\",\"is_required\":true}]}");
	ask(200, "PATCH", type_path, &caller,
	    "{\"attributes\":[{\"attribute\":\"gloss\",\"is_required\":true},"
	    "{\"attribute\":\"lid\"}]}");
	assert_string_equal(
		sql("SELECT attribute_list(id) ->> 0 FROM product "
		    "WHERE slug = 'paper-filters-100'"),
		"{\"code\":\"gloss\",\"name\":\"The gloss\",\"kind\":\"colour\","
		"\"unit\":null,\"value\":\"navy\",\"label\":\"Deep blue\","
		"\"colour\":\"#000080\"}");
}

static void of_many_edits_at_once_one_is_made(void **state)
{
	struct answer *made = an_attribute("rush", "text", "");
	struct caller caller = with_version(made);
	int counts[600] = {0};

	(void)state;
	ask_at_once(8, "PATCH", fmt(ATTRIBUTES "%s/", text_at(made, "id")),
		    &caller, "{\"name\":\"Rushed\"}", counts);
	assert_int_equal(counts[200], 1);
	assert_int_equal(counts[412], 7);
}

static void a_public_list_is_one_statement(void **state)
{
	(void)state;
	assert_string_equal(header_of(ask(200, "GET", "/api/v1/attributes/",
					  &nobody, NULL),
				      "X-Statements"),
			    "1");
	assert_string_equal(header_of(ask(200, "GET", "/api/v1/product-types/",
					  &nobody, NULL),
				      "X-Statements"),
			    "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(staff_keep_attributes),
		cmocka_unit_test(an_attribute_that_makes_no_sense_is_refused),
		cmocka_unit_test(a_type_has_its_attributes_in_order),
		cmocka_unit_test(what_is_in_use_stays),
		cmocka_unit_test(of_many_edits_at_once_one_is_made),
		cmocka_unit_test(a_public_list_is_one_statement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
