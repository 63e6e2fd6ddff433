/* test_staff_factor.c - staff of a shop that demands a second factor: what
 * they may do without one, and when it must be shown anew. */
#include "authenticator.h"
#include "operations.h"

#include <string.h>

#define REFRESH "/api/v1/auth/token/refresh/"
#define REFUND "/api/v1/admin/orders/" NO_SUCH_ID "/refunds/"
#define EXPORTS "/api/v1/admin/exports/"

/* With every permission, and a password. */
static struct member a_clerk(void)
{
	struct member clerk = a_member();
	struct answer *answer;

	sql("UPDATE account SET is_staff = true, permissions = (SELECT "
	    "permissions FROM account WHERE email = 'staff@example.com') WHERE "
	    "email = '%s'", clerk.email);
	answer = login_with(200, clerk.email, GOOD_PASSWORD);
	clerk.access = text_at(answer, "access");
	clerk.refresh = text_at(answer, "refresh");
	return clerk;
}

static void renew(struct member *member)
{
	struct answer *answer = askf(200, "POST", REFRESH, &nobody,
				     "{\"refresh\":\"%s\"}", member->refresh);

	member->access = text_at(answer, "access");
	member->refresh = text_at(answer, "refresh");
}

static struct answer *sent(const struct operation *o, const char *access)
{
	const struct caller caller = {.bearer = access, .key = ""};

	return ask(0, o->method, path_with(o, NO_SUCH_ID), &caller,
		   o->body ? "{}" : NULL);
}

/* Every route of staff, with that token. */
static void each_staff_route(const char *access,
			     void (*visit)(const struct operation *o,
					   const struct answer *answer))
{
	size_t count;
	struct operation *all = operations(&count);
	size_t seen = 0;

	for (size_t i = 0; i < count; i++) {
		if (all[i].guard != FOR_STAFF)
			continue;
		visit(&all[i], sent(&all[i], access));
		seen++;
	}
	assert_in_range(seen, 50, 1000);
}

static void expect_refusal(const struct operation *o,
			   const struct answer *answer)
{
	if (answer->status != 403 ||
	    strcmp(text_at(answer, "code"), "second_factor_required") != 0)
		fail_msg("%s without a second factor: %d %.200s", o->name,
			 answer->status, answer->body);
}

static void expect_entry(const struct operation *o, const struct answer *answer)
{
	if (answer->status == 401 || answer->status == 403 ||
	    answer->status >= 500)
		fail_msg("%s with a second factor: %d %.200s", o->name,
			 answer->status, answer->body);
}

static void a_password_alone_opens_no_route_of_staff(void **state)
{
	struct member clerk = a_clerk();

	(void)state;
	each_staff_route(clerk.access, expect_refusal);
	renew(&clerk);
	each_staff_route(clerk.access, expect_refusal);
}

static void an_enrolled_factor_opens_them_all(void **state)
{
	struct member clerk = a_clerk();

	(void)state;
	protect(&clerk);
	each_staff_route(clerk.access, expect_entry);
	renew(&clerk);
	each_staff_route(clerk.access, expect_entry);
}

static void without_one_staff_are_customers_who_may_enrol(void **state)
{
	struct member clerk = a_clerk();
	struct caller caller = with(clerk.access);
	struct answer *answer;

	(void)state;
	ask(200, "GET", "/api/v1/account/", &caller, NULL);
	ask(200, "GET", "/api/v1/account/orders/", &caller, NULL);
	assert_true(bool_at(ask(200, "GET", MFA, &caller, NULL),
			    "is_required"));
	answer = ask(403, "OPTIONS", EXPORTS, &caller, NULL);
	assert_string_equal(text_at(answer, "code"), "second_factor_required");
	answer = ask(200, "GET", "/api/v1/", &caller, NULL);
	assert_null(strstr(answer->body, "/admin/"));
	protect(&clerk);
	caller = with(clerk.access);
	answer = ask(200, "GET", "/api/v1/", &caller, NULL);
	assert_non_null(strstr(answer->body, "/admin/"));
}

static void a_customer_is_told_of_no_factor(void **state)
{
	struct member member = a_protected_member();
	struct caller caller = with(member.access);

	(void)state;
	assert_string_equal(text_at(ask(403, "GET", EXPORTS, &caller, NULL),
				    "code"),
			    "permission_denied");
	assert_string_equal(text_at(ask(401, "GET", EXPORTS, &nobody, NULL),
				    "code"),
			    "not_authenticated");
}

