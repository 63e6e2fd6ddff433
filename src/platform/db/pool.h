/* pool.h - what the files of the pool share. Only src/platform/db. */
#ifndef DB_POOL_H
#define DB_POOL_H

#include <libpq-fe.h>

#include <platform/db.h>
#include <platform/fiber.h>
#include <platform/loop.h>

#define CONNECTIONS_MAX 64
#define PIPELINE_MAX 64  /* entries on the way in one connection */
#define SHAPES_MAX 2048  /* assembled queries kept in a worker */
#define QUERIES_MAX 4096 /* named and assembled */
#define UNPREPARED UINT32_MAX

enum ask_end {
	ASK_ON_ITS_WAY,
	ASK_ANSWERED, /* see ask.result */
	ASK_LOST,     /* the connection broke after it was sent */
	ASK_NOT_SENT  /* nothing reached the server */
};

/* One statement of one fiber; lives on that fiber's stack while it waits. */
struct ask {
	struct waiter waiter;
	const struct query *query; /* NULL: a command, or only a connection */
	const char *command;       /* COMMIT or ROLLBACK; else NULL */
	struct params params;
	int64_t deadline;
	PGresult *result; /* owned until answer_read hands it to the arena */
	enum ask_end end;
	bool is_slow;   /* the lane */
	bool is_pinned; /* belongs to a transaction: never moved elsewhere */
	bool begins;    /* BEGIN goes before it, in the same sync */
	bool is_queued;
	unsigned tries;
	struct connection *connection; /* that carries it */
	struct ask *before, *after;    /* in the wait queue */
};

enum entry_kind { ENTRY_STATEMENT,
		  ENTRY_PREPARE,
		  ENTRY_SYNC };

struct entry {
	struct ask *ask; /* NULL: nobody waits for it any more */
	enum entry_kind kind;
	uint32_t index;     /* of the query */
	uint32_t statement; /* that is prepared there */
};

enum connection_state { CONNECTION_DOWN,
			CONNECTION_CONNECTING,
			CONNECTION_UP };

struct connection {
	struct loop_watch watch; /* stays first */
	PGconn *pg;
	enum connection_state state;
	bool is_slow;
	bool is_pinned;       /* by a transaction */
	bool is_suspect;      /* somebody waited in vain; see due */
	bool has_open_sync;   /* statements were sent, their sync was not */
	bool is_open_private; /* ... and others may not join them */
	unsigned open_count;  /* statements in it */
	bool wants_write;
	bool is_forgetful;     /* its prepared statements are to be made anew */
	unsigned first, count; /* the ring of entries */
	int64_t due;           /* connecting or suspect: must stir by then */
	uint32_t generation;   /* counts its lives */
	struct entry entries[PIPELINE_MAX];
	uint32_t prepared[QUERIES_MAX]; /* statement of each query; 0: none */
};

struct pool {
	bool is_started;
	bool is_command; /* no deadline of our own */
	struct connection *connections[CONNECTIONS_MAX];
	unsigned count;
	struct {
		struct ask *first, *last;
	} queue[2]; /* [is_slow] */
	unsigned waiting;
	unsigned failures; /* to connect, in a row */
	int64_t retry_at;  /* no attempt before */
	int64_t up_at;     /* when a connection was last known to be up */
	struct loop_timer *timer;
	uint64_t statements, errors, reconnects, timeouts, rejected;
};
extern struct pool db_pool;

/* conninfo.c */

PGconn *conninfo_connect(const char *application, bool is_slow);

/* connect.c */
void connection_open(struct connection *c);
/* Whoever waits for its answers is told; opened again by the timer. */
void connection_down(struct connection *c, const char *why);
/* Sends what waits to be sent. */
void connection_flush(struct connection *c);

/* assembled.c: the number in the name of its prepared statement, not 0. Shapes
 * take each other's place, and never the name. */
uint32_t shape_statement(const struct query *query);

/* pipeline.c */
bool pipeline_has_room(const struct connection *c);
/* Puts the statement on its way; it leaves at the end of the turn at the
 * latest. False when the connection broke; it is down then. */
bool pipeline_send(struct connection *c, struct ask *ask);
/* Takes what has been answered. */
void pipeline_receive(struct connection *c);
/* Ends the open sync. */
bool pipeline_sync(struct connection *c);
/* The fiber has gone on; its answer is thrown away when it comes. */
void pipeline_forget(struct connection *c, const struct ask *ask);
/* Tells those whose answers will not come. */
void pipeline_lose(struct connection *c);

/* pool.c */
/* Waits for the end of ask; false with the fault set when none came. */
async bool pool_ask(struct work *w, struct ask *ask);
/* A connection that only this work uses, until pool_unpin. */
async struct connection *pool_pin(struct work *w, bool is_slow);
void pool_unpin(struct connection *c);
bool pool_refuse(struct work *w, const char *why);
int64_t pool_deadline(const struct work *w, bool is_slow);
void pool_serve(void);
void pool_turn(void);
/* Known not to have been executed, or harmless to do again. */
void pool_again(struct ask *ask);
/* Once; later calls change nothing. */
void ask_settle(struct ask *ask, enum ask_end end);
/* No connection for so long that waiting for one is no use. */
bool pool_is_down(int64_t now);
/* Fails all that wait for a connection. */
void pool_give_up(void);

/* query.c: what an answer means; false with the fault set. */
bool answer_read(struct work *w, struct ask *ask, struct rows *rows);
bool answer_was_beaten(const PGresult *result); /* 40001, 40P01 */
/* Prepared on a server that has forgotten it (26000), or planned for another
 * shape of its tables (0A000). */
bool answer_is_stale(const PGresult *result);

/* transact.c */
struct db_transaction {
	struct connection *connection; /* NULL before the first statement */
	uint32_t generation;           /* of it, when it was pinned */
	bool is_begun;
	bool may_retry; /* the whole step, from its start */
};
async bool transaction_query(struct work *w, const struct query *query,
			     struct params params, struct rows *rows);

/* listen.c */
void listen_start(void);
void listen_stop(void);
void listen_tick(int64_t now);

#endif
