/* provider.c - the login providers of the config. Pure. */
#include "social.h"

#include <string.h>

#define FACEBOOK_ISSUER "https://www.facebook.com"

static bool has_openid(const char *scopes)
{
	for (const char *at = scopes; (at = strstr(at, "openid")) != NULL;
	     at += strlen("openid"))
		if ((at == scopes || at[-1] == ' ') &&
		    (at[6] == ' ' || at[6] == '\0'))
			return true;
	return false;
}

static bool slot_read(const struct oidc_slot *slot,
		      struct social_provider *provider)
{
	*provider = (struct social_provider){
		.name = slot->name,
		.label = *slot->label ? slot->label : slot->name,
		.issuer = slot->issuer,
		.client_id = slot->client_id,
		.client_secret = slot->client_secret,
		.scopes = has_openid(slot->scopes) ? slot->scopes : "openid",
	};
	return login_name_is_fine(slot->name) && *slot->issuer && *slot->client_id;
}

size_t social_providers(const struct config *c,
			struct social_provider list[SOCIAL_PROVIDERS_MAX])
{
	size_t count = 0;

	if (*c->google_client_id)
		list[count++] = (struct social_provider){
			.name = "google",
			.label = "Google",
			.issuer = c->google_issuer,
			.issuer_alias = "accounts.google.com",
			.client_id = c->google_client_id,
			.client_secret = c->google_client_secret,
			.scopes = "openid email profile",
			.tokeninfo_url = c->google_tokeninfo_url,
		};
	if (*c->facebook_app_id)
		list[count++] = (struct social_provider){
			.name = "facebook",
			.label = "Facebook",
			.issuer = FACEBOOK_ISSUER,
			.client_id = c->facebook_app_id,
			.client_secret = c->facebook_app_secret,
			.scopes = "public_profile,email",
			.is_facebook = true,
		};
	for (size_t i = 0; i < OIDC_SLOTS; i++)
		if (slot_read(&c->oidc[i], &list[count]))
			count++;
	return count;
}

bool social_provider_find(const struct config *c, const char *name,
			  struct social_provider *provider)
{
	struct social_provider list[SOCIAL_PROVIDERS_MAX];
	size_t count = social_providers(c, list);

	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].name, name) == 0) {
			*provider = list[i];
			return true;
		}
	return false;
}

const char *social_redirect_uri(struct arena *arena, const char *list,
				const char *asked)
{
	while (*list) {
		size_t length;

		list += strspn(list, ", ");
		length = strcspn(list, ", ");
		if (length > 0 &&
		    (!asked || (strlen(asked) == length &&
				memcmp(list, asked, length) == 0)))
			return arena_copy(arena, list, length);
		list += length;
	}
	return NULL;
}
