/* rest/browser.h - sessions that a browser keeps in cookies, and what keeps
 * other sites from making use of them (docs/security.md). Never waits. */
#ifndef REST_BROWSER_H
#define REST_BROWSER_H

#include <stdbool.h>

#include <platform/uuid.h>

struct request;

/* What the cookies hold. */
struct browser_session {
	struct uuid id;
	const char *access;
	const char *refresh;
};

/* Whether tokens go into cookies: the caller came by one, or asks for them
 * with the header "X-Session-Mode: cookie". */
bool browser_is_asked(const struct request *req);
/* From here on they do (of auth/login/). */
void browser_ask(struct request *req);
/*
 * Against login CSRF, before a password is looked at: 403 when the answer
 * would set cookies and the page that asks is not one of ours. A caller that
 * names no page is no browser.
 */
bool browser_may_log_in(struct request *req);

/* Sets the cookies of the session, with a fresh CSRF token. */
void browser_keep(struct request *req, const struct browser_session *session);
/* Removes them. */
void browser_forget(struct request *req);

/*
 * The refresh token of the cookie, when the caller sends no Authorization
 * header; NULL: there is none. False: 403, the CSRF token is missing or not
 * of that session, or the page is foreign; 400, a cookie came twice.
 */
bool browser_refresh(struct request *req, const char **refresh);
/* The same of the access token, for whatever asks who calls. The CSRF token
 * is browser_guard()'s matter, once the session is known. */
bool browser_access(struct request *req, const char **access);
/* 403 unless the method is safe, or the page is ours and shows the CSRF token
 * of that session. */
bool browser_guard(struct request *req, const struct uuid *session);

/*
 * A token that this device was given at an earlier login to that name: from
 * the cookie, or from the header X-Device-Token. NULL: none, or not genuine.
 * What it gives is the same for each use of one token.
 */
const char *browser_device(struct request *req, const char *name);
/* Gives the device one, which lasts for a year. */
void browser_know_device(struct request *req, const char *name);

#endif
