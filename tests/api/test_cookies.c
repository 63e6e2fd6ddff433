/* test_cookies.c - sessions that a browser keeps in cookies, and everything
 * that another site tries with them (reliability S26). */
#include "authenticator.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LOGIN "/api/v1/auth/login/"
#define REFRESH "/api/v1/auth/token/refresh/"
#define LOGOUT "/api/v1/auth/logout/"
#define ACCOUNT "/api/v1/account/"
#define LISTED "https://app.shop.example"

/* What a browser holds. */
struct jar {
	const char *email;
	const char *access;
	const char *refresh;
	const char *csrf;
	const char *device;
};

/* The value that the answer sets; NULL: it sets no such cookie. */
static const char *cookie_of(const struct answer *answer, const char *name)
{
	const char *at = answer->headers;
	const char *found = NULL;

	while ((at = strcasestr(at, "\nset-cookie: ")) != NULL) {
		at += strlen("\nset-cookie: ");
		if (strncmp(at, name, strlen(name)) == 0 && at[strlen(name)] == '=')
			found = fmt("%.*s", (int)strcspn(at + strlen(name) + 1, ";\r"),
				    at + strlen(name) + 1);
	}
	return found;
}

/* The whole line. */
static const char *line_of(const struct answer *answer, const char *name)
{
	const char *at = strcasestr(answer->headers, fmt("\nset-cookie: %s=", name));

	assert_non_null(at);
	return fmt("%.*s", (int)strcspn(at + 1, "\r\n"), at + 1);
}

static struct jar jar_of(const struct answer *answer)
{
	return (struct jar){
		.access = cookie_of(answer, "__Host-shopd-access"),
		.refresh = cookie_of(answer, "__Host-shopd-refresh"),
		.csrf = cookie_of(answer, "csrftoken"),
		.device = cookie_of(answer, "__Host-shopd-device"),
	};
}

static struct answer *log_in(int status, const char *email, const char *origin)
{
	const char *headers[] = {origin ? fmt("Origin: %s", origin) : NULL, NULL};

	return askf(status, "POST", LOGIN, &(struct caller){.headers = headers},
		    "{\"email\":\"%s\",\"password\":\"" GOOD_PASSWORD "\"}", email);
}

static struct jar a_browser(void)
{
	const char *email = a_member().email;
	struct jar jar = jar_of(log_in(200, email, shop_url()));

	jar.email = email;
	return jar;
}

static const char *cookies(const struct jar *jar)
{
	return fmt("Cookie: theme=dark; __Host-shopd-access=%s; "
		   "__Host-shopd-refresh=%s; csrftoken=%s; x=y",
		   jar->access, jar->refresh, jar->csrf);
}

/* A request with those cookies, that Origin and that X-CSRFToken; NULL: none. */
static struct answer *send(int status, const char *method, const char *path,
			   const char *cookie, const char *origin, const char *csrf)
{
	const char *headers[4] = {cookie};
	size_t count = 1;

	if (origin != NULL)
		headers[count++] = fmt("Origin: %s", origin);
	if (csrf != NULL)
		headers[count++] = fmt("X-CSRFToken: %s", csrf);
	return ask(status, method, path, &(struct caller){.headers = headers},
		   strcmp(method, "PATCH") == 0 ? "{\"first_name\":\"Ada\"}"
		   : strcmp(method, "POST") == 0 ? "{}"
						 : NULL);
}

static void assert_refused(const struct answer *answer, const char *detail)
{
	assert_string_equal(text_at(answer, "detail"), detail);
	assert_string_equal(text_at(answer, "code"), "csrf_failed");
}

/* ---- what the cookies are ---- */

