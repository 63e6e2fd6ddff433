/* test_matrix.c - who may do what to whose: every operation of the document,
 * every kind of caller, own, another's and missing objects (reliability S3,
 * S4). */
#include "operations.h"
#include "volley.h"

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

static struct answer *sent(const struct target *target, const char *path,
			   const struct caller *caller)
{
	const struct operation *o = target->operation;

	return ask(0, o->method, path, caller, target->body);
}

static void expect(const struct target *target, const char *who,
		   const struct answer *answer, const char *want)
{
	if (strstr(want, fmt("%d", answer->status)) == NULL)
		fail_msg("%s as %s answered %d, not %s: %.500s",
			 target->operation->name, who, answer->status, want,
			 answer->body);
	if (answer->status >= 400 && refusal_flaw(answer) != NULL)
		fail_msg("%s as %s %s: %.500s", target->operation->name, who,
			 refusal_flaw(answer), answer->body);
}

/* Both bodies, word for word: nobody learns what there is. */
static void expect_as_missing(const struct target *target, const char *who,
			      const struct caller *caller)
{
	struct answer *others = sent(target, target->path, caller);
	struct answer *missing = sent(
		target, path_with(target->operation, NO_SUCH_ID), caller);

	expect(target, who, others, "404");
	expect(target, who, missing, "404");
	assert_string_equal(others->body, missing->body);
}

static bool has_object(const struct target *target)
{
	return strchr(target->operation->template, '{') != NULL;
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

	expect(target, "nobody", sent(target, target->path, &caller), "401");
	caller.bearer = stranger();
	expect(target, "a customer", sent(target, target->path, &caller), "403");
	caller.bearer = staff_without(permission);
	expect(target, "staff without it", sent(target, target->path, &caller),
	       "403");
	expect(target, "staff without it, missing",
	       sent(target, path_with(target->operation, NO_SUCH_ID), &caller),
	       "403");
	caller.bearer = the_staff();
	if (has_object(target))
		expect(target, "staff, missing",
		       sent(target, path_with(target->operation, NO_SUCH_ID),
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
	       sent(target, path_with(target->operation, NO_SUCH_ID), &caller),
	       "404");
}

static void refuse_the_wrong_ones(const struct target *target)
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

static void the_wrong_ones_are_refused_and_change_nothing(void **state)
{
	size_t count;
	struct operation *all = operations(&count);

	(void)state;
	other_secret();
	for (size_t i = 0; i < count; i++) {
		struct target target = target_of(&all[i]);
		const char *before;

		if (all[i].guard == FOR_STAFF)
			staff_without(all[i].permission);
		the_staff();
		before = digest();
		refuse_the_wrong_ones(&target);
		assert_unchanged(before, all[i].name);
	}
}

/* The right ones get in, each with an object of their own. */
static void the_right_ones_are_served(void **state)
{
	size_t count;
	struct operation *all = operations(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct target target = target_of(&all[i]);
		const char *want = fmt("%d", all[i].status);
		struct caller anyone = {.key = ""};

		if (all[i].guard == FOR_ALL) {
			expect(&target, "nobody",
			       sent(&target, target.path, &anyone), want);
			target = target_of(&all[i]);
			target.owner.bearer = stranger();
		}
		expect(&target, "its owner",
		       sent(&target, target.path, &target.owner), want);
		if (all[i].guard != FOR_HOLDERS)
			continue;
		target = target_of(&all[i]);
		expect(&target, "its holder",
		       sent(&target, target.path, &target.holder), want);
	}
}

/* One of two ids is right, the other is somebody else's. */
static void an_object_within_anothers_is_missing(void **state)
{
	static const char *const names[] = {
		"cart_item_patch", "cart_item_delete", "payment_session_show",
		"payment_session_confirm", "payment_session_delete",
		"admin_payment_capture", "admin_payment_void"};
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
		cmocka_unit_test(the_right_ones_are_served),
		cmocka_unit_test(an_object_within_anothers_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
