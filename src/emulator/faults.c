/* faults.c - what goes wrong on request, for tests and for the curious. */
#include "emulator.h"

#include <string.h>

#include <platform/json.h>

static const char *const action_names[] = {
	[FAULT_DELAY] = "delay",
	[FAULT_DELAY_AFTER] = "delay_after",
	[FAULT_RESET_BEFORE] = "reset_before",
	[FAULT_RESET_AFTER] = "reset_after",
	[FAULT_STATUS] = "status",
	[FAULT_TRUNCATE] = "truncate",
	[FAULT_HTML] = "html",
};

const struct fault_plan *fault_take(const struct emu_call *call)
{
	for (struct fault_plan *plan = world.faults; plan != NULL; plan = plan->next)
		if (plan->times > 0 &&
		    strncmp(call->path, plan->path, strlen(plan->path)) == 0 &&
		    (plan->method == NULL || strcmp(plan->method, call->method) == 0)) {
			plan->times--;
			return plan;
		}
	return NULL;
}

static bool find_action(const char *name, enum fault_action *action)
{
	for (size_t i = 0; i < sizeof(action_names) / sizeof(action_names[0]); i++)
		if (name != NULL && strcmp(name, action_names[i]) == 0) {
			*action = (enum fault_action)i;
			return true;
		}
	return false;
}

static void read_webhooks(const struct json_t *json)
{
	world.holds_webhooks = json_bool_at(json, "hold", world.holds_webhooks);
	world.reverses_webhooks = json_bool_at(json, "reverse",
					       world.reverses_webhooks);
	world.duplicates = json_int_at(json, "duplicate", world.duplicates);
	world.bad_signatures = json_int_at(json, "bad_signature",
					   world.bad_signatures);
	world.old_timestamps = json_int_at(json, "old_timestamp",
					   world.old_timestamps);
}

bool fault_plan_read(struct emu_call *call)
{
	struct json_t *json = json_read_quietly(&call->arena, call->body,
						strlen(call->body));
	const struct json_t *webhooks = json_at(json, "webhooks");
	struct fault_plan *plan;
	enum fault_action action;

	if (webhooks != NULL)
		read_webhooks(webhooks);
	world.smtp_fails = json_int_at(json, "smtp.times", world.smtp_fails);
	world.smtp_status = json_int_at(json, "smtp.status", world.smtp_status);
	if (json_at(json, "action") == NULL)
		return json != NULL;
	if (!find_action(json_text_at(json, "action", NULL), &action))
		return false;
	plan = arena_new(&world.arena, struct fault_plan);
	plan->action = action;
	plan->path = arena_text(&world.arena, json_text_at(json, "path", "/v1/"));
	plan->method = arena_text(&world.arena, json_text_at(json, "method", NULL));
	plan->times = json_int_at(json, "times", 1);
	plan->delay_ms = json_int_at(json, "delay_ms", 1000);
	plan->status = json_int_at(json, "status", 500);
	plan->next = world.faults;
	world.faults = plan;
	return true;
}
