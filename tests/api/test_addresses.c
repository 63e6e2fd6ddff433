/* test_addresses.c - the addresses a customer keeps, and countries. */
#include "shop.h"

#include <stdlib.h>
#include <string.h>

#define ADDRESSES "/api/v1/account/addresses/"
#define STREET \
	"\"first_name\":\"Ada\",\"last_name\":\"L\",\"line1\":\"Weg 1\""
#define BERLIN STREET ",\"city\":\"Berlin\",\"postal_code\":\"10117\","    \
		      "\"country\":\"DE\""

static struct caller a_member(void)
{
	return (struct caller){.bearer = a_customer()};
}

static const char *at(const char *id)
{
	return fmt(ADDRESSES "%s/", id);
}

static struct answer *save(int status, const struct caller *member,
			   const char *more)
{
	return askf(status, "POST", ADDRESSES, member, "{" BERLIN "%s}", more);
}

static struct answer *show(const struct caller *member, const char *id)
{
	return ask(200, "GET", at(id), member, NULL);
}

static void assert_body(const struct answer *answer, const char *body)
{
	assert_string_equal(answer->body, body);
}

static void an_address_is_saved_changed_and_forgotten(void **state)
{
	struct caller member = a_member();
	struct answer *answer = save(201, &member, ",\"phone\":\"1\"");
	const char *id = text_at(answer, "id");

	(void)state;
	assert_string_equal(text_at(answer, "company"), "");
	assert_false(bool_at(answer, "is_default_shipping"));
	answer = ask(200, "PATCH", at(id), &member, "{\"line1\":\"Weg 2\"}");
	assert_string_equal(text_at(answer, "line1"), "Weg 2");
	assert_string_equal(text_at(answer, "phone"), "1");
	assert_int_equal(int_at(answer, "version"), 2);
	assert_int_equal(int_at(ask(200, "GET", ADDRESSES, &member, NULL),
				"count"),
			 1);
	ask(204, "DELETE", at(id), &member, NULL);
	ask(404, "GET", at(id), &member, NULL);
	ask(404, "DELETE", at(id), &member, NULL);
}

static void an_old_version_neither_changes_nor_deletes(void **state)
{
	struct caller member = a_member();
	struct answer *answer = save(201, &member, "");
	const char *id = text_at(answer, "id");
	struct caller late = {
		.bearer = member.bearer,
		.header = fmt("If-Match: %s", header_of(answer, "ETag"))};

	(void)state;
	ask(200, "PATCH", at(id), &late, "{\"line1\":\"Weg 2\"}");
	ask(412, "PATCH", at(id), &late,
	    "{\"line1\":\"Weg 3\",\"is_default_billing\":true}");
	ask(412, "DELETE", at(id), &late, NULL);
	answer = show(&member, id);
	assert_string_equal(text_at(answer, "line1"), "Weg 2");
	assert_false(bool_at(answer, "is_default_billing"));
}

/* The rules of checkout: of the whole address, whatever of it is sent. */
static void a_saved_address_has_what_its_country_demands(void **state)
{
	struct caller member = a_member();
	const char *id = text_at(save(201, &member, ""), "id");

	(void)state;
	assert_body(ask(400, "POST", ADDRESSES, &member,
			"{" STREET ",\"city\":\"B\",\"country\":\"DE\"}"),
		    "{\"postal_code\":[\"This country needs a postal "
		    "code.\"]}");
	assert_body(ask(400, "PATCH", at(id), &member,
			"{\"postal_code\":\"1011\"}"),
		    "{\"postal_code\":[\"Not a postal code of this "
		    "country.\"]}");
	assert_body(ask(400, "PATCH", at(id), &member,
			"{\"country\":\"US\"}"),
		    "{\"region\":[\"This country needs a state or "
		    "province.\"]}");
	assert_body(ask(400, "PATCH", at(id), &member,
			"{\"country\":\"US\",\"region\":\"Ontario\","
			"\"postal_code\":\"94103\"}"),
		    "{\"region\":[\"Not a state or province of this "
		    "country.\"]}");
	ask(400, "PATCH", at(id), &member, "{\"country\":\"de\"}");
	ask(400, "PATCH", at(id), &member, "{\"country\":\"XX\"}");
	ask(400, "PATCH", at(id), &member, "{\"city\":\"\"}");
	ask(400, "PATCH", at(id), &member, "{\"city\":null}");
	ask(200, "PATCH", at(id), &member,
	    "{\"country\":\"US\",\"region\":\"CA\",\"postal_code\":\"94103\"}");
	assert_int_equal(int_at(show(&member, id), "version"), 2);
}

