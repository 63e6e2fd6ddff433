/* load.c - a closed loop of HTTP/1.1 clients on one thread, loopback only:
 * each connection sends its next request when the last is answered. Prints
 * requests, seconds, rate, p50, p99 and the longest, in microseconds. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	CONNECTIONS_MAX = 512,
	ANSWER_MAX = 1 << 20,
	HEAD_MAX = 8192,
	SAMPLES_MAX = 4000000,
	PATIENCE_MS = 10000
};

struct request {
	char *bytes;
	size_t length;
};

struct client {
	int fd;
	int64_t since;
	size_t have;   /* bytes of the answer so far */
	size_t wanted; /* 0 until its head is there */
	char head[HEAD_MAX];
};

static struct {
	int port;
	int connections;
	double seconds;	  /* or until the file has been sent once */
	const char *file;
	const char *tag; /* made unique in each Idempotency-Key */
} options = {.connections = 64, .tag = "load"};

static struct request *requests;
static size_t request_count;
static size_t next_request;
static struct client clients[CONNECTIONS_MAX];
static uint32_t *samples;
static size_t sample_count;
static size_t failed;
static int64_t finish_at;
static int busy;
static char scratch[ANSWER_MAX];

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* METHOD, path, further head lines (separated by |) and body, by tabs. */
static void request_parse(struct request *to, char *line)
{
	char *method = strsep(&line, "\t");
	char *path = strsep(&line, "\t");
	char *fields = line != NULL ? strsep(&line, "\t") : NULL;
	const char *body = line != NULL ? line : "";
	char *head = NULL;
	size_t size;
	FILE *out = open_memstream(&head, &size);

	if (path == NULL || out == NULL)
		die("a line is not METHOD<tab>PATH");
	fprintf(out, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n", method, path,
		options.port);
	while (fields != NULL && *fields != '\0')
		fprintf(out, "%s\r\n", strsep(&fields, "|"));
	if (*body != '\0')
		fprintf(out,
			"Content-Type: application/json\r\n"
			"Content-Length: %zu\r\n",
			strlen(body));
	fprintf(out, "\r\n%s", body);
	fclose(out);
	to->bytes = head;
	to->length = size;
}

static void requests_read(void)
{
	FILE *in = strcmp(options.file, "-") == 0 ? stdin
						  : fopen(options.file, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	size_t room = 0;

	if (in == NULL)
		die(options.file);
	while ((length = getline(&line, &size, in)) > 0) {
		line[length - 1] = '\0';
		if (request_count == room) {
			room = room ? 2 * room : 1024;
			requests = realloc(requests, room * sizeof(*requests));
			if (requests == NULL)
				die("memory");
		}
		request_parse(&requests[request_count++], line);
	}
	free(line);
	if (request_count == 0)
		die("no requests");
}

/* A key in a repeated line must not be a replay: "{n}" becomes a number. */
static size_t request_copy(char *to, const struct request *request, size_t n)
{
	const char *mark = memmem(request->bytes, request->length, "{n}", 3);
	size_t before;
	int length;

	if (mark == NULL) {
		memcpy(to, request->bytes, request->length);
		return request->length;
	}
	before = (size_t)(mark - request->bytes);
	memcpy(to, request->bytes, before);
	length = sprintf(to + before, "%s-%zu", options.tag, n);
	memcpy(to + before + length, mark + 3, request->length - before - 3);
	return request->length - 3 + (size_t)length;
}

static void client_send(struct client *client)
{
	size_t n = next_request;
	size_t length;

	if (options.seconds > 0 ? now() >= finish_at : n >= request_count) {
		busy--;
		return;
	}
	next_request++;
	length = request_copy(scratch, &requests[n % request_count], n);
	client->have = client->wanted = 0;
	client->since = now();
	if (send(client->fd, scratch, length, MSG_NOSIGNAL) != (ssize_t)length)
		die("send");
}

static void answer_done(struct client *client)
{
	int64_t took = now() - client->since;

	if (client->head[9] != '2') {
		if (failed++ == 0)
			fprintf(stderr, "load: %.*s\n", 600, client->head);
	}
	if (sample_count < SAMPLES_MAX)
		samples[sample_count++] = (uint32_t)took;
	client_send(client);
}

static void head_look(struct client *client)
{
	const char *end;
	const char *length;

	client->head[client->have < HEAD_MAX ? client->have : HEAD_MAX - 1] =
		'\0';
	end = strstr(client->head, "\r\n\r\n");
	if (end == NULL)
		return;
	length = strcasestr(client->head, "\r\ncontent-length:");
	client->wanted = (size_t)(end - client->head) + 4;
	if (length != NULL && length < end)
		client->wanted += strtoul(length + 17, NULL, 10);
}

static void client_read(struct client *client)
{
	ssize_t got = recv(client->fd, scratch, sizeof(scratch), 0);

	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0)
		die("the server closed a connection");
	if (client->have < HEAD_MAX - 1) {
		size_t room = HEAD_MAX - 1 - client->have;

		memcpy(client->head + client->have, scratch,
		       (size_t)got < room ? (size_t)got : room);
	}
	client->have += (size_t)got;
	if (client->wanted == 0)
		head_look(client);
	if (client->wanted != 0 && client->have >= client->wanted)
		answer_done(client);
}

