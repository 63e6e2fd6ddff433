/* control.c - /__emu/: looking at the sandbox, and driving it. */
#include "emulator.h"

#include <stdlib.h>
#include <string.h>

static void ledger(struct out *out)
{
	out_object(out);
	out_key(out, "charges");
	out_array(out);
	for (struct charge *c = world.charges; c != NULL; c = c->next)
		charge_write(out, c);
	out_array_end(out);
	out_key(out, "refunds");
	out_array(out);
	for (struct refund *r = world.refunds; r != NULL; r = r->next)
		refund_write(out, r);
	out_array_end(out);
	out_object_end(out);
}

static void mails(struct out *out, const char *to)
{
	out_array(out);
	for (struct mail_kept *m = world.mails; m != NULL; m = m->next) {
		if (to != NULL && strcmp(m->to, to) != 0)
			continue;
		out_object(out);
		out_key(out, "number");
		out_int(out, m->number);
		out_key(out, "from");
		out_text(out, m->from);
		out_key(out, "to");
		out_text(out, m->to);
		out_key(out, "at");
		out_int(out, m->at);
		out_key(out, "data");
		out_text(out, m->data);
		out_object_end(out);
	}
	out_array_end(out);
}

static void say(struct emu_call *call, int status, const char *detail)
{
	struct out out;

	out_init(&out, &call->answer);
	out_object(&out);
	out_key(&out, "detail");
	out_text(&out, detail);
	out_object_end(&out);
	call->status = status;
}

/* waiting: events that the shop has not taken yet. */
static void health(struct out *out)
{
	int64_t waiting = 0;

	for (struct event *e = world.events; e != NULL; e = e->next)
		waiting += !e->is_delivered && !event_is_given_up(e);
	out_object(out);
	out_key(out, "detail");
	out_text(out, "The sandbox is up.");
	out_key(out, "waiting");
	out_int(out, waiting);
	out_object_end(out);
}

/* ---- the challenge of the card's bank ---- */

static void challenge_page(struct emu_call *call, const struct intent *intent)
{
	call->content_type = "text/html; charset=utf-8";
	text_format(&call->answer,
		    "<!doctype html><html lang=\"en\"><head>"
		    "<meta charset=\"utf-8\"><title>3-D Secure (sandbox)</title>"
		    "</head><body><main><h1>3-D Secure (sandbox)</h1>"
		    "<p>Payment %s: %s</p>"
		    "<form method=\"post\" action=\"/__emu/3ds/%s/approve\">"
		    "<button>Approve</button></form>"
		    "<form method=\"post\" action=\"/__emu/3ds/%s/fail\">"
		    "<button>Fail</button></form></main></body></html>\n",
		    intent->id, intent_status_name(intent->status), intent->id,
		    intent->id);
	call->status = 200;
}

static void challenge(struct emu_call *call, const char *id, const char *verb)
{
	struct intent *intent = id == NULL ? NULL : intent_find(id);
	bool is_approved = verb != NULL && strcmp(verb, "approve") == 0;

	if (intent == NULL) {
		say(call, 404, "No such payment intent.");
	} else if (strcmp(call->method, "GET") == 0) {
		challenge_page(call, intent);
	} else if (!is_approved && (verb == NULL || strcmp(verb, "fail") != 0)) {
		say(call, 404, "approve or fail?");
	} else if (!intent_settle(intent, is_approved)) {
		say(call, 409, "The payment intent waits for nothing.");
	} else {
		struct out out;

		if (intent->return_url != NULL) {
			call->location = arena_format(
				&call->arena, "%s%spayment_intent=%s&redirect_status=%s",
				intent->return_url,
				strchr(intent->return_url, '?') == NULL ? "?" : "&",
				intent->id, is_approved ? "succeeded" : "failed");
		}
		out_init(&out, &call->answer);
		intent_write(&out, intent, false);
		call->status = intent->return_url != NULL ? 303 : 200;
	}
}

static void resend(struct emu_call *call, const char *id)
{
	struct event *event = id == NULL ? NULL : event_find(id);

	if (event == NULL) {
		say(call, 404, "No such event.");
		return;
	}
	event->is_waiting = true;
	event->due = 0;
	say(call, 202, "It will be sent.");
}

static void faults(struct emu_call *call)
{
	if (strcmp(call->method, "DELETE") == 0) {
		world.faults = NULL;
		world.holds_webhooks = world.reverses_webhooks = false;
		world.duplicates = world.bad_signatures = 0;
		world.old_timestamps = world.smtp_fails = 0;
		say(call, 200, "All is well again.");
	} else if (strcmp(call->method, "POST") == 0 && fault_plan_read(call)) {
		say(call, 201, "It will go wrong.");
	} else {
		say(call, 400, "Expected {\"action\":...}, see docs/sandbox.md.");
	}
}

static void mail_box(struct emu_call *call)
{
	struct form query;
	struct out out;

	if (strcmp(call->method, "DELETE") == 0) {
		world.mails = NULL;
		say(call, 200, "The box is empty.");
		return;
	}
	out_init(&out, &call->answer);
	form_parse(&call->arena, call->query, &query);
	mails(&out, form_value(&query, "to"));
	call->status = 200;
}

bool control_serve(struct emu_call *call)
{
	char *rest = arena_text(&call->arena, call->path);
	const char *kind;
	const char *id;
	struct out out;

	if (strncmp(rest, "/__emu/", 7) != 0)
		return false;
	rest += 7;
	kind = strsep(&rest, "/");
	id = strsep(&rest, "/");
	out_init(&out, &call->answer);
	if (strcmp(kind, "health") == 0) {
		health(&out);
		call->status = 200;
	} else if (strcmp(kind, "ledger") == 0) {
		ledger(&out);
		call->status = 200;
	} else if (strcmp(kind, "mail") == 0) {
		mail_box(call);
	} else if (strcmp(kind, "faults") == 0) {
		faults(call);
	} else if (strcmp(kind, "events") == 0) {
		resend(call, id);
	} else if (strcmp(kind, "3ds") == 0) {
		challenge(call, id, rest);
	} else {
		say(call, 404, "health, ledger, mail, faults, events, 3ds?");
	}
	return true;
}
