/* test_matrix.c - who may not do what to whose: every operation of the
 * document, every kind of person, own, another's and missing objects
 * (reliability S3, S4). Whom it serves: test_matrix_served.c; API keys:
 * test_matrix_keys.c. */
#include "matrix.h"

#include <stdlib.h>
#include <string.h>

/* A cart of the stranger's: its secret opens nothing else. */
static const char *other_secret(void)
{
	static const char *secret;
	const struct caller caller = {.bearer = stranger(), .key = ""};

	if (secret == NULL)
		secret = text_at(ask(201, "POST", "/api/v1/carts/", &caller, "{}"),
				 "token");
	return secret;
}

static struct caller as(const struct target *target, const char *bearer)
{
	struct caller caller = target->owner;

	caller.bearer = bearer;
	return caller;
}

static void refuse_all_but_holders(const struct target *target)
{
	struct caller caller = target->holder;

	caller.cart_token = caller.order_token = NULL;
	expect_as_missing(target, "nobody", &caller);
	caller.cart_token = caller.order_token = other_secret();
	expect_as_missing(target, "holder of another secret", &caller);
	caller.cart_token = caller.order_token = "";
	expect_as_missing(target, "holder of an empty secret", &caller);
	caller = as(target, stranger());
	expect_as_missing(target, "another customer", &caller);
	caller = as(target, the_staff());
	expect_as_missing(target, "staff", &caller);
}

static void refuse_all_but_staff(const struct target *target)
{
	const char *permission = target->operation->permission;
	struct caller caller = as(target, NULL);
	struct answer *own;
	struct answer *missing;

	expect(target, "nobody", sent(target, target->path, &caller), "401");
	caller.bearer = stranger();
	expect(target, "a customer", sent(target, target->path, &caller), "403");
	caller.bearer = staff_without(permission);
	own = sent(target, target->path, &caller);
	expect(target, "staff without it", own, "403");
	missing = sent(target, missing_path(target), &caller);
	expect(target, "staff without it, missing", missing, "403");
	assert_string_equal(own->body, missing->body);
	caller.bearer = the_staff();
	if (has_object(target))
		expect(target, "staff, missing",
		       sent(target, missing_path(target),
			    &caller),
		       "404");
}

static void refuse_all_but_customers(const struct target *target)
{
	struct caller caller = as(target, NULL);

	expect(target, "nobody", sent(target, target->path, &caller), "401");
	if (!has_object(target))
		return;
	caller.bearer = stranger();
	expect_as_missing(target, "another customer", &caller);
	caller.bearer = the_staff();
	expect_as_missing(target, "staff", &caller);
}

static void refuse_all_but_members(const struct target *target)
{
	struct caller caller = as(target, NULL);

	expect(target, "nobody", sent(target, target->path, &caller), "401");
	if (!has_object(target))
		return;
	caller.bearer = stranger();
	expect(target, "a customer, missing",
	       sent(target, missing_path(target), &caller),
	       "404");
}

/* Where it matters who asks, even on what is everybody's. */
static void refuse_those_gone(const struct target *target)
{
	const struct gone *gone = those_gone();

	if (!reads_credentials(target->operation))
		return;
	for (; gone->who != NULL; gone++) {
		struct caller caller = as(target, gone->bearer);

		expect_refusal(target, gone->who, &caller, "token_not_valid");
	}
}

/* A browser that another page makes ask: the owner's cookie comes along, and
 * nothing else that the owner knows. */
static void refuse_a_cookie_alone(const struct target *target)
{
	struct caller caller = {.key = ""};

	if (!reads_credentials(target->operation) ||
	    strcmp(target->operation->method, "GET") == 0 ||
	    target->owner.bearer == NULL)
		return;
	caller.header = fmt("Cookie: __Host-shopd-access=%s",
			    target->owner.bearer);
	expect_refusal(target, "its owner's browser, not asked", &caller,
		       "csrf_failed");
}

static void refuse_the_unproved(const struct target *target)
{
	struct caller caller = as(target, staff_unproved());

	if (wants_proof(target->operation))
		expect_refusal(target, "staff of an hour ago", &caller,
			       "step_up_required");
}

static void refuse_by_guard(const struct target *target)
{
	switch (target->operation->guard) {
	case FOR_HOLDERS:
		refuse_all_but_holders(target);
		break;
	case FOR_STAFF:
		refuse_all_but_staff(target);
		break;
	case FOR_MEMBERS:
		refuse_all_but_members(target);
		break;
	case FOR_CUSTOMERS:
		refuse_all_but_customers(target);
		break;
	case FOR_ALL:
	case FOR_GATEWAYS:
		break;
	}
}

static void make_callers(const struct operation *operation)
{
	other_secret();
	the_staff();
	staff_unproved();
	those_gone();
	if (operation->guard == FOR_STAFF)
		staff_without(operation->permission);
}

static void refuse_the_wrong_ones(const struct target *target)
{
	refuse_those_gone(target);
	refuse_a_cookie_alone(target);
	refuse_the_unproved(target);
	refuse_by_guard(target);
}

static void the_wrong_ones_are_refused_and_change_nothing(void **state)
{
	(void)state;
	each_refused(make_callers, refuse_the_wrong_ones);
}

/* Whatever else the document says. */
static void what_is_grave_wants_a_proof(void **state)
{
	static const char *const grave[] = {
		"admin_refund_create", "admin_export_create",
		"admin_role_create", "admin_role_partial_update",
		"admin_role_destroy", "admin_staff_invitation_create",
		"admin_staff_partial_update",
		"admin_staff_reset_second_factor", "admin_customer_export",
		"admin_customer_erase", "account_data_export_create",
		"account_data_export_file", "account_erasure_request_create",
		"admin_api_key_create", "admin_api_key_partial_update",
		"admin_api_key_rotate",
		"auth_mfa_totp_create", "auth_mfa_totp_destroy",
		"auth_mfa_recovery_codes", "account_passkeys_options",
		"account_passkeys_destroy", "account_social_begin",
		"account_social_destroy", "account_change_email"};
	size_t count;
	const struct operation *all = operations(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < sizeof(grave) / sizeof(*grave); k++)
			if (strcmp(all[i].name, grave[k]) == 0 &&
			    !wants_proof(&all[i]))
				fail_msg("%s wants no proof", grave[k]);
}

/* One of two ids is right, the other is somebody else's. */
static void an_object_within_anothers_is_missing(void **state)
{
	static const char *const names[] = {
		"cart_item_patch", "cart_item_delete", "payment_session_show",
		"payment_session_confirm", "payment_session_delete",
		"admin_payment_capture", "admin_payment_void",
		"admin_customer_note_destroy"};
	size_t count;
	struct operation *all = operations(&count);

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (size_t k = 0; k < count; k++) {
			struct target mine;
			struct target other;
			char *path;

			if (strcmp(all[k].name, names[i]) != 0)
				continue;
			mine = target_of(&all[k]);
			other = target_of(&all[k]);
			/* my cart, the other's item */
			path = strdup(mine.path);
			memcpy(path + (strchr(all[k].template, '{') -
				       all[k].template),
			       other.path + (strchr(all[k].template, '{') -
					     all[k].template),
			       36);
			expect(&mine, "owner of one half",
			       ask(0, all[k].method, path, &other.owner,
				   mine.body),
			       "404");
			free(path);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_wrong_ones_are_refused_and_change_nothing),
		cmocka_unit_test(what_is_grave_wants_a_proof),
		cmocka_unit_test(an_object_within_anothers_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
