/* ask.c - one question to a login provider, and what counts as an answer. */
#include "ask.h"

#include <stdio.h>
#include <string.h>

#include <platform/json.h>
#include <platform/log.h>
#include <platform/oidc.h>

enum { RETRY_SECONDS = 5, TOO_MANY = 429 };

/* A login is worth a few seconds; nobody publishes more than this. */
static const struct peer peer = {
	.name = "login",
	.connect_ms = 2000,
	.total_ms = 4000,
	.in_flight_max = 16,
	.answer_max = 256 * 1024,
};

async void oidc_send(struct work *w, const struct client_request *request,
		     struct client_answer *answer)
{
	client_call(w, &peer, request, answer);
}

void oidc_complain(const char *url, const struct client_answer *answer)
{
	char place[200];
	char status[16] = "none";

	snprintf(place, sizeof(place), "%.*s", (int)strcspn(url, "?"), url);
	if (answer->outcome == CLIENT_ANSWERED)
		snprintf(status, sizeof(status), "%d", answer->status);
	log_line(LOG_WARNING_LINE, "login provider", "url", place, "status",
		 status, "problem",
		 answer->outcome == CLIENT_ANSWERED ? "not what was asked for"
						    : answer->error,
		 NULL);
}

static const struct fault_kind unavailable = {
	503, "provider_unavailable",
	"The login provider does not answer. Try again later."};

bool oidc_refuse(struct work *w)
{
	refuse(w, &unavailable, NULL);
	w->fault.retry_after = RETRY_SECONDS;
	return false;
}

async bool oidc_ask(struct work *w, const struct client_request *request,
		    int *status, const struct json_t **said)
{
	struct client_answer answer;
	bool is_good;

	*said = NULL;
	*status = 0;
	oidc_send(w, request, &answer);
	if (answer.outcome == CLIENT_ANSWERED) {
		*status = answer.status;
		*said = json_read_quietly(&w->arena, answer.body,
					  answer.body_length);
		if (json_kind(*said) != JSON_KIND_OBJECT)
			*said = NULL;
	}
	is_good = (*status == 200 && *said) ||
		  (*status >= 400 && *status < 500 && *status != TOO_MANY);
	if (is_good)
		return true;
	*said = NULL;
	oidc_complain(request->url, &answer);
	return oidc_refuse(w);
}
