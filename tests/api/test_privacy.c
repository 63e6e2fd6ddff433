/* test_privacy.c - canaries: planted wherever a customer or the staff can
 * write, all of them in the archive, and none left by the erasure. */
#include "person.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXPORTS "/api/v1/account/data-exports/"
#define CANARIES 64

static struct {
	const char *word;
} canaries[CANARIES];
static size_t count;

/* A word that stands nowhere else. */
static const char *canary(const char *what)
{
	assert_true(count < CANARIES);
	canaries[count].word = fmt("cnry%s%dq%zu", what, (int)getpid(), count);
	return canaries[count++].word;
}

static const char *digits(void)
{
	assert_true(count < CANARIES);
	canaries[count].word = fmt("+4930%06d%02zu", (int)getpid() % 1000000,
				   count);
	return canaries[count++].word;
}

static const char *address_of(void)
{
	return fmt("{\"first_name\":\"%s\",\"last_name\":\"%s\",\"company\":\"%s\","
		   "\"line1\":\"%s\",\"line2\":\"%s\",\"city\":\"%s\","
		   "\"postal_code\":\"10117\",\"country\":\"DE\","
		   "\"phone\":\"%s\"}", canary("first"), canary("last"),
		   canary("company"), canary("street"), canary("flat"),
		   canary("city"), digits());
}

static struct caller staff(void)
{
	return (struct caller){.bearer = the_staff(), .key = ""};
}

/* Tables in which a row has the word, with how many; "" none. */
static const char *places_of(const char *word)
{
	return sql("SELECT string_agg(relname || ' ' || n, ', ') FROM (SELECT "
		   "c.relname, (xpath('/row/n/text()', query_to_xml(format("
		   "'SELECT count(*) AS n FROM %%I t WHERE strpos(lower(t::text), "
		   "lower(%%L)) > 0', c.relname, '%s'), false, true, '')))[1]"
		   "::text::int AS n FROM pg_class c WHERE c.relkind = 'r' AND "
		   "c.relnamespace = 'public'::regnamespace) found WHERE n > 0",
		   word);
}

static bool log_has(const char *word)
{
	return system(fmt("grep -q -F '%s' '%s'", word, getenv("SHOP_LOG"))) == 0;
}

static struct person a_canary_person(void)
{
	struct person person = {.email = fmt("%s@example.net", canary("mail"))};
	const char *agent = canary("agent");
	struct caller caller = {.header = fmt("User-Agent: %s/1.0", agent)};

	askf(201, "POST", "/api/v1/auth/register/", &nobody,
	     "{\"email\":\"%s\",\"password\":\"" PERSON_PASSWORD "\","
	     "\"first_name\":\"%s\",\"last_name\":\"%s\"}", person.email,
	     canary("given"), canary("family"));
	sql("UPDATE account SET email_verified_at = now() WHERE email = '%s'",
	    person.email);
	person.access = text_at(
		askf(200, "POST", "/api/v1/auth/token/", &caller,
		     "{\"email\":\"%s\",\"password\":\"" PERSON_PASSWORD "\"}",
		     person.email),
		"access");
	person.id = text_at(whoami(200, person.access), "id");
	return person;
}

static void plant_account(const struct person *person)
{
	const struct caller own = {.bearer = person->access, .key = ""};

	askf(200, "PATCH", "/api/v1/account/", &own, "{\"phone\":\"%s\"}",
	     digits());
	ask(201, "POST", "/api/v1/account/addresses/", &own, address_of());
	askf(202, "POST", "/api/v1/account/change-email/", &own,
	     "{\"email\":\"%s@example.net\"}", canary("other"));
	askf(200, "POST", "/api/v1/auth/password-reset/", &nobody,
	     "{\"email\":\"%s\"}", person->email);
	sql("INSERT INTO social_identity (account_id, provider, issuer, subject, "
	    "email) VALUES ('%s', 'google', 'https://accounts.google.com', '%s', "
	    "'%s@example.net')", person->id, canary("subject"),
	    canary("social"));
	sql("WITH u AS (INSERT INTO passkey_user (account_id, handle) VALUES "
	    "('%s', sha256(uuid_send(uuid_v7())))) INSERT INTO passkey "
	    "(account_id, credential_id, public_key, algorithm, aaguid, name, "
	    "sign_count, is_backup_eligible, is_backed_up) VALUES ('%s', "
	    "sha256(uuid_send(uuid_v7())), 'k', -7, uuid_v7(), '%s', 0, false, "
	    "false)", person->id, person->id, canary("passkey"));
}

