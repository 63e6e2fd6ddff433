/* multi.c - curl_multi_socket_action, driven by the loop's watches and timers.
 * One handle a worker; it keeps the connections for the next call. */
#include "multi.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <platform/clock.h>
#include <platform/fiber.h>
#include <platform/loop.h>

#include "address.h"

#define CONNECTIONS_KEPT 64
#define ALARMS_MAX 16

struct socket_watch {
	struct loop_watch watch; /* stays first */
};

/* The private data of an easy handle that is under way. */
struct flight {
	struct transfer *transfer;
	struct waiter waiter;
};

static CURLM *multi;

/*
 * One timer is all that curl wants, but the loop's cannot be put off: those
 * asked for already are remembered, soonest last, and one that comes too
 * early asks for another.
 */
static struct {
	int64_t wanted; /* clock of the loop, 0: none */
	int64_t asked[ALARMS_MAX];
	int count;
} alarms;

static void alarm_rings(void *argument);

static void collect(void)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(multi, &left)) != NULL) {
		CURLcode result = message->data.result;
		CURL *easy = message->easy_handle;
		struct flight *flight = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&flight);
		curl_multi_remove_handle(multi, easy);
		flight->transfer->result = result;
		waiter_done(&flight->waiter);
	}
}

/* Not clock_monotonic(): a test may stop that one. */
static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void alarm_set(void)
{
	int64_t now = now_ms();

	while (alarms.count > 0 && alarms.asked[alarms.count - 1] <= now)
		alarms.count--;
	if (alarms.wanted == 0 ||
	    (alarms.count > 0 &&
	     alarms.asked[alarms.count - 1] <= alarms.wanted))
		return;
	if (alarms.count < ALARMS_MAX)
		alarms.asked[alarms.count++] = alarms.wanted;
	loop_after(alarms.wanted > now ? alarms.wanted - now : 0, alarm_rings,
		   NULL);
}

static void alarm_rings(void *argument)
{
	int running;

	(void)argument;
	if (alarms.wanted != 0 && alarms.wanted <= now_ms()) {
		alarms.wanted = 0;
		curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0,
					 &running);
		collect();
	}
	alarm_set();
	fibers_run();
}

static int on_timer(CURLM *handle, long milliseconds, void *argument)
{
	(void)handle;
	(void)argument;
	alarms.wanted = milliseconds < 0 ? 0 : now_ms() + milliseconds;
	alarm_set();
	return 0;
}

static void on_ready(struct loop_watch *watch, bool can_read, bool can_write,
		     bool error)
{
	int what = (can_read ? CURL_CSELECT_IN : 0) |
		   (can_write ? CURL_CSELECT_OUT : 0) |
		   (error ? CURL_CSELECT_ERR : 0);
	int running;

	curl_multi_socket_action(multi, watch->fd, what, &running);
	collect();
	fibers_run();
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *user,
		     void *of_socket)
{
	struct socket_watch *own = of_socket;

	(void)easy;
	(void)user;
	if (what == CURL_POLL_REMOVE) {
		if (own == NULL)
			return 0;
		loop_unwatch(&own->watch, false);
		curl_multi_assign(multi, fd, NULL);
		loop_after(0, free, own); /* this turn may still look at it */
		return 0;
	}
	if (own == NULL) {
		own = calloc(1, sizeof(*own));
		if (own == NULL)
			abort();
		own->watch.ready = on_ready;
		curl_multi_assign(multi, fd, own);
	}
	loop_watch(&own->watch, fd,
		   (what & CURL_POLL_IN ? LOOP_READ : 0) |
			   (what & CURL_POLL_OUT ? LOOP_WRITE : 0));
	return 0;
}

/* The resolved address is what counts, not the name it came from. */
static curl_socket_t on_connect(void *argument, curlsocktype purpose,
				struct curl_sockaddr *address)
{
	struct transfer *transfer = argument;

	(void)purpose;
	if ((transfer->reach == REACH_PUBLIC &&
	     !address_is_public(&address->addr)) ||
	    (transfer->reach == REACH_LOOPBACK &&
	     !address_is_loopback(&address->addr))) {
		transfer->is_refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
		      address->protocol);
}

bool multi_start(void)
{
	if (multi != NULL)
		return true;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0 ||
	    (multi = curl_multi_init()) == NULL)
		return false;
	curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
	/* One request a connection at a time: its fate is its own. */
	curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
	return true;
}

bool transfer_prepare(struct transfer *transfer, int connect_ms,
		      int64_t total_ms)
{
	CURL *easy = curl_easy_init();

	transfer->easy = easy;
	if (easy == NULL)
		return false;
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	/* Never join a resolver that hangs: that would hold the loop. */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)total_ms);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION,
			 (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_connect);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
	return true;
}

async void transfer_run(struct work *w, struct transfer *transfer,
			int64_t total_ms)
{
	struct flight flight = {.transfer = transfer};
	/* curl's own timer comes first, with a better error. */
	int64_t until = clock_monotonic() + (total_ms + 500) * MILLISECOND;

	if (w->deadline != 0 && w->deadline < until)
		until = w->deadline;
	waiter_init(&flight.waiter);
	curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, (char *)&flight);
	if (curl_multi_add_handle(multi, transfer->easy) != CURLM_OK) {
		transfer->result = CURLE_OUT_OF_MEMORY;
		return;
	}
	if (!waiter_wait(&flight.waiter, until)) {
		curl_multi_remove_handle(multi, transfer->easy);
		transfer->is_cut = true;
		transfer->result = CURLE_OPERATION_TIMEDOUT;
	}
}
