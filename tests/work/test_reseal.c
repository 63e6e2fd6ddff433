/* test_reseal.c - the ring of data keys is changed under a living database:
 * what was sealed by the old key is sealed by the new one, and still opens. */
#include "../unit/test.h"

#include <stdlib.h>
#include <string.h>

#include <platform/config.h>
#include <platform/db.h>
#include <platform/log.h>

#include "../../src/domain/factors/factors.h"

#define OLD "old:0123456789abcdefghijklmnopqrstuvwxyzABCD"
#define NEW "new:ABCDefghijklmnopqrstuvwxyz0123456789abcd"
#define LOST "lost:abcdefghijklmnopqrstuvwxyz0123456789ABCD"

static const uint8_t secret[TOTP_SECRET_SIZE] = "twenty bytes of it.";

static async const char *asked(struct work *w, const char *text)
{
	const struct query *query = db_assembled("test", text, QUERY_ONE,
						 false);
	struct rows rows;

	assert_true(db_query(w, query, no_params, &rows));
	return row_text(&rows, 0, 0);
}

static async struct uuid enrolled(struct work *w, const char *ring)
{
	struct uuid account;
	const char *email;

	assert_true(config_set("data_keys", ring));
	assert_true(uuid_parse(asked(w, "INSERT INTO account (email) VALUES "
					"(uuid_v7() || '@example.com') "
					"RETURNING id"),
			       &account));
	assert_true(totp_begin(w, &account, secret, &email));
	return account;
}

static async bool opens(struct work *w, const struct uuid *account)
{
	struct seal_context context = totp_seal(account);
	uint8_t plain[TOTP_SECRET_SIZE];
	struct candidate who;

	assert_true(try_by_account(w, account, &who));
	return data_unseal(&w->arena, &context, who.sealed, plain,
			   sizeof(plain)) &&
	       memcmp(plain, secret, sizeof(secret)) == 0;
}

static async bool story(struct work *w, void *argument)
{
	struct uuid first = enrolled(w, OLD);
	struct uuid lost = enrolled(w, LOST);
	struct uuid last = enrolled(w, NEW "," OLD);

	(void)argument;
	assert_string_equal(asked(w, "SELECT count(*) FROM totp WHERE sealed "
				     "LIKE 'v1.new.%'"),
			    "1");
	assert_true(factors_tidy(w));
	assert_string_equal(asked(w, "SELECT count(*) FROM totp WHERE sealed "
				     "LIKE 'v1.new.%'"),
			    "2");
	assert_true(config_set("data_keys", NEW)); /* the old key is gone */
	assert_true(opens(w, &first));
	assert_true(opens(w, &last));
	assert_false(opens(w, &lost));
	/* The old one again, as after a mistake: nothing is lost by it. */
	assert_true(config_set("data_keys", OLD "," NEW));
	assert_true(factors_tidy(w));
	assert_true(opens(w, &first));
	return true;
}

static void a_new_first_key_seals_all_that_the_old_one_did(void **state)
{
	(void)state;
	assert_true(command_run(story, NULL));
}

static async bool forgotten(struct work *w, void *argument)
{
	(void)argument;
	asked(w, "WITH t AS (UPDATE totp SET created_at = now() - interval "
		 "'61 minutes' RETURNING 1), f AS (UPDATE factor_try SET "
		 "started_at = now() - interval '61 minutes' RETURNING 1) "
		 "SELECT (SELECT count(*) FROM t) + (SELECT count(*) FROM f)");
	assert_true(factors_tidy(w));
	assert_string_equal(asked(w, "SELECT (SELECT count(*) FROM totp) || ' ' "
				     "|| (SELECT count(*) FROM factor_try)"),
			    "0 0");
	return true;
}

static void what_was_begun_and_tried_is_forgotten_in_an_hour(void **state)
{
	(void)state;
	assert_true(command_run(forgotten, NULL));
}

static int start(void **state)
{
	(void)state;
	log_level_set("error");
	return !(config_load(NULL) && db_migrate(config->database_url));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_first_key_seals_all_that_the_old_one_did),
		cmocka_unit_test(
			what_was_begun_and_tried_is_forgotten_in_an_hour),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
