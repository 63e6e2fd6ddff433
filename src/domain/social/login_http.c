/* login_http.c - logging in by a provider, and the room's routes. */
#include "social.h"

#include <string.h>

#include <domain/accounts.h>
#include <platform/text.h>
#include <rest/room.h>

static const struct fault_kind wrong_issuer = {
	400, "social_issuer_mismatch",
	"The answer came from another provider than the one that was asked."};
static const struct fault_kind denied = {
	400, "social_denied", "The login was refused at the provider."};
static const struct fault_kind failed = {
	400, "social_provider_error", "The provider could not log you in."};

bool social_provider_of(struct request *req, const char *key,
			struct social_provider *provider)
{
	return social_provider_find(config, path_text(req, key), provider) ||
	       refuse(&req->http.work, &fault_not_found, NULL);
}

/* ---- the way there ---- */

static async bool authorization_page(struct work *w,
				     const struct social_provider *provider,
				     const char **page)
{
	struct oidc_provider oidc;

	if (provider->is_facebook) {
		*page = config->facebook_dialog_url;
		return true;
	}
	if (!oidc_discover(w, provider->issuer, &oidc))
		return false;
	*page = oidc.authorization_endpoint;
	return true;
}

static bool reply_begun(struct request *req,
			const struct social_attempt *attempt, const char *url)
{
	struct out out;

	out_init(&out, &req->http.answer);
	out_object(&out);
	out_key(&out, "authorization_url");
	out_text(&out, url);
	out_key(&out, "state");
	out_text(&out, attempt->state);
	out_key(&out, "binding");
	out_text(&out, attempt->binding);
	out_key(&out, "expires_in");
	out_int(&out, SOCIAL_ATTEMPT_SECONDS);
	out_object_end(&out);
	return reply(req, 200);
}

static bool redirect_uri_of(struct work *w, const char *asked, const char **uri)
{
	*uri = social_redirect_uri(&w->arena, config->social_redirect_uris,
				   asked);
	return *uri || refuse_field(w, "redirect_uri",
				    "It is not one of social_redirect_uris.");
}

async bool social_begin(struct request *req, const char *key,
			const struct uuid *account)
{
	struct work *w = &req->http.work;
	struct social_provider provider;
	struct social_attempt attempt;
	struct social_begin in;
	const char *page;

	if (!social_provider_of(req, key, &provider) || !read_body(req, &in) ||
	    !redirect_uri_of(w, in.redirect_uri, &attempt.redirect_uri) ||
	    !authorization_page(w, &provider, &page))
		return false;
	social_attempt_make(&attempt);
	return social_attempt_save(w, provider.name, &attempt, account) &&
	       reply_begun(req, &attempt,
			   social_authorization_url(&w->arena, &provider, page,
						    &attempt));
}

static async bool login_begin(struct request *req)
{
	static const struct uuid nobody;

	return social_begin(req, "provider", &nobody);
}

/* ---- and back ---- */

static bool attempt_of(struct work *w, const struct social_return *in,
		       struct social_attempt *attempt)
{
	if (strlen(in->state) >= sizeof(attempt->state) ||
	    strlen(in->binding) >= sizeof(attempt->binding))
		return refuse_field(w, "state", "It is not one of ours.");
	memset(attempt, 0, sizeof(*attempt));
	memcpy(attempt->state, in->state, strlen(in->state));
	memcpy(attempt->binding, in->binding, strlen(in->binding));
	return true;
}

/* Whose answer it is must be told by who says so of itself, and be right in
 * any case (RFC 9207 section 2.4): a code of one provider is never sent to
 * another. */
static async bool issuer_is_right(struct work *w,
				  const struct social_provider *provider,
				  const char *iss)
{
	struct oidc_provider oidc;

	if (iss)
		return strcmp(iss, provider->issuer) == 0 ||
		       refuse(w, &wrong_issuer, NULL);
	if (provider->is_facebook)
		return true;
	return oidc_discover(w, provider->issuer, &oidc) &&
	       (!oidc.names_itself || refuse(w, &wrong_issuer, NULL));
}

static async bool person_by_code(struct work *w,
				 const struct social_grant *grant,
				 struct social_person *person)
{
	return grant->provider->is_facebook
		       ? facebook_by_code(w, grant, person)
		       : oidc_by_code(w, grant, person);
}

async bool social_person_of(struct request *req,
			    const struct social_provider *provider,
			    const struct social_return *in,
			    const struct uuid *account,
			    struct social_person *person)
{
	struct work *w = &req->http.work;
	struct social_attempt attempt;
	struct social_grant grant = {.provider = provider, .code = in->code};

	if (!attempt_of(w, in, &attempt) ||
	    !social_attempt_take(w, provider->name, account, &attempt) ||
	    !issuer_is_right(w, provider, in->iss))
		return false;
	grant.redirect_uri = attempt.redirect_uri;
	if (!provider->is_facebook) {
		grant.verifier = attempt.verifier;
		grant.nonce = attempt.nonce;
	}
	return person_by_code(w, &grant, person);
}

/* A word such as access_denied; whatever else was sent is not repeated. */
static const char *error_word(struct arena *arena, const char *error)
{
	size_t length = strspn(error, "abcdefghijklmnopqrstuvwxyz_");

	return error[length] || length > 64 ? "error"
					    : arena_copy(arena, error, length);
}

