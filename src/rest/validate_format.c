/* validate_format.c - e-mail addresses, URLs and slugs, by the rules of
 * Django's validators. Domains outside ASCII must come as punycode. */
#include "validate.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { LABEL_MAX = 63, HOST_MAX = 253, EMAIL_MAX = 320, URL_MAX = 2048 };

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z');
}

bool is_slug(const char *text)
{
	for (; *text != '\0'; text++) {
		if (!is_alnum(*text) && *text != '-' && *text != '_')
			return false;
	}
	return true;
}

/* Letters, digits and inner dashes. wide: bytes of UTF-8 too. */
static bool is_label(const char *at, size_t length, bool wide)
{
	if (length == 0 || length > LABEL_MAX || at[0] == '-' ||
	    at[length - 1] == '-')
		return false;
	for (size_t i = 0; i < length; i++) {
		bool is_wide = wide && (unsigned char)at[i] >= 0x80;

		if (!is_alnum(at[i]) && at[i] != '-' && !is_wide)
			return false;
	}
	return true;
}

/* At least two characters; in a URL no digits unless it is punycode. */
static bool is_top_level(const char *at, size_t length, bool of_url)
{
	if (length < 2)
		return false;
	if (!of_url || (length > 4 && strncasecmp(at, "xn--", 4) == 0))
		return true;
	for (size_t i = 0; i < length; i++) {
		if (isdigit((unsigned char)at[i]))
			return false;
	}
	return true;
}

/* Labels between dots, at least two; the last is a top level domain. In a URL
 * they may be wide. */
static bool is_domain(const char *at, size_t length, bool of_url)
{
	const char *end = at + length;
	int labels = 0;

	while (at < end) {
		const char *dot = memchr(at, '.', (size_t)(end - at));
		const char *stop = dot != NULL ? dot : end;

		if (!is_label(at, (size_t)(stop - at), of_url))
			return false;
		labels++;
		if (dot == NULL)
			return labels > 1 &&
			       is_top_level(at, (size_t)(stop - at),
					    of_url);
		at = stop + 1;
	}
	return false;
}

static bool is_address(int family, const char *at, size_t length)
{
	unsigned char address[16];
	char text[INET6_ADDRSTRLEN];

	if (length >= sizeof(text))
		return false;
	memcpy(text, at, length);
	text[length] = '\0';
	return inet_pton(family, text, address) == 1;
}

/* "name" in quotes: printable, with escapes; no controls for us. */
static bool is_quoted(const char *at, const char *end)
{
	if (end - at < 2 || *at != '"' || end[-1] != '"')
		return false;
	for (at++, end--; at < end; at++) {
		if (*at < ' ' || *at > '~' || *at == '"')
			return false;
		if (*at == '\\' && (++at == end || *at < ' ' || *at > '~'))
			return false;
	}
	return true;
}

static bool is_dot_atom(const char *at, const char *end)
{
	bool after_dot = true;

	for (; at < end; at++) {
		if (*at == '.' && after_dot)
			return false;
		after_dot = *at == '.';
		if (!after_dot && !is_alnum(*at) &&
		    strchr("-!#$%&'*+/=?^_`{}|~", *at) == NULL)
			return false;
	}
	return !after_dot;
}

static bool is_mail_domain(const char *domain)
{
	size_t length = strlen(domain);

	if (strcasecmp(domain, "localhost") == 0)
		return true;
	if (length > 2 && domain[0] == '[' && domain[length - 1] == ']')
		return is_address(AF_INET, domain + 1, length - 2) ||
		       is_address(AF_INET6, domain + 1, length - 2);
	return length <= HOST_MAX && is_domain(domain, length, false);
}

bool is_email(const char *text)
{
	const char *at = strrchr(text, '@');

	return at != NULL && strlen(text) <= EMAIL_MAX &&
	       (is_dot_atom(text, at) || is_quoted(text, at)) &&
	       is_mail_domain(at + 1);
}

static bool has_scheme(const char *text, const char **rest)
{
	static const char *const schemes[] = {"http://", "https://", "ftp://",
					      "ftps://", NULL};

	for (const char *const *scheme = schemes; *scheme != NULL; scheme++) {
		if (strncasecmp(text, *scheme, strlen(*scheme)) == 0) {
			*rest = text + strlen(*scheme);
			return true;
		}
	}
	return false;
}

/* ":8080" or nothing. */
static bool is_port(const char *at, const char *end)
{
	if (at == end)
		return true;
	if (*at != ':' || end - at < 2 || end - at > 6)
		return false;
	for (at++; at < end; at++) {
		if (!isdigit((unsigned char)*at))
			return false;
	}
	return true;
}

static bool is_host(const char *at, const char *end)
{
	const char *close = memchr(at, ']', (size_t)(end - at));
	const char *colon;
	size_t length;

	if (*at == '[')
		return close != NULL &&
		       is_address(AF_INET6, at + 1, (size_t)(close - at) - 1) &&
		       is_port(close + 1, end);
	colon = memchr(at, ':', (size_t)(end - at));
	if (colon != NULL && !is_port(colon, end))
		return false;
	length = (size_t)((colon != NULL ? colon : end) - at);
	if (is_address(AF_INET, at, length) ||
	    (length == 9 && strncasecmp(at, "localhost", 9) == 0))
		return true;
	if (length > HOST_MAX || length == 0)
		return false;
	/* One dot may end a full name. */
	return is_domain(at, at[length - 1] == '.' ? length - 1 : length, true);
}

/* "user:password@" before the host: one colon, no slash. */
static bool is_userinfo(const char *at, const char *end)
{
	int colons = 0;

	if (at == end || *at == ':')
		return false;
	for (; at < end; at++)
		colons += *at == ':';
	return colons <= 1;
}

bool is_url(const char *text)
{
	const char *end;
	const char *at;

	if (strlen(text) > URL_MAX || strpbrk(text, " \t\r\n\v\f") != NULL ||
	    !has_scheme(text, &text))
		return false;
	end = text + strcspn(text, "/?#");
	at = memchr(text, '@', (size_t)(end - text));
	if (at != NULL && !is_userinfo(text, at))
		return false;
	if (at != NULL)
		text = at + 1;
	return text < end && memchr(text, '@', (size_t)(end - text)) == NULL &&
	       is_host(text, end);
}
