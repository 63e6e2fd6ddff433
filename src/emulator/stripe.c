/* stripe.c - Stripe's API v1: keys, idempotency, errors, and the paths. */
#include "emulator.h"

#include <string.h>

#include <platform/config.h>

void stripe_error(struct emu_call *call, int status, const char *type,
		  const char *code, const char *message)
{
	struct out out;

	call->answer.length = 0;
	out_init(&out, &call->answer);
	out_object(&out);
	out_key(&out, "error");
	out_object(&out);
	out_key(&out, "type");
	out_text(&out, type);
	out_key(&out, "code");
	out_text(&out, code);
	out_key(&out, "message");
	out_text(&out, message);
	if (status == 402 && world.charges != NULL) {
		out_key(&out, "decline_code");
		out_text(&out, world.charges->decline_code);
		out_key(&out, "charge");
		out_text(&out, world.charges->id);
		out_key(&out, "payment_intent");
		intent_write(&out, world.charges->intent, false);
	}
	out_object_end(&out);
	out_object_end(&out);
	call->status = status;
}

void stripe_error_param(struct emu_call *call, const char *code,
			const char *param, const char *message)
{
	struct out out;

	call->answer.length = 0;
	out_init(&out, &call->answer);
	out_object(&out);
	out_key(&out, "error");
	out_object(&out);
	out_key(&out, "type");
	out_text(&out, "invalid_request_error");
	out_key(&out, "code");
	out_text(&out, code);
	out_key(&out, "param");
	out_text(&out, param);
	out_key(&out, "message");
	out_text(&out, message);
	out_object_end(&out);
	out_object_end(&out);
	call->status = strcmp(code, "resource_missing") == 0 ? 404 : 400;
}

/* ---- keys ---- */

static bool authenticate(struct emu_call *call)
{
	const char *given = call->authorization;

	if (given == NULL || strncmp(given, "Bearer ", 7) != 0) {
		stripe_error(call, 401, "invalid_request_error", "api_key_missing",
			     "You did not provide an API key.");
		return false;
	}
	given += 7;
	if (strcmp(given, config->stripe_secret_key) == 0)
		return true;
	call->is_publishable = strcmp(given, config->stripe_publishable_key) == 0;
	if (!call->is_publishable)
		stripe_error(call, 401, "invalid_request_error", "api_key_invalid",
			     "Invalid API Key provided.");
	return call->is_publishable;
}

/* A browser may look at and confirm an intent whose secret it knows. */
static bool may(struct emu_call *call, const struct intent *intent,
		const char *verb)
{
	const char *secret = form_value(&call->form, "client_secret");

	if (!call->is_publishable)
		return true;
	if (intent != NULL && secret != NULL && strcmp(secret, intent->secret) == 0 &&
	    (verb[0] == '\0' || strcmp(verb, "confirm") == 0))
		return true;
	stripe_error(call, 403, "invalid_request_error", "secret_key_required",
		     "This API call cannot be made with a publishable API key.");
	return false;
}

/* ---- unknown parameters are an error, as Stripe has it ---- */

static const struct {
	const char *path; /* what the path ends in */
	const char *const *names; /* beside expand, metadata[...] */
} known[] = {
	{"/payment_intents",
	 (const char *const[]){"amount", "currency", "capture_method", "confirm",
			       "payment_method", "return_url", "description",
			       "receipt_email", "off_session", "customer",
			       "automatic_payment_methods[enabled]",
			       "automatic_payment_methods[allow_redirects]",
			       "payment_method_types[0]", "payment_method_types[]",
			       "statement_descriptor_suffix", NULL}},
	{"/confirm", (const char *const[]){"payment_method", "return_url",
					   "client_secret", "off_session",
					   "use_stripe_sdk", NULL}},
	{"/capture", (const char *const[]){"amount_to_capture", NULL}},
	{"/cancel", (const char *const[]){"cancellation_reason", NULL}},
	{"/refunds", (const char *const[]){"payment_intent", "charge", "amount",
					   "reason", NULL}},
};

static bool is_known(const char *const *names, const char *key)
{
	if (strncmp(key, "expand[", 7) == 0 || strncmp(key, "metadata[", 9) == 0)
		return true;
	for (; *names != NULL; names++)
		if (strcmp(*names, key) == 0)
			return true;
	return false;
}

static bool ends_in(const char *path, const char *end)
{
	size_t length = strlen(path);

	return length >= strlen(end) &&
	       strcmp(path + length - strlen(end), end) == 0;
}

static bool check_parameters(struct emu_call *call)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!ends_in(call->path, known[i].path))
			continue;
		for (size_t k = 0; k < call->form.count; k++) {
			const char *key = call->form.pairs[k].key;

			if (is_known(known[i].names, key))
				continue;
			stripe_error_param(call, "parameter_unknown", key,
					   arena_format(&call->arena,
							"Received unknown parameter: %s",
							key));
			return false;
		}
	}
	return true;
}

/* ---- idempotency: the stored answer, errors included ---- */

static struct saved *saved_find(const char *key)
{
	for (struct saved *s = world.saved; s != NULL; s = s->next)
		if (strcmp(s->key, key) == 0)
			return s;
	return NULL;
}

