/* platform/oidc.h - what an OpenID provider publishes about itself: its
 * discovery document and its keys, fetched when needed and kept by each worker
 * (OpenID Connect Discovery 1.0). */
#ifndef PLATFORM_OIDC_H
#define PLATFORM_OIDC_H

#include <stdbool.h>
#include <stdint.h>

#include <platform/client.h>
#include <platform/id_token.h>
#include <platform/work.h>

struct json_t;

/* In the arena of the work. Endpoints are https, or http at the loopback when
 * the issuer itself is there. */
struct oidc_provider {
	const char *issuer;
	const char *authorization_endpoint;
	const char *token_endpoint;
	const char *userinfo_endpoint;	    /* NULL: none */
	const char *introspection_endpoint; /* NULL: none */
	const char *jwks_uri;
	bool takes_secret_in_body; /* client_secret_post; else Basic */
	bool names_itself; /* its answers always bear iss (RFC 9207) */
};

/* By the issuer's URL. False: 503, it cannot be had or is no such document. */
async bool oidc_discover(struct work *w, const char *issuer,
			 struct oidc_provider *provider);
/*
 * id_token_check() with the provider's keys. They are kept as long as its
 * Cache-Control says, 5 minutes to 24 hours; an unknown kid fetches them
 * again, once a minute at the most; when that fails the old ones go on. False:
 * 503, there are none.
 */
async bool oidc_check(struct work *w, const struct oidc_provider *provider,
		      const char *token, const struct id_token_rule *rule,
		      struct id_token *told, enum id_token_verdict *verdict);

/*
 * Asks a login provider something. False: 503, because it does not answer, is
 * busy (429, 5xx), or answers a good status with no JSON object. *said is then
 * NULL; it may be NULL for a status of 4xx as well.
 */
async bool oidc_ask(struct work *w, const struct client_request *request,
		    int *status, const struct json_t **said);

/* Seconds to keep what came with that Cache-Control (or NULL). */
int64_t oidc_keep_seconds(const char *cache_control);

#endif
