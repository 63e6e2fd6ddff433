/* provider.c - a provider by its discovery document, and its tokens by its
 * keys. */
#include <platform/oidc.h>

#include <string.h>

#include <platform/json.h>
#include <platform/log.h>
#include <platform/text.h>

#include "ask.h"
#include "document.h"

static bool is_https(const char *url)
{
	return strncmp(url, "https://", 8) == 0;
}

/* What a provider says of its places is no reason to leave TLS. The client
 * sees to it that plain http goes to the loopback only. */
static const char *endpoint(const struct json_t *root, const char *name,
			    const char *issuer)
{
	const char *url = json_text(json_member(root, name));
	bool is_fine = url && (is_https(url) ||
			       (!is_https(issuer) &&
				strncmp(url, "http://", 7) == 0));

	return is_fine && !strchr(url, '#') ? url : NULL;
}

static bool lists(const struct json_t *list, const char *wanted)
{
	for (size_t i = 0; i < json_count(list); i++) {
		const char *one = json_text(json_item(list, i));

		if (one && strcmp(one, wanted) == 0)
			return true;
	}
	return false;
}

/* Basic is what those take who do not say. */
static bool takes_secret_in_body(const struct json_t *root)
{
	const struct json_t *methods =
		json_member(root, "token_endpoint_auth_methods_supported");

	return json_kind(methods) == JSON_KIND_LIST &&
	       lists(methods, "client_secret_post") &&
	       !lists(methods, "client_secret_basic");
}

static bool provider_read(const struct json_t *root, const char *issuer,
			  struct oidc_provider *provider)
{
	const char *told = json_text_at(root, "issuer", "");

	*provider = (struct oidc_provider){
		.issuer = told,
		.authorization_endpoint =
			endpoint(root, "authorization_endpoint", issuer),
		.token_endpoint = endpoint(root, "token_endpoint", issuer),
		.userinfo_endpoint =
			endpoint(root, "userinfo_endpoint", issuer),
		.introspection_endpoint =
			endpoint(root, "introspection_endpoint", issuer),
		.jwks_uri = endpoint(root, "jwks_uri", issuer),
		.takes_secret_in_body = takes_secret_in_body(root),
		.names_itself = json_bool_at(root,
			"authorization_response_iss_parameter_supported",
			false),
	};
	/* Exactly the one that was asked for (Discovery 4.3). */
	return strcmp(told, issuer) == 0 && provider->authorization_endpoint &&
	       provider->token_endpoint && provider->jwks_uri;
}

static const char *discovery_url(struct arena *arena, const char *issuer)
{
	size_t length = strlen(issuer);

	if (length > 0 && issuer[length - 1] == '/')
		length--;
	return arena_format(arena, "%.*s/.well-known/openid-configuration",
			    (int)length, issuer);
}

static bool is_discovery(const struct json_t *root, const char *issuer)
{
	struct oidc_provider provider;

	if (provider_read(root, issuer, &provider))
		return true;
	log_line(LOG_ERROR_LINE, "a login provider's discovery document is of "
		 "another issuer, or lacks an endpoint", "issuer", issuer,
		 NULL);
	return false;
}

static bool is_key_set(const struct json_t *root, const char *issuer)
{
	(void)issuer;
	return json_kind(json_member(root, "keys")) == JSON_KIND_LIST;
}

async bool oidc_discover(struct work *w, const char *issuer,
			 struct oidc_provider *provider)
{
	const struct document_ask ask = {
		.url = discovery_url(&w->arena, issuer),
		.is_good = is_discovery,
		.issuer = issuer,
	};
	const struct json_t *root;

	return document_get(w, &ask, &root) &&
	       (provider_read(root, issuer, provider) || oidc_refuse(w));
}

async bool oidc_check(struct work *w, const struct oidc_provider *provider,
		      const char *token, const struct id_token_rule *rule,
		      struct id_token *told, enum id_token_verdict *verdict)
{
	static const enum document_need needs[] = {DOCUMENT_ANY,
						   DOCUMENT_NEWER};
	struct document_ask ask = {
		.url = provider->jwks_uri,
		.is_good = is_key_set,
		.issuer = provider->issuer,
	};

	*verdict = ID_TOKEN_UNKNOWN_KEY;
	for (int i = 0; i < 2 && *verdict == ID_TOKEN_UNKNOWN_KEY; i++) {
		const struct json_t *jwks;

		ask.need = needs[i];
		if (!document_get(w, &ask, &jwks))
			return false;
		*verdict = id_token_check(&w->arena, token, jwks, rule, told);
	}
	return true;
}
