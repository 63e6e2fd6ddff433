/* stripe_hook.c - is this message Stripe's, and what is it about? Pure. */
#include "stripe.h"

#include <string.h>

#include <platform/auth.h>
#include <platform/json.h>
#include <platform/text.h>

enum { TOLERANCE_SECONDS = 300, MAC_SIZE = 32, SIGNATURES_MAX = 8 };

struct signature {
	int64_t time; /* -1: none given */
	char time_text[21];
	size_t count;
	uint8_t macs[SIGNATURES_MAX][MAC_SIZE];
};

static bool read_time(const char *text, size_t length, struct signature *into)
{
	int64_t time = 0;

	if (into->time >= 0 || length == 0 || length > 12)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		time = time * 10 + (text[i] - '0');
	}
	into->time = time;
	memcpy(into->time_text, text, length);
	into->time_text[length] = '\0';
	return true;
}

/* Those of a wrong shape match nothing; other schemes are none of ours. */
static void read_mac(const char *text, size_t length, struct signature *into)
{
	char hex[2 * MAC_SIZE + 1];

	if (length != 2 * MAC_SIZE || into->count == SIGNATURES_MAX)
		return;
	memcpy(hex, text, length);
	hex[length] = '\0';
	if (hex_decode(hex, into->macs[into->count], MAC_SIZE))
		into->count++;
}

/* "t=1700000000,v1=<hex>[,v1=<hex>][,v0=...]" */
static bool read_signature(const char *header, struct signature *into)
{
	*into = (struct signature){.time = -1};
	while (*header != '\0') {
		size_t length = strcspn(header, ",");

		if (length > 2 && memcmp(header, "t=", 2) == 0 &&
		    !read_time(header + 2, length - 2, into))
			return false;
		if (length > 3 && memcmp(header, "v1=", 3) == 0)
			read_mac(header + 3, length - 3, into);
		header += length;
		header += *header == ',';
	}
	return into->time >= 0 && into->count > 0;
}

enum hook_verdict stripe_verify(const struct config *settings,
				struct arena *arena, const struct hook *hook,
				int64_t now)
{
	const char *secret = settings->stripe_webhook_secret;
	struct signature signature;
	struct text said;
	uint8_t mac[MAC_SIZE];
	bool matches = false;

	if (secret[0] == '\0' || hook->signature == NULL ||
	    !read_signature(hook->signature, &signature))
		return HOOK_FORGED;
	text_init(&said, arena, hook->length + sizeof(signature.time_text) + 2);
	text_add(&said, signature.time_text);
	text_add_char(&said, '.');
	text_add_bytes(&said, hook->body, hook->length);
	hmac_sha256(secret, strlen(secret), said.bytes, said.length, mac);
	for (size_t i = 0; i < signature.count; i++)
		matches |= bytes_equal(mac, signature.macs[i], MAC_SIZE);
	if (!matches)
		return HOOK_FORGED;
	if (now - signature.time > TOLERANCE_SECONDS ||
	    signature.time - now > TOLERANCE_SECONDS)
		return HOOK_STALE;
	return HOOK_GENUINE;
}

static const char *intent_of(const struct json_t *object)
{
	const struct json_t *intent = json_member(object, "payment_intent");

	if (strcmp(json_text_at(object, "object", ""), "payment_intent") == 0)
		return json_text_at(object, "id", NULL);
	if (json_kind(intent) == JSON_KIND_TEXT)
		return json_text(intent);
	return json_text_at(intent, "id", NULL);
}

enum hook_verdict stripe_read_event(const struct config *settings,
				    struct arena *arena,
				    const struct hook *hook,
				    struct gateway_event *event)
{
	const struct json_t *root =
		json_read_quietly(arena, hook->body, hook->length);
	const struct json_t *object = json_at(root, "data.object");
	const struct json_t *live = json_member(root, "livemode");
	const char *what = json_text_at(object, "object", "");

	*event = (struct gateway_event){
		.id = json_text_at(root, "id", NULL),
		.kind = json_text_at(root, "type", NULL)};
	/* thin events ("v2.core.event") are another format */
	if (strcmp(json_text_at(root, "object", ""), "event") != 0 ||
	    event->id == NULL || event->kind == NULL ||
	    strlen(event->id) > 255 || strlen(event->kind) > 255)
		return HOOK_MALFORMED;
	if (json_kind(live) == JSON_KIND_BOOL &&
	    json_bool_at(root, "livemode", false) != settings->stripe_live)
		return HOOK_WRONG_MODE;
	event->reference = intent_of(object);
	event->payment_id = json_text_at(object, "metadata.payment_id", NULL);
	event->is_dispute = strcmp(what, "dispute") == 0;
	if (strcmp(what, "refund") == 0)
		event->refund_reference = json_text_at(object, "id", NULL);
	return HOOK_GENUINE;
}
