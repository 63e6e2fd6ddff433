/* emulate.c - shopd emulate. */
#include "commands.h"

#include <emulator/emulator.h>

int emulate_command(int argc, char **argv)
{
	if (argc > 1)
		return command_misused("emulate", "takes no arguments", argv[1]);
	return emulator_run() ? EXIT_DONE : EXIT_FAILED;
}
