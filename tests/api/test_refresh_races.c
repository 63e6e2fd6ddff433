/* test_refresh_races.c - a refresh token in two hands: in every order and all
 * at once there is one living branch, or none. */
#include "person.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REFRESH "/api/v1/auth/token/refresh/"

enum { STEPS = 5, AT_ONCE = 20, ROUNDS = 5, SEEN_MAX = 64 };

/* All tokens that a session ever gave out. */
struct seen {
	const char *tokens[SEEN_MAX];
	size_t count;
};

static void see(struct seen *seen, const char *token)
{
	for (size_t i = 0; i < seen->count; i++)
		if (strcmp(seen->tokens[i], token) == 0)
			return;
	assert_true(seen->count < SEEN_MAX);
	seen->tokens[seen->count++] = token;
}

static int living_tokens(const struct person *person)
{
	return atoi(sql("SELECT count(*) FROM refresh_token WHERE account_id = "
			"'%s' AND used_at IS NULL AND revoked_at IS NULL AND "
			"expires_at > now()", person->id));
}

/* The grace of ten seconds for a lost answer is over. */
static void let_time_pass(const struct person *person)
{
	sql("UPDATE refresh_token SET used_at = used_at - interval '11 seconds' "
	    "WHERE account_id = '%s'", person->id);
}

/* By use: each token once, when the grace is over. Whichever comes first of
 * the used ones ends the session, so the newest is tried before. */
static int branches_by_use(const struct person *person, const struct seen *seen)
{
	struct answer *answers[SEEN_MAX];
	int branches = 0;

	let_time_pass(person);
	for (size_t i = seen->count; i-- > 0;) {
		answers[i] = refresh_with(0, seen->tokens[i]);
		assert_true(answers[i]->status == 200 ||
			    answers[i]->status == 401);
		branches += answers[i]->status == 200;
	}
	return branches;
}

/* ---- in every order ---- */

/* What must happen when each refresh comes long after the one before. */
struct strict_model {
	const char *newest;
	bool is_over;
};

static void step_strictly(struct strict_model *model, const char **held,
			  struct seen *seen)
{
	bool may = !model->is_over && strcmp(*held, model->newest) == 0;
	struct answer *answer = refresh_with(may ? 200 : 401, *held);

	if (may) {
		*held = model->newest = text_at(answer, "refresh");
		see(seen, *held);
	} else {
		model->is_over = true;
	}
}

/* Bit i of `order`: who comes i-th, the owner or the thief. */
static void play_strictly(unsigned order)
{
	struct person person = a_person();
	struct strict_model model = {.newest = person.refresh};
	const char *held[2] = {person.refresh, person.refresh};
	struct seen seen = {0};

	see(&seen, person.refresh);
	for (unsigned i = 0; i < STEPS; i++) {
		step_strictly(&model, &held[order >> i & 1], &seen);
		assert_int_equal(living_tokens(&person), model.is_over ? 0 : 1);
		let_time_pass(&person);
	}
	/* both have used it: nobody is left */
	if (order != 0 && order != (1U << STEPS) - 1)
		assert_true(model.is_over);
	assert_int_equal(branches_by_use(&person, &seen),
			 model.is_over ? 0 : 1);
}

static void whoever_comes_second_ends_it_for_both(void **state)
{
	(void)state;
	for (unsigned order = 0; order < 1U << STEPS; order++)
		play_strictly(order);
}

/* Within ten seconds the second gets what the first got: one branch still. */
static void play_quickly(unsigned order)
{
	struct person person = a_person();
	const char *held[2] = {person.refresh, person.refresh};
	struct seen seen = {0};

	see(&seen, person.refresh);
	for (unsigned i = 0; i < STEPS; i++) {
		const char **hand = &held[order >> i & 1];

		*hand = text_at(refresh_with(200, *hand), "refresh");
		see(&seen, *hand);
	}
	assert_int_equal(living_tokens(&person), 1);
	assert_true(branches_by_use(&person, &seen) <= 1);
	assert_true(living_tokens(&person) <= 1);
}

static void within_the_grace_both_walk_on_one_branch(void **state)
{
	(void)state;
	for (unsigned order = 0; order < 1U << STEPS; order++)
		play_quickly(order);
}

/* ---- at once ---- */

static void load(struct request_line *lines, size_t count, const char *token)
{
	for (size_t i = 0; i < count; i++)
		lines[i] = (struct request_line){
			"POST", REFRESH, {0},
			fmt("{\"refresh\":\"%s\"}", token), {0}};
}