static void hostile_texts_are_kept_as_they_are_or_refused(void **state)
{
	struct caller member = a_member();
	struct answer *answer;

	(void)state;
	answer = ask(201, "POST", ADDRESSES, &member,
		     "{\"first_name\":\"'; DROP TABLE account; --\","
		     "\"last_name\":\"<script>alert(1)</script>\","
		     "\"line1\":\"\\u202eWeg \\ud83c\\udfe0 %s %n\","
		     "\"city\":\"O'Brien \\\\ \\\"B\\\"\",\"country\":\"IE\","
		     "\"account_id\":\"01a20430-3e93-744d-b2a0-9daec6967bd3\","
		     "\"id\":\"01a20430-3e93-744d-b2a0-9daec6967bd3\"}");
	assert_string_equal(text_at(answer, "first_name"),
			    "'; DROP TABLE account; --");
	assert_string_equal(text_at(answer, "city"), "O'Brien \\ \"B\"");
	assert_string_equal(text_at(show(&member, text_at(answer, "id")),
				    "line1"),
			    "\u202eWeg \U0001F3E0 %s %n");
	ask(400, "POST", ADDRESSES, &member,
	    "{\"first_name\":\"a\\u0000b\",\"last_name\":\"b\",\"line1\":\"c\","
	    "\"city\":\"d\",\"country\":\"IE\"}");
	ask(400, "POST", ADDRESSES, &member,
	    fmt("{" BERLIN ",\"company\":\"%0101d\"}", 0));
	ask(400, "POST", ADDRESSES, &member, "[]");
	ask(400, "POST", ADDRESSES, &member, "{\"country\":{\"a\":1}}");
}

static void nobody_sees_or_changes_an_address_of_another(void **state)
{
	struct caller owner = a_member();
	struct caller other = a_member();
	const char *id = text_at(save(201, &owner, ""), "id");

	(void)state;
	save(201, &other, ",\"is_default_shipping\":true");
	ask(404, "GET", at(id), &other, NULL);
	ask(404, "PATCH", at(id), &other,
	    "{\"line1\":\"x\",\"is_default_shipping\":true}");
	ask(404, "DELETE", at(id), &other, NULL);
	ask(401, "GET", at(id), &nobody, NULL);
	assert_string_equal(text_at(show(&owner, id), "line1"), "Weg 1");
	assert_int_equal(int_at(ask(200, "GET",
				    ADDRESSES "?is_default_shipping=true",
				    &other, NULL),
				"count"),
			 1);
}

static void there_is_one_default_of_each_kind(void **state)
{
	struct caller member = a_member();
	const char *first = text_at(save(201, &member,
					 ",\"is_default_shipping\":true,"
					 "\"is_default_billing\":true"),
				    "id");
	const char *second = text_at(save(201, &member,
					  ",\"is_default_shipping\":true"),
				     "id");

	(void)state;
	assert_false(bool_at(show(&member, first), "is_default_shipping"));
	assert_true(bool_at(show(&member, first), "is_default_billing"));
	assert_int_equal(int_at(show(&member, first), "version"), 2);
	ask(200, "PATCH", at(second), &member, "{\"is_default_billing\":true}");
	assert_false(bool_at(show(&member, first), "is_default_billing"));
	ask(200, "PATCH", at(second), &member,
	    "{\"is_default_billing\":false,\"is_default_shipping\":true}");
	assert_false(bool_at(show(&member, second), "is_default_billing"));
	assert_true(bool_at(show(&member, second), "is_default_shipping"));
}

