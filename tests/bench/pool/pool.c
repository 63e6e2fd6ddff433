/* pool.c - statements a second through the pool: 64 fibers, one process. Run
 * by tests/bench/pool/run, which compares it with pgbench. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/db.h>
#include <platform/fiber.h>
#include <platform/loop.h>

#define FIBERS 64

static const struct query *query;
static int64_t ends;
static uint64_t answers;
static unsigned live;
static bool is_over;

/* A work for each statement, as a request has one. */
static void run(void *argument)
{
	unsigned seed = (unsigned)(uintptr_t)argument;

	while (clock_monotonic() < ends) {
		struct work w = {.fiber = fiber_current()};
		struct rows rows;
		int64_t id = 1 + rand_r(&seed) % 10000;

		if (!db_query(&w, query, params(p_int(id)), &rows)) {
			fprintf(stderr, "failed: %s\n", w.fault.kind->code);
			exit(1);
		}
		if (rows.count == 0 ||
		    (rows.count == 1 && row_int(&rows, 0, 0) != id)) {
			fprintf(stderr, "not the answer to the question\n");
			exit(1);
		}
		answers++;
		work_finish(&w);
	}
}

static void done(void *argument)
{
	(void)argument;
	is_over = --live == 0;
}

static void begin(void *argument)
{
	(void)argument;
	while (!db_is_ready())
		fiber_sleep(10 * MILLISECOND);
	fiber_sleep(100 * MILLISECOND);
	ends = clock_monotonic() + atoi(getenv("BENCH_SECONDS")) * SECOND;
	for (uintptr_t i = 0; i < FIBERS; i++) {
		live++;
		fiber_start(run, done, (void *)(i + 1));
	}
}

static void tick(void *unused)
{
	(void)unused;
	fibers_tick();
}

int main(int argc, char **argv)
{
	int seconds = atoi(getenv("BENCH_SECONDS"));

	if (argc != 2 || !config_load(NULL))
		return 2;
	loop_use(&poll_loop);
	(void)loop_every(20, tick, NULL);
	query = db_assembled("bench", argv[1], QUERY_MANY, false);
	if (!db_start() || !fiber_start(begin, NULL, NULL))
		return 2;
	poll_loop_run(&is_over);
	db_stop();
	printf("%.0f\n", (double)answers / seconds);
	return 0;
}