static void client_open(struct client *client, int epoll)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)options.port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
	int yes = 1;

	client->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (client->fd < 0 ||
	    connect(client->fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		die("connect");
	setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, client->fd, &event) != 0)
		die("epoll_ctl");
}

static void run(int epoll)
{
	struct epoll_event events[64];

	busy = options.connections;
	for (int i = 0; i < options.connections; i++)
		client_send(&clients[i]);
	while (busy > 0) {
		int count = epoll_wait(epoll, events, 64, PATIENCE_MS);

		if (count == 0)
			die("no answer for ten seconds");
		for (int i = 0; i < count; i++)
			client_read(events[i].data.ptr);
	}
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void report(double seconds)
{
	qsort(samples, sample_count, sizeof(*samples), by_size);
	printf("%zu %.3f %.1f %u %u %u\n", sample_count, seconds,
	       (double)sample_count / seconds, samples[sample_count / 2],
	       samples[sample_count * 99 / 100], samples[sample_count - 1]);
	if (failed > 0) {
		fprintf(stderr, "load: %zu answers were no 2xx\n", failed);
		exit(1);
	}
}

static void usage(int code)
{
	fprintf(code ? stderr : stdout,
		"usage: load -p PORT [-c CONNECTIONS] [-s SECONDS] [-t TAG] FILE\n\n"
		"FILE has a request a line, tabs between METHOD, PATH, head lines\n"
		"(with | between them) and body; {n} becomes TAG and a number.\n"
		"Without -s it is sent once. Prints: requests, seconds, requests\n"
		"a second, p50, p99 and the longest, in microseconds.\n");
	exit(code);
}

static void options_read(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "p:c:s:t:h")) != -1) {
		if (option == 'p')
			options.port = atoi(optarg);
		else if (option == 'c')
			options.connections = atoi(optarg);
		else if (option == 's')
			options.seconds = atof(optarg);
		else if (option == 't')
			options.tag = optarg;
		else
			usage(option == 'h' ? 0 : 2);
	}
	if (optind + 1 != argc || options.port == 0 ||
	    options.connections < 1 || options.connections > CONNECTIONS_MAX)
		usage(2);
	options.file = argv[optind];
}

int main(int argc, char **argv)
{
	int epoll = epoll_create1(0);
	int64_t begun;

	options_read(argc, argv);
	requests_read();
	samples = malloc(SAMPLES_MAX * sizeof(*samples));
	if (samples == NULL || epoll < 0)
		die("memory");
	for (int i = 0; i < options.connections; i++)
		client_open(&clients[i], epoll);
	begun = now();
	finish_at = begun + (int64_t)(options.seconds * 1e6);
	run(epoll);
	report((double)(now() - begun) / 1e6);
	return 0;
}
