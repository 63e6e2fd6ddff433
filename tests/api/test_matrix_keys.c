/* test_matrix_keys.c - what an API key may do: every operation of the
 * document, keys with the scope, without it and worth nothing any more, on
 * objects that are and that are not (reliability S3, S4). */
#include "keys.h"
#include "matrix.h"

#include <string.h>

static struct caller by(const struct target *target, const char *key)
{
	struct caller caller = target->owner;

	caller.bearer = key;
	return caller;
}

/* ---- keys that are worth nothing ---- */

struct void_key {
	const char *who;
	const char *code;
	const char *text;
};

static const struct caller *staff(void)
{
	static struct caller caller;

	caller.bearer = the_staff();
	return &caller;
}

/* With every scope that there is. */
static struct api_key a_strong_key(const char *more)
{
	return a_key_that(sql("SELECT to_json(permissions) FROM account WHERE "
			      "email = 'staff@example.com'"), more);
}

static const char *a_key_for_all(void)
{
	static const char *text;

	if (text == NULL)
		text = a_strong_key("").text;
	return text;
}

/* Of their own: each worker forgets a changed key within a second. */
static void make_void_keys(struct void_key keys[6])
{
	const struct api_key revoked = a_strong_key("");
	const struct api_key expired = a_strong_key("");
	const struct api_key rotated = a_strong_key("");

	ask(200, "POST", fmt(KEYS "%s/revoke/", revoked.id), staff(), NULL);
	sql("UPDATE api_key SET expires_at = now() WHERE id = '%s'", expired.id);
	ask(200, "POST", fmt(KEYS "%s/rotate/", rotated.id), staff(),
	    "{\"overlap_seconds\":1}");
	keys[0] = (struct void_key){"a revoked key", "api_key_revoked",
				    revoked.text};
	keys[1] = (struct void_key){"an expired key", "api_key_expired",
				    expired.text};
	keys[2] = (struct void_key){"the secret before", "api_key_rotated",
				    rotated.text};
	keys[3] = (struct void_key){"a key of the other mode",
				    "api_key_wrong_mode",
				    mended(fmt("sk_live_%s",
						a_key_for_all() + 8))};
	keys[4] = (struct void_key){
		"a key from elsewhere", "api_key_network",
		a_strong_key(",\"networks\":[\"203.0.113.0/24\"]").text};
	keys[5] = (struct void_key){NULL, NULL, NULL};
	until_sql(10, "t", "SELECT max(at) < now() - interval '1.1 seconds' "
			   "FROM standing_change");
}

static const struct void_key *void_keys(void)
{
	static struct void_key keys[6];

	if (keys[0].who == NULL)
		make_void_keys(keys);
	return keys;
}

static void refuse_void_keys(const struct target *target)
{
	for (const struct void_key *key = void_keys(); key->who != NULL; key++) {
		struct caller caller = by(target, key->text);

		expect_refusal(target, key->who, &caller, key->code);
	}
}

/* ---- keys that are good, and not for that ---- */

static const char *scope_of(const struct operation *operation)
{
	return operation->guard == FOR_STAFF ? operation->permission
					     : "catalog.read";
}

static void refuse_by_scope(const struct target *target)
{
	const struct operation *o = target->operation;
	struct caller caller = by(target, key_without(o->permission));

	expect_refusal(target, "a key without the scope", &caller,
		       "scope_missing");
	caller.bearer = key_with(o->permission);
	if (!takes_keys(o))
		expect_refusal(target, "a key with the scope", &caller,
			       "not_for_keys");
	else if (has_object(target))
		expect(target, "a key with the scope, missing",
		       sent(target, missing_path(target), &caller), "404");
}

static void refuse_keys(const struct target *target)
{
	struct caller caller = by(target, a_key_for_all());

	if (!reads_credentials(target->operation))
		return;
	refuse_void_keys(target);
	switch (target->operation->guard) {
	case FOR_STAFF:
		refuse_by_scope(target);
		break;
	case FOR_MEMBERS:
	case FOR_CUSTOMERS:
		expect_refusal(target, "a key", &caller, "not_for_keys");
		break;
	case FOR_HOLDERS:
		caller.cart_token = caller.order_token = NULL;
		expect_as_missing(target, "a key", &caller);
		break;
	case FOR_ALL:
	case FOR_GATEWAYS:
		break;
	}
}

static void make_keys(const struct operation *operation)
{
	void_keys();
	a_key_for_all();
	if (operation->guard != FOR_STAFF)
		return;
	key_with(operation->permission);
	key_without(operation->permission);
}

static void the_wrong_keys_are_refused_and_change_nothing(void **state)
{
	(void)state;
	each_refused(make_keys, refuse_keys);
}

/* ---- keys that are right ---- */

static void the_right_keys_are_served(void **state)
{
	size_t count;
	const struct operation *all = operations(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const struct operation *o = &all[i];
		struct target target;
		struct caller caller;

		if (!reads_credentials(o) ||
		    (o->guard != FOR_ALL &&
		     (o->guard != FOR_STAFF || !takes_keys(o))))
			continue;
		target = target_of(o);
		caller = by(&target, key_with(scope_of(o)));
		expect(&target, "a key", sent(&target, target.path, &caller),
		       fmt("%d", o->status));
	}
}

/* Whatever the document says: rights, money and people's data are people's
 * affair, and the nightly export is not. */
static void what_is_for_people_and_what_is_not(void **state)
{
	static const char *const people[] = {
		"admin_refund_create", "admin_role_create",
		"admin_role_partial_update", "admin_role_destroy",
		"admin_staff_invitation_create",
		"admin_staff_invitation_destroy", "admin_staff_partial_update",
		"admin_staff_reset_second_factor", "admin_customer_export",
		"admin_customer_erase",
		"admin_api_key_create", "admin_api_key_partial_update",
		"admin_api_key_rotate", "admin_api_key_revoke"};
	static const char *const both[] = {
		"admin_export_create", "admin_export_file",
		"admin_import_create", "admin_order_update", "stock_adjust",
		"admin_price_bulk_update", "admin_payment_capture"};
	size_t count;
	const struct operation *all = operations(&count);
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < sizeof(people) / sizeof(*people); k++)
			if (strcmp(all[i].name, people[k]) == 0 && ++seen &&
			    takes_keys(&all[i]))
				fail_msg("%s takes keys", people[k]);
		for (size_t k = 0; k < sizeof(both) / sizeof(*both); k++)
			if (strcmp(all[i].name, both[k]) == 0 && ++seen &&
			    !takes_keys(&all[i]))
				fail_msg("%s refuses keys", both[k]);
	}
	assert_int_equal(seen, sizeof(people) / sizeof(*people) +
				       sizeof(both) / sizeof(*both));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_wrong_keys_are_refused_and_change_nothing),
		cmocka_unit_test(the_right_keys_are_served),
		cmocka_unit_test(what_is_for_people_and_what_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
