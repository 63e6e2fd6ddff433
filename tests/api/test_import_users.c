/* test_import_users.c - the accounts of a Django shop move in. The hashes are
 * of Django 4.2's and 3.2's default (Python's hashlib) and of argon2-cffi's
 * form (@noble/hashes). */
#include "shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define TOKEN "/api/v1/auth/token/"
#define PBKDF2 "pbkdf2_sha256$390000$seasalt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c="
#define ARGON2                                                           \
	"argon2$argon2id$v=19$m=1024,t=2,p=8$c2Vhc2FsdHNlYXNhbHQxMg$yIXLG2H" \
	"xJjStDTSdln7gvAf8kGWs1W8qAZRMCfhbsr8"
#define HEADING "email,first_name,last_name,phone,password,is_active,is_verified,is_staff,date_joined,last_login\n"

static const char *file_of(const char *text)
{
	static int number;
	const char *name = fmt("%s/users-%d-%d", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp",
			       (int)getpid(), ++number);
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	return name;
}

/* All that the command prints, its exit code in *code. */
static const char *import(const char *text, const char *options, int *code)
{
	const char *name = file_of(text);
	const char *said = printed_by(fmt("%s import users %s %s",
					  getenv("SHOPD"), name, options),
				      code);

	unlink(name);
	return said;
}

static void assert_said(const char *text, const char *options, const char *said)
{
	int code;

	assert_string_equal(import(text, options, &code), said);
	assert_int_equal(code, 0);
}

static const char *an_email(void)
{
	static int number;

	return fmt("moved-%d-%d@example.org", (int)getpid(), ++number);
}

static const char *of(const char *email, const char *column)
{
	return sql("SELECT %s FROM account WHERE email = '%s'", column, email);
}

static struct answer *login(int status, const char *email, const char *password)
{
	return askf(status, "POST", TOKEN, &nobody, "{\"email\":\"%s\",\"password\":\"%s\"}", email,
		    password);
}

#define ONE_CREATED "1 rows: 1 created, 0 updated, 0 unchanged, 0 refused\n"
#define ONE_UNCHANGED "1 rows: 0 created, 0 updated, 1 unchanged, 0 refused\n"

static void whoever_moved_in_logs_in_as_before_and_is_rehashed(void **state)
{
	static const struct {
		const char *hash;
		const char *password;
	} cases[] = {{PBKDF2, "lètmein"}, {ARGON2, "pässwörd ☃"}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const char *email = an_email();
		const char *file = fmt(HEADING "%s,Ada,Lovelace,+4930123,\"%s\",True,True,False,"
					       "2021-03-04 05:06:07.123456+00:00,2024-05-06 07:08:09+00:00\n",
				       email, cases[i].hash);

		assert_said(file, "--format csv", ONE_CREATED);
		assert_string_equal(of(email, "password_hash"), cases[i].hash);
		assert_string_equal(of(email, "created_at AT TIME ZONE 'UTC'"), "2021-03-04 05:06:07.123456");
		assert_string_equal(of(email, "email_verified_at IS NOT NULL"), "t");
		login(401, email, "letmein");
		login(200, email, cases[i].password);
		assert_string_equal(of(email, "password_hash ~ '^[$]argon2id[$]v=19[$]m=19456,t=2,p=1[$]'"), "t");
		login(200, email, cases[i].password);
		/* It is theirs now: the file no longer says who they are. */
		assert_said(fmt(HEADING "%s,Eve,,,\"%s\",True,True,False,,\n", email, PBKDF2), "--format csv",
			    ONE_UNCHANGED);
		assert_string_equal(of(email, "first_name"), "Ada");
		login(200, email, cases[i].password);
	}
}