/* True when the call is answered from memory, or refused. */
static bool replay(struct emu_call *call)
{
	const struct saved *saved;

	if (call->idempotency_key == NULL || strcmp(call->method, "POST") != 0)
		return false;
	if (strlen(call->idempotency_key) > 255) {
		stripe_error(call, 400, "idempotency_error", "idempotency_key_too_long",
			     "The idempotency key is longer than 255 characters.");
		return true;
	}
	saved = saved_find(call->idempotency_key);
	if (saved == NULL)
		return false;
	if (strcmp(saved->path, call->path) != 0 ||
	    strcmp(saved->body, call->body) != 0) {
		stripe_error(call, 400, "idempotency_error", "idempotency_key_in_use",
			     "Keys for idempotent requests can only be used with "
			     "the same parameters they were first used with.");
		return true;
	}
	call->answer.length = 0;
	text_add(&call->answer, saved->answer);
	call->status = saved->status;
	call->is_replayed = true;
	return true;
}

/* Validation failures are not stored; the outcome of an execution is. */
static void save(const struct emu_call *call)
{
	struct saved *saved;

	if (call->idempotency_key == NULL || strcmp(call->method, "POST") != 0 ||
	    (call->status != 200 && call->status != 402))
		return;
	saved = arena_new(&world.arena, struct saved);
	saved->key = arena_text(&world.arena, call->idempotency_key);
	saved->path = arena_text(&world.arena, call->path);
	saved->body = arena_text(&world.arena, call->body);
	saved->status = call->status;
	saved->answer = arena_text(&world.arena, call->answer.bytes);
	saved->next = world.saved;
	world.saved = saved;
}

/* ---- paths ---- */

static void missing(struct emu_call *call, const char *what)
{
	stripe_error_param(call, "resource_missing", "id",
			   arena_format(&call->arena, "No such %s", what));
}

static void intent_search(struct emu_call *call)
{
	struct form query;

	(void)form_parse(&call->arena, call->query, &query);
	intent_list(call, &query);
}

/* /v1/payment_intents[/id[/verb]] */
static void serve_intents(struct emu_call *call, char *id, const char *verb)
{
	bool is_post = strcmp(call->method, "POST") == 0;
	struct intent *intent = id == NULL ? NULL : intent_find(id);

	if (!may(call, intent, verb))
		return;
	if (id == NULL && is_post)
		intent_create(call);
	else if (id == NULL)
		intent_list(call, NULL);
	else if (!is_post && strcmp(id, "search") == 0)
		intent_search(call);
	else if (intent == NULL)
		missing(call, "payment_intent");
	else if (is_post && strcmp(verb, "confirm") == 0)
		intent_confirm(call, intent);
	else if (is_post && strcmp(verb, "capture") == 0)
		intent_capture(call, intent);
	else if (is_post && strcmp(verb, "cancel") == 0)
		intent_cancel(call, intent);
	else if (!is_post && verb[0] == '\0') {
		struct out out;

		out_init(&out, &call->answer);
		intent_write(&out, intent,
			     call->query != NULL &&
				     strstr(call->query, "latest_charge") != NULL);
		call->status = 200;
	}
}

static void serve_others(struct emu_call *call, const char *kind, const char *id)
{
	bool is_post = strcmp(call->method, "POST") == 0;
	struct out out;

	if (!may(call, NULL, kind))
		return;
	out_init(&out, &call->answer);
	if (strcmp(kind, "refunds") == 0 && id == NULL && is_post) {
		refund_create(call);
	} else if (strcmp(kind, "events") == 0 && id == NULL && !is_post) {
		event_list(call);
	} else if (id != NULL && !is_post) {
		call->status = 200;
		if (strcmp(kind, "refunds") == 0 && refund_find(id) != NULL)
			refund_write(&out, refund_find(id));
		else if (strcmp(kind, "charges") == 0 && charge_find(id) != NULL)
			charge_write(&out, charge_find(id));
		else if (strcmp(kind, "events") == 0 && event_find(id) != NULL)
			text_add(&call->answer, event_find(id)->json);
		else
			missing(call, kind);
	}
}

bool stripe_serve(struct emu_call *call)
{
	char *rest = arena_text(&call->arena, call->path);
	const char *kind;
	const char *verb;
	char *id;

	if (strncmp(rest, "/v1/", 4) != 0)
		return false;
	rest += 4;
	kind = strsep(&rest, "/");
	id = strsep(&rest, "/");
	verb = strsep(&rest, "/");
	if (!form_parse(&call->arena, call->body, &call->form))
		stripe_error(call, 400, "invalid_request_error", "parameter_invalid",
			     "The body is no form.");
	else if (authenticate(call) && !replay(call) && check_parameters(call)) {
		if (strcmp(kind, "payment_intents") == 0)
			serve_intents(call, id, verb == NULL ? "" : verb);
		else
			serve_others(call, kind, id);
		save(call);
	}
	if (call->status == 0)
		stripe_error(call, 404, "invalid_request_error", "url_invalid",
			     "Unrecognized request URL.");
	return true;
}
