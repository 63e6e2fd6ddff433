/* peer.c - a thread for each connection, blocking, simple. */
#include "peer.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

struct connection {
	struct peer_server *server;
	int fd;
};

static void nap(int milliseconds)
{
	usleep((unsigned)milliseconds * 1000);
}

static void reset(int fd)
{
	struct linger now = {1, 0};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

static void put(int fd, const char *bytes)
{
	size_t length = strlen(bytes);

	while (length > 0) {
		ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		bytes += n;
		length -= (size_t)n;
	}
}

/* One request with its body; false at the end of the connection. */
static bool read_request(struct connection *c)
{
	char *room = c->server->last;
	size_t length = 0;
	const char *end;
	const char *body_length;

	for (;;) {
		ssize_t n = recv(c->fd, room + length,
				 sizeof(c->server->last) - 1 - length, 0);

		if (n <= 0)
			return false;
		length += (size_t)n;
		room[length] = '\0';
		end = strstr(room, "\r\n\r\n");
		body_length = strcasestr(room, "content-length:");
		if (end != NULL &&
		    (body_length == NULL ||
		     length >= (size_t)(end + 4 - room) +
				       strtoul(body_length + 15, NULL, 10)))
			return true;
	}
}

/* Over before the answer is sent: then the next call may begin. */
static void work(struct peer_server *s)
{
	int now = atomic_fetch_add(&s->now, 1) + 1;

	if (now > atomic_load(&s->most))
		atomic_store(&s->most, now);
	nap(s->delay_ms);
	atomic_fetch_sub(&s->now, 1);
}

static void serve_http(struct connection *c)
{
	struct peer_server *s = c->server;

	if (s->manner == MANNER_RESET_FIRST) {
		reset(c->fd);
		return;
	}
	for (int i = 0; s->manner != MANNER_MUTE && read_request(c); i++) {
		atomic_fetch_add(&s->requests, 1);
		work(s);
		if (s->manner == MANNER_HANG)
			break;
		if (s->manner == MANNER_RESET_AFTER ||
		    (s->manner == MANNER_KEEP_ONCE && i == 1)) {
			reset(c->fd);
			return;
		}
		put(c->fd, s->answer);
		if (s->manner == MANNER_ANSWER)
			return;
	}
	nap(3000);
}

static const char *or(const char *said, const char *usual)
{
	return said != NULL ? said : usual;
}

static void read_letter(FILE *stream, struct peer_server *s)
{
	char line[2048];

	s->last[0] = '\0';
	while (fgets(line, sizeof(line), stream) != NULL &&
	       strcmp(line, ".\r\n") != 0)
		strncat(s->last, line, sizeof(s->last) - strlen(s->last) - 1);
}

static void serve_smtp(struct connection *c)
{
	struct peer_server *s = c->server;
	FILE *stream = fdopen(dup(c->fd), "r");
	char line[2048];

	put(c->fd, or(s->greeting, "220 sink\r\n"));
	while (fgets(line, sizeof(line), stream) != NULL) {
		if (strncmp(line, "MAIL", 4) == 0) {
			put(c->fd, or(s->sender, "250 ok\r\n"));
		} else if (strncmp(line, "RCPT", 4) == 0) {
			atomic_fetch_add(&s->requests, 1);
			put(c->fd, or(s->recipient, "250 ok\r\n"));
		} else if (strncmp(line, "DATA", 4) == 0) {
			put(c->fd, or(s->data, "354 go\r\n"));
			if (s->data != NULL)
				continue;
			read_letter(stream, s);
			nap(s->hangs_at_end ? 2500 : 0);
			put(c->fd, or(s->end, "250 kept\r\n"));
		} else if (strncmp(line, "QUIT", 4) == 0) {
			put(c->fd, "221 bye\r\n");
			break;
		} else {
			put(c->fd, "250 sink\r\n");
		}
	}
	fclose(stream);
}

static void *serve(void *argument)
{
	struct connection *c = argument;
	struct peer_server *s = c->server;

	if (s->manner == MANNER_SMTP)
		serve_smtp(c);
	else
		serve_http(c);
	close(c->fd);
	free(c);
	return NULL;
}

static void *listen_on(void *argument)
{
	struct peer_server *s = argument;

	for (;;) {
		struct connection *c = malloc(sizeof(*c));
		pthread_t thread;

		assert(c != NULL);
		*c = (struct connection){s, accept(s->listening, NULL, NULL)};
		atomic_fetch_add(&s->connections, 1);
		assert(pthread_create(&thread, NULL, serve, c) == 0);
		pthread_detach(thread);
	}
	return NULL;
}

static int bind_any(int *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert(bind(fd, (struct sockaddr *)&address, size) == 0);
	assert(getsockname(fd, (struct sockaddr *)&address, &size) == 0);
	*port = ntohs(address.sin_port);
	return fd;
}

void peer_start(struct peer_server *server)
{
	pthread_t thread;

	server->listening = bind_any(&server->port);
	assert(listen(server->listening, 64) == 0);
	assert(pthread_create(&thread, NULL, listen_on, server) == 0);
	pthread_detach(thread);
}

int port_of_nobody(void)
{
	int port;

	bind_any(&port); /* bound, never listening: nobody else gets it */
	return port;
}
