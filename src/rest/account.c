/* account.c - what is counted and logged of a request, once it is over. */
#include "keys.h"

#include <stdio.h>
#include <string.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/log.h>
#include <platform/metrics.h>

#include "dispatch.h"

/* The label of what has no route: never the client's own words, of which
 * there is no end. */
static const char *route_label(const struct request *req)
{
	if (req->route != NULL)
		return req->route->path;
	return req->place != NULL ? "(method)" : "(none)";
}

static struct metric *count_of(const struct request *req)
{
	char labels[256];

	snprintf(labels, sizeof(labels),
		 "route=\"%s\",method=\"%s\",status=\"%d\"", route_label(req),
		 req->http.method < METHODS ? method_name(req->http.method)
					    : "OTHER",
		 req->http.status);
	return metric_get(METRIC_COUNTER, "shopd_http_requests_total", labels,
			  "Requests by route, method and status.");
}

/* Looked up once for a route and status, then remembered at the way. */
static struct metric *count_remembered(struct request *req)
{
	struct way *way = req->way;

	if (way == NULL || req->http.method != way->route->method)
		return count_of(req);
	for (int i = 0; i < WAY_STATUSES; i++) {
		if (way->statuses[i].status == req->http.status)
			return way->statuses[i].count;
		if (way->statuses[i].status != 0)
			continue;
		way->statuses[i].count = count_of(req);
		way->statuses[i].status = req->http.status;
		return way->statuses[i].count;
	}
	return count_of(req);
}

static struct metric *latency_of(const struct request *req)
{
	char labels[256];

	snprintf(labels, sizeof(labels), "route=\"%s\",method=\"%s\"",
		 route_label(req), method_name(req->route->method));
	return metric_get(METRIC_HISTOGRAM, "shopd_http_request_seconds",
			  labels, "From the first byte to the answer.");
}

enum { DIGITS = 24 };

/* Four in each line: snprintf took a tenth of an answer from memory. */
static const char *decimal(char text[DIGITS], uint64_t number)
{
	size_t at = DIGITS - 1;

	text[at] = '\0';
	do {
		text[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	return &text[at];
}

static void log_request(const struct request *req, int64_t took)
{
	char status[DIGITS];
	char micros[DIGITS];
	char bytes[DIGITS];
	char statements[DIGITS];
	char account[UUID_TEXT_LENGTH + 1] = "";
	uint64_t length = req->http.sent + http_answer_length(&req->http);
	const struct fault_kind *kind = req->http.work.fault.kind;
	/* The path without its query: what is asked for may be private. */
	const struct log_field fields[] = {
		LOG_FIELD("method", req->http.method_text),
		LOG_FIELD("path", req->http.path),
		LOG_PLAIN("status", decimal(status, (uint64_t)req->http.status)),
		LOG_PLAIN("microseconds",
			  decimal(micros, took > 0 ? (uint64_t)took : 0)),
		LOG_PLAIN("bytes", decimal(bytes, length)),
		LOG_PLAIN("statements",
			  decimal(statements, req->http.work.statements)),
		LOG_FIELD("address", req->client_address),
		req->key ? LOG_PLAIN("key", req->key->public_id)
			 : LOG_PLAIN("account", account),
		LOG_PLAIN("route", req->route ? req->route->name : ""),
		LOG_PLAIN("code", kind != NULL ? kind->code : ""),
	};

	if (req->who.is_known && req->key == NULL)
		uuid_format(&req->who.account, account);
	log_fields(req->http.status >= 500 ? LOG_WARNING_LINE : LOG_INFO_LINE,
		   "request", fields, sizeof(fields) / sizeof(fields[0]));
}

/* The last page of a list is known by its count, which is asked first. */
static bool asks_for_last(struct request *req)
{
	const char *page = query_text(req, "page");

	return req->route->listing != NULL && page != NULL &&
	       strcmp(page, "last") == 0;
}

static void check_budget(struct request *req)
{
	char statements[12];
	char budget[12];

	if (config->is_production || req->route == NULL ||
	    req->route->budget == 0 ||
	    req->http.work.statements <=
		    req->route->budget + (asks_for_last(req) ? 1 : 0))
		return;
	snprintf(statements, sizeof(statements), "%u",
		 req->http.work.statements);
	snprintf(budget, sizeof(budget), "%u", req->route->budget);
	log_line(LOG_WARNING_LINE, "more statements than the route's budget",
		 "route", req->route->name, "statements", statements, "budget",
		 budget, NULL);
}

void account_request(struct request *req)
{
	int64_t took = clock_monotonic() - req->http.started;

	/* The client left before there was an answer; nginx's number. */
	if (req->http.status == 0)
		req->http.status = 499;
	log_context(req->http.work.id);
	metric_add(count_remembered(req), 1);
	if (req->way != NULL) {
		if (req->way->latency == NULL)
			req->way->latency = latency_of(req);
		metric_observe(req->way->latency, took);
	}
	log_request(req, took);
	check_budget(req);
	log_context("");
}
