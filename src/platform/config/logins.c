/* logins.c - whether the settings of login providers make sense: one that is
 * half there would silently be off. */
#include <platform/config.h>

#include <stdio.h>
#include <string.h>

#include "settings.h"

static bool wrong(const char *key, const char *sentence)
{
	fprintf(stderr, "%s: %s.\n", key, sentence);
	return false;
}

bool login_name_is_fine(const char *name)
{
	static const char *const taken[] = {"google", "facebook", "password",
					    "passkey"};
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_");

	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		if (strcmp(taken[i], name) == 0)
			return false;
	return length > 0 && length <= 32 && !name[length];
}

static bool slot_is_whole(const struct config *c, size_t i)
{
	const struct oidc_slot *slot = &c->oidc[i];
	char key[24];

	snprintf(key, sizeof(key), "oidc%zu_name", i + 1);
	if (!*slot->name)
		return (!*slot->issuer && !*slot->client_id) ||
		       wrong(key, "is empty though the issuer or the client id "
				  "is set");
	if (!login_name_is_fine(slot->name))
		return wrong(key, "must be of a-z, 0-9, - and _, and not a "
				  "name that something else has");
	for (size_t k = 0; k < i; k++)
		if (strcmp(c->oidc[k].name, slot->name) == 0)
			return wrong(key, "is the name of two providers");
	return (*slot->issuer && *slot->client_id) ||
	       wrong(key, "is set, but its issuer or client id is not");
}

bool config_logins_are_whole(const struct config *c)
{
	bool is_whole = true;

	if (*c->google_client_id && !*c->google_client_secret)
		is_whole = wrong("google_client_secret",
				 "is empty though google_client_id is set");
	if (*c->facebook_app_id && !*c->facebook_app_secret)
		is_whole = wrong("facebook_app_secret",
				 "is empty though facebook_app_id is set");
	for (size_t i = 0; i < OIDC_SLOTS; i++)
		is_whole &= slot_is_whole(c, i);
	return is_whole;
}

static bool has_http(const char *text)
{
	return strstr(text, "http://") != NULL;
}

const char *config_login_in_clear(const struct config *c)
{
	static const char *const keys[OIDC_SLOTS] = {
		"oidc1_issuer", "oidc2_issuer", "oidc3_issuer", "oidc4_issuer"};

	for (size_t i = 0; i < OIDC_SLOTS; i++)
		if (has_http(c->oidc[i].issuer))
			return keys[i];
	if (has_http(c->social_redirect_uris))
		return "social_redirect_uris";
	if (has_http(c->google_issuer) || has_http(c->google_tokeninfo_url))
		return "google_issuer";
	return has_http(c->facebook_graph_url) ||
			       has_http(c->facebook_dialog_url)
		       ? "facebook_graph_url"
		       : NULL;
}