/* Sees what was given; how many were. */
static int gather(struct request_line *lines, size_t count, struct seen *seen)
{
	int given = 0;

	for (size_t i = 0; i < count; i++) {
		const struct answer *answer = &lines[i].answer;

		assert_true(answer->status == 200 || answer->status == 401);
		if (answer->status != 200)
			continue;
		given++;
		see(seen, text_at(answer, "refresh"));
	}
	return given;
}

static void twenty_at_once_get_the_one_successor(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct request_line lines[AT_ONCE];
		struct person person = a_person();
		struct seen seen = {0};

		load(lines, AT_ONCE, person.refresh);
		ask_all(lines, AT_ONCE);
		assert_int_equal(gather(lines, AT_ONCE, &seen), AT_ONCE);
		assert_int_equal(seen.count, 1);
		assert_int_equal(living_tokens(&person), 1);
		assert_int_equal(branches_by_use(&person, &seen), 1);
	}
}

/* Ten with the living one, ten with one that was used long ago. */
static void a_theft_amid_refreshes_leaves_nothing_alive(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct request_line lines[AT_ONCE];
		struct person person = a_person();
		const char *next = text_at(refresh_with(200, person.refresh),
					   "refresh");
		struct seen seen = {0};

		let_time_pass(&person);
		load(lines, AT_ONCE / 2, next);
		load(lines + AT_ONCE / 2, AT_ONCE / 2, person.refresh);
		for (size_t i = 0; i < AT_ONCE / 2; i += 2) {
			struct request_line line = lines[i];

			lines[i] = lines[AT_ONCE - 1 - i];
			lines[AT_ONCE - 1 - i] = line;
		}
		ask_all(lines, AT_ONCE);
		gather(lines, AT_ONCE, &seen);
		assert_true(seen.count <= 1);
		assert_int_equal(living_tokens(&person), 0);
		see(&seen, next);
		assert_int_equal(branches_by_use(&person, &seen), 0);
	}
}

/* What ends a session, amid its refreshes. */
static void end_amid(const char *path, const char *body)
{
	for (int round = 0; round < ROUNDS; round++) {
		struct request_line lines[AT_ONCE];
		struct person person = a_person();
		struct seen seen = {0};

		load(lines, AT_ONCE, person.refresh);
		lines[AT_ONCE / 2] = (struct request_line){
			"POST", path, {.bearer = person.access}, body, {0}};
		ask_all(lines, AT_ONCE);
		assert_int_equal(lines[AT_ONCE / 2].answer.status, 200);
		gather(lines, AT_ONCE / 2, &seen);
		gather(lines + AT_ONCE / 2 + 1, AT_ONCE / 2 - 1, &seen);
		assert_true(seen.count <= 1);
		assert_int_equal(living_tokens(&person), 0);
		assert_int_equal(branches_by_use(&person, &seen), 0);
	}
}

static void a_logout_amid_refreshes_is_the_end(void **state)
{
	(void)state;
	end_amid("/api/v1/auth/logout/", NULL);
	end_amid("/api/v1/auth/logout/all/", NULL);
}

/* The pair that answers the change is the one branch. */
static void a_new_password_amid_refreshes_leaves_its_own_pair(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct request_line lines[AT_ONCE];
		struct person person = a_person();
		struct seen seen = {0};
		const char *own;

		load(lines, AT_ONCE, person.refresh);
		lines[3] = (struct request_line){
			"POST", "/api/v1/account/change-password/",
			{.bearer = person.access},
			"{\"old_password\":\"" PERSON_PASSWORD
			"\",\"new_password\":\"an even better one\"}", {0}};
		ask_all(lines, AT_ONCE);
		assert_int_equal(lines[3].answer.status, 200);
		own = text_at(&lines[3].answer, "refresh");
		gather(lines, AT_ONCE, &seen);
		assert_int_equal(living_tokens(&person), 1);
		refresh_with(200, own);
		assert_int_equal(living_tokens(&person), 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whoever_comes_second_ends_it_for_both),
		cmocka_unit_test(within_the_grace_both_walk_on_one_branch),
		cmocka_unit_test(twenty_at_once_get_the_one_successor),
		cmocka_unit_test(a_theft_amid_refreshes_leaves_nothing_alive),
		cmocka_unit_test(a_logout_amid_refreshes_is_the_end),
		cmocka_unit_test(
			a_new_password_amid_refreshes_leaves_its_own_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
