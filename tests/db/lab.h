/* lab.h - a pool on the poll loop, as a worker has it, for one story. */
#ifndef TESTS_DB_LAB_H
#define TESTS_DB_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/db.h>
#include <platform/fiber.h>
#include <platform/loop.h>

/* Runs story on a fiber, and the loop until it and all it spawned are done. */
void lab(void (*story)(struct work *w));
/* One more fiber of its own work; argument is the caller's. */
void lab_spawn(void (*run)(struct work *w, void *argument), void *argument);
/* Waits until all that was spawned has ended. */
void lab_join(void);
/* Waits for the pool; fails after five seconds. */
void lab_await_ready(void);

/* Statements made on the spot; kinds as the letter of their name. */
const struct query *lab_sql(const char *text, enum query_kind kind);
const struct query *lab_slow(const char *text);
/* Runs it, fails the test when it fails. */
void lab_do(struct work *w, const char *sql);
int64_t lab_int(struct work *w, const char *sql);

/* The longest time the loop did not turn, in milliseconds, since the last. */
int64_t lab_longest_stall(void);
/* pg_ctl of the test's cluster with these words; does not wait for it. */
void lab_pgctl(const char *words);
/* The postmaster's process id. */
int lab_postmaster(void);
/* To the postmaster and all its children. */
void lab_signal_all(int number);
/* kill -9 of them all. */
void lab_kill_server(void);

#define lab_assert_unavailable(w)                                      \
	do {                                                           \
		assert_non_null((w)->fault.kind);                      \
		assert_ptr_equal((w)->fault.kind, &fault_unavailable); \
		assert_in_range((w)->fault.retry_after, 1, 2);         \
	} while (0)

#endif
