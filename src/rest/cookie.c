/* cookie.c - the shop's cookies by their names. With the prefix __Host- a
 * browser takes them over TLS only, for this very host and all its paths, so
 * that no other host of the domain can plant one. */
#include "cookie.h"

#include <string.h>
#include <strings.h>

#include <platform/config.h>
#include <rest/request.h>

static const struct fault_kind sent_twice = {
	400, "duplicate_cookie", "A cookie of the session was sent twice."};

/* Without TLS, in development, browsers take no __Host- cookie. */
static const struct {
	const char *secure;
	const char *plain;
	bool is_readable; /* by the page's scripts */
} cookies[COOKIES] = {
	[COOKIE_ACCESS] = {"__Host-shopd-access", "shopd-access", false},
	[COOKIE_REFRESH] = {"__Host-shopd-refresh", "shopd-refresh", false},
	[COOKIE_CSRF] = {"csrftoken", "csrftoken", true},
	[COOKIE_DEVICE] = {"__Host-shopd-device", "shopd-device", false},
};

static const char *name_of(enum cookie cookie)
{
	return config->cookie_secure ? cookies[cookie].secure
				     : cookies[cookie].plain;
}

/* Counts it in one header line; the last one stands in *value. */
static unsigned find_in(struct request *req, const char *line,
			const char *name, const char **value)
{
	size_t name_length = strlen(name);
	unsigned count = 0;

	while (*line != '\0') {
		size_t length;

		line += strspn(line, "; \t");
		length = strcspn(line, ";");
		if (length > name_length && line[name_length] == '=' &&
		    memcmp(line, name, name_length) == 0) {
			size_t end = length;

			while (strchr(" \t", line[end - 1]) != NULL)
				end--;
			*value = arena_copy(&req->http.work.arena,
					    line + name_length + 1,
					    end - name_length - 1);
			count++;
		}
		line += length;
	}
	return count;
}

bool cookie_read(struct request *req, enum cookie cookie, const char **value)
{
	const struct http_call *call = &req->http;
	unsigned count = 0;

	*value = NULL;
	for (size_t i = 0; i < call->header_count; i++)
		if (strcasecmp(call->headers[i].name, "cookie") == 0)
			count += find_in(req, call->headers[i].value,
					 name_of(cookie), value);
	return count <= 1 || refuse(&req->http.work, &sent_twice, NULL);
}

void cookie_write(struct request *req, enum cookie cookie, const char *value,
		  int64_t seconds)
{
	http_answer_header(
		&req->http, "Set-Cookie",
		arena_format(&req->http.work.arena,
			     "%s=%s; Path=/; Max-Age=%lld; SameSite=Lax%s%s",
			     name_of(cookie), value, (long long)seconds,
			     config->cookie_secure ? "; Secure" : "",
			     cookies[cookie].is_readable ? "" : "; HttpOnly"));
}