static void the_same_file_again_changes_nothing_and_a_dry_run_never(void **state)
{
	const char *a = an_email();
	const char *b = an_email();
	const char *file = fmt("{\"email\":\"%s\",\"first_name\":\"Zoë\",\"password\":\"" PBKDF2 "\","
			       "\"is_active\":true}\n\n"
			       "{\"email\":\"%s\",\"password\":\"!unusable\",\"is_verified\":true,"
			       "\"last_login\":null}\n",
			       a, b);

	(void)state;
	assert_said(file, "--format ndjson --dry-run",
		    "2 rows: 2 created, 0 updated, 0 unchanged, 0 refused (dry run: nothing was written)\n");
	assert_string_equal(of(a, "count(*)"), "0");
	assert_said(file, "--format ndjson", "2 rows: 2 created, 0 updated, 0 unchanged, 0 refused\n");
	assert_said(file, "--format ndjson", "2 rows: 0 created, 0 updated, 2 unchanged, 0 refused\n");
	assert_string_equal(of(a, "first_name || ' ' || version || ' ' || (email_verified_at IS NULL)"),
			    "Zoë 1 true");
	assert_string_equal(of(b, "password_hash IS NULL"), "t");
	login(401, b, "!unusable");
	assert_string_equal(sql("SELECT count(*) FROM import_key"), "0");
	/* Until they log in, what the old shop says goes on to count. */
	assert_said(fmt("{\"email\":\"%s\",\"first_name\":\"Zoe\",\"password\":\"" ARGON2 "\","
			"\"is_active\":\"False\"}", a),
		    "--format ndjson", "1 rows: 0 created, 1 updated, 0 unchanged, 0 refused\n");
	assert_string_equal(of(a, "first_name || ' ' || is_active"), "Zoe false");
	login(401, a, "pässwörd ☃");
}

static void what_is_wrong_is_told_by_line_and_column_and_the_rest_goes_on(void **state)
{
	const char *good = an_email();
	const char *text = fmt(
		HEADING "%s,A,,,,,,,,\n"
			"nobody,A,,,,,,,,\n"
			",A,,,,,,,,\n"
			"%s,A,,,,,,,,\n"
			"a1@example.org,A,,,md5$salt$5f4dcc3b5aa765d61d8327deb882cf99,,,,,\n"
			"a2@example.org,A,,,pbkdf2_sha256$5000001$s$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c=,,,,,\n"
			"a3@example.org,A,,,\"argon2$argon2id$v=19$m=262145,t=2,p=8$c2Vhc2FsdHNlYXNhbHQxMg$"
			"yIXLG2HxJjStDTSdln7gvAf8kGWs1W8qAZRMCfhbsr8\",,,,,\n"
			"a4@example.org,A,,,\"argon2$argon2id$v=19$m=1024,t=17,p=8$c2Vhc2FsdHNlYXNhbHQxMg$"
			"yIXLG2HxJjStDTSdln7gvAf8kGWs1W8qAZRMCfhbsr8\",,,,,\n"
			"a5@example.org,A,,,\"argon2$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$KzpX9c2a\",,,,,\n"
			"a6@example.org,A,,,pbkdf2_sha256$390000$seasalt$8xBlGd3jVgvJ,,,,,\n"
			"a7@example.org,A,,,correct horse battery,,,,,\n"
			"a8@example.org,A,,,,maybe,,,,\n"
			"a9@example.org,A,,,,,,,yesterday,\n"
			"b1@example.org,\xff,,,,,,,,\n"
			"b2@example.org,%s,,,,,,,,\n"
			"b3@example.org,A,,,,,,,,,one more\n",
		good, fmt("  M%s ", good + 1), fmt("%0151d", 7));

	(void)state;
	assert_said(text, "--format csv",
		    "line 3, email: is no valid e-mail address\n"
		    "line 4, email: is missing\n"
		    "line 5, email: is in the file twice\n"
		    "line 6, password: is no hash of the kinds pbkdf2_sha256 and argon2id\n"
		    "line 7, password: costs more to check than this server bears\n"
		    "line 8, password: costs more to check than this server bears\n"
		    "line 9, password: costs more to check than this server bears\n"
		    "line 10, password: is no hash of the kinds pbkdf2_sha256 and argon2id\n"
		    "line 11, password: is no hash of the kinds pbkdf2_sha256 and argon2id\n"
		    "line 12, password: is no hash of the kinds pbkdf2_sha256 and argon2id\n"
		    "line 13, is_active: is neither true nor false\n"
		    "line 14, date_joined: is not a time such as 2026-11-22T13:48:59Z\n"
		    "line 15, first_name: is not UTF-8; save the file as UTF-8\n"
		    "line 16, first_name: is too long\n"
		    "line 17, row: has more columns than the heading\n"
		    "16 rows: 1 created, 0 updated, 0 unchanged, 15 refused\n");
	assert_string_equal(of(good, "count(*)"), "1");
}

