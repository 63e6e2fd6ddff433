/* room.h - what the files of this room know of each other. */
#ifndef PLATFORM_KORE_ROOM_H
#define PLATFORM_KORE_ROOM_H

#include "kore_door.h"

#include <stdbool.h>
#include <stddef.h>

#include <platform/http.h>

/* A call and its request. Lives until the answer is out of our hands and the
 * fiber has returned, whichever is later. */
struct exchange {
	struct http_request *req; /* NULL once the client has left */
	bool is_started;
	bool is_done;
	bool must_close;
	max_align_t call[]; /* service->call_size bytes */
};

static inline struct http_call *exchange_call(struct exchange *exchange)
{
	return (struct http_call *)(void *)exchange->call;
}

/* serve.c */
void serve_start(const struct http_service *service);
int serve_request(struct http_request *req);
unsigned serve_live(void); /* exchanges not yet released */

/* answer.c */
/* Queues the answer and says how the connection goes on. */
void answer_send(struct connection *c, const struct http_call *call,
		 bool must_close);
/* Queues a JSON answer to what never became a call. */
void answer_refuse(struct connection *c, int status);
const char *answer_code(int status);
const char *answer_detail(int status);

/* loop.c */
void loop_start(void);

/* drain.c */
bool drain_is_on(void);
void drain_run(const struct http_service *service);

/* sandbox.c */
void sandbox_install(void);

#endif