static const char *plant_order(const struct person *person)
{
	struct cart cart = a_cart_ready_to_pay(person->access, "enamel-teapot",
					       1);
	const char *path = fmt("/api/v1/carts/%s/", cart.id);

	askf(200, "PATCH", path, &cart.caller,
	     "{\"email\":\"%s@example.net\",\"note\":\"%s\"}", canary("buyer"),
	     canary("note"));
	ask(200, "PUT", fmt("%sshipping-address/", path), &cart.caller,
	    address_of());
	ask(200, "PUT", fmt("%sbilling-address/", path), &cart.caller,
	    address_of());
	return text_at(askf(200, "POST", fmt("%scomplete/", path), &cart.caller,
			    "{\"expected_total\":\"%s\",\"gateway\":\"stripe\","
			    "\"payment_method\":\"pm_card_visa\"}", cart.total),
		       "id");
}

static void plant_cart(const struct person *person)
{
	struct cart cart = a_cart_ready_to_pay(person->access, "enamel-teapot",
					       1);

	ask(200, "PUT", fmt("/api/v1/carts/%s/shipping-address/", cart.id),
	    &cart.caller, address_of());
}

static const char *plant_review(const struct person *person)
{
	const struct caller own = {.bearer = person->access, .key = ""};
	const struct caller of_staff = staff();
	const char *review = text_at(
		askf(201, "POST", "/api/v1/products/enamel-teapot/reviews/", &own,
		     "{\"rating\":4,\"title\":\"%s\",\"body\":\"%s\","
		     "\"author\":\"%s\"}", canary("title"), canary("body"),
		     canary("author")),
		"id");

	ask(200, "POST", fmt("/api/v1/admin/reviews/%s/accept/", review),
	    &of_staff, "{}");
	return review;
}

/* What staff write and ask about a customer, the log of it included. */
static void plant_by_staff(const struct person *person)
{
	struct caller caller = staff();
	const char *customer = fmt("/api/v1/admin/customers/%s/", person->id);

	askf(201, "POST", fmt("%snotes/", customer), &caller,
	     "{\"body\":\"%s\"}", canary("written"));
	ask(200, "GET", fmt("/api/v1/admin/customers/?search=%s",
			    canaries[0].word), &caller, NULL);
	ask(200, "GET", fmt("/api/v1/admin/customers/?email=%s%%40example.net",
			    canaries[0].word), &caller, NULL);
	caller.header = fmt("If-Match: \"v%s\"",
			    sql("SELECT version FROM account WHERE id = '%s'",
				person->id));
	askf(200, "PATCH", customer, &caller, "{\"last_name\":\"%s\"}",
	     canary("married"));
}

static const char *archive_of(const struct person *person)
{
	const struct caller own = {.bearer = person->access, .key = ""};
	const char *id = text_at(ask(202, "POST", EXPORTS, &own, NULL), "id");

	until_sql(60, "ready",
		  fmt("SELECT state FROM data_export WHERE id = '%s'", id));
	return ask(200, "GET", fmt(EXPORTS "%s/file/", id), &own, NULL)->body;
}

static const char *plant_all(const struct person *person)
{
	const char *order;

	plant_account(person);
	order = plant_order(person);
	plant_cart(person);
	until_mailed();
	return order;
}

/* Of the first name that was changed the log alone remembers. */
static void every_canary_is_in_the_archive(const char *archive)
{
	unsigned missing = 0;

	for (size_t i = 0; i < count; i++)
		if (strstr(archive, canaries[i].word) == NULL) {
			print_error("the archive lacks %s\n", canaries[i].word);
			missing++;
		}
	assert_int_equal(missing, 0);
	assert_null(strstr(archive, "argon2"));
	assert_null(strstr(archive, "secret_hash"));
}

static void no_canary_is_left(void)
{
	unsigned left = 0;

	for (size_t i = 0; i < count; i++) {
		const char *places = places_of(canaries[i].word);

		if (places[0] != '\0' || log_has(canaries[i].word)) {
			print_error("%s is in: %s%s\n", canaries[i].word, places,
				    log_has(canaries[i].word) ? " the log" : "");
			left++;
		}
	}
	assert_int_equal(left, 0);
}

