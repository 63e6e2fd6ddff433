/* wire.c - the server under test, sockets, and a reader of answers. */
#include "wire.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { START_MS = 10000, STOP_MS = 15000, READ_SECONDS = 10 };

int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void nap(void)
{
	usleep(5000);
}

static struct sockaddr_in address_of(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET};

	address.sin_port = htons((uint16_t)port);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return address;
}

int free_port(void)
{
	struct sockaddr_in address = address_of(0);
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert(bind(fd, (struct sockaddr *)&address, size) == 0);
	assert(getsockname(fd, (struct sockaddr *)&address, &size) == 0);
	close(fd);
	return ntohs(address.sin_port);
}

int wire_try(int port)
{
	struct sockaddr_in address = address_of(port);
	struct timeval limit = {.tv_sec = READ_SECONDS};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

int wire_connect(int port)
{
	int fd = wire_try(port);

	assert_true(fd >= 0);
	return fd;
}

void server_start(struct server *server, const char *extra)
{
	int64_t deadline = now_ms() + START_MS;
	char port[32];
	int fd = -1;

	signal(SIGPIPE, SIG_IGN);
	server->port = free_port();
	snprintf(port, sizeof(port), "port=%d", server->port);
	server->pid = fork();
	assert(server->pid >= 0);
	if (server->pid == 0) {
		/* A test that fails leaves none behind. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl(WIRE_SERVICE, WIRE_SERVICE, port, "workers=2",
		      "log_level=error", extra, (char *)NULL);
		_exit(127);
	}
	while (fd < 0 && now_ms() < deadline) {
		nap();
		fd = wire_try(server->port);
	}
	assert_true(fd >= 0);
	close(fd);
}

int process_wait(pid_t pid, int milliseconds)
{
	int64_t deadline = now_ms() + milliseconds;
	int status;

	while (now_ms() < deadline) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
		nap();
	}
	return -1;
}

int server_stop(struct server *server)
{
	int status;

	kill(server->pid, SIGTERM);
	status = process_wait(server->pid, STOP_MS);
	if (status == -1)
		kill(server->pid, SIGKILL);
	return status;
}

void wire_push(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		bytes += sent;
		length -= (size_t)sent;
	}
}

void wire_send(int fd, const char *bytes, size_t length)
{
	assert_int_equal(send(fd, bytes, length, MSG_NOSIGNAL),
			 (ssize_t)length);
}

const char *answer_field(const struct answer *answer, const char *name)
{
	static char value[512];
	size_t length = strlen(name);
	const char *line = answer->head;

	while ((line = strstr(line, "\r\n")) != NULL) {
		line += 2;
		if (strncasecmp(line, name, length) == 0 &&
		    line[length] == ':') {
			line += length + 1;
			line += strspn(line, " ");
			snprintf(value, sizeof(value), "%.*s",
				 (int)strcspn(line, "\r"), line);
			return value;
		}
	}
	return NULL;
}

/* Byte by byte, so that nothing of the next answer is taken. */
static bool head_read(int fd, struct answer *answer)
{
	size_t length = 0;

	while (length < sizeof(answer->head) - 1) {
		if (recv(fd, answer->head + length, 1, 0) != 1)
			return false;
		answer->head[++length] = '\0';
		if (length >= 4 &&
		    strcmp(answer->head + length - 4, "\r\n\r\n") == 0)
			return true;
	}
	return false;
}

void answer_read(int fd, struct answer *answer, bool without_body)
{
	const char *length;
	size_t have = 0;

	memset(answer, 0, sizeof(*answer));
	if (!head_read(fd, answer))
		return;
	assert_int_equal(sscanf(answer->head, "HTTP/1.1 %d ", &answer->status),
			 1);
	length = answer_field(answer, "Content-Length");
	if (!without_body && length != NULL)
		answer->length = strtoul(length, NULL, 10);
	answer->body = calloc(1, answer->length + 1);
	while (have < answer->length) {
		ssize_t got = recv(fd, answer->body + have,
				   answer->length - have, 0);

		if (got <= 0)
			fail_msg("the answer's body is short");
		have += (size_t)got;
	}
}

void answer_free(struct answer *answer)
{
	free(answer->body);
	answer->body = NULL;
}

bool is_closed(int fd)
{
	char byte;
	ssize_t got = recv(fd, &byte, 1, 0);

	return got == 0 || (got == -1 && errno == ECONNRESET);
}

void assert_echo(int fd, const char *request, const char *wanted)
{
	struct answer answer;

	wire_send(fd, request, strlen(request));
	answer_read(fd, &answer, false);
	assert_int_equal(answer.status, 200);
	if (strstr(answer.body, wanted) == NULL)
		fail_msg("no %s in %s", wanted, answer.body);
	answer_free(&answer);
}

void assert_goes_on(int fd)
{
	static unsigned number;
	char request[128];
	char wanted[64];

	number++;
	snprintf(request, sizeof(request),
		 "GET /after?n=%u HTTP/1.1\r\nHost: after\r\n\r\n", number);
	snprintf(wanted, sizeof(wanted), "path=/after\nquery=n=%u\n", number);
	assert_echo(fd, request, wanted);
}
