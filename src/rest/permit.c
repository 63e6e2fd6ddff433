/* permit.c - who calls, by the bearer token or the API key, and whether the
 * route lets them (DRF's order and bodies; simplejwt's for a bad token).
 * Never waits. */
#include "keys.h"

#include <string.h>
#include <strings.h>

#include <platform/auth.h>
#include <platform/clock.h>
#include <platform/config.h>
#include <platform/json.h>
#include <rest/browser.h>

#include "dispatch.h"

static const struct fault_kind not_authenticated = {
	401, "not_authenticated",
	"Authentication credentials were not provided."};
static const struct fault_kind bad_header = {
	401, "bad_authorization_header",
	"Authorization header must contain two space-delimited values"};
static const struct fault_kind bad_token = {
	401, "token_not_valid", "Given token not valid for any token type"};

static const struct fault_kind step_up_required = {
	403, "step_up_required",
	"Confirm who you are first, at /api/v1/auth/step-up/."};
static const struct fault_kind lacks_second = {
	403, "second_factor_required",
	"Staff need a second factor: enrol one at /api/v1/auth/mfa/totp/, or "
	"log in with the one you have."};
static const struct fault_kind for_people = {
	403, "not_for_keys", "An API key may not do this."};
static const struct fault_kind lacks_scope = {
	403, "scope_missing", "The API key lacks the scope."};

/* Routes that give out tokens do not look at one: a client that sends its
 * expired token along with a refresh must get a new one. */
bool route_reads_credentials(const struct route *route)
{
	if (route->access == ACCESS_GATEWAY)
		return false;
	return route->access != ACCESS_PUBLIC ||
	       strncmp(route->path, "/api/v1/auth/", 13) != 0;
}

static bool refuse_token(struct work *w, const char *why)
{
	struct text json;

	text_init(&json, &w->arena, 128);
	text_format(&json,
		    "[{\"token_class\":\"AccessToken\",\"token_type\":"
		    "\"access\",\"message\":\"%s\"}]",
		    why);
	return refuse_with(w, &bad_token, "messages", json.bytes, "%s",
			   bad_token.detail);
}

static const char void_token[] = "Token is blacklisted";

/* A password alone makes nobody staff: whatever asks for permissions, on any
 * route, finds none. */
static bool has_powers(const struct claims *claims)
{
	return claims->is_staff &&
	       (claims->second != 0 || !config->staff_second_factor);
}

static bool take_token(struct request *req, const char *token)
{
	static const char *const flaws[] = {
		[TOKEN_EXPIRED] = "Token is expired",
		[TOKEN_INVALID] = "Token is invalid",
		[TOKEN_WRONG_TYPE] = "Token has wrong type",
	};
	struct work *w = &req->http.work;
	struct claims claims = {0};
	enum token_verdict verdict = token_verify(token, &claims);
	enum standing standing;

	if (verdict != TOKEN_VALID)
		return refuse_token(w, flaws[verdict]);
	standing = standing_of(&claims);
	if (standing == STANDING_FALLEN)
		return refuse_token(w, void_token);
	req->must_prove = standing == STANDING_UNSURE;
	req->who = (struct principal){
		.is_known = true,
		.is_staff = claims.is_staff,
		.account = claims.user,
		.session = claims.session,
		.permissions = has_powers(&claims) ? claims.permissions : 0,
		.epoch = claims.epoch,
		.proved = claims.proved,
		.second = claims.second,
	};
	return true;
}

async bool identity_prove(struct request *req)
{
	bool stands;

	if (!req->must_prove)
		return true;
	req->must_prove = false;
	return standing_prove(req, &stands) &&
	       (stands || refuse_token(&req->http.work, void_token));
}

/* A browser sends it along whoever's page asks. */
static bool take_cookie(struct request *req)
{
	const char *access;

	if (!browser_access(req, &access))
		return false;
	if (access == NULL)
		return true;
	browser_ask(req);
	return take_token(req, access) && browser_guard(req, &req->who.session);
}

/* "Bearer" for all, "Api-Key" for keys alone; another scheme is not ours. */
static bool scheme_is_ours(const char *header, size_t length, bool *is_of_keys)
{
	*is_of_keys = length == 7 && strncasecmp(header, "api-key", 7) == 0;
	return *is_of_keys ||
	       (length == 6 && strncasecmp(header, "bearer", 6) == 0);
}