static void a_permission_that_is_missing_is_told_of_with_a_factor(void **state)
{
	struct member clerk = a_clerk();
	struct caller caller;

	(void)state;
	protect(&clerk);
	sql("UPDATE account SET permissions = '{orders.read}' WHERE email = "
	    "'%s'", clerk.email);
	renew(&clerk);
	caller = with(clerk.access);
	assert_string_equal(text_at(ask(403, "GET", EXPORTS, &caller, NULL),
				    "code"),
			    "permission_denied");
	ask(200, "GET", "/api/v1/admin/orders/", &caller, NULL);
}

static void staff_who_drop_their_factor_are_out(void **state)
{
	struct member clerk = a_clerk();
	struct caller caller;

	(void)state;
	protect(&clerk);
	caller = with(clerk.access);
	ask(200, "GET", EXPORTS, &caller, NULL);
	ask(204, "DELETE", TOTP, &caller, NULL);
	renew(&clerk);
	caller = with(clerk.access);
	expect_refusal(&(struct operation){.name = "exports"},
		       ask(403, "GET", EXPORTS, &caller, NULL));
}

/* ---- step-up ---- */

static void age_second(const struct member *member, int seconds)
{
	sql("UPDATE session SET second_at = now() - interval '%d seconds' "
	    "WHERE account_id = (SELECT id FROM account WHERE email = '%s')",
	    seconds, member->email);
}

static struct answer *step_up_by_code(int status, const struct member *member)
{
	const struct caller caller = with(member->access);

	return askf(status, "POST", STEP_UP, &caller, "{\"code\":\"%s\"}",
		    code_shown(member->secret, 0));
}

static void an_old_proof_must_be_shown_anew_before_a_refund(void **state)
{
	struct member clerk = a_clerk();
	struct caller caller = {.key = ""};
	struct answer *answer;

	(void)state;
	protect(&clerk);
	caller.bearer = clerk.access;
	ask(404, "POST", REFUND, &caller, "{\"amount\":\"1.00\"}");
	age_second(&clerk, 700);
	renew(&clerk);
	caller.bearer = clerk.access;
	answer = ask(403, "POST", REFUND, &caller, "{\"amount\":\"1.00\"}");
	assert_string_equal(text_at(answer, "code"), "step_up_required");
	answer = ask(403, "POST", EXPORTS, &caller, "{}");
	assert_string_equal(text_at(answer, "code"), "step_up_required");
	ask(200, "GET", EXPORTS, &caller, NULL);
	clerk.access = text_at(step_up_by_code(200, &clerk), "access");
	caller.bearer = clerk.access;
	ask(404, "POST", REFUND, &caller, "{\"amount\":\"1.00\"}");
	renew(&clerk);
	caller.bearer = clerk.access;
	ask(404, "POST", REFUND, &caller, "{\"amount\":\"1.00\"}");
}

static void a_password_is_no_step_up_where_a_factor_is(void **state)
{
	struct member clerk = a_clerk();
	struct caller caller;
	struct answer *answer;

	(void)state;
	protect(&clerk);
	caller = with(clerk.access);
	answer = ask(403, "POST", STEP_UP, &caller,
		     "{\"password\":\"" GOOD_PASSWORD "\"}");
	assert_string_equal(text_at(answer, "code"), "second_factor_required");
	assert_string_equal(ask(403, "POST", STEP_UP, &caller,
				"{\"password\":\"wrong\"}")->body,
			    answer->body);
}

static void the_document_tells_of_the_step_up(void **state)
{
	static const char *const names[] = {
		"admin_refund_create", "admin_export_create",
		"auth_mfa_totp_create", "auth_mfa_totp_destroy",
		"auth_mfa_recovery_codes"};
	size_t count;
	struct operation *all = operations(&count);
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		json_t *node = json_object_get(all[i].description, "responses");
		const char *to = json_string_value(json_object_get(
			json_object_get(node, "403"), "$ref"));

		for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++) {
			if (strcmp(names[k], all[i].name) != 0)
				continue;
			assert_string_equal(
				to, "#/components/responses/StepUpRequired");
			seen++;
		}
		if (strcmp(all[i].name, "admin_export_list") == 0)
			assert_string_equal(to, "#/components/responses/"
						"Forbidden");
	}
	assert_int_equal(seen, sizeof(names) / sizeof(*names));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_alone_opens_no_route_of_staff),
		cmocka_unit_test(an_enrolled_factor_opens_them_all),
		cmocka_unit_test(without_one_staff_are_customers_who_may_enrol),
		cmocka_unit_test(a_customer_is_told_of_no_factor),
		cmocka_unit_test(
			a_permission_that_is_missing_is_told_of_with_a_factor),
		cmocka_unit_test(staff_who_drop_their_factor_are_out),
		cmocka_unit_test(
			an_old_proof_must_be_shown_anew_before_a_refund),
		cmocka_unit_test(a_password_is_no_step_up_where_a_factor_is),
		cmocka_unit_test(the_document_tells_of_the_step_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
