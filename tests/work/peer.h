/* peer.h - somebody to talk to who misbehaves on demand, on loopback. */
#ifndef TESTS_WORK_PEER_H
#define TESTS_WORK_PEER_H

#include <stdatomic.h>
#include <stdbool.h>

enum manner {
	MANNER_ANSWER,	    /* sends `answer`, closes */
	MANNER_KEEP,	    /* sends `answer`, waits for the next request */
	MANNER_KEEP_ONCE,   /* the same, but resets at the second request */
	MANNER_RESET_FIRST, /* resets when connected */
	MANNER_RESET_AFTER, /* resets when the request is read */
	MANNER_HANG,	    /* reads, and says nothing */
	MANNER_MUTE,	    /* says nothing, reads nothing */
	MANNER_SMTP
};

struct peer_server {
	enum manner manner;
	const char *answer;
	int delay_ms; /* before the answer */
	/* SMTP: what is said at each step; NULL: the usual. */
	const char *greeting, *sender, *recipient, *data, *end;
	bool hangs_at_end;
	/* out */
	int port;
	atomic_int connections, requests, now, most;
	char last[16384]; /* what came last */
	int listening;
};

/* Serves until the program ends. */
void peer_start(struct peer_server *server);
/* A port where nobody listens. */
int port_of_nobody(void);

#endif
