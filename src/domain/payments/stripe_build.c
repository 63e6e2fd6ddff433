/* stripe_build.c - what we ask of Stripe, as its wire wants it: forms with
 * brackets, one pinned version, a key on every POST. Pure. */
#include "stripe.h"

#include <string.h>

#include <platform/text.h>

/* Percent-encodes all but unreserved characters (RFC 3986 section 2.3). */
static void add_encoded(struct text *text, const char *value)
{
	static const char hex[] = "0123456789ABCDEF";
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";

	for (const unsigned char *p = (const unsigned char *)value; *p; p++) {
		if (strchr(plain, *p) != NULL) {
			text_add_char(text, (char)*p);
			continue;
		}
		text_add_char(text, '%');
		text_add_char(text, hex[*p >> 4]);
		text_add_char(text, hex[*p & 15]);
	}
}

/* name=value; a NULL value is left out. */
static void add_pair(struct text *form, const char *name, const char *value)
{
	if (value == NULL)
		return;
	if (form->length > 0)
		text_add_char(form, '&');
	text_add(form, name);
	text_add_char(form, '=');
	add_encoded(form, value);
}

static bool add_amount(struct text *form, const char *name,
		       const struct gateway_ask *ask)
{
	int64_t stripe;

	if (!stripe_amount_out(ask->amount, ask->currency, &stripe))
		return false;
	add_pair(form, name, arena_format(form->arena, "%lld", (long long)stripe));
	return true;
}

static const char *lower(struct arena *arena, const char *currency)
{
	char *copy = arena_text(arena, currency);

	for (char *p = copy; *p != '\0'; p++)
		*p = (char)(*p | 0x20);
	return copy;
}

/* Without a return URL no method may be offered that redirects. */
static void add_methods(struct text *form, const struct gateway_ask *ask)
{
	if (ask->payment_method == NULL || ask->return_url != NULL) {
		add_pair(form, "automatic_payment_methods[enabled]", "true");
		return;
	}
	add_pair(form, "payment_method_types[0]", "card");
}

static bool add_create(struct text *form, const struct gateway_ask *ask)
{
	if (!add_amount(form, "amount", ask))
		return false;
	add_pair(form, "currency", lower(form->arena, ask->currency));
	add_pair(form, "capture_method",
		 ask->is_manual_capture ? "manual" : "automatic");
	add_pair(form, "metadata[order_id]", ask->order_id);
	add_pair(form, "metadata[payment_id]", ask->payment_id);
	add_methods(form, ask);
	if (ask->payment_method != NULL) {
		add_pair(form, "confirm", "true");
		add_pair(form, "payment_method", ask->payment_method);
		add_pair(form, "return_url", ask->return_url);
	}
	return true;
}

static bool add_confirm(struct text *form, const struct gateway_ask *ask)
{
	add_pair(form, "payment_method", ask->payment_method);
	add_pair(form, "return_url", ask->return_url);
	return true;
}

static bool add_capture(struct text *form, const struct gateway_ask *ask)
{
	return add_amount(form, "amount_to_capture", ask);
}

static bool add_cancel(struct text *form, const struct gateway_ask *ask)
{
	add_pair(form, "cancellation_reason", ask->reason);
	return true;
}

/* Its search language; the id is a UUID of ours. */
static bool add_search(struct text *form, const struct gateway_ask *ask)
{
	add_pair(form, "query",
		 arena_format(form->arena, "metadata[\"payment_id\"]:\"%s\"",
			      ask->payment_id));
	return true;
}

static bool add_refund(struct text *form, const struct gateway_ask *ask)
{
	add_pair(form, "payment_intent", ask->reference);
	if (!add_amount(form, "amount", ask))
		return false;
	add_pair(form, "reason", ask->reason);
	add_pair(form, "metadata[order_id]", ask->order_id);
	add_pair(form, "metadata[payment_id]", ask->payment_id);
	add_pair(form, "metadata[refund_id]", ask->refund_id);
	return true;
}

