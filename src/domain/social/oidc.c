/* oidc.c - who somebody is, by OpenID Connect. */
#include "social.h"

#include <string.h>

#include <platform/clock.h>
#include <platform/form.h>
#include <platform/json.h>
#include <platform/log.h>

bool refuse_code(struct work *w)
{
	return refuse_field(w, NULL, "Failed to exchange code for access token");
}

bool refuse_value(struct work *w)
{
	return refuse_field(w, NULL, "Incorrect value");
}

static void person_fill(const struct social_provider *provider,
			const struct id_token *told,
			struct social_person *person)
{
	const char *first = told->given_name;

	if (!first && !told->family_name)
		first = told->name;
	*person = (struct social_person){
		.issuer = provider->issuer,
		.subject = told->subject,
		.email = told->email,
		.email_is_verified = told->email_is_verified,
		.first_name = first ? first : "",
		.last_name = told->family_name ? told->family_name : "",
	};
}

struct tokens {
	const char *id_token;
	const char *access_token; /* NULL: none */
};

/* Says which client asks: in a header, or in the body. */
static void add_client(struct text *form, struct http_header *header,
		       const struct social_provider *provider,
		       const struct oidc_provider *oidc)
{
	if (!*provider->client_secret || oidc->takes_secret_in_body) {
		form_add(form, "client_id", provider->client_id);
		if (*provider->client_secret)
			form_add(form, "client_secret",
				 provider->client_secret);
		return;
	}
	*header = (struct http_header){
		"Authorization", client_basic(form->arena, provider->client_id,
					      provider->client_secret)};
}

static async bool post_form(struct work *w, const char *url, struct text *form,
			    const struct http_header *client, int *status,
			    const struct json_t **said)
{
	const struct http_header headers[] = {
		{"Content-Type", "application/x-www-form-urlencoded"},
		{"Accept", "application/json"},
		client->name ? *client : (struct http_header){"Accept-Charset",
							      "utf-8"},
	};
	struct client_request request = {
		.method = METHOD_POST,
		.url = url,
		.headers = headers,
		.header_count = 3,
		.body = form->bytes,
		.body_length = form->length,
	};

	return oidc_ask(w, &request, status, said);
}

static async bool exchange(struct work *w, const struct social_grant *grant,
			   const struct oidc_provider *oidc,
			   struct tokens *tokens)
{
	struct http_header client = {0};
	const struct json_t *said;
	struct text form;
	int status;

	text_init(&form, &w->arena, 1024);
	form_add(&form, "grant_type", "authorization_code");
	form_add(&form, "code", grant->code);
	form_add(&form, "redirect_uri", grant->redirect_uri);
	form_add(&form, "code_verifier", grant->verifier);
	add_client(&form, &client, grant->provider, oidc);
	if (!post_form(w, oidc->token_endpoint, &form, &client, &status, &said))
		return false;
	if (status != 200) {
		log_line(LOG_WARNING_LINE, "login code refused", "provider",
			 grant->provider->name, "problem",
			 json_text_at(said, "error", ""), NULL);
		return refuse_code(w);
	}
	tokens->id_token = json_text(json_member(said, "id_token"));
	tokens->access_token = json_text(json_member(said, "access_token"));
	return tokens->id_token || refuse_code(w);
}

static async bool check(struct work *w, const struct social_provider *provider,
			const struct oidc_provider *oidc, const char *token,
			const struct id_token_rule *rule, struct id_token *told)
{
	enum id_token_verdict verdict;

	if (!oidc_check(w, oidc, token, rule, told, &verdict))
		return false;
	if (verdict == ID_TOKEN_VALID)
		return true;
	log_line(LOG_WARNING_LINE, "ID token refused", "provider",
		 provider->name, "problem", id_token_verdict_name(verdict),
		 NULL);
	return refuse_value(w);
}

static struct id_token_rule rule_of(const struct social_provider *provider)
{
	return (struct id_token_rule){
		.issuer = provider->issuer,
		.issuer_alias = provider->issuer_alias,
		.audience = provider->client_id,
		.now = clock_wall() / SECOND,
	};
}

/* What somebody's access token tells of its owner; *status is not 200 when it
 * is worth nothing there. */
static async bool userinfo(struct work *w, const char *url, const char *token,
			   int *status, const struct json_t **said)
{
	struct http_header headers[] = {
		{"Authorization",
		 arena_format(&w->arena, "Bearer %s", token)},
		{"Accept", "application/json"},
	};
	struct client_request request = {
		.method = METHOD_GET,
		.url = url,
		.headers = headers,
		.header_count = 2,
	};

	return oidc_ask(w, &request, status, said);
}

