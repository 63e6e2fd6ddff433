/* browser.c - tokens in cookies. A browser sends those along whoever's page
 * asks, so whoever comes by one must also show the CSRF token of that session
 * (a double submit, bound to the session by HMAC), from a page of ours. The
 * texts are Django's (django/middleware/csrf.py). */
#include <rest/browser.h>

#include <string.h>
#include <strings.h>

#include <platform/auth.h>
#include <platform/config.h>
#include <rest/request.h>

#include "cookie.h"
#include "dispatch.h"

enum { NONCE_BYTES = 16, NONCE_LENGTH = 2 * NONCE_BYTES };
#define DEVICE_SECONDS (INT64_C(365) * 86400)

static const struct fault_kind csrf_failed = {
	403, "csrf_failed", "CSRF Failed: CSRF token missing."};

static bool refuse_csrf(struct request *req, const char *why)
{
	return refuse(&req->http.work, &csrf_failed, "CSRF Failed: %s", why);
}

/* ---- secrets that need no table ---- */

/* "nonce.mac", bound to what it is for and to whom. */
static const char *tag_make(struct request *req, const char *purpose,
			    const char *owner)
{
	struct arena *arena = &req->http.work.arena;
	uint8_t bytes[NONCE_BYTES];
	char nonce[NONCE_LENGTH + 1];
	char mac[SECRET_TEXT_SIZE];

	random_bytes(bytes, sizeof(bytes));
	hex_encode(bytes, sizeof(bytes), nonce);
	if (!secret_derive(purpose, arena_format(arena, "%s.%s", nonce, owner),
			   0, mac))
		return ""; /* a server without keys does not start */
	return arena_format(arena, "%s.%s", nonce, mac);
}

static bool tag_is_of(struct request *req, const char *tag,
		      const char *purpose, const char *owner)
{
	const char *text;
	char mac[SECRET_TEXT_SIZE];

	if (strlen(tag) != NONCE_LENGTH + 1 + SECRET_TEXT_SIZE - 1 ||
	    tag[NONCE_LENGTH] != '.')
		return false;
	text = arena_format(&req->http.work.arena, "%.*s.%s", NONCE_LENGTH, tag,
			    owner);
	for (unsigned i = 0; secret_derive(purpose, text, i, mac); i++)
		if (bytes_equal(mac, tag + NONCE_LENGTH + 1,
				SECRET_TEXT_SIZE - 1))
			return true;
	return false;
}

static const char *session_text(struct request *req, const struct uuid *id)
{
	char text[UUID_TEXT_LENGTH + 1];

	uuid_format(id, text);
	return arena_text(&req->http.work.arena, text);
}

/* ---- whose page asks ---- */

static bool origin_is_ours(struct request *req, const char *origin)
{
	return strcmp(origin, absolute_url(req, "")) == 0 ||
	       origin_is_listed(origin, config->public_url) ||
	       origin_is_listed(origin, config->storefront_url) ||
	       origin_is_listed(origin, config->cors_origins);
}

/* Scheme, host and port of a URL; "" when it has none. */
static const char *origin_of_url(struct request *req, const char *url)
{
	const char *host = strstr(url, "://");

	if (host == NULL)
		return "";
	return arena_copy(&req->http.work.arena, url,
			  (size_t)(host + 3 - url) +
				  strcspn(host + 3, "/?#"));
}

static bool refuse_page(struct request *req, const char *what,
			const char *origin)
{
	return refuse_csrf(req,
			   arena_format(&req->http.work.arena,
					"%s checking failed - %.120s does not "
					"match any trusted origins.",
					what, origin));
}

static bool check_page(struct request *req, bool must_be_told)
{
	const struct http_call *call = &req->http;
	const char *origin = http_header(call, "origin");
	const char *referer = http_header(call, "referer");

	if (origin != NULL)
		return (http_header_count(call, "origin") == 1 &&
			origin_is_ours(req, origin)) ||
		       refuse_page(req, "Origin", origin);
	if (referer != NULL)
		return (http_header_count(call, "referer") == 1 &&
			origin_is_ours(req, origin_of_url(req, referer))) ||
		       refuse_page(req, "Referer", referer);
	return !must_be_told ||
	       refuse_csrf(req, "Referer checking failed - no Referer.");
}

/* ---- the CSRF token ---- */

static bool is_safe_method(enum method method)
{
	return method == METHOD_GET || method == METHOD_HEAD ||
	       method == METHOD_OPTIONS;
}

