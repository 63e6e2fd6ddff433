/* serve.c - shopd serve, migrate, openapi, routes, config, version. */
#include "commands.h"

#include <stdio.h>
#include <string.h>

#include <platform/config.h>
#include <platform/db.h>
#include <platform/helper.h>
#include <platform/http.h>
#include <rest/service.h>

int serve_command(int argc, char **argv)
{
	if (argc > 1)
		return command_misused("serve", "takes no arguments", argv[1]);
	if (!config_is_safe() || !rest_start(rooms))
		return EXIT_FAILED;
	/* Before anything else is open that it would carry along. */
	if (!helper_start())
		return EXIT_FAILED;
	return server_run(&rest_service);
}

static async bool is_migrated(struct work *w, void *argument)
{
	int version;

	(void)argument;
	if (!db_schema_version(w, &version)) {
		fprintf(stderr, "shopd: the database does not answer\n");
		return false;
	}
	printf("schema %d, this program's %d\n", version,
	       migration_all[migration_count - 1].number);
	return version == migration_all[migration_count - 1].number;
}

int migrate_command(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--check") == 0)
		return command_run(is_migrated, NULL) ? EXIT_DONE : EXIT_FAILED;
	if (argc > 1)
		return command_misused("migrate", "unknown argument", argv[1]);
	return db_migrate(config->database_url) ? EXIT_DONE : EXIT_FAILED;
}

int openapi_command(int argc, char **argv)
{
	if (argc > 1)
		return command_misused("openapi", "takes no arguments", argv[1]);
	return openapi_print(rooms) ? EXIT_DONE : EXIT_FAILED;
}

int routes_command(int argc, char **argv)
{
	if (argc > 1)
		return command_misused("routes", "takes no arguments", argv[1]);
	routes_print(rooms);
	return EXIT_DONE;
}

int config_command(int argc, char **argv)
{
	bool with_values = argc == 2 && strcmp(argv[1], "--values") == 0;

	if (argc > 1 && !with_values)
		return command_misused("config", "unknown argument", argv[1]);
	config_print(with_values);
	return EXIT_DONE;
}

int version_command(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	printf("shopd %s\n", SHOPD_VERSION);
	return EXIT_DONE;
}
