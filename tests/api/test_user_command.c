/* test_user_command.c - shopd user beside a running shop: accounts are made,
 * changed, closed and listed, and all of it is in the audit log. */
#include "shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUTPUT_MAX = 65536 };

/* What it printed, on either of its outputs; its exit code must be that. */
static const char *run(int code, const char *arguments)
{
	char *output = calloc(1, OUTPUT_MAX);
	FILE *pipe = popen(fmt("exec 2>&1; \"$SHOPD\" user %s", arguments), "r");
	size_t length;
	int status;

	assert_non_null(pipe);
	length = fread(output, 1, OUTPUT_MAX - 1, pipe);
	output[length] = '\0';
	status = pclose(pipe);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != code)
		fail_msg("shopd user %s: exit %d, not %d: %s", arguments,
			 WEXITSTATUS(status), code, output);
	return output;
}

static const char *fresh_email(void)
{
	static unsigned number;

	return fmt("cmd%d-%u@example.com", (int)getpid(), number++);
}

static struct answer *login(int status, const char *email, const char *password)
{
	return askf(status, "POST", "/api/v1/auth/token/", &nobody,
		    "{\"email\":\"%s\",\"password\":\"%s\"}", email, password);
}

static const char *password_in(const char *output)
{
	const char *at = strstr(output, "password ");

	assert_non_null(at);
	return fmt("%.*s", (int)strcspn(at + 9, "\n"), at + 9);
}

/* What commands have written since, one row each. */
static const char *logged(const char *email)
{
	return sql("SELECT string_agg(action, ' ' ORDER BY id) FROM audit_log "
		   "WHERE kind = 'action' AND actor_kind = 'command' AND "
		   "actor_name <> '' AND object_id = '%s'", email);
}

static void a_made_password_is_printed_once_and_lets_in(void **state)
{
	const char *email = fresh_email();
	const char *output = run(0, fmt("create %s --staff --role warehouse "
					"--role content --permission jobs.read",
					email));
	struct caller caller = {
		.bearer = text_at(login(200, email, password_in(output)),
				  "access")};

	(void)state;
	ask(200, "GET", "/api/v1/admin/jobs/", &caller, NULL);
	ask(200, "GET", "/api/v1/admin/orders/", &caller, NULL);
	ask(403, "GET", "/api/v1/admin/staff/", &caller, NULL);
	assert_string_equal(logged(email), "user.create");
	assert_string_equal(sql("SELECT count(*) FROM audit_log WHERE "
				"change::text LIKE '%%%s%%'", password_in(output)),
			    "0");
}

static void a_given_password_is_read_and_not_shown(void **state)
{
	const char *email = fresh_email();
	const char *output = run(0, fmt("create %s --password-stdin <<E\n"
					"quiet lantern 47\nE\n", email));

	(void)state;
	assert_null(strstr(output, "lantern"));
	login(200, email, "quiet lantern 47");
	run(2, fmt("create %s --password-stdin <<E\nshort\nE\n", fresh_email()));
	run(2, fmt("create %s --password-stdin </dev/null", fresh_email()));
}

static void a_new_password_ends_what_there_was(void **state)
{
	const char *email = fresh_email();
	const char *first = password_in(run(0, fmt("create %s", email)));
	struct answer *pair = login(200, email, first);
	const char *second = password_in(run(0, fmt("password %s", email)));

	(void)state;
	login(401, email, first);
	login(200, email, second);
	askf(401, "POST", "/api/v1/auth/token/refresh/", &nobody,
	     "{\"refresh\":\"%s\"}", text_at(pair, "refresh"));
	assert_string_equal(logged(email), "user.create user.password");
}

static void a_closed_account_is_shut_out_and_let_in_again(void **state)
{
	const char *email = fresh_email();
	const char *password = password_in(run(0, fmt("create %s", email)));

	(void)state;
	login(200, email, password);
	run(0, fmt("deactivate %s", email));
	login(401, email, password);
	assert_string_equal(sql("SELECT string_agg(end_reason, ',') FROM session s "
				"JOIN account a ON a.id = s.account_id WHERE "
				"a.email = '%s'", email),
			    "staff");
	run(0, fmt("activate %s", email));
	login(200, email, password);
	assert_string_equal(logged(email),
			    "user.create user.deactivate user.activate");
}

static void roles_are_given_taken_and_told(void **state)
{
	const char *email = fresh_email();
	const char *output;

	(void)state;
	run(0, fmt("create %s", email));
	output = run(0, fmt("roles %s --give support --give Warehouse", email));
	assert_non_null(strstr(output, "support, warehouse"));
	assert_non_null(strstr(output, "stock.write"));
	output = run(0, fmt("roles %s --take warehouse", email));
	assert_null(strstr(output, "stock.write"));
	output = run(1, fmt("roles %s --give nonsense", email));
	assert_non_null(strstr(output, "there is no role \"nonsense\""));
}

static void the_last_owner_is_not_sent_away(void **state)
{
	(void)state;
	assert_non_null(strstr(run(1, "deactivate staff@example.com"),
			       "last active owner"));
	assert_non_null(strstr(run(1, "roles staff@example.com --take owner"),
			       "last active owner"));
}

static void accounts_are_listed(void **state)
{
	const char *open = fresh_email();
	const char *closed = fresh_email();

	(void)state;
	run(0, fmt("create %s --staff", open));
	run(0, fmt("create %s", closed));
	run(0, fmt("deactivate %s", closed));
	assert_non_null(strstr(run(0, "list"), fmt("%s\tclosed\tcustomer", closed)));
	assert_non_null(strstr(run(0, "list --staff"), fmt("%s\topen\tstaff", open)));
	assert_null(strstr(run(0, "list --staff"), closed));
	assert_null(strstr(run(0, "list --closed"), open));
}

static void what_is_asked_wrongly_is_told(void **state)
{
	static const struct {
		const char *arguments, *words;
		int code;
	} rows[] = {
		{"", "expected create", 2},
		{"remove x@example.com", "expected create", 2},
		{"create", "address is missing", 2},
		{"create nobody", "no e-mail address", 2},
		{"create x@example.com --staf", "unknown option", 2},
		{"create x@example.com --role", "missing behind", 2},
		{"create x@example.com --role content", "goes with --staff", 2},
		{"create x@example.com --permission jobs.read",
		 "goes with --staff", 2},
		{"create x@example.com --staff --permission world.rule",
		 "no such permission", 2},
		{"deactivate x@example.com --staff", "unknown option", 2},
		{"create staff@example.com", "exists", 1},
		{"password none@example.com", "no account", 1},
		{"deactivate none@example.com", "no account", 1},
		{"roles none@example.com", "no account", 1},
		{"create y@example.com --staff --role nonsense", "no role", 1},
		{"--help", "--password-stdin", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *output = run(rows[i].code, rows[i].arguments);

		if (strstr(output, rows[i].words) == NULL)
			fail_msg("shopd user %s: %s", rows[i].arguments, output);
	}
	assert_string_equal(sql("SELECT count(*) FROM account WHERE email IN "
				"('x@example.com', 'y@example.com')"),
			    "0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_made_password_is_printed_once_and_lets_in),
		cmocka_unit_test(a_given_password_is_read_and_not_shown),
		cmocka_unit_test(a_new_password_ends_what_there_was),
		cmocka_unit_test(a_closed_account_is_shut_out_and_let_in_again),
		cmocka_unit_test(roles_are_given_taken_and_told),
		cmocka_unit_test(the_last_owner_is_not_sent_away),
		cmocka_unit_test(accounts_are_listed),
		cmocka_unit_test(what_is_asked_wrongly_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