async bool social_refusal(struct request *req,
			  const struct social_provider *provider,
			  const struct social_return *in,
			  const struct uuid *account)
{
	struct work *w = &req->http.work;
	const char *word = error_word(&w->arena, in->error);
	struct social_attempt attempt;

	/* It is over either way. */
	if (in->state && in->binding &&
	    (!attempt_of(w, in, &attempt) ||
	     !social_attempt_take(w, provider->name, account, &attempt)))
		return false;
	return refuse_with(w, strcmp(word, "access_denied") == 0 ? &denied
								  : &failed,
			   "error", arena_format(&w->arena, "\"%s\"", word),
			   "%s",
			   strcmp(word, "access_denied") == 0 ? denied.detail
							      : failed.detail);
}

/* dj-rest-auth's forms: a token or code that somebody else asked for. */
static async bool person_by_bare(struct work *w,
				 const struct social_provider *provider,
				 const struct social_return *in,
				 struct social_person *person,
				 struct social_entry *entry)
{
	struct social_grant grant = {.provider = provider, .code = in->code};

	if (!config->social_bare_tokens)
		return refuse_field(w, "state", "This field is required.");
	if (in->id_token && !provider->is_facebook) {
		entry->spent = in->id_token;
		return oidc_by_id_token(w, provider, in->id_token, person,
					&entry->spent_expires);
	}
	if (in->access_token)
		return provider->is_facebook
			       ? facebook_by_access_token(w, provider,
							  in->access_token,
							  person)
			       : oidc_by_access_token(w, provider,
						      in->access_token,
						      person);
	if (!in->code)
		return refuse_value(w);
	return redirect_uri_of(w, in->redirect_uri, &grant.redirect_uri) &&
	       person_by_code(w, &grant, person);
}

static async bool login_finish(struct request *req)
{
	static const struct uuid nobody;
	struct work *w = &req->http.work;
	struct social_provider provider;
	struct social_person person;
	struct social_return in;
	struct social_entry entry = {
		.provider = &provider,
		.person = &person,
	};

	if (!social_provider_of(req, "provider", &provider) ||
	    !read_body(req, &in))
		return false;
	if (in.error)
		return social_refusal(req, &provider, &in, &nobody);
	if (!(in.state ? social_person_of(req, &provider, &in, &nobody, &person)
		       : person_by_bare(w, &provider, &in, &person, &entry)))
		return false;
	return social_enter(w, &entry) &&
	       login_answer(req, &(struct login_proof){
					 .account = entry.account,
					 .method = provider.name});
}

static bool provider_index(struct request *req)
{
	struct social_provider list[SOCIAL_PROVIDERS_MAX];
	size_t count = social_providers(config, list);
	struct out out;

	out_init(&out, &req->http.answer);
	out_array(&out);
	for (size_t i = 0; i < count; i++) {
		out_object(&out);
		out_key(&out, "name");
		out_text(&out, list[i].name);
		out_key(&out, "label");
		out_text(&out, list[i].label);
		out_object_end(&out);
	}
	out_array_end(&out);
	return reply(req, 200);
}

static const struct route routes[] = {
	{.method = METHOD_GET, .path = "/api/v1/auth/social/",
	 .handler = provider_index, .access = ACCESS_PUBLIC,
	 .answer = &social_provider_resource, .is_array = true, .budget = 0,
	 .name = "auth_social_list",
	 .summary = "The providers to log in with."},
	{.method = METHOD_POST, .path = "/api/v1/auth/social/{provider}/",
	 .handler = login_begin, .access = ACCESS_PUBLIC,
	 .body = &social_begin_resource, .answer = &social_begun_resource,
	 .throttle = THROTTLE_LOGIN, .budget = 1, .name = "auth_social_begin",
	 .summary = "Begins a login at a provider: where to send the browser."},
	{.method = METHOD_POST,
	 .path = "/api/v1/auth/social/{provider}/callback/",
	 .handler = login_finish, .access = ACCESS_PUBLIC,
	 .body = &social_return_resource, .answer = &social_pair_resource,
	 .throttle = THROTTLE_LOGIN, .budget = 16,
	 .name = "auth_social_callback",
	 .summary = "Logs in by what came back from a provider: the code with "
		    "state and binding, or a token that was issued to this "
		    "shop."},
	{.method = METHOD_GET, .path = "/api/v1/account/social/",
	 .handler = social_identity_index, .access = ACCESS_CUSTOMER,
	 .answer = &social_identity_resource, .is_array = true, .budget = 1,
	 .name = "account_social_list",
	 .summary = "The providers that are linked to the account."},
	{.method = METHOD_POST, .path = "/api/v1/account/social/{key}/",
	 .handler = social_link_begin, .access = ACCESS_CUSTOMER,
	 .body = &social_begin_resource, .answer = &social_begun_resource,
	 .needs_step_up = true, .budget = 1, .name = "account_social_begin",
	 .summary = "Begins to link a provider, whose name is the key: where "
		    "to send the browser."},
	{.method = METHOD_POST,
	 .path = "/api/v1/account/social/{key}/callback/",
	 .handler = social_link_finish, .access = ACCESS_CUSTOMER,
	 .body = &social_link_return_resource,
	 .answer = &social_identity_resource, .status = 201,
	 .budget = 6, .name = "account_social_callback",
	 .summary = "Links a provider by what came back from it."},
	{.method = METHOD_DELETE, .path = "/api/v1/account/social/{key}/",
	 .handler = social_identity_remove, .access = ACCESS_CUSTOMER,
	 .status = 204, .needs_step_up = true, .budget = 7,
	 .name = "account_social_destroy",
	 .summary = "Unlinks a login, whose id is the key, unless it is the "
		    "only way into the account."},
	{0},
};

static const struct periodic periodics[] = {
	{"social.prune", INT64_C(600000), social_prune},
	{0},
};

const struct room social_room = {
	.name = "social",
	.routes = routes,
	.periodics = periodics,
};