static void a_login_sets_host_cookies_and_hides_the_refresh_token(void **state)
{
	const char *email = a_member().email;
	struct answer *answer = log_in(200, email, shop_url());
	const char *access = line_of(answer, "__Host-shopd-access");
	const char *refresh = line_of(answer, "__Host-shopd-refresh");
	const char *csrf = line_of(answer, "csrftoken");

	(void)state;
	assert_string_equal(text_at(answer, "refresh"), "");
	assert_string_equal(text_at(answer, "access"),
			    cookie_of(answer, "__Host-shopd-access"));
	assert_string_equal(text_at(answer, "user.email"), email);
	assert_string_equal(text_at(answer, "user.username"), email);
	assert_int_equal(strlen(text_at(answer, "user.pk")), 36);
	for (int i = 0; i < 3; i++) {
		const char *line = i == 0 ? access : i == 1 ? refresh : csrf;

		assert_non_null(strstr(line, "; Path=/"));
		assert_non_null(strstr(line, "; Secure"));
		assert_non_null(strstr(line, "; SameSite=Lax"));
		assert_null(strstr(line, "Domain"));
	}
	assert_non_null(strstr(access, "; HttpOnly"));
	assert_non_null(strstr(refresh, "; HttpOnly"));
	assert_null(strstr(csrf, "HttpOnly"));
	assert_non_null(strstr(line_of(answer, "__Host-shopd-device"), "; HttpOnly"));
}

static void a_bearer_gets_no_cookie(void **state)
{
	struct answer *answer = login_with(200, a_member().email, GOOD_PASSWORD);

	(void)state;
	assert_null(strcasestr(answer->headers, "set-cookie"));
	assert_int_equal(strlen(text_at(answer, "refresh")), 43);
}

static void a_wrong_password_is_a_field_error_and_sets_nothing(void **state)
{
	struct answer *answer = askf(400, "POST", LOGIN, &nobody,
				     "{\"email\":\"%s\",\"password\":\"not it at all\"}",
				     a_member().email);

	(void)state;
	assert_string_equal(answer->body, "{\"non_field_errors\":[\"Unable to log in with "
					  "provided credentials.\"]}");
	assert_null(strcasestr(answer->headers, "set-cookie"));
}

static void any_login_ends_in_cookies_when_that_is_asked_for(void **state)
{
	const char *email = a_member().email;
	struct caller caller = {.header = "X-Session-Mode: cookie"};
	struct answer *answer = askf(200, "POST", "/api/v1/auth/token/", &caller,
				     "{\"email\":\"%s\",\"password\":\"" GOOD_PASSWORD "\"}", email);
	struct jar jar = jar_of(answer);

	(void)state;
	assert_string_equal(text_at(answer, "refresh"), "");
	send(200, "GET", ACCOUNT, cookies(&jar), NULL, NULL);
}

/* ---- what they open ---- */

static void the_cookie_logs_in_and_writes_need_the_token_and_the_page(void **state)
{
	struct jar jar = a_browser();
	struct answer *answer = send(200, "GET", ACCOUNT, cookies(&jar), NULL, NULL);

	(void)state;
	assert_string_equal(text_at(answer, "email"), jar.email);
	answer = send(200, "PATCH", ACCOUNT, cookies(&jar), shop_url(), jar.csrf);
	assert_string_equal(text_at(answer, "first_name"), "Ada");
	assert_refused(send(403, "PATCH", ACCOUNT, cookies(&jar), shop_url(), NULL),
		       "CSRF Failed: CSRF token missing.");
	assert_refused(send(403, "PATCH", ACCOUNT, cookies(&jar), NULL, jar.csrf),
		       "CSRF Failed: Referer checking failed - no Referer.");
	assert_refused(send(403, "PATCH", ACCOUNT,
			    fmt("Cookie: __Host-shopd-access=%s", jar.access), shop_url(), jar.csrf),
		       "CSRF Failed: CSRF cookie not set.");
}

static void a_referer_stands_in_for_an_origin(void **state)
{
	struct jar jar = a_browser();
	const char *headers[] = {cookies(&jar), fmt("X-CSRFToken: %s", jar.csrf),
				 fmt("Referer: %s/cart?x=1#y", shop_url()), NULL};
	struct caller caller = {.headers = headers};

	(void)state;
	ask(200, "PATCH", ACCOUNT, &caller, "{\"first_name\":\"Eve\"}");
	headers[2] = "Referer: https://evil.example/cart";
	assert_refused(ask(403, "PATCH", ACCOUNT, &caller, "{}"),
		       "CSRF Failed: Referer checking failed - https://evil.example/cart does not "
		       "match any trusted origins.");
	headers[2] = fmt("Referer: %s.evil.example/", shop_url());
	ask(403, "PATCH", ACCOUNT, &caller, "{}");
	headers[2] = fmt("Referer: https://evil.example/?%s/", shop_url());
	ask(403, "PATCH", ACCOUNT, &caller, "{}");
	headers[2] = "Referer: about:blank";
	ask(403, "PATCH", ACCOUNT, &caller, "{}");
}

