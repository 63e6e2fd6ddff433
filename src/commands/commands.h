/* commands.h - the subcommands of shopd. Each takes its own arguments
 * (argv[0] is its name) and returns an exit code. */
#ifndef COMMANDS_H
#define COMMANDS_H

enum exit_code {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,   /* tried, and did not succeed */
	EXIT_USAGE = 2,	   /* asked for in the wrong way */
	EXIT_UNHEALTHY = 3 /* doctor: something is wrong with the data */
};

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *usage; /* behind "shopd NAME" */
	const char *help;  /* the first line stands in the list of all */
};

/* Says what is wrong with the arguments on stderr; EXIT_USAGE. */
int command_misused(const char *name, const char *sentence, const char *word);

int serve_command(int argc, char **argv);
int migrate_command(int argc, char **argv);
int seed_command(int argc, char **argv);
int import_command(int argc, char **argv);
int export_command(int argc, char **argv);
int user_command(int argc, char **argv);
int openapi_command(int argc, char **argv);
int routes_command(int argc, char **argv);
int config_command(int argc, char **argv);
int key_command(int argc, char **argv);
int token_command(int argc, char **argv);
int audit_command_line(int argc, char **argv);
int privacy_command(int argc, char **argv);
int doctor_command(int argc, char **argv);
int emulate_command(int argc, char **argv);
int version_command(int argc, char **argv);

#endif
