/* test_access.c - who may do what: every rule by every kind of caller. */
#include "../test.h"

#include <stdio.h>
#include <string.h>

#include "../../../src/rest/dispatch.h"

static const struct principal anonymous = {0};
static const struct principal customer = {.is_known = true};
static const struct principal clerk = {
	.is_known = true,
	.is_staff = true,
	.permissions = UINT32_C(1) << PERMISSION_ORDERS_READ};
/* A customer whose token says permissions all the same. */
static const struct principal pretender = {.is_known = true,
					   .permissions = UINT32_MAX};

static void every_permission_has_one_name(void **state)
{
	enum permission found;

	(void)state;
	for (int i = 0; i < PERMISSIONS; i++) {
		const char *name = permission_name((enum permission)i);

		assert_non_null(name);
		assert_true(permission_find(name, &found));
		assert_int_equal(found, i);
		assert_non_null(permission_sentence(found));
	}
	assert_false(permission_find("catalog", &found));
	assert_false(permission_find("", &found));
	assert_false(permission_find("CATALOG.READ", &found));
}

static void the_matrix_is_as_documented(void **state)
{
	static const struct {
		enum access access;
		bool anonymous, customer, clerk, pretender;
	} rows[] = {
		{ACCESS_NONE_GIVEN, false, false, false, false},
		{ACCESS_PUBLIC, true, true, true, true},
		{ACCESS_CUSTOMER, false, true, true, true},
		{ACCESS_TOKEN, true, true, true, true},
		{ACCESS_STAFF, false, false, true, false},
		{ACCESS_GATEWAY, true, true, true, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct route route = {.access = rows[i].access,
				      .permission = PERMISSION_ORDERS_READ};

		assert_int_equal(route_allows(&route, &anonymous),
				 rows[i].anonymous);
		assert_int_equal(route_allows(&route, &customer),
				 rows[i].customer);
		assert_int_equal(route_allows(&route, &clerk), rows[i].clerk);
		assert_int_equal(route_allows(&route, &pretender),
				 rows[i].pretender);
	}
}

static void staff_need_just_that_permission(void **state)
{
	(void)state;
	for (int i = 0; i < PERMISSIONS; i++) {
		struct route route = {.access = ACCESS_STAFF,
				      .permission = (enum permission)i};

		assert_int_equal(route_allows(&route, &clerk),
				 i == PERMISSION_ORDERS_READ);
	}
}

static void addresses_are_compared_as_networks(void **state)
{
	static const struct {
		const char *address;
		const char *list;
		bool is_listed;
	} rows[] = {
		{"10.1.2.3", "10.0.0.0/8", true},
		{"11.1.2.3", "10.0.0.0/8", false},
		{"10.1.2.3", "10.1.2.3", true},
		{"10.1.2.30", "10.1.2.3", false},
		{"192.168.1.129", "192.168.1.128/25", true},
		{"192.168.1.127", "192.168.1.128/25", false},
		{"::ffff:10.1.2.3", "10.0.0.0/8", true},
		{"::1", "127.0.0.0/8, ::1", true},
		{"fd00::9", "fd00::/8", true},
		{"fe00::9", "fd00::/8", false},
		{"10.1.2.3", "", false},
		{"10.1.2.3", "nonsense, 10.0.0.0/33, 10.0.0.0/x", false},
		{"nonsense", "0.0.0.0/0", false},
		{"1.2.3.4", "0.0.0.0/0", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (address_is_listed(rows[i].address, rows[i].list) !=
		    rows[i].is_listed)
			fail_msg("%s in \"%s\"", rows[i].address, rows[i].list);
	}
}

static void tags_are_compared_as_rfc_9110_says(void **state)
{
	(void)state;
	assert_true(etag_is_listed("\"a\"", "\"a\"", false));
	assert_true(etag_is_listed("\"b\", \"a\"", "\"a\"", false));
	assert_true(etag_is_listed("*", "\"a\"", false));
	assert_false(etag_is_listed("W/\"a\"", "\"a\"", false));
	assert_true(etag_is_listed("W/\"a\"", "\"a\"", true));
	assert_false(etag_is_listed("\"ab\"", "\"a\"", true));
	assert_false(etag_is_listed("a", "\"a\"", true));
	assert_false(etag_is_listed("\"a", "\"a\"", true));
	assert_false(etag_is_listed("", "\"a\"", true));
	assert_true(etag_is_listed("\"x,y\",\"a\"", "\"a\"", true));
}

static void every_byte_counts_in_a_tag(void **state)
{
	char bytes[67];
	char first[ETAG_SIZE];
	char other[ETAG_SIZE];

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	etag_of(bytes, sizeof(bytes), first);
	assert_int_equal(strlen(first), 34);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = 'y';
		etag_of(bytes, sizeof(bytes), other);
		assert_string_not_equal(first, other);
		bytes[i] = 'x';
		etag_of(bytes, i, other);
		assert_string_not_equal(first, other);
	}
	etag_of(bytes, sizeof(bytes), other);
	assert_string_equal(first, other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_permission_has_one_name),
		cmocka_unit_test(the_matrix_is_as_documented),
		cmocka_unit_test(staff_need_just_that_permission),
		cmocka_unit_test(addresses_are_compared_as_networks),
		cmocka_unit_test(tags_are_compared_as_rfc_9110_says),
		cmocka_unit_test(every_byte_counts_in_a_tag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