static void only_exactly_listed_origins_may_write_or_read_with_cookies(void **state)
{
	struct jar jar = a_browser();
	const char *own = shop_url();
	const char *foreign[] = {
		"null", "NULL", "", " ", "*", "https://evil.example",
		LISTED ".evil.example", "https://evilapp.shop.example", "https://app.shop.exampl",
		"https://app.shop.example.", "https://APP.shop.example", "HTTPS://app.shop.example",
		"http://app.shop.example", LISTED ":443", LISTED ":8443", LISTED "/",
		LISTED "/x", LISTED "?", LISTED "#", LISTED "," LISTED, LISTED " " LISTED,
		"https://app.shop.example@evil.example", "https://user@app.shop.example",
		"//app.shop.example", "app.shop.example", "https:/app.shop.example",
		"https://app.shop.example%00.evil.example", "https://app.shop.example%2eevil.example",
		"file://", "chrome-extension://app.shop.example", "https://shop.example",
		"http://127.0.0.1", "https://127.0.0.1", "http://localhost",
		fmt("%s0", own), fmt("%s/", own), fmt("%s.evil.example", own), "http://127.0.0.1:1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		struct answer *answer = send(0, "PATCH", ACCOUNT, cookies(&jar), foreign[i],
					     jar.csrf);

		/* curl leaves a header without a value out. */
		if (answer->status != 403)
			fail_msg("%s: %d", foreign[i], answer->status);
		assert_string_equal(text_at(answer, "code"), "csrf_failed");
		assert_null(header_of(answer, "Access-Control-Allow-Origin"));
		assert_null(header_of(answer, "Access-Control-Allow-Credentials"));
		answer = send(200, "GET", ACCOUNT, cookies(&jar), foreign[i], NULL);
		assert_null(header_of(answer, "Access-Control-Allow-Origin"));
		assert_null(header_of(answer, "Access-Control-Allow-Credentials"));
	}
	for (int i = 0; i < 2; i++) {
		const char *good = i == 0 ? LISTED : "http://localhost:3000";
		struct answer *answer = send(200, "PATCH", ACCOUNT, cookies(&jar), good, jar.csrf);

		assert_string_equal(header_of(answer, "Access-Control-Allow-Origin"), good);
		assert_string_equal(header_of(answer, "Access-Control-Allow-Credentials"), "true");
	}
	send(200, "PATCH", ACCOUNT, cookies(&jar), own, jar.csrf);
}