enum {
	WANTS_CHARGE = 1, /* the answer is an intent: its charge with it */
	IS_SEARCH = 2	  /* what fill tells is a question, not an order */
};

/* {} in a path stands for the reference. */
static const struct {
	const char *path;
	bool (*fill)(struct text *form, const struct gateway_ask *ask);
	unsigned flags;
} calls[] = {
	[GATEWAY_CREATE] = {"/v1/payment_intents", add_create, WANTS_CHARGE},
	[GATEWAY_CONFIRM] = {"/v1/payment_intents/{}/confirm", add_confirm,
			     WANTS_CHARGE},
	[GATEWAY_CAPTURE] = {"/v1/payment_intents/{}/capture", add_capture,
			     WANTS_CHARGE},
	[GATEWAY_CANCEL] = {"/v1/payment_intents/{}/cancel", add_cancel,
			    WANTS_CHARGE},
	[GATEWAY_READ] = {"/v1/payment_intents/{}", NULL, WANTS_CHARGE},
	[GATEWAY_FIND] = {"/v1/payment_intents/search", add_search, IS_SEARCH},
	[GATEWAY_REFUND] = {"/v1/refunds", add_refund, 0},
	[GATEWAY_READ_REFUND] = {"/v1/refunds/{}", NULL, 0},
};

static void add_url(struct text *url, const struct config *settings,
		    const struct gateway_ask *ask)
{
	const char *path = calls[ask->operation].path;
	const char *hole = strstr(path, "{}");

	text_add(url, settings->stripe_url);
	if (url->length > 0 && url->bytes[url->length - 1] == '/')
		url->bytes[--url->length] = '\0';
	if (hole == NULL) {
		text_add(url, path);
		return;
	}
	text_add_bytes(url, path, (size_t)(hole - path));
	add_encoded(url, ask->operation == GATEWAY_READ_REFUND
				 ? ask->refund_reference
				 : ask->reference);
	text_add(url, hole + 2);
}

static void add_headers(const struct config *settings, struct arena *arena,
			const struct gateway_ask *ask,
			struct client_request *request)
{
	struct http_header *headers = arena_array(arena, struct http_header, 4);
	size_t count = 0;

	headers[count++] = (struct http_header){
		"Authorization",
		arena_format(arena, "Bearer %s", settings->stripe_secret_key)};
	headers[count++] = (struct http_header){"Stripe-Version",
						STRIPE_VERSION};
	if (request->method == METHOD_POST) {
		headers[count++] = (struct http_header){
			"Content-Type", "application/x-www-form-urlencoded"};
		headers[count++] = (struct http_header){"Idempotency-Key",
							ask->idempotency_key};
	}
	request->headers = headers;
	request->header_count = count;
}

bool stripe_build(const struct config *settings, struct arena *arena,
		  const struct gateway_ask *ask, struct client_request *request)
{
	struct text url;
	struct text form;

	*request = (struct client_request){0};
	text_init(&url, arena, 128);
	text_init(&form, arena, 256);
	add_url(&url, settings, ask);
	request->method = calls[ask->operation].fill &&
					  (calls[ask->operation].flags & IS_SEARCH) == 0
				  ? METHOD_POST
				  : METHOD_GET;
	if (calls[ask->operation].fill != NULL &&
	    !calls[ask->operation].fill(&form, ask))
		return false;
	if ((calls[ask->operation].flags & WANTS_CHARGE) != 0)
		add_pair(&form, "expand[0]", "latest_charge");
	if (request->method == METHOD_GET && form.length > 0) {
		text_add_char(&url, '?');
		text_add_bytes(&url, form.bytes, form.length);
	}
	request->url = url.bytes;
	if (request->method == METHOD_POST) {
		request->body = form.bytes;
		request->body_length = form.length;
	}
	add_headers(settings, arena, ask, request);
	return true;
}
