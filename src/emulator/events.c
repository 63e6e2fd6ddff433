/* events.c - what happened, as Stripe tells it. */
#include "emulator.h"

#include <string.h>

#include <platform/clock.h>

struct event *event_find(const char *id)
{
	for (struct event *e = world.events; e != NULL; e = e->next)
		if (strcmp(e->id, id) == 0)
			return e;
	return NULL;
}

/* Opens the event up to its object; event_end() closes it. */
static struct event *event_begin(const char *type, struct text *text,
				 struct out *out)
{
	struct event *event = arena_new(&world.arena, struct event);

	event->id = world_id("evt");
	event->type = type;
	event->created = world_now();
	text_init(text, &world.arena, 2048);
	out_init(out, text);
	out_object(out);
	out_key(out, "id");
	out_text(out, event->id);
	out_key(out, "object");
	out_text(out, "event");
	out_key(out, "api_version");
	out_text(out, "2026-07-29.dahlia");
	out_key(out, "created");
	out_int(out, event->created);
	out_key(out, "livemode");
	out_bool(out, false);
	out_key(out, "pending_webhooks");
	out_int(out, 1);
	out_key(out, "request");
	out_raw(out, "{\"id\":null,\"idempotency_key\":null}", 34);
	out_key(out, "type");
	out_text(out, type);
	out_key(out, "data");
	out_object(out);
	out_key(out, "object");
	return event;
}

static void event_end(struct event *event, struct text *text, struct out *out)
{
	out_object_end(out);
	out_object_end(out);
	event->json = text->bytes;
	event->is_waiting = true;
	event->due = clock_monotonic();
	event->next = world.events;
	world.events = event;
}

void event_intent(const char *type, const struct intent *intent)
{
	struct text text;
	struct out out;
	struct event *event = event_begin(type, &text, &out);

	intent_write(&out, intent, false);
	event_end(event, &text, &out);
}

void event_charge(const char *type, const struct charge *charge)
{
	struct text text;
	struct out out;
	struct event *event = event_begin(type, &text, &out);

	charge_write(&out, charge);
	event_end(event, &text, &out);
}

void event_refund(const char *type, const struct refund *refund)
{
	struct text text;
	struct out out;
	struct event *event = event_begin(type, &text, &out);

	refund_write(&out, refund);
	event_end(event, &text, &out);
}

void event_list(struct emu_call *call)
{
	struct out out;

	out_init(&out, &call->answer);
	out_object(&out);
	out_key(&out, "object");
	out_text(&out, "list");
	out_key(&out, "data");
	out_array(&out);
	for (struct event *e = world.events; e != NULL; e = e->next)
		out_raw(&out, e->json, strlen(e->json));
	out_array_end(&out);
	out_key(&out, "has_more");
	out_bool(&out, false);
	out_key(&out, "url");
	out_text(&out, "/v1/events");
	out_object_end(&out);
	call->status = 200;
}
