/* passkey.c - whose passkeys these are, and what browsers are asked for
 * (WebAuthn Level 3, 5.4 and 5.5 in the JSON of 5.1.9 and 5.1.10). Never
 * waits. */
#include "passkeys.h"

#include <string.h>

#include <platform/config.h>
#include <platform/text.h>

/* "shop.example" of "https://shop.example:8443/x". */
static const char *host_of(struct arena *arena, const char *url)
{
	const char *host = strstr(url, "://");

	host = host ? host + 3 : url;
	return arena_copy(arena, host, strcspn(host, ":/"));
}

const char *passkey_rp_id(struct arena *arena)
{
	if (*config->webauthn_rp_id)
		return config->webauthn_rp_id;
	return *config->public_url ? host_of(arena, config->public_url)
				   : "localhost";
}

/* Without any setting, development: browsers let localhost do without TLS. */
const char *passkey_origins(struct arena *arena)
{
	const char *url = config->public_url;

	if (*config->webauthn_origins)
		return config->webauthn_origins;
	if (!*url)
		return arena_format(arena, "http://localhost:%lld",
				    (long long)config->port);
	return arena_copy(arena, url,
			  strlen(url) - (url[strlen(url) - 1] == '/'));
}

static void begin(struct request *req, struct out *out, const char *challenge)
{
	out_init(out, &req->http.answer);
	out_object(out);
	out_key(out, "challenge");
	out_text(out, challenge);
	out_key(out, "timeout");
	out_int(out, CHALLENGE_MILLISECONDS);
}

static void out_json(struct out *out, const char *key, const char *json)
{
	out_key(out, key);
	out_raw(out, json, strlen(json));
}

void write_login_options(struct request *req, const char *challenge,
			 const char *allowed, const char *verification)
{
	struct out out;

	begin(req, &out, challenge);
	out_key(&out, "rpId");
	out_text(&out, passkey_rp_id(&req->http.work.arena));
	out_json(&out, "allowCredentials", allowed);
	out_key(&out, "userVerification");
	out_text(&out, verification);
	out_object_end(&out);
}

static void out_parties(struct request *req, struct out *out,
			const struct add_options *options)
{
	out_key(out, "rp");
	out_object(out);
	out_key(out, "id");
	out_text(out, passkey_rp_id(&req->http.work.arena));
	out_key(out, "name");
	out_text(out, config->shop_name);
	out_object_end(out);
	out_key(out, "user");
	out_object(out);
	out_key(out, "id");
	out_text(out, options->handle);
	out_key(out, "name");
	out_text(out, options->email);
	out_key(out, "displayName");
	out_text(out, options->display_name);
	out_object_end(out);
}

static void out_algorithms(struct out *out)
{
	out_key(out, "pubKeyCredParams");
	out_array(out);
	for (const int *at = webauthn_algorithms; *at; at++) {
		out_object(out);
		out_key(out, "type");
		out_text(out, "public-key");
		out_key(out, "alg");
		out_int(out, *at);
		out_object_end(out);
	}
	out_array_end(out);
}

/* Discoverable: nobody types an address at the next log-in. */
void write_add_options(struct request *req, const struct add_options *options)
{
	struct out out;

	begin(req, &out, options->challenge);
	out_parties(req, &out, options);
	out_algorithms(&out);
	out_json(&out, "excludeCredentials", options->excluded);
	out_key(&out, "authenticatorSelection");
	out_object(&out);
	out_key(&out, "residentKey");
	out_text(&out, "required");
	out_key(&out, "requireResidentKey");
	out_bool(&out, true);
	out_key(&out, "userVerification");
	out_text(&out, "preferred");
	out_object_end(&out);
	out_key(&out, "attestation");
	out_text(&out, "none");
	out_object_end(&out);
}

/* Level 3, 5.8.4; a browser may tell of others one day. */
size_t transports_known(struct arena *arena, const struct field_list *told,
			const char *const **known)
{
	static const char *const names[] = {"ble",	"hybrid", "internal",
					    "nfc",	"smart-card",
					    "usb"};
	enum { NAMES = sizeof(names) / sizeof(names[0]) };
	const char *const *items = told->items;
	const char **list = arena_array(arena, const char *, NAMES);
	size_t count = 0;

	for (size_t i = 0; i < NAMES; i++)
		for (size_t j = 0; j < told->count; j++)
			if (strcmp(names[i], items[j]) == 0) {
				list[count++] = names[i];
				break;
			}
	*known = list;
	return count;
}
