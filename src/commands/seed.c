/* seed.c - shopd seed: the demo shop and its two demo accounts. */
#include "commands.h"

#include <stdio.h>

#include <domain/accounts.h>
#include <domain/staff.h>
#include <platform/auth.h>
#include <platform/config.h>
#include <platform/db.h>

#include <queries.h>

static const struct account_new demo_accounts[] = {
	{.email = "ada@example.com",
	 .password = "demo-customer-1",
	 .first_name = "Ada",
	 .last_name = "Lovelace"},
	{.email = "staff@example.com",
	 .password = "demo-staff-1",
	 .first_name = "Sam",
	 .last_name = "Staff",
	 .is_staff = true},
};

static const char *const owner[] = {"owner"};

static async bool account_step(struct work *w, void *argument)
{
	const struct account_new *new = argument;
	struct uuid id;

	return account_create(w, new, &id) &&
	       (!new->is_staff || staff_roles_give(w, &id, owner, 1));
}

/* One that is there stays as it is; its password is not even hashed. */
static async bool account_seed(struct work *w, const struct account_new *new)
{
	struct account_new made = *new;
	struct rows rows;

	if (!db_query(w, &q_seed_account_exists, params(p_text(new->email)),
		      &rows))
		return false;
	if (row_bool(&rows, 0, 0))
		return true;
	if (!db_transact(w, account_step, &made))
		return false;
	printf("account %s\n", new->email);
	return true;
}

static async bool seed_accounts(struct work *w, void *argument)
{
	(void)argument;
	for (size_t i = 0; i < sizeof(demo_accounts) / sizeof(demo_accounts[0]); i++)
		if (!account_seed(w, &demo_accounts[i]))
			return false;
	return true;
}

int seed_command(int argc, char **argv)
{
	if (argc > 1)
		return command_misused("seed", "takes no arguments", argv[1]);
	if (config->is_production) {
		fprintf(stderr, "shopd seed: not with mode = production: the "
				"demo accounts have known passwords\n");
		return EXIT_FAILED;
	}
	if (!auth_parent_start() || !db_load_demo(config->database_url) ||
	    !command_run(seed_accounts, NULL))
		return EXIT_FAILED;
	printf("the demo shop is loaded\n");
	return EXIT_DONE;
}
