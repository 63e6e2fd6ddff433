/* attempt.c - what goes with a browser to a provider. Pure.
 *
 * The code alone is worth nothing: the verifier is needed with it, and that
 * follows from the binding secret, which never left who began, by a key which
 * never left us. */
#include "social.h"

#include <assert.h>
#include <string.h>

#include <platform/form.h>

static bool derive(struct social_attempt *attempt, unsigned key_number)
{
	return secret_derive("social-verifier", attempt->binding, key_number,
			     attempt->verifier) &&
	       secret_derive("social-nonce", attempt->binding, key_number,
			     attempt->nonce);
}

void social_attempt_make(struct social_attempt *attempt)
{
	bool is_made;

	secret_make(attempt->state);
	secret_make(attempt->binding);
	is_made = derive(attempt, 0);
	assert(is_made); /* the ring was checked before the start */
	(void)is_made;
}

bool social_attempt_recall(struct social_attempt *attempt,
			   const char *challenge)
{
	char again[SECRET_TEXT_SIZE];

	for (unsigned i = 0; derive(attempt, i); i++) {
		pkce_challenge(attempt->verifier, again);
		if (strcmp(again, challenge) == 0)
			return true;
	}
	return false;
}

const char *social_authorization_url(struct arena *arena,
				     const struct social_provider *provider,
				     const char *endpoint,
				     const struct social_attempt *attempt)
{
	char challenge[SECRET_TEXT_SIZE];
	struct text url;

	text_init(&url, arena, 1024);
	text_add(&url, endpoint);
	if (!strchr(endpoint, '?'))
		text_add_char(&url, '?');
	form_add(&url, "response_type", "code");
	form_add(&url, "client_id", provider->client_id);
	form_add(&url, "redirect_uri", attempt->redirect_uri);
	form_add(&url, "scope", provider->scopes);
	form_add(&url, "state", attempt->state);
	if (!provider->is_facebook) {
		pkce_challenge(attempt->verifier, challenge);
		form_add(&url, "nonce", attempt->nonce);
		form_add(&url, "code_challenge", challenge);
		form_add(&url, "code_challenge_method", "S256");
	}
	return url.bytes;
}
