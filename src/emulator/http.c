/* http.c - shopd emulate: libmicrohttpd in front of the sandbox, so that the
 * shop's own HTTP engine is never tested only against itself. */
#include "emulator.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <microhttpd.h>

#include <emulator/emulator.h>
#include <platform/auth.h>
#include <platform/config.h>

enum { BODY_MAX = 1024 * 1024 };

const char *emulator_url(void)
{
	static char url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d",
		 (int)config->emulator_port);
	return url;
}

/* A request while its body arrives. */
struct incoming {
	struct emu_call call;
	struct text body;
};

static void pause_ms(int64_t milliseconds)
{
	const struct timespec pause = {
		.tv_sec = milliseconds / 1000,
		.tv_nsec = milliseconds % 1000 * 1000000};

	nanosleep(&pause, NULL);
}

static void serve(struct emu_call *call)
{
	if (!control_serve(call) && !stripe_serve(call)) {
		text_add(&call->answer, "{\"detail\":\"Not found.\"}");
		call->status = 404;
	}
}

/* The plan is the world's, but nobody frees it. */
static const struct fault_plan *run(struct emu_call *call)
{
	const struct fault_plan *plan;

	world_lock();
	plan = fault_take(call);
	world_unlock();
	if (plan != NULL && plan->action == FAULT_DELAY)
		pause_ms(plan->delay_ms);
	if (plan != NULL && plan->action == FAULT_RESET_BEFORE)
		return plan;
	if (plan != NULL && plan->action == FAULT_STATUS) {
		stripe_error(call, (int)plan->status, "api_error", NULL,
			     "The sandbox was told to fail.");
		call->retry_after = plan->status == 429 ? 1 : 0;
		return plan;
	}
	world_lock();
	serve(call);
	world_unlock();
	if (plan != NULL && plan->action == FAULT_DELAY_AFTER)
		pause_ms(plan->delay_ms);
	return plan;
}

static void add(struct MHD_Response *response, const char *name,
		const char *value)
{
	if (value != NULL)
		MHD_add_response_header(response, name, value);
}

static enum MHD_Result answer(struct MHD_Connection *connection,
			      struct emu_call *call,
			      const struct fault_plan *plan)
{
	struct MHD_Response *response;
	enum MHD_Result result;
	size_t length = call->answer.length;
	bool is_html = plan != NULL && plan->action == FAULT_HTML;

	if (plan != NULL && (plan->action == FAULT_RESET_BEFORE ||
			     plan->action == FAULT_RESET_AFTER))
		return MHD_NO; /* closes the connection */
	if (plan != NULL && plan->action == FAULT_TRUNCATE)
		length /= 2;
	response = MHD_create_response_from_buffer(
		length, length == 0 ? (char *)"" : call->answer.bytes,
		MHD_RESPMEM_MUST_COPY);
	add(response, "Content-Type", is_html ? "text/html" : call->content_type);
	add(response, "Location", call->location);
	add(response, "Retry-After", call->retry_after > 0 ? "1" : NULL);
	add(response, "Idempotent-Replayed", call->is_replayed ? "true" : NULL);
	add(response, "Idempotency-Key", call->idempotency_key);
	add(response, "Request-Id", arena_format(&call->arena, "req_%p", (void *)call));
	result = MHD_queue_response(connection, (unsigned)call->status, response);
	MHD_destroy_response(response);
	return result;
}

static struct incoming *begin(struct MHD_Connection *connection,
			      const char *url, const char *method)
{
	struct incoming *incoming = calloc(1, sizeof(*incoming));
	struct emu_call *call = &incoming->call;

	call->path = arena_text(&call->arena, url);
	call->method = arena_text(&call->arena, method);
	call->content_type = "application/json";
	call->authorization = MHD_lookup_connection_value(
		connection, MHD_HEADER_KIND, "Authorization");
	call->idempotency_key = MHD_lookup_connection_value(
		connection, MHD_HEADER_KIND, "Idempotency-Key");
	text_init(&call->answer, &call->arena, 1024);
	text_init(&incoming->body, &call->arena, 1024);
	text_add(&incoming->body, "");
	return incoming;
}

/* The query as key=value&..., decoded by libmicrohttpd already. */
static enum MHD_Result add_argument(void *argument, enum MHD_ValueKind kind,
				    const char *key, const char *value)
{
	struct text *query = argument;

	(void)kind;
	text_format(query, "%s%s=%s", query->length > 0 ? "&" : "", key,
		    value == NULL ? "" : value);
	return MHD_YES;
}

static enum MHD_Result on_request(void *argument,
				  struct MHD_Connection *connection,
				  const char *url, const char *method,
				  const char *version, const char *upload,
				  size_t *upload_size, void **state)
{
	struct incoming *incoming = *state;
	struct text query;

	(void)argument;
	(void)version;
	if (incoming == NULL) {
		*state = begin(connection, url, method);
		return MHD_YES;
	}
	if (*upload_size > 0) {
		if (incoming->body.length + *upload_size > BODY_MAX)
			return MHD_NO;
		text_add_bytes(&incoming->body, upload, *upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	text_init(&query, &incoming->call.arena, 256);
	text_add(&query, "");
	MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND,
				  add_argument, &query);
	incoming->call.query = query.bytes;
	incoming->call.body = incoming->body.bytes;
	return answer(connection, &incoming->call, run(&incoming->call));
}

static void on_end(void *argument, struct MHD_Connection *connection,
		   void **state, enum MHD_RequestTerminationCode code)
{
	struct incoming *incoming = *state;

	(void)argument;
	(void)connection;
	(void)code;
	if (incoming == NULL)
		return;
	arena_finish(&incoming->call.arena);
	free(incoming);
}

static struct MHD_Daemon *listen_on(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons((uint16_t)port)};

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return MHD_start_daemon(
		MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
			MHD_USE_POLL,
		0, NULL, NULL, on_request, NULL, MHD_OPTION_SOCK_ADDR, &address,
		MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL,
		MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U,
		MHD_OPTION_CONNECTION_TIMEOUT, 30U, MHD_OPTION_END);
}

bool emulator_run(void)
{
	struct MHD_Daemon *daemon;
	sigset_t signals;
	int received;

	/* Threads inherit the mask: only this one is told to end. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	if (!auth_parent_start())
		return false;
	daemon = listen_on((int)config->emulator_port);
	if (daemon == NULL) {
		perror("shopd emulate: the port");
		return false;
	}
	if (!smtp_start((int)config->emulator_smtp_port) || !deliver_start())
		return false;
	fprintf(stderr, "sandbox on %s, SMTP on 127.0.0.1:%d\n", emulator_url(),
		(int)config->emulator_smtp_port);
	sigwait(&signals, &received);
	MHD_stop_daemon(daemon);
	return true;
}
