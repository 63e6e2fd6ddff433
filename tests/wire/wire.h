/* wire.h - raw bytes to a server of our own, and what comes back. */
#ifndef TESTS_WIRE_H
#define TESTS_WIRE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cmocka.h>

struct server {
	pid_t pid;
	int port;
};

/* Starts wire_service on a free port; extra is "key=value" or NULL. */
void server_start(struct server *server, const char *extra);
/* SIGTERM, and waits: the exit status, or -1 if it did not end in time. */
int server_stop(struct server *server);
/* -1 if it has not ended within the time. */
int process_wait(pid_t pid, int milliseconds);
int free_port(void);
int64_t now_ms(void);

/* Blocking, with a timeout of 10 s on reads; -1 when refused. */
int wire_try(int port);
int wire_connect(int port);
void wire_send(int fd, const char *bytes, size_t length);
/* Fails silently when the peer has closed. */
void wire_push(int fd, const char *bytes, size_t length);

struct answer {
	int status; /* 0: closed before a head came */
	char head[2048];
	char *body; /* NUL-terminated, owned */
	size_t length;
};

/* Reads exactly one answer; without_body for HEAD, 204, 304. */
void answer_read(int fd, struct answer *answer, bool without_body);
/* The value of a field of the answer, or NULL; points into a static. */
const char *answer_field(const struct answer *answer, const char *name);
void answer_free(struct answer *answer);
/* Nothing comes any more, and the peer has closed. */
bool is_closed(int fd);
/* The connection still serves: asks /after and checks the echo. */
void assert_goes_on(int fd);
/* One request that is answered 200 with this text in its echo. */
void assert_echo(int fd, const char *request, const char *wanted);

/* A table's row: what is sent, and what must come of it. */
enum wire_end { STAYS, CLOSES };
struct wire_case {
	const char *name;
	const char *bytes;
	size_t length;
	int status;
	enum wire_end end;
	const char *echo; /* in the answer's body; NULL: not looked at */
};
#define BYTES(text) (text), sizeof(text) - 1

extern const struct wire_case head_cases[];
extern const size_t head_case_count;
extern const struct wire_case body_cases[];
extern const size_t body_case_count;

#endif