/* Many put the address there only. It must be of the same subject (OpenID
 * Connect Core 5.3.2). */
static async bool ask_more(struct work *w, const struct oidc_provider *oidc,
			   const char *access_token, struct id_token *told)
{
	const struct json_t *said;
	struct id_token more = {0};
	int status;

	if (told->email || !access_token || !oidc->userinfo_endpoint)
		return true;
	if (!userinfo(w, oidc->userinfo_endpoint, access_token, &status, &said))
		return false;
	if (status != 200 || !id_token_person(&w->arena, said, &more) ||
	    strcmp(more.subject, told->subject) != 0)
		return refuse_value(w);
	more.expires = told->expires;
	*told = more;
	return true;
}

async bool oidc_by_code(struct work *w, const struct social_grant *grant,
			struct social_person *person)
{
	struct id_token_rule rule = rule_of(grant->provider);
	struct oidc_provider oidc;
	struct tokens tokens = {0};
	struct id_token told;

	rule.nonce = grant->nonce;
	if (!oidc_discover(w, grant->provider->issuer, &oidc) ||
	    !exchange(w, grant, &oidc, &tokens) ||
	    !check(w, grant->provider, &oidc, tokens.id_token, &rule, &told) ||
	    !ask_more(w, &oidc, tokens.access_token, &told))
		return false;
	person_fill(grant->provider, &told, person);
	return true;
}

async bool oidc_by_id_token(struct work *w,
			    const struct social_provider *provider,
			    const char *token, struct social_person *person,
			    int64_t *expires)
{
	struct id_token_rule rule = rule_of(provider);
	struct oidc_provider oidc;
	struct id_token told;

	rule.may_be_fetched_by_another = true;
	if (!oidc_discover(w, provider->issuer, &oidc) ||
	    !check(w, provider, &oidc, token, &rule, &told))
		return false;
	person_fill(provider, &told, person);
	*expires = told.expires;
	return true;
}

/* ---- an access token alone: worth nothing until it is proved that it was
 * given to us, and not to somebody else's site ---- */

/* Google's own. */
static async bool by_tokeninfo(struct work *w,
			       const struct social_provider *provider,
			       const char *token, struct id_token *told)
{
	struct client_request request = {.method = METHOD_GET};
	const struct json_t *said;
	struct text url;
	int status;

	text_init(&url, &w->arena, 512);
	text_add(&url, provider->tokeninfo_url);
	text_add_char(&url, '?');
	form_add(&url, "access_token", token);
	request.url = url.bytes;
	if (!oidc_ask(w, &request, &status, &said))
		return false;
	return (status == 200 &&
		strcmp(json_text_at(said, "aud", ""), provider->client_id) ==
			0 &&
		id_token_person(&w->arena, said, told)) ||
	       refuse_value(w);
}

/* RFC 7662: whose and for whom; then who that is. */
static async bool by_introspection(struct work *w,
				   const struct social_provider *provider,
				   const struct oidc_provider *oidc,
				   const char *token, struct id_token *told)
{
	struct http_header client = {0};
	const struct json_t *said;
	struct text form;
	const char *subject;
	int status;

	text_init(&form, &w->arena, 512);
	form_add(&form, "token", token);
	form_add(&form, "token_type_hint", "access_token");
	add_client(&form, &client, provider, oidc);
	if (!post_form(w, oidc->introspection_endpoint, &form, &client, &status,
		       &said))
		return false;
	subject = json_text_at(said, "sub", "");
	if (status != 200 || !json_bool_at(said, "active", false) ||
	    strcmp(json_text_at(said, "client_id", ""),
		   provider->client_id) != 0)
		return refuse_value(w);
	if (!userinfo(w, oidc->userinfo_endpoint, token, &status, &said))
		return false;
	return (status == 200 && id_token_person(&w->arena, said, told) &&
		strcmp(told->subject, subject) == 0) ||
	       refuse_value(w);
}

async bool oidc_by_access_token(struct work *w,
				const struct social_provider *provider,
				const char *token,
				struct social_person *person)
{
	struct oidc_provider oidc;
	struct id_token told = {0};
	bool is_theirs;

	if (provider->tokeninfo_url) {
		is_theirs = by_tokeninfo(w, provider, token, &told);
	} else {
		if (!oidc_discover(w, provider->issuer, &oidc))
			return false;
		/* Without these two it cannot be proved. */
		is_theirs = oidc.introspection_endpoint &&
					    oidc.userinfo_endpoint
				    ? by_introspection(w, provider, &oidc,
						       token, &told)
				    : refuse_value(w);
	}
	if (is_theirs)
		person_fill(provider, &told, person);
	return is_theirs;
}