static bool audit_is_whole(void)
{
	until_sql(20, "0", "SELECT count(*) FROM audit_log WHERE seq IS NULL");
	return system(fmt("'%s' audit verify >/dev/null", getenv("SHOPD"))) == 0;
}

static void an_erasure_leaves_nothing_of_what_the_archive_had(void **state)
{
	struct person person = a_canary_person();
	const char *order = plant_all(&person);
	const char *review = plant_review(&person);
	const char *total;
	const struct caller of_staff = staff();

	(void)state;
	plant_by_staff(&person);
	until_mailed();
	every_canary_is_in_the_archive(archive_of(&person));
	total = sql("SELECT total || ' ' || state || ' ' || (shipping_address ->> "
		    "'country') FROM orders WHERE id = '%s'", order);
	/* so long ago that nobody waits for its parcel */
	sql("UPDATE orders SET placed_at = now() - interval '100 days' WHERE id = "
	    "'%s'", order);
	ask(204, "POST", fmt("/api/v1/admin/customers/%s/erase/", person.id),
	    &of_staff, NULL);
	until_sql(60, "0", fmt("SELECT count(*) FROM account WHERE id = '%s'",
			       person.id));
	no_canary_is_left();
	assert_string_equal(
		sql("SELECT total || ' ' || state || ' ' || (shipping_address ->> "
		    "'country') FROM orders WHERE id = '%s'", order), total);
	assert_string_equal(sql("SELECT rating || author || title FROM review "
				"WHERE id = '%s'", review), "4");
	assert_string_equal(sql("SELECT count(*) FROM erasure_journal WHERE "
				"account_id = '%s'", person.id), "1");
	assert_true(audit_is_whole());
	assert_void_soon(person.access);
	log_in(401, person.email, PERSON_PASSWORD);
}

static void the_search_would_find_a_canary(void **state)
{
	struct person person = a_person();

	(void)state;
	assert_non_null(strstr(places_of(person.email), "account 1"));
	assert_true(log_has("listening"));
}

static void archives_are_made_one_at_a_time_and_five_a_day(void **state)
{
	struct person person = a_person();
	const struct caller own = {.bearer = person.access, .key = ""};
	struct answer *answer;

	(void)state;
	sql("INSERT INTO data_export (account_id) VALUES ('%s')", person.id);
	answer = ask(409, "POST", EXPORTS, &own, NULL);
	assert_string_equal(text_at(answer, "code"), "export_running");
	sql("UPDATE data_export SET state = 'failed' WHERE account_id = '%s'",
	    person.id);
	sql("INSERT INTO data_export (account_id, state) SELECT '%s', 'failed' "
	    "FROM generate_series(1, 4)", person.id);
	answer = ask(429, "POST", EXPORTS, &own, NULL);
	assert_non_null(header_of(answer, "Retry-After"));
}

static void an_archive_is_for_its_owner_and_for_some_days(void **state)
{
	struct person person = a_person();
	struct person other = a_person();
	const struct caller own = {.bearer = person.access, .key = ""};
	const struct caller theirs = {.bearer = other.access, .key = ""};
	const struct caller of_staff = staff();
	const char *id, *file;

	(void)state;
	id = text_at(ask(202, "POST", fmt("/api/v1/admin/customers/%s/export/",
					  person.id), &of_staff, NULL), "id");
	until_sql(60, "ready",
		  fmt("SELECT state FROM data_export WHERE id = '%s'", id));
	file = fmt(EXPORTS "%s/file/", id);
	assert_non_null(strstr(ask(200, "GET", file, &own, NULL)->body,
			       person.email));
	ask(404, "GET", file, &theirs, NULL);
	ask(404, "GET", file, &of_staff, NULL);
	ask(401, "GET", file, &nobody, NULL);
	assert_int_equal(mails_to(person.email, "export_ready"), 1);
	sql("UPDATE data_export SET expires_at = now() WHERE id = '%s'", id);
	ask(404, "GET", file, &own, NULL);
	sql("UPDATE periodic SET next_at = now() WHERE name = "
	    "'privacy.retention'");
	until_sql(60, "0",
		  fmt("SELECT count(*) FROM data_export WHERE id = '%s'", id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_search_would_find_a_canary),
		cmocka_unit_test(an_erasure_leaves_nothing_of_what_the_archive_had),
		cmocka_unit_test(archives_are_made_one_at_a_time_and_five_a_day),
		cmocka_unit_test(an_archive_is_for_its_owner_and_for_some_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
