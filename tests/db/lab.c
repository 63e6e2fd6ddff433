/* lab.c - a pool on the poll loop, as a worker has it, for one story. */
#include "lab.h"

#include <signal.h>
#include <time.h>

struct actor {
	void (*run)(struct work *w, void *argument);
	void *argument;
	struct work work;
};

static struct {
	bool is_over;
	unsigned actors;
	int64_t last_turn;
	int64_t longest;
} stage;

/* Not clock_monotonic(): nothing may stop this one. */
static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void tick(void *unused)
{
	int64_t now = now_ms();

	(void)unused;
	if (now - stage.last_turn - 10 > stage.longest)
		stage.longest = now - stage.last_turn - 10;
	stage.last_turn = now;
	fibers_tick();
}

int64_t lab_longest_stall(void)
{
	int64_t longest = stage.longest;

	stage.longest = 0;
	return longest;
}

static void act(void *argument)
{
	struct actor *actor = argument;

	actor->work.fiber = fiber_current();
	snprintf(actor->work.id, sizeof(actor->work.id), "test");
	actor->run(&actor->work, actor->argument);
	work_finish(&actor->work);
}

static void acted(void *argument)
{
	free(argument);
	stage.actors--;
}

void lab_spawn(void (*run)(struct work *w, void *argument), void *argument)
{
	struct actor *actor = calloc(1, sizeof(*actor));

	assert_non_null(actor);
	actor->run = run;
	actor->argument = argument;
	stage.actors++;
	assert_true(fiber_start(act, acted, actor));
}

/* The story itself is one of the actors. */
void lab_join(void)
{
	while (stage.actors > 1)
		fiber_sleep(MILLISECOND);
}

static void tell(struct work *w, void *argument)
{
	void (**story)(struct work *) = argument;

	(*story)(w);
	lab_join();
	stage.is_over = true;
}

void lab(void (*story)(struct work *w))
{
	struct loop_timer *timer;

	/* A failed assertion cannot jump from a fiber to the loop's stack. */
	setenv("CMOCKA_TEST_ABORT", "1", 1);
	stage.is_over = false;
	stage.longest = 0;
	stage.last_turn = now_ms();
	loop_use(&poll_loop);
	timer = loop_every(10, tick, NULL);
	assert_true(db_start());
	lab_spawn(tell, &story);
	poll_loop_run(&stage.is_over);
	db_stop();
	loop_cancel(timer);
}

void lab_await_ready(void)
{
	for (int i = 0; i < 500 && !db_is_ready(); i++)
		fiber_sleep(10 * MILLISECOND);
	assert_true(db_is_ready());
}

const struct query *lab_sql(const char *text, enum query_kind kind)
{
	return db_assembled("test", text, kind, false);
}

const struct query *lab_slow(const char *text)
{
	return db_assembled("test slow", text, QUERY_MANY, true);
}

void lab_do(struct work *w, const char *sql)
{
	if (!db_query(w, lab_sql(sql, QUERY_MANY), no_params, NULL))
		fail_msg("%s: %s", sql, w->fault.kind->code);
}

int64_t lab_int(struct work *w, const char *sql)
{
	struct rows rows;

	if (!db_query(w, lab_sql(sql, QUERY_ONE), no_params, &rows))
		fail_msg("%s: %s", sql, w->fault.kind->code);
	return row_int(&rows, 0, 0);
}

void lab_pgctl(const char *words)
{
	const char *pgctl = getenv("SHOPD_TEST_PGCTL");
	char command[1024];

	assert_non_null(pgctl);
	snprintf(command, sizeof(command), "cd / && %s %s >/dev/null 2>&1 &",
		 pgctl, words);
	assert_int_equal(system(command), 0);
}

int lab_postmaster(void)
{
	char path[512];
	int pid = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/postmaster.pid",
		 getenv("SHOPD_TEST_PGDATA"));
	file = fopen(path, "r");
	if (file == NULL)
		return 0;
	if (fscanf(file, "%d", &pid) != 1)
		pid = 0;
	fclose(file);
	return pid;
}

void lab_signal_all(int number)
{
	char command[128];
	int pid = lab_postmaster();

	assert_true(pid > 1);
	snprintf(command, sizeof(command), "pkill -%d -P %d", number, pid);
	assert_int_equal(system(command), 0);
	assert_int_equal(kill(pid, number), 0);
}

static void remove_beside(const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", getenv("SHOPD_TEST_PGDATA"),
		 name);
	assert_int_equal(remove(path), 0);
}

/* In a container whose first process reaps nobody a dead postmaster keeps its
 * number, and its successor would take it for running: so its files go too. */
void lab_kill_server(void)
{
	lab_signal_all(SIGKILL);
	remove_beside("postmaster.pid");
	remove_beside("../.s.PGSQL.5432.lock");
}
