/* platform/db.h - named statements on a shared, pipelined pool. */
#ifndef PLATFORM_DB_H
#define PLATFORM_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/arena.h>
#include <platform/uuid.h>
#include <platform/work.h>

/* What a named statement promises; db_query checks it. */
enum query_kind {
	QUERY_ONE,   /* exactly one row, else a bug: 500 */
	QUERY_MAYBE, /* none or one */
	QUERY_MANY,
	QUERY_EXEC,  /* no rows; rows->affected tells how many it touched */
	QUERY_PAGE   /* a template for rest/listing.h, never sent as it stands */
};

/* Made at build from sql/queries/room.sql:  -- name: cart_find :maybe [slow]
 * as   extern const struct query q_cart_find;   in <queries.h>. */
struct query {
	const char *name;
	const char *text;
	enum query_kind kind;
	bool is_slow;	/* never shares a pipeline with quick ones */
	bool is_read_only;
	unsigned index; /* its place in the table of all; for assembled ones
			 * db_assembled() gives it */
};
extern const struct query *const queries_all[];
extern const size_t query_count;

/* One parameter, in text form; made by the p_* functions. */
struct param {
	const char *text; /* NULL: SQL NULL, unless buffered */
	bool is_buffered; /* the value is in buffer */
	char buffer[40];
};
struct params {
	size_t count;
	const struct param *list;
};
struct param p_text(const char *text); /* not copied; NULL is NULL */
struct param p_int(int64_t number);
struct param p_bool(bool is_true);
struct param p_uuid(const struct uuid *uuid); /* NULL or nil is NULL */
struct param p_time(int64_t wall);
struct param p_null(void);
struct param p_bytes(struct arena *arena, const void *bytes, size_t length);
struct param p_texts(struct arena *arena, const char *const *texts,
		     size_t count); /* text[] */
struct param p_uuids(struct arena *arena, const struct uuid *uuids,
		     size_t count); /* uuid[] */
struct param p_ints(struct arena *arena, const int64_t *numbers,
		    size_t count); /* bigint[] */
#define params(...)                                                     \
	((struct params){                                               \
		sizeof((struct param[]){__VA_ARGS__}) / sizeof(struct param), \
		(const struct param[]){__VA_ARGS__}})
#define no_params ((struct params){0, NULL})

/* The answer; lives as long as the work's arena. */
struct rows {
	void *result; /* a PGresult */
	int count;
	int64_t affected;
};

/*
 * Sends one statement and waits for its answer. rows may be NULL. On false
 * the fault is set: fault_unavailable (no connection, timeout, queue full),
 * db_violation (a constraint said no; its name in w->fault.constraint),
 * fault_internal. Inside db_transact it uses the pinned connection.
 */
async bool db_query(struct work *w, const struct query *query,
		    struct params params, struct rows *rows);
/*
 * Runs step(w, argument) in one transaction on a pinned connection: commits
 * when it returns true, rolls back otherwise. 40001 and 40P01 run the whole
 * step again, up to three times. Nested calls join the open transaction. An
 * answer lost at COMMIT is fault_unavailable: the caller's idempotency key
 * tells what became of it.
 */
async bool db_transact(struct work *w, async bool (*step)(struct work *, void *),
		       void *argument);
/*
 * Runs step in a savepoint of the open transaction: what it did is undone when
 * it returns false, and the caller may forgive() and go on. Not when the
 * transaction itself is beaten or lost (40001, 40P01, connection): then
 * *is_over is set, and the caller must give up, too.
 */
async bool db_attempt(struct work *w, async bool (*step)(struct work *, void *),
		      void *argument, bool *is_over);
/* True when the fault is a violation of that constraint. */
bool db_violates(const struct work *w, const char *constraint);
extern const struct fault_kind db_violation; /* 409 conflict */

/* A query assembled at run time; the same text gives the same statement, so
 * it is prepared once a connection. Copies what it keeps: as many as the setting
 * database_shapes says, those that were asked for last. To be asked at once: it
 * lives until some thousand others have been made. */
const struct query *db_assembled(const char *name, const char *text,
				 enum query_kind kind, bool is_slow);

/* Cells. Column numbers as in the statement. The text of SQL NULL is NULL. */
const char *row_text(const struct rows *rows, int row, int column);
size_t row_length(const struct rows *rows, int row, int column);
bool row_is_null(const struct rows *rows, int row, int column);
int64_t row_int(const struct rows *rows, int row, int column);
bool row_bool(const struct rows *rows, int row, int column);
struct uuid row_uuid(const struct rows *rows, int row, int column);
int64_t row_time(const struct rows *rows, int row, int column);
/* -1 when there is no such column. */
int rows_column(const struct rows *rows, const char *name);

/* The pool. */
/* Reads database_url and resolves its hosts, which may take a while: called
 * by the parent before the fork, else by db_start. */
bool db_resolve(void);
bool db_start(void);	    /* in a worker, or in a command (see below) */
bool db_is_ready(void);	    /* at least one connection is up */
void db_stop(void);
/* Calls notice(payload) on the loop's stack for each NOTIFY on channel;
 * lost(void) when the listening connection is gone, so that caches bypass. */
void db_listen(const char *channel, void (*notice)(const char *payload),
	       void (*lost)(void), void (*back)(void));

struct db_stats {
	unsigned connections, busy, waiting;
	uint64_t statements, errors, reconnects, timeouts, rejected;
};
void db_stats(struct db_stats *stats);

/*
 * For commands (migrate, import, doctor, seed): runs main(w, argument) on a
 * fiber with a small poll loop instead of Kore's, so that the same stores
 * serve both. Returns what main returned.
 */
bool command_run(bool (*main)(struct work *w, void *argument), void *argument);

/* Migrations: sql/schema/NNN_room.sql embedded at build. */
struct migration {
	int number;
	const char *name;
	const char *text;
	const char *checksum; /* SHA-256, hex */
};
extern const struct migration migration_all[];
extern const size_t migration_count;
/* Applies what is missing under an advisory lock; says what it does on
 * stdout. False with a sentence on stderr when a checksum differs, the
 * database is newer, or a statement failed. */
bool db_migrate(const char *url);
/* The demo shop, sql/demo/NNN_name.sql: each safe to run again. Runs them all
 * in one transaction; false with a sentence on stderr. */
extern const struct migration demo_all[];
extern const size_t demo_count;
bool db_load_demo(const char *url);
/* The number of the newest applied one; -1 when it cannot tell. */
async bool db_schema_version(struct work *w, int *version);

#endif