static bool check_csrf(struct request *req, const char *session)
{
	const char *shown = http_header(&req->http, "x-csrftoken");
	const char *kept;

	if (!cookie_read(req, COOKIE_CSRF, &kept))
		return false;
	if (kept == NULL)
		return refuse_csrf(req, "CSRF cookie not set.");
	if (shown == NULL || *shown == '\0')
		return refuse_csrf(req, "CSRF token missing.");
	return (http_header_count(&req->http, "x-csrftoken") == 1 &&
		strlen(shown) == strlen(kept) &&
		bytes_equal(shown, kept, strlen(kept)) &&
		tag_is_of(req, shown, "csrf", session)) ||
	       refuse_csrf(req, "CSRF token incorrect.");
}

bool browser_guard(struct request *req, const struct uuid *session)
{
	return is_safe_method(req->http.method) ||
	       (check_page(req, true) &&
		check_csrf(req, session_text(req, session)));
}

bool browser_may_log_in(struct request *req)
{
	return !browser_is_asked(req) || check_page(req, false);
}

/* ---- the cookies of a session ---- */

bool browser_is_asked(const struct request *req)
{
	const char *mode = http_header(&req->http, "x-session-mode");

	return req->keeps_cookies || (mode != NULL &&
				      strcasecmp(mode, "cookie") == 0);
}

void browser_ask(struct request *req)
{
	req->keeps_cookies = true;
}

void browser_keep(struct request *req, const struct browser_session *session)
{
	const char *id = session_text(req, &session->id);
	int64_t life = config->refresh_token_seconds;

	cookie_write(req, COOKIE_ACCESS, session->access,
		     config->access_token_seconds);
	cookie_write(req, COOKIE_REFRESH,
		     arena_format(&req->http.work.arena, "%s.%s", id,
				  session->refresh),
		     life);
	cookie_write(req, COOKIE_CSRF, tag_make(req, "csrf", id), life);
}

void browser_forget(struct request *req)
{
	cookie_write(req, COOKIE_ACCESS, "", 0);
	cookie_write(req, COOKIE_REFRESH, "", 0);
	cookie_write(req, COOKIE_CSRF, "", 0);
}

static bool has_authorization(const struct request *req)
{
	return http_header(&req->http, "authorization") != NULL;
}

bool browser_access(struct request *req, const char **access)
{
	*access = NULL;
	return has_authorization(req) ||
	       cookie_read(req, COOKIE_ACCESS, access);
}

/* The cookie names the session in front of the token, for the CSRF token is
 * bound to that, and the access token may have gone. */
bool browser_refresh(struct request *req, const char **refresh)
{
	char id[UUID_TEXT_LENGTH + 1];
	const char *value;
	struct uuid session;

	*refresh = NULL;
	if (has_authorization(req))
		return true;
	if (!cookie_read(req, COOKIE_REFRESH, &value))
		return false;
	if (value == NULL || strlen(value) <= UUID_TEXT_LENGTH + 1 ||
	    value[UUID_TEXT_LENGTH] != '.')
		return true;
	memcpy(id, value, UUID_TEXT_LENGTH);
	id[UUID_TEXT_LENGTH] = '\0';
	if (!uuid_parse(id, &session))
		return true;
	if (!browser_guard(req, &session))
		return false;
	browser_ask(req);
	*refresh = value + UUID_TEXT_LENGTH + 1;
	return true;
}

/* ---- devices ---- */

static const char *folded(struct request *req, const char *name)
{
	char *text = arena_copy(&req->http.work.arena, name, strlen(name));

	for (char *at = text; *at != '\0'; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at - 'A' + 'a');
	return text;
}

const char *browser_device(struct request *req, const char *name)
{
	const char *tag = http_header(&req->http, "x-device-token");

	if (tag == NULL && !cookie_read(req, COOKIE_DEVICE, &tag)) {
		forgive(&req->http.work); /* then it is a stranger */
		return NULL;
	}
	return tag != NULL && tag_is_of(req, tag, "device", folded(req, name))
		       ? tag
		       : NULL;
}

void browser_know_device(struct request *req, const char *name)
{
	const char *tag = tag_make(req, "device", folded(req, name));

	if (browser_is_asked(req))
		cookie_write(req, COOKIE_DEVICE, tag, DEVICE_SECONDS);
	else
		http_answer_header(&req->http, "X-Device-Token", tag);
}