static void a_token_of_another_session_is_refused(void **state)
{
	struct jar mine = a_browser();
	struct jar theirs = a_browser();
	struct jar again = jar_of(log_in(200, mine.email, shop_url()));
	struct jar mixed = mine;
	const char *const wrong[] = {
		"x", theirs.csrf, again.csrf, fmt("%sx", mine.csrf), fmt(" %.40s", mine.csrf),
		fmt("%.75s_", mine.csrf), fmt("0%s", mine.csrf + 1), "null", "undefined",
		fmt("%s,%s", mine.csrf, mine.csrf),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (strcmp(wrong[i], mine.csrf) != 0)
			assert_refused(send(403, "PATCH", ACCOUNT, cookies(&mine), shop_url(), wrong[i]),
				       "CSRF Failed: CSRF token incorrect.");
	/* Planted as a cookie, too: a double submit alone would take it. */
	mixed.csrf = theirs.csrf;
	assert_refused(send(403, "PATCH", ACCOUNT, cookies(&mixed), shop_url(), theirs.csrf),
		       "CSRF Failed: CSRF token incorrect.");
	mixed.csrf = "abc";
	assert_refused(send(403, "PATCH", ACCOUNT, cookies(&mixed), shop_url(), "abc"),
		       "CSRF Failed: CSRF token incorrect.");
}

static void a_cookie_that_comes_twice_is_refused(void **state)
{
	struct jar jar = a_browser();
	struct jar evil = a_browser();
	const char *headers[] = {cookies(&jar), cookies(&evil), NULL};
	struct caller caller = {.headers = headers};
	const char *const twice[] = {
		fmt("%s; __Host-shopd-access=%s", cookies(&jar), evil.access),
		fmt("Cookie: __Host-shopd-access=%s; __Host-shopd-access=%s", jar.access, jar.access),
		fmt("Cookie: __Host-shopd-access=;%s", cookies(&jar) + 7),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(twice) / sizeof(twice[0]); i++)
		assert_string_equal(text_at(send(400, "GET", ACCOUNT, twice[i], NULL, NULL), "code"),
				    "duplicate_cookie");
	assert_string_equal(text_at(ask(400, "GET", ACCOUNT, &caller, NULL), "code"),
			    "duplicate_cookie");
	assert_string_equal(text_at(send(400, "PATCH", ACCOUNT,
					 fmt("%s; csrftoken=%s", cookies(&jar), evil.csrf),
					 shop_url(), jar.csrf),
				    "code"),
			    "duplicate_cookie");
	assert_string_equal(text_at(send(400, "POST", REFRESH,
					 fmt("%s; __Host-shopd-refresh=x", cookies(&jar)),
					 shop_url(), jar.csrf),
				    "code"),
			    "duplicate_cookie");
	/* Another name is another cookie. */
	send(200, "GET", ACCOUNT,
	     fmt("%s; shopd-access=%s; __host-shopd-access=x; x__Host-shopd-access=x",
		 cookies(&jar), evil.access),
	     NULL, NULL);
}

static void a_header_wins_over_a_cookie(void **state)
{
	struct jar jar = a_browser();
	struct member other = a_member();
	const char *headers[] = {cookies(&jar), NULL};
	struct caller caller = {.bearer = other.access, .headers = headers};

	(void)state;
	assert_string_equal(text_at(ask(200, "GET", ACCOUNT, &caller, NULL), "email"), other.email);
	ask(200, "PATCH", ACCOUNT, &caller, "{\"first_name\":\"Bea\"}");
	caller.bearer = "x.y.z";
	ask(401, "GET", ACCOUNT, &caller, NULL);
}

/* ---- login CSRF ---- */

static void a_foreign_page_cannot_log_a_browser_in(void **state)
{
	const char *email = a_member().email;
	struct answer *answer = log_in(403, email, "https://evil.example");

	(void)state;
	assert_refused(answer, "CSRF Failed: Origin checking failed - https://evil.example does "
			       "not match any trusted origins.");
	assert_null(strcasestr(answer->headers, "set-cookie"));
	log_in(403, email, "null");
	log_in(200, email, LISTED);
	log_in(200, email, NULL); /* no browser */
}

/* ---- on and on, and out ---- */

static void a_session_is_refreshed_from_its_cookie(void **state)
{
	struct jar jar = a_browser();
	const char *only = fmt("Cookie: __Host-shopd-refresh=%s; csrftoken=%s", jar.refresh, jar.csrf);
	struct answer *answer;
	struct jar next;

	(void)state;
	assert_refused(send(403, "POST", REFRESH, only, shop_url(), NULL),
		       "CSRF Failed: CSRF token missing.");
	assert_refused(send(403, "POST", REFRESH, only, "https://evil.example", jar.csrf),
		       "CSRF Failed: Origin checking failed - https://evil.example does not match "
		       "any trusted origins.");
	assert_refused(send(403, "POST", REFRESH, only, shop_url(), a_browser().csrf),
		       "CSRF Failed: CSRF token incorrect.");
	answer = send(200, "POST", REFRESH, only, shop_url(), jar.csrf);
	assert_string_equal(text_at(answer, "refresh"), "");
	next = jar_of(answer);
	assert_string_not_equal(next.refresh, jar.refresh);
	assert_string_not_equal(next.csrf, jar.csrf);
	send(200, "PATCH", ACCOUNT, cookies(&next), shop_url(), next.csrf);
	/* The token is of the session: a tab that has the older one goes on. */
	next.csrf = jar.csrf;
	send(200, "PATCH", ACCOUNT, cookies(&next), shop_url(), jar.csrf);
}

static void a_logout_ends_the_session_and_removes_the_cookies(void **state)
{
	struct jar jar = a_browser();
	const char *only = fmt("Cookie: __Host-shopd-refresh=%s; csrftoken=%s", jar.refresh, jar.csrf);
	struct answer *answer;

	(void)state;
	assert_refused(send(403, "POST", LOGOUT, only, shop_url(), NULL),
		       "CSRF Failed: CSRF token missing.");
	assert_refused(send(403, "POST", LOGOUT, only, "https://evil.example", jar.csrf),
		       "CSRF Failed: Origin checking failed - https://evil.example does not match "
		       "any trusted origins.");
	answer = send(200, "POST", LOGOUT, only, shop_url(), jar.csrf);
	assert_string_equal(text_at(answer, "detail"), "Successfully logged out.");
	assert_string_equal(cookie_of(answer, "__Host-shopd-access"), "");
	assert_string_equal(cookie_of(answer, "__Host-shopd-refresh"), "");
	assert_non_null(strstr(line_of(answer, "__Host-shopd-refresh"), "; Max-Age=0; "));
	assert_string_equal(text_at(send(401, "POST", REFRESH, only, shop_url(), jar.csrf), "code"),
			    "token_not_valid");
	/* Again, in another tab: it is over as it should be. */
	send(200, "POST", LOGOUT, only, shop_url(), jar.csrf);
}

static void a_change_of_the_password_goes_on_in_cookies(void **state)
{
	struct jar jar = a_browser();
	const char *headers[] = {cookies(&jar), fmt("Origin: %s", shop_url()),
				 fmt("X-CSRFToken: %s", jar.csrf), NULL};
	struct answer *answer = ask(200, "POST", "/api/v1/account/change-password/",
				    &(struct caller){.headers = headers},
				    "{\"old_password\":\"" GOOD_PASSWORD "\","
				    "\"new_password\":\"another-quiet-lamp-8\"}");
	struct jar next = jar_of(answer);

	(void)state;
	assert_string_equal(text_at(answer, "refresh"), "");
	send(200, "PATCH", ACCOUNT, cookies(&next), shop_url(), next.csrf);
	answer = send(200, "POST", "/api/v1/auth/logout/all/", cookies(&next), shop_url(), next.csrf);
	assert_string_equal(cookie_of(answer, "__Host-shopd-access"), "");
}

static void without_a_cookie_a_refresh_token_is_a_required_field(void **state)
{
	(void)state;
	assert_string_equal(ask(400, "POST", REFRESH, &nobody, "{}")->body,
			    "{\"refresh\":[\"This field is required.\"]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_login_sets_host_cookies_and_hides_the_refresh_token),
		cmocka_unit_test(a_bearer_gets_no_cookie),
		cmocka_unit_test(a_wrong_password_is_a_field_error_and_sets_nothing),
		cmocka_unit_test(any_login_ends_in_cookies_when_that_is_asked_for),
		cmocka_unit_test(the_cookie_logs_in_and_writes_need_the_token_and_the_page),
		cmocka_unit_test(a_referer_stands_in_for_an_origin),
		cmocka_unit_test(only_exactly_listed_origins_may_write_or_read_with_cookies),
		cmocka_unit_test(a_token_of_another_session_is_refused),
		cmocka_unit_test(a_cookie_that_comes_twice_is_refused),
		cmocka_unit_test(a_header_wins_over_a_cookie),
		cmocka_unit_test(a_foreign_page_cannot_log_a_browser_in),
		cmocka_unit_test(a_session_is_refreshed_from_its_cookie),
		cmocka_unit_test(a_logout_ends_the_session_and_removes_the_cookies),
		cmocka_unit_test(a_change_of_the_password_goes_on_in_cookies),
		cmocka_unit_test(without_a_cookie_a_refresh_token_is_a_required_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
