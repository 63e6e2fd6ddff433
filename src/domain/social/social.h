/* social.h - what the files of this room share. */
#ifndef SOCIAL_SOCIAL_H
#define SOCIAL_SOCIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/auth.h>
#include <platform/config.h>
#include <platform/id_token.h>
#include <platform/oidc.h>
#include <platform/uuid.h>
#include <platform/work.h>
#include <rest/request.h>
#include <rest/resource.h>

/* ---- provider.c: pure ---- */

enum { SOCIAL_PROVIDERS_MAX = 2 + OIDC_SLOTS, SOCIAL_ATTEMPT_SECONDS = 600 };

/* One that is configured; texts are the config's. */
struct social_provider {
	const char *name;  /* "google" */
	const char *label; /* "Google" */
	const char *issuer;
	const char *issuer_alias; /* NULL: no other */
	const char *client_id;
	const char *client_secret; /* "": a public client */
	const char *scopes;
	const char *tokeninfo_url; /* NULL: none */
	bool is_facebook;
};
size_t social_providers(const struct config *c,
			struct social_provider list[SOCIAL_PROVIDERS_MAX]);
bool social_provider_find(const struct config *c, const char *name,
			  struct social_provider *provider);
/* The one asked for if it is on the list, letter by letter; the first of the
 * list for NULL. NULL: not allowed. */
const char *social_redirect_uri(struct arena *arena, const char *list,
				const char *asked);

/* ---- attempt.c: pure ---- */

/* A login on its way to the provider and back. */
struct social_attempt {
	char state[SECRET_TEXT_SIZE];	/* goes with the browser */
	char binding[SECRET_TEXT_SIZE]; /* stays with who began */
	char nonce[SECRET_TEXT_SIZE];
	char verifier[SECRET_TEXT_SIZE];
	const char *redirect_uri;
};
void social_attempt_make(struct social_attempt *attempt);
/* Verifier and nonce once more, from the binding; false when the ring of keys
 * no longer has the key they were made by. */
bool social_attempt_recall(struct social_attempt *attempt,
			   const char *challenge);
/* endpoint: the provider's page. */
const char *social_authorization_url(struct arena *arena,
				     const struct social_provider *provider,
				     const char *endpoint,
				     const struct social_attempt *attempt);

/* ---- oidc.c, facebook.c: who somebody is, asked of the provider ---- */

struct social_person {
	const char *issuer;
	const char *subject;
	const char *email; /* NULL: not told */
	bool email_is_verified;
	const char *first_name; /* "": not told */
	const char *last_name;
};
/* A code, and what it was asked for with. */
struct social_grant {
	const struct social_provider *provider;
	const char *code;
	const char *redirect_uri;
	const char *verifier; /* NULL: asked for without PKCE */
	const char *nonce;    /* NULL: without one */
};
async bool oidc_by_code(struct work *w, const struct social_grant *grant,
			struct social_person *person);
/* *expires: seconds since 1970. */
async bool oidc_by_id_token(struct work *w,
			    const struct social_provider *provider,
			    const char *token, struct social_person *person,
			    int64_t *expires);
async bool oidc_by_access_token(struct work *w,
				const struct social_provider *provider,
				const char *token,
				struct social_person *person);
async bool facebook_by_code(struct work *w, const struct social_grant *grant,
			    struct social_person *person);
async bool facebook_by_access_token(struct work *w,
				    const struct social_provider *provider,
				    const char *token,
				    struct social_person *person);
/* 400 with dj-rest-auth's texts; always false. */
bool refuse_code(struct work *w);
bool refuse_value(struct work *w);

/* ---- social_store.c ---- */

/* account nil: a login. */
async bool social_attempt_save(struct work *w, const char *provider,
			       const struct social_attempt *attempt,
			       const struct uuid *account);
/* attempt->state and binding in. False: 400 when there is none, it was used,
 * or was begun by another. */
async bool social_attempt_take(struct work *w, const char *provider,
			       const struct uuid *account,
			       struct social_attempt *attempt);

/* Somebody comes in by a provider. */
struct social_entry {
	const struct social_provider *provider;
	const struct social_person *person;
	const char *spent;	 /* an ID token good for one login, or NULL */
	int64_t spent_expires;	 /* seconds since 1970 */
	struct uuid account;	 /* out */
	bool is_raced;
};
/* Finds the account of that person, links one whose verified address the
 * provider has verified as well, or makes one. */
async bool social_enter(struct work *w, struct social_entry *entry);

struct social_link {
	struct uuid account;
	const struct social_provider *provider;
	const struct social_person *person;
	struct rows rows; /* out: the identity */
};
async bool social_link(struct work *w, struct social_link *link);
async bool social_unlink(struct work *w, const struct uuid *account,
			 const struct uuid *identity);
async bool social_prune(struct work *w);

/* ---- social_wire.c ---- */

struct social_begin {
	const char *redirect_uri;
};
struct social_return {
	const char *code;
	const char *state;
	const char *binding;
	const char *iss;
	const char *error;
	const char *error_description;
	const char *redirect_uri;
	const char *access_token;
	const char *id_token;
};
extern const struct resource social_begin_resource;
extern const struct resource social_begun_resource;
extern const struct resource social_return_resource;
extern const struct resource social_link_return_resource;
extern const struct resource social_provider_resource;
extern const struct resource social_identity_resource;
extern const struct resource social_pair_resource;

/* ---- login_http.c, link_http.c ---- */

/* account nil: a login. The name of the provider is the path's value `key`. */
async bool social_begin(struct request *req, const char *key,
			const struct uuid *account);
bool social_provider_of(struct request *req, const char *key,
			struct social_provider *provider);
/* By what came back with a state; attempt->state and binding are filled. */
async bool social_person_of(struct request *req,
			    const struct social_provider *provider,
			    const struct social_return *in,
			    const struct uuid *account,
			    struct social_person *person);
/* What the provider said instead of a code; false. */
async bool social_refusal(struct request *req,
			  const struct social_provider *provider,
			  const struct social_return *in,
			  const struct uuid *account);
async bool social_link_begin(struct request *req);
async bool social_link_finish(struct request *req);
async bool social_identity_index(struct request *req);
async bool social_identity_remove(struct request *req);

#endif
