/* service.c - the REST layer as the server's http_service: the checks before
 * the body, the handler, and what becomes of its answer. */
#include "keys.h"

#include <rest/service.h>

#include <string.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/log.h>

#include "dispatch.h"
#include "service_parts.h"

static const struct fault_kind bad_path = {
	400, "bad_path", "The path is not well-formed."};
static const struct fault_kind bad_method = {
	405, "method_not_allowed", "Method not allowed."};

static void redirect_to_slash(struct request *req)
{
	struct http_call *call = &req->http;
	const char *query = call->query;

	call->status = 301;
	call->content_type = "text/html; charset=utf-8";
	/* Never "//host": router_find takes no empty segment. */
	http_answer_header(call, "Location",
			   arena_format(&call->work.arena, "%s/%s%s",
					call->path, *query ? "?" : "", query));
}

/* A form for each coding, when the answer can be kept. */
static void vary_by_coding(struct http_call *call)
{
	for (size_t i = 0; i < call->answer_header_count; i++)
		if (strcmp(call->answer_headers[i].name, "Vary") == 0)
			call->answer_headers[i].value =
				"Accept, Accept-Encoding, Origin";
}

static void take_place(struct request *req, const struct found *found)
{
	req->place = found->place;
	req->way = place_way(found->place, req->http.method);
	http_answer_fixed(&req->http, "Allow", found->place->allow);
	if (req->way == NULL)
		return;
	if (req->way->route->cache == CACHE_PUBLIC)
		vary_by_coding(&req->http);
	req->route = req->way->route;
	req->value_count = found->value_count;
	for (size_t i = 0; i < found->value_count; i++) {
		req->values[i].name = req->way->names[i];
		req->values[i].text = found->values[i];
	}
}

/* Sets route and place. Without the slash GET and HEAD are sent to the path
 * that has it; the others are served, for they would lose their body. */
static bool find_route(struct request *req)
{
	struct work *w = &req->http.work;
	struct found found;
	enum finding finding = router_find(rest_router(), &w->arena,
					   req->http.path, &found);

	if (finding == FINDING_MALFORMED)
		return refuse(w, &bad_path, NULL);
	if (finding == FINDING_NOTHING)
		return refuse(w, &fault_not_found, NULL);
	take_place(req, &found);
	if (!found.lacks_slash || req->way == NULL ||
	    (req->http.method != METHOD_GET && req->http.method != METHOD_HEAD))
		return true;
	redirect_to_slash(req);
	return false;
}

/* False with the answer written for OPTIONS, false with a fault else. */
static bool find_method(struct request *req)
{
	if (req->route != NULL)
		return true;
	if (req->http.method == METHOD_OPTIONS) {
		options_answer(req);
		return false;
	}
	return refuse(&req->http.work, &bad_method,
		      "Method \"%.40s\" not allowed.", req->http.method_text);
}

static bool key_is_unmet(const struct request *req)
{
	return req->key != NULL && req->key->is_unmet;
}

static bool admit_caller(struct request *req)
{
	return permit(req) && throttle_check(req) && find_method(req);
}

/* DRF's order (drf.md section 3), as far as it goes before the body. Until a
 * key is met its holder is nobody, with the rate of an address. */
static bool admit_checks(struct request *req)
{
	return host_check(req) &&
	       find_route(req) &&
	       negotiate_answer(req) &&
	       authenticate(req) &&
	       (key_is_unmet(req) ? throttle_unmet(req) : admit_caller(req)) &&
	       (req->route == NULL ||
		(negotiate_body(req) && idempotency_check(req)));
}

static size_t admit(struct http_call *call)
{
	struct request *req = (struct request *)call;
	bool is_admitted;

	if (call->answer.arena == NULL)
		text_init(&call->answer, &call->work.arena, 1024);
	call->work.deadline = clock_monotonic() +
			      config->request_timeout_ms * MILLISECOND;
	peer_read(req);
	log_context(call->work.id);
	headers_begin(req);
	negotiate_faults(req);
	is_admitted = !cors_preflight(req) && admit_checks(req);
	req->first_headers = call->answer_header_count;
	if (!is_admitted) {
		if (call->status == 0)
			fault_answer(req);
		headers_finish(req);
	} else if (!key_is_unmet(req)) {
		(void)memory_answer(req);
	}
	log_context("");
	return request_body_max(req);
}

/* What was left out of admit() until the key is met. */
static async bool admit_key(struct request *req)
{
	bool is_admitted;

	if (!key_is_unmet(req))
		return true;
	is_admitted = key_meet(req) && admit_caller(req);
	req->first_headers = req->http.answer_header_count;
	if (!is_admitted) {
		if (req->http.status == 0)
			fault_answer(req);
		headers_finish(req);
	}
	return is_admitted;
}

static async void serve(struct http_call *call)
{
	struct request *req = (struct request *)call;
	bool is_done;

	if (!admit_key(req) || memory_follow(req))
		return;
	is_done = identity_prove(req) && audit_open(req) &&
		  idempotency_run(req);
	if (call->head_left) {
		(void)memory_keep(req);
		if (!is_done)
			stream_fault(req);
		return;
	}
	if (!is_done) {
		fault_answer(req);
	} else if (call->status == 0) {
		refuse(&call->work, &fault_internal, "no answer was written");
		fault_answer(req);
	}
	if (memory_keep(req))
		return;
	etag_finish(req);
	headers_finish(req);
}

static void finish(struct http_call *call)
{
	account_request((struct request *)call);
}

const struct http_service rest_service = {
	.call_size = sizeof(struct request),
	.body_max = REST_BODY_MAX,
	.admit = admit,
	.serve = serve,
	.finish = finish,
	.worker_start = rest_worker_start,
	.worker_drain = rest_worker_drain,
	.parent_start = rest_parent_start,
};
