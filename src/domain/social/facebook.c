/* facebook.c - who somebody is, by Facebook's Graph API. It signs nothing: a
 * token is asked about with the app's own, and used with a proof that we know
 * the app's secret (providers section 6). */
#include "social.h"

#include <stdio.h>
#include <string.h>

#include <platform/clock.h>
#include <platform/form.h>
#include <platform/json.h>
#include <platform/log.h>

enum { SUBJECT_MAX = 255, EMAIL_MAX = 254, NAME_BYTES_MAX = 600 };

static void url_begin(struct text *url, struct arena *arena, const char *path)
{
	text_init(url, arena, 512);
	text_add(url, config->facebook_graph_url);
	text_add(url, path);
	text_add_char(url, '?');
}

static async bool get(struct work *w, const struct text *url, int *status,
		      const struct json_t **said)
{
	struct client_request request = {
		.method = METHOD_GET,
		.url = url->bytes,
	};

	return oidc_ask(w, &request, status, said);
}

static async bool exchange(struct work *w, const struct social_grant *grant,
			   const char **token)
{
	const struct json_t *said;
	struct text url;
	int status;

	url_begin(&url, &w->arena, "/oauth/access_token");
	form_add(&url, "client_id", grant->provider->client_id);
	form_add(&url, "redirect_uri", grant->redirect_uri);
	form_add(&url, "client_secret", grant->provider->client_secret);
	form_add(&url, "code", grant->code);
	if (!get(w, &url, &status, &said))
		return false;
	*token = status == 200 ? json_text(json_member(said, "access_token"))
			       : NULL;
	return *token || refuse_code(w);
}

/* Numbers or texts, as the version of the API has it. */
static bool id_is(const struct json_t *node, const char *wanted)
{
	const char *text = json_text(node);
	char number[24];

	if (json_kind(node) == JSON_KIND_INT) {
		snprintf(number, sizeof(number), "%lld",
			 (long long)json_int(node));
		text = number;
	}
	return text && strcmp(text, wanted) == 0;
}

/* Was it given to our app, for a person, and is it still good? */
static bool is_ours(const struct social_provider *provider,
		    const struct json_t *data)
{
	int64_t expires = json_int_at(data, "expires_at", 0);

	return json_bool_at(data, "is_valid", false) &&
	       id_is(json_member(data, "app_id"), provider->client_id) &&
	       strcmp(json_text_at(data, "type", "USER"), "USER") == 0 &&
	       (expires == 0 || expires > clock_wall() / SECOND);
}

static async bool prove(struct work *w, const struct social_provider *provider,
			const char *token, const struct json_t **data)
{
	const struct json_t *said;
	struct text url;
	int status;

	url_begin(&url, &w->arena, "/debug_token");
	form_add(&url, "input_token", token);
	form_add(&url, "access_token",
		 arena_format(&w->arena, "%s|%s", provider->client_id,
			      provider->client_secret));
	if (!get(w, &url, &status, &said))
		return false;
	*data = json_member(said, "data");
	if (status == 200 && is_ours(provider, *data))
		return true;
	log_line(LOG_WARNING_LINE, "access token refused", "provider",
		 provider->name, "problem", "not of our app, or not valid",
		 NULL);
	return refuse_value(w);
}

static const char *name_of(struct arena *arena, const struct json_t *said,
			   const char *member)
{
	const char *name = claim_text(arena, said, member, NAME_BYTES_MAX);

	return name ? name : "";
}

/* An address that Facebook tells counts as unverified: linking by it has been
 * the way into other people's accounts. */
static bool person_read(struct arena *arena,
			const struct social_provider *provider,
			const struct json_t *said, struct social_person *person)
{
	*person = (struct social_person){
		.issuer = provider->issuer,
		.subject = claim_text(arena, said, "id", SUBJECT_MAX),
		.email = claim_text(arena, said, "email", EMAIL_MAX),
		.first_name = name_of(arena, said, "first_name"),
		.last_name = name_of(arena, said, "last_name"),
	};
	if (!*person->first_name && !*person->last_name)
		person->first_name = name_of(arena, said, "name");
	return person->subject != NULL;
}

static async bool ask_me(struct work *w, const struct social_provider *provider,
			 const char *token, struct social_person *person)
{
	char proof[APPSECRET_PROOF_SIZE];
	const struct json_t *said;
	struct text url;
	int status;

	appsecret_proof(provider->client_secret, token, proof);
	url_begin(&url, &w->arena, "/me");
	form_add(&url, "fields", "id,name,first_name,last_name,email");
	form_add(&url, "access_token", token);
	form_add(&url, "appsecret_proof", proof);
	if (!get(w, &url, &status, &said))
		return false;
	if (status != 200)
		return refuse_value(w);
	return person_read(&w->arena, provider, said, person) ||
	       refuse_value(w);
}

async bool facebook_by_access_token(struct work *w,
				    const struct social_provider *provider,
				    const char *token,
				    struct social_person *person)
{
	const struct json_t *data;

	if (!prove(w, provider, token, &data) ||
	    !ask_me(w, provider, token, person))
		return false;
	return id_is(json_member(data, "user_id"), person->subject) ||
	       refuse_value(w);
}

async bool facebook_by_code(struct work *w, const struct social_grant *grant,
			    struct social_person *person)
{
	const char *token;

	return exchange(w, grant, &token) &&
	       facebook_by_access_token(w, grant->provider, token, person);
}