static void nobody_becomes_staff_and_no_staff_is_touched_unless_asked(void **state)
{
	const char *boss = an_email();
	const char *file = fmt(HEADING "%s,B,,,\"%s\",1,1,1,,\n", boss, PBKDF2);

	(void)state;
	assert_said(file, "--format csv", ONE_CREATED);
	assert_string_equal(of(boss, "is_staff"), "f");
	assert_said(file, "--format csv --staff", "1 rows: 0 created, 1 updated, 0 unchanged, 0 refused\n");
	assert_string_equal(of(boss, "is_staff || permissions::text"), "true{}");
	assert_said(fmt(HEADING "%s,Evil,,,\"%s\",1,1,0,,\n", boss, ARGON2), "--format csv", ONE_UNCHANGED);
	assert_string_equal(of(boss, "first_name"), "B");
	assert_said(fmt(HEADING "staff@example.com,Evil,,,\"%s\",1,1,1,,\n", ARGON2), "--format csv --staff",
		    ONE_UNCHANGED);
	login(401, "staff@example.com", "pässwörd ☃");
}

static void who_has_registered_here_keeps_the_password(void **state)
{
	const char *email = an_email();

	(void)state;
	askf(201, "POST", "/api/v1/auth/register/", &nobody,
	     "{\"email\":\"%s\",\"password\":\"lantern-quiet-47\"}", email);
	assert_said(fmt(HEADING "%s,Evil,,,\"%s\",1,1,0,,\n", email, PBKDF2), "--format csv", ONE_UNCHANGED);
	login(401, email, "lètmein");
	login(200, email, "lantern-quiet-47");
}

static void twins_far_apart_are_found_and_memory_stays(void **state)
{
	enum { ROWS = 20000 };
	const char *name = file_of("");
	FILE *file = fopen(name, "w");
	struct rusage usage;
	const char *said;
	int code;

	(void)state;
	fprintf(file, HEADING);
	for (int i = 0; i < ROWS; i++)
		fprintf(file, "many-%d@example.org,Someone,With A Name,,\"%s\",1,1,0,2021-03-04T05:06:07Z,\n",
			i, PBKDF2);
	fprintf(file, "MANY-0@example.org,Thief,,,\"%s\",1,1,0,,\n", ARGON2);
	fclose(file);
	said = printed_by(fmt("%s import users %s --format csv",
			      getenv("SHOPD"), name), &code);
	assert_string_equal(said, fmt(
		"line %d, email: is in the file twice\n"
		"%d rows: %d created, 0 updated, 0 unchanged, 1 refused\n",
		ROWS + 2, ROWS + 1, ROWS));
	assert_int_equal(code, 0);
	assert_string_equal(of("many-0@example.org", "first_name"), "Someone");
	/* Of the largest process so far, in KiB; a sanitizer's takes more. */
	getrusage(RUSAGE_CHILDREN, &usage);
	print_message("the largest process had %ld MiB\n", usage.ru_maxrss / 1024);
	assert_true(usage.ru_maxrss < 300 * 1024);
	unlink(name);
}

static void a_wrong_call_says_so(void **state)
{
	int code;

	(void)state;
	import("", "--format xml", &code);
	assert_int_equal(code, 2);
	import("", "--format csv --all", &code);
	assert_int_equal(code, 2);
	assert_non_null(strstr(import("name,phone\nA,1\n", "--format csv", &code), "has no column \"email\""));
	assert_int_equal(code, 1);
	assert_string_equal(import(HEADING, "--format csv", &code),
			    "0 rows: 0 created, 0 updated, 0 unchanged, 0 refused\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whoever_moved_in_logs_in_as_before_and_is_rehashed),
		cmocka_unit_test(the_same_file_again_changes_nothing_and_a_dry_run_never),
		cmocka_unit_test(what_is_wrong_is_told_by_line_and_column_and_the_rest_goes_on),
		cmocka_unit_test(nobody_becomes_staff_and_no_staff_is_touched_unless_asked),
		cmocka_unit_test(who_has_registered_here_keeps_the_password),
		cmocka_unit_test(twins_far_apart_are_found_and_memory_stays),
		cmocka_unit_test(a_wrong_call_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
