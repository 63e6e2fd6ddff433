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
	struct answer *own;
	struct answer *missing;

	expect(target, "nobody", sent(target, target->path, &caller), "401");
	caller.bearer = stranger();
	expect(target, "a customer", sent(target, target->path, &caller), "403");
	caller.bearer = staff_without(permission);
	own = sent(target, target->path, &caller);
	expect(target, "staff without it", own, "403");
	missing = sent(target, path_with(target->operation, NO_SUCH_ID), &caller);
	expect(target, "staff without it, missing", missing, "403");
	assert_string_equal(own->body, missing->body);
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

/* Of a route that reads who asks: a closed account is nobody's, not even on
 * what is everybody's. */
static void refuse_the_dismissed(const struct target *target)
{
	const struct operation *o = target->operation;
	struct caller caller = as(target, staff_dismissed());

	if (o->guard == FOR_GATEWAYS ||
	    (o->guard == FOR_ALL &&
	     (strncmp(o->template, "/api/v1/auth/", 13) == 0 ||
	      strncmp(o->template, "/api/v1/", 8) != 0)))
		return;
	expect(target, "staff dismissed", sent(target, target->path, &caller),
	       "401");
}

static void refuse_the_wrong_ones(const struct target *target)
{
	refuse_the_dismissed(target);
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
		staff_dismissed();
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
		if (all[i].guard == FOR_STAFF) {
			target = target_of(&all[i]);
			target.owner.bearer =
				staff_with_only(all[i].permission);
			expect(&target, "staff with that alone",
			       sent(&target, target.path, &target.owner), want);
		}
		if (all[i].guard != FOR_HOLDERS)
			continue;
		target = target_of(&all[i]);
		expect(&target, "its holder",
		       sent(&target, target.path, &target.holder), want);
	}
}

/* ---- OPTIONS ---- */

enum { NOBODY, CUSTOMER, LACKS_IT, HAS_IT_ALONE, HAS_ALL, DISMISSED, KINDS };

static const char *bearer_of(int kind, const char *permission)
{
	switch (kind) {
	case CUSTOMER:
		return stranger();
	case LACKS_IT:
		return permission ? staff_without(permission) : the_staff();
	case HAS_IT_ALONE:
		return permission ? staff_with_only(permission) : the_staff();
	case HAS_ALL:
		return the_staff();
	case DISMISSED:
		return staff_dismissed();
	default:
		return NULL;
	}
}

static bool may(const struct operation *o, int kind, const char *permission)
{
	bool is_it = permission != NULL && o->permission != NULL &&
		     strcmp(o->permission, permission) == 0;

	switch (o->guard) {
	case FOR_STAFF:
		return kind == HAS_ALL ||
		       (kind == HAS_IT_ALONE && (is_it || permission == NULL)) ||
		       (kind == LACKS_IT && !is_it);
	case FOR_CUSTOMERS:
	case FOR_MEMBERS:
		return kind != NOBODY;
	case FOR_ALL:
	case FOR_HOLDERS:
	case FOR_GATEWAYS:
	default:
		return true;
	}
}

/* Whoever may do something at a place is told what can be done there. */
static const char *options_wanted(const struct operation *all, size_t count,
				  const struct operation *here, int kind)
{
	if (kind == DISMISSED)
		return "401";
	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i].template, here->template) == 0 &&
		    may(&all[i], kind, here->permission))
			return "200";
	return kind == NOBODY ? "401" : "403";
}

static void options_tell_those_who_may_do_something(void **state)
{
	size_t count;
	struct operation *all = operations(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct target target = target_of(&all[i]);
		const char *nowhere = path_with(&all[i], NO_SUCH_ID);

		if (all[i].guard == FOR_GATEWAYS)
			continue;
		for (int kind = 0; kind < KINDS; kind++) {
			const struct caller caller = {
				.bearer = bearer_of(kind, all[i].permission)};
			const char *want =
				options_wanted(all, count, &all[i], kind);
			struct answer *own = ask(0, "OPTIONS", target.path,
						 &caller, NULL);
			struct answer *missing = ask(0, "OPTIONS", nowhere,
						     &caller, NULL);

			expect(&target, fmt("OPTIONS by kind %d", kind), own,
			       want);
			expect(&target, "OPTIONS, missing", missing, want);
			assert_string_equal(own->body, missing->body);
		}
	}
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
		cmocka_unit_test(the_right_ones_are_served),
		cmocka_unit_test(options_tell_those_who_may_do_something),
		cmocka_unit_test(an_object_within_anothers_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
