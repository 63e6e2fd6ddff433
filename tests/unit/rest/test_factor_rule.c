/* test_factor_rule.c - what a session that has shown one factor may do, and
 * how long a proof lasts: every rule by every age of both. */
#include "dispatch.h"

#include <platform/auth.h>
#include <platform/config.h>
#include <platform/log.h>

#define NOW INT64_C(1800000000)
#define STEP_UP_SECONDS 600

static async bool serve(struct request *req)
{
	return reply_nothing(req);
}

static const struct field fields[] = {
	{.name = "name", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY,
	 .help = "Its name."},
	{0},
};
static const struct resource thing = {
	.name = "Thing", .fields = fields, .help = "A thing."};

#define BASE "/api/v1/"
static const struct route routes[] = {
	{.method = METHOD_GET, .path = BASE "staff/", .handler = serve,
	 .answer = &thing,
	 .access = ACCESS_STAFF, .permission = PERMISSION_ORDERS_READ,
	 .name = "a", .summary = "A."},
	{.method = METHOD_GET, .path = BASE "grave/", .handler = serve,
	 .answer = &thing,
	 .access = ACCESS_STAFF, .permission = PERMISSION_ORDERS_READ,
	 .needs_step_up = true, .name = "b", .summary = "B."},
	{.method = METHOD_GET, .path = BASE "own/", .handler = serve,
	 .answer = &thing,
	 .access = ACCESS_CUSTOMER, .name = "c", .summary = "C."},
	{.method = METHOD_GET, .path = BASE "own-grave/", .handler = serve,
	 .answer = &thing,
	 .access = ACCESS_CUSTOMER, .needs_step_up = true, .name = "d",
	 .summary = "D."},
	{0},
};
static const struct room test_room = {.name = "test", .routes = routes};
static const struct room *const all[] = {&test_room, NULL};

static int start(void **state)
{
	(void)state;
	clock_set(NOW * SECOND, SECOND);
	log_level_set("error");
	return !(config_set("token_keys",
			    "a:0123456789abcdefghijklmnopqrstuvwxyzABCD") &&
		 config_set("step_up_seconds", "600") &&
		 config_set("throttle_user", "") &&
		 rest_start(all) && rest_service.parent_start());
}

static int finish(void **state)
{
	(void)state;
	sent_release();
	clock_set(-1, -1);
	return 0;
}

/* Ages in seconds; second < 0: never shown. */
static int asked(const char *path, bool is_staff, int proved, int second)
{
	struct arena arena = {0};
	struct claims claims = {
		.user = uuid_make(),
		.session = uuid_make(),
		.is_staff = is_staff,
		.permissions = is_staff ? 1u << PERMISSION_ORDERS_READ : 0,
		.proved = NOW - proved,
		.second = second < 0 ? 0 : NOW - second};
	const char *header = arena_format(&arena, "Bearer %s",
					  token_sign(&arena, &claims));
	const char *const headers[] = {"Authorization", header, NULL};
	int status = send("GET", path, headers, NULL);

	arena_finish(&arena);
	return status;
}

static void assert_told(const char *code)
{
	char member[80];

	snprintf(member, sizeof(member), "\"code\":\"%s\"", code);
	assert_non_null(strstr(sent.req.http.answer.bytes, member));
}

static void staff_without_a_second_factor_have_no_power(void **state)
{
	(void)state;
	assert_true(config_set("staff_second_factor", "on"));
	assert_int_equal(asked(BASE "staff/", true, 0, -1), 403);
	assert_told("second_factor_required");
	assert_int_equal(asked(BASE "grave/", true, 0, -1), 403);
	assert_told("second_factor_required");
	assert_int_equal(asked(BASE "own/", true, 0, -1), 204);
	assert_int_equal(asked(BASE "own-grave/", true, 0, -1), 204);
	assert_int_equal(asked(BASE "staff/", true, 9999, 9999), 204);
	assert_int_equal(asked(BASE "grave/", true, 9999, 0), 204);
}

static void with_the_setting_off_a_password_is_enough(void **state)
{
	(void)state;
	assert_true(config_set("staff_second_factor", "off"));
	assert_int_equal(asked(BASE "staff/", true, 9999, -1), 204);
	assert_int_equal(asked(BASE "grave/", true, 0, -1), 204);
	assert_int_equal(asked(BASE "grave/", true, 9999, -1), 403);
	assert_told("step_up_required");
	assert_true(config_set("staff_second_factor", "on"));
}

static void a_customer_is_not_asked_for_a_factor_of_staff(void **state)
{
	(void)state;
	assert_int_equal(asked(BASE "staff/", false, 0, 0), 403);
	assert_told("permission_denied");
	assert_int_equal(asked(BASE "own/", false, 9999, -1), 204);
}

static void a_proof_lasts_for_step_up_seconds(void **state)
{
	static const struct {
		int proved, second, status;
	} rows[] = {
		{0, -1, 204},
		{STEP_UP_SECONDS, -1, 204},
		{STEP_UP_SECONDS + 1, -1, 403},
		{9999, 0, 204},
		{9999, STEP_UP_SECONDS, 204},
		{9999, STEP_UP_SECONDS + 1, 403},
		/* who has a second factor shows that */
		{0, STEP_UP_SECONDS + 1, 403},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_int_equal(asked(BASE "own-grave/", false, rows[i].proved,
				       rows[i].second),
				 rows[i].status);
		if (rows[i].status == 403)
			assert_told("step_up_required");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(staff_without_a_second_factor_have_no_power),
		cmocka_unit_test(with_the_setting_off_a_password_is_enough),
		cmocka_unit_test(a_customer_is_not_asked_for_a_factor_of_staff),
		cmocka_unit_test(a_proof_lasts_for_step_up_seconds),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