bool authenticate(struct request *req)
{
	struct work *w = &req->http.work;
	const char *header = http_header(&req->http, "authorization");
	const char *token;
	bool is_of_keys;
	size_t length;

	if (req->route != NULL && !route_reads_credentials(req->route))
		return true;
	if (header == NULL)
		return take_cookie(req);
	if (http_header_count(&req->http, "authorization") > 1)
		return refuse(w, &bad_header, NULL);
	header += strspn(header, " \t");
	length = strcspn(header, " \t");
	if (!scheme_is_ours(header, length, &is_of_keys))
		return true; /* anonymous */
	token = header + length + strspn(header + length, " \t");
	length = strcspn(token, " \t");
	if (length == 0 || token[length + strspn(token + length, " \t")] != 0)
		return refuse(w, &bad_header, NULL);
	token = arena_copy(&w->arena, token, length);
	return is_of_keys || key_is_meant(token) ? key_take(req, token)
						 : take_token(req, token);
}

static bool is_key(const struct principal *who)
{
	return !uuid_is_nil(&who->key);
}

bool route_allows(const struct route *route, const struct principal *who)
{
	switch (route->access) {
	case ACCESS_PUBLIC:
	case ACCESS_TOKEN:
	case ACCESS_GATEWAY:
		return true;
	case ACCESS_CUSTOMER:
		return who->is_known && !is_key(who);
	case ACCESS_STAFF:
		return who->is_known && (who->is_staff || is_key(who)) &&
		       (who->permissions & (UINT32_C(1) << route->permission));
	case ACCESS_NONE_GIVEN:
	default:
		return false;
	}
}

/* Of OPTIONS and of methods that the place does not have: whoever may do
 * nothing here is not told more than that. */
static bool place_allows(const struct place *place, const struct principal *who)
{
	for (int i = 0; i < METHODS; i++) {
		if (place->ways[i].route != NULL &&
		    route_allows(place->ways[i].route, who))
			return true;
	}
	return false;
}

/* Staff who would be asked for a second factor before anything else. */
static bool lacks_factor(const struct request *req)
{
	return config->staff_second_factor && req->who.is_staff &&
	       req->who.second == 0 && !is_key(&req->who);
}

static bool is_for_staff(const struct request *req)
{
	if (req->route != NULL)
		return req->route->access == ACCESS_STAFF;
	for (int i = 0; i < METHODS; i++) {
		const struct route *route = req->place->ways[i].route;

		if (route != NULL && route->access == ACCESS_STAFF)
			return true;
	}
	return false;
}

static bool refuse_key(struct work *w, const struct route *route)
{
	if (route == NULL)
		return refuse(w, &fault_forbidden, NULL);
	if (route->access != ACCESS_STAFF)
		return refuse(w, &for_people, NULL);
	return refuse(w, &lacks_scope, "The API key lacks the scope %s.",
		      permission_name(route->permission));
}

static bool refuse_caller(struct request *req)
{
	struct work *w = &req->http.work;

	if (!req->who.is_known)
		return refuse(w, &not_authenticated, NULL);
	if (is_key(&req->who))
		return refuse_key(w, req->route);
	return refuse(w,
		      lacks_factor(req) && is_for_staff(req) ? &lacks_second
							     : &fault_forbidden,
		      NULL);
}

/* A key proves nothing: what asks for a proof is for people, unless the route
 * says that it may go without. */
bool route_takes_keys(const struct route *route)
{
	return !route->is_for_people &&
	       (!route->needs_step_up || route->spares_keys);
}

/* The second factor if the session has one, else the first. */
static bool proved_lately(const struct principal *who)
{
	int64_t last = who->second ? who->second : who->proved;

	return clock_wall() / SECOND - last <= config->step_up_seconds;
}

bool permit(struct request *req)
{
	struct work *w = &req->http.work;
	const struct route *route = req->route;

	if (!(route != NULL ? route_allows(route, &req->who)
			    : place_allows(req->place, &req->who)))
		return refuse_caller(req);
	if (route == NULL)
		return true;
	if (is_key(&req->who))
		return route_takes_keys(route) ||
		       refuse(w, &for_people, NULL);
	return !route->needs_step_up || proved_lately(&req->who) ||
	       refuse(w, &step_up_required, NULL);
}
