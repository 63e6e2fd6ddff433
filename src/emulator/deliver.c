/* deliver.c - a thread that signs events and posts them to the shop, again
 * until it answers 2xx, as Stripe does (only sooner). */
#include "emulator.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <platform/auth.h>
#include <platform/clock.h>
#include <platform/config.h>

enum { ATTEMPTS_MAX = 12, TIMEOUT_SECONDS = 5 };

bool event_is_given_up(const struct event *event)
{
	return event->attempts >= ATTEMPTS_MAX;
}

/* Where events go: http on loopback. */
static struct {
	struct sockaddr_in address;
	const char *path;
	char host[64];
} target;

static bool read_target(const char *url)
{
	int port = 80;
	int length = 0;

	if (sscanf(url, "http://127.0.0.1:%d%n", &port, &length) != 1)
		return false;
	target.address.sin_family = AF_INET;
	target.address.sin_port = htons((uint16_t)port);
	target.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	target.path = url + length;
	snprintf(target.host, sizeof(target.host), "127.0.0.1:%d", port);
	return true;
}

/* t=...,v1=...: HMAC-SHA256 of "t.body" (providers section 1). */
static const char *sign(struct arena *arena, const char *body, bool is_old,
			bool is_bad)
{
	int64_t at = world_now() - (is_old ? 3600 : 0);
	const char *signed_text = arena_format(arena, "%" PRId64 ".%s", at, body);
	uint8_t mac[32];
	char hex[65];

	hmac_sha256(config->stripe_webhook_secret,
		    strlen(config->stripe_webhook_secret), signed_text,
		    strlen(signed_text), mac);
	mac[0] ^= is_bad;
	hex_encode(mac, sizeof(mac), hex);
	return arena_format(arena, "t=%" PRId64 ",v1=%s,v0=%064d", at, hex, 0);
}

static bool send_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		bytes += sent;
		length -= (size_t)sent;
	}
	return true;
}

/* The status, or 0 when there was no answer. */
static int post(const char *body, const char *signature)
{
	const struct timeval limit = {.tv_sec = TIMEOUT_SECONDS};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct arena arena = {0};
	char answer[64] = "";
	const char *request;
	int status = 0;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	request = arena_format(&arena,
			       "POST %s HTTP/1.1\r\nHost: %s\r\n"
			       "Content-Type: application/json\r\n"
			       "Stripe-Signature: %s\r\nConnection: close\r\n"
			       "Content-Length: %zu\r\n\r\n%s",
			       target.path, target.host, signature, strlen(body),
			       body);
	if (connect(fd, (struct sockaddr *)&target.address,
		    sizeof(target.address)) == 0 &&
	    send_all(fd, request, strlen(request)) &&
	    recv(fd, answer, sizeof(answer) - 1, 0) > 12)
		status = atoi(answer + 9);
	close(fd);
	arena_finish(&arena);
	return status;
}

/* The one that waits longest; the youngest when order is turned round. */
static struct event *next_event(void)
{
	struct event *chosen = NULL;

	if (world.holds_webhooks)
		return NULL;
	for (struct event *e = world.events; e != NULL; e = e->next) {
		if (!e->is_waiting || e->due > clock_monotonic())
			continue;
		chosen = e;
		if (world.reverses_webhooks)
			break;
	}
	return chosen;
}

static bool take(int64_t *uses)
{
	if (*uses <= 0)
		return false;
	--*uses;
	return true;
}

/* What is decided under the lock before the network is touched. */
struct delivery {
	struct event *event;
	const char *signature;
	int copies;
};

static bool begin(struct arena *arena, struct delivery *delivery)
{
	struct event *event;
	bool is_bad;

	world_lock();
	event = next_event();
	if (event != NULL) {
		is_bad = take(&world.bad_signatures);
		event->is_waiting = false;
		event->attempts++;
		delivery->event = event;
		delivery->copies = take(&world.duplicates) ? 2 : 1;
		delivery->signature = sign(arena, event->json,
					   take(&world.old_timestamps), is_bad);
	}
	world_unlock();
	return event != NULL;
}

static void end(struct event *event, int status)
{
	int doublings = event->attempts < 6 ? event->attempts : 6;

	world_lock();
	event->is_delivered = status >= 200 && status < 300;
	if (!event->is_delivered && event->attempts < ATTEMPTS_MAX) {
		event->is_waiting = true;
		event->due = clock_monotonic() +
			     (INT64_C(250) << doublings) * MILLISECOND;
	}
	world_unlock();
}

static void *deliver(void *argument)
{
	const struct timespec pause = {.tv_nsec = 5000000};

	(void)argument;
	for (;;) {
		struct arena arena = {0};
		struct delivery delivery;
		int status = 0;

		if (begin(&arena, &delivery)) {
			while (delivery.copies-- > 0)
				status = post(delivery.event->json,
					      delivery.signature);
			end(delivery.event, status);
		} else {
			nanosleep(&pause, NULL);
		}
		arena_finish(&arena);
	}
	return NULL;
}

bool deliver_start(void)
{
	pthread_t thread;

	if (config->emulator_webhook_url[0] == '\0')
		return true; /* nobody wants to be told */
	if (!read_target(config->emulator_webhook_url)) {
		fprintf(stderr, "shopd emulate: emulator_webhook_url must begin "
				"with http://127.0.0.1:PORT\n");
		return false;
	}
	return pthread_create(&thread, NULL, deliver, NULL) == 0 &&
	       pthread_detach(thread) == 0;
}
