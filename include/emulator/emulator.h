/* emulator/emulator.h - the sandbox that `shopd emulate` runs: Stripe's wire
 * format and a mail sink on loopback (docs/sandbox.md). */
#ifndef EMULATOR_EMULATOR_H
#define EMULATOR_EMULATOR_H

#include <stdbool.h>

/* On config's emulator_port and emulator_smtp_port until SIGTERM or SIGINT;
 * false with a sentence on stderr when a port is taken. */
bool emulator_run(void);

#endif
