/* service.c - a server with no shop behind it, for the raw-byte suite: it
 * tells what it understood, and can be slow, large, or silent on demand. */
#include <platform/config.h>
#include <platform/clock.h>
#include <platform/fiber.h>
#include <platform/http.h>
#include <platform/loop.h>

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BODY_MAX = 1048576, SMALL_MAX = 16, NUMBER = 10 };

static bool path_is(const struct http_call *call, const char *path)
{
	return strcmp(call->path, path) == 0;
}

static int held; /* ready answers not yet released */

static void let_go(void *holder)
{
	free(holder);
	held--;
}

/* "/ready?5000": as from a memory, given without a fiber. */
static void give_ready(struct http_call *call)
{
	static const char type[] = "Content-Type: text/plain\r\n";
	size_t size = (size_t)strtoul(call->query, NULL, NUMBER);
	char *length = arena_format(&call->work.arena,
				    "Content-Length: %zu\r\n", size);
	char *bytes = malloc(size + 1);

	assert(bytes != NULL);
	memset(bytes, 'x', size);
	held++;
	call->status = 200;
	http_answer_fixed(call, "X-Answer", "ready");
	call->ready = (struct http_ready){
		.lines = {{type, sizeof(type) - 1}, {length, strlen(length)}},
		.body = {bytes, size},
		.holder = bytes,
		.release = let_go,
	};
}

static void count_held(struct http_call *call)
{
	text_format(&call->answer, "held=%d\n", held);
}

static size_t admit(struct http_call *call)
{
	if (path_is(call, "/ready"))
		give_ready(call);
	if (path_is(call, "/forbidden")) {
		call->status = 403;
		call->content_type = "application/json";
		text_add(&call->answer, "{\"detail\":\"no\"}");
	}
	return path_is(call, "/small") ? SMALL_MAX : BODY_MAX;
}

/* What arrived, a fact a line. */
static void echo(struct http_call *call)
{
	struct text *text = &call->answer;

	text_format(text, "method=%s\npath=%s\nquery=%s\nhost=%s\npeer=%s\n",
		    call->method_text, call->path, call->query, call->host,
		    call->peer);
	for (size_t i = 0; i < call->header_count; i++)
		text_format(text, "header %s=%s\n", call->headers[i].name,
			    call->headers[i].value);
	text_format(text, "body=%zu:", call->body_length);
	text_add_bytes(text, call->body, call->body_length);
	text_add(text, "\n");
}

/* What the sandbox let through. */
static void break_out(struct http_call *call)
{
	int out = open("/tmp/shopd-wire-escape", O_WRONLY | O_CREAT, 0600);
	int in = open("/etc/passwd", O_RDONLY | O_CLOEXEC);

	text_format(&call->answer, "write=%d read=%d\n", out >= 0, in >= 0);
	if (out >= 0)
		close(out);
	if (in >= 0)
		close(in);
	if (path_is(call, "/exec"))
		execl("/bin/true", "true", (char *)NULL);
}

static void large(struct http_call *call)
{
	size_t size = (size_t)strtoul(call->query, NULL, NUMBER);

	memset(text_grow(&call->answer, size), 'x', size);
	call->answer.length += size;
}

static void odd_status(struct http_call *call)
{
	call->status = (int)strtol(call->query, NULL, NUMBER);
	text_add(&call->answer, "body");
}

static void own_close(struct http_call *call)
{
	call->must_close = true;
	text_add(&call->answer, "bye");
}

static void nothing(struct http_call *call)
{
	call->status = 0;
}

static void process_id(struct http_call *call)
{
	text_format(&call->answer, "%d", (int)getpid());
}

static async void slow(struct http_call *call)
{
	fiber_sleep(2 * SECOND);
	text_add(&call->answer, "slow");
}

static async void nap(struct http_call *call)
{
	fiber_sleep(20 * MILLISECOND);
	echo(call);
}

/* As many numbered lines of 8 bytes, in pieces. */
static async void stream(struct http_call *call)
{
	size_t lines = (size_t)strtoul(call->query, NULL, NUMBER);

	call->is_stream = true;
	for (size_t i = 0; i < lines && !call->head_only; i++) {
		text_format(&call->answer, "%07zu\n", i % 10000000);
		if (call->answer.length >= HTTP_PIECE && !http_flush(call))
			return;
	}
}

static async void stream_broken(struct http_call *call)
{
	stream(call);
	call->is_cut = true;
}

/* A piece, and then one each time the client might have gone. */
static async void stream_slowly(struct http_call *call)
{
	do {
		text_add(&call->answer, "a piece\n");
		fiber_sleep(50 * MILLISECOND);
	} while (http_flush(call));
}

static const struct {
	const char *path;
	void (*serve)(struct http_call *call);
} routes[] = {
	{"/slow", slow},
	{"/nap", nap},
	{"/pid", process_id},
	{"/held", count_held},
	{"/status", odd_status},
	{"/large", large},
	{"/close", own_close},
	{"/nothing", nothing},
	{"/escape", break_out},
	{"/exec", break_out},
	{"/stream", stream},
	{"/broken", stream_broken},
	{"/endless", stream_slowly},
};

static async void serve(struct http_call *call)
{
	call->status = 200;
	call->content_type = "text/plain";
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		if (path_is(call, routes[i].path)) {
			routes[i].serve(call);
			return;
		}
	}
	http_answer_header(call, "X-Answer", "echo");
	echo(call);
}

static const struct http_service service = {
	.call_size = sizeof(struct http_call),
	.body_max = BODY_MAX,
	.admit = admit,
	.serve = serve,
};

/* Settings as key=value. */
int main(int argc, char **argv)
{
	if (!config_load(NULL))
		return 2;
	for (int i = 1; i < argc; i++) {
		char *value = strchr(argv[i], '=');

		assert(value != NULL);
		*value++ = '\0';
		if (!config_set(argv[i], value))
			return 2;
	}
	return server_run(&service);
}