static void defaults_that_are_set_at_once_leave_one(void **state)
{
	enum { COUNT = 12 };
	struct caller member = a_member();
	struct request_line requests[COUNT];

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		const char *id = text_at(save(201, &member, ""), "id");

		requests[i] = (struct request_line){
			"PATCH", at(id), member,
			"{\"is_default_shipping\":true,"
			"\"is_default_billing\":true}", {0}};
		if (i % 3 == 0)
			requests[i] = (struct request_line){
				"POST", ADDRESSES, member,
				"{" BERLIN ",\"is_default_shipping\":true}",
				{0}};
	}
	ask_all(requests, COUNT);
	for (int i = 0; i < COUNT; i++)
		assert_int_equal(requests[i].answer.status,
				 i % 3 == 0 ? 201 : 200);
	assert_int_equal(int_at(ask(200, "GET",
				    ADDRESSES "?is_default_shipping=true",
				    &member, NULL),
				"count"),
			 1);
	assert_int_equal(int_at(ask(200, "GET",
				    ADDRESSES "?is_default_billing=true",
				    &member, NULL),
				"count"),
			 1);
}

static void there_are_a_hundred_and_not_one_more_also_at_once(void **state)
{
	struct caller member = a_member();
	int counts[600] = {0};
	struct answer *answer;

	(void)state;
	ask_at_once(90, "POST", ADDRESSES, &member, "{" BERLIN "}", counts);
	assert_int_equal(counts[201], 90);
	ask_at_once(20, "POST", ADDRESSES, &member, "{" BERLIN "}", counts);
	assert_int_equal(counts[201], 10);
	assert_int_equal(counts[409], 10);
	answer = save(409, &member, ",\"is_default_billing\":true");
	assert_string_equal(text_at(answer, "code"), "too_many_addresses");
	assert_int_equal(int_at(ask(200, "GET", ADDRESSES, &member, NULL),
				"count"),
			 100);
}

static void countries_tell_the_form_of_their_addresses(void **state)
{
	struct answer *all = ask(200, "GET", "/api/v1/countries/", &nobody, NULL);
	struct answer *us = ask(200, "GET", "/api/v1/countries/US/", &nobody,
				NULL);

	(void)state;
	assert_int_equal(json_array_size(all->json), 249);
	assert_string_equal(text_at(us, "name"), "United States");
	assert_string_equal(text_at(us, "postal_code_pattern"),
			    "^([0-9][0-9][0-9][0-9][0-9]|"
			    "[0-9][0-9][0-9][0-9][0-9]-"
			    "[0-9][0-9][0-9][0-9])$");
	assert_string_equal(text_at(us, "required.5"), "region");
	assert_string_equal(text_at(us, "lines.4"), "city region postal_code");
	assert_string_equal(text_at(us, "postal_code_example"), "94103");
	assert_int_equal(json_array_size(node_at(us, "subdivisions")), 60);
	assert_string_equal(text_at(us, "subdivisions.0.code"), "US-AL");
	assert_string_equal(text_at(us, "subdivisions.0.name"), "Alabama");
	assert_string_equal(text_at(us, "subdivisions.0.region"), "AL");
	assert_null(json_object_get(json_array_get(all->json, 0),
				    "subdivisions"));
	assert_true(json_is_null(node_at(ask(200, "GET",
					     "/api/v1/countries/IE/", &nobody,
					     NULL),
					 "postal_code_pattern")));
	ask(404, "GET", "/api/v1/countries/XX/", &nobody, NULL);
	ask(404, "GET", "/api/v1/countries/us/", &nobody, NULL);
	ask(404, "GET", "/api/v1/countries/USA/", &nobody, NULL);
	assert_non_null(header_of(us, "ETag"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_saved_changed_and_forgotten),
		cmocka_unit_test(an_old_version_neither_changes_nor_deletes),
		cmocka_unit_test(a_saved_address_has_what_its_country_demands),
		cmocka_unit_test(hostile_texts_are_kept_as_they_are_or_refused),
		cmocka_unit_test(nobody_sees_or_changes_an_address_of_another),
		cmocka_unit_test(there_is_one_default_of_each_kind),
		cmocka_unit_test(defaults_that_are_set_at_once_leave_one),
		cmocka_unit_test(
			there_are_a_hundred_and_not_one_more_also_at_once),
		cmocka_unit_test(countries_tell_the_form_of_their_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
