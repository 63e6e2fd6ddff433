/* safe.c - what production refuses to start with (reliability S35), and what
 * everything else does. */
#include <platform/config.h>

#include <stdio.h>
#include <string.h>

#include "settings.h"

enum { KEY_SECRET_MIN = 32 };

static bool unsafe(const char *key, const char *sentence)
{
	fprintf(stderr, "production refuses to start: %s %s.\n", key, sentence);
	return false;
}

static bool has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

/* A secret of few different characters was typed, not drawn. */
static bool is_plain(const char *secret, size_t length)
{
	bool seen[256] = {false};
	int different = 0;

	for (size_t i = 0; i < length; i++) {
		different += !seen[(unsigned char)secret[i]];
		seen[(unsigned char)secret[i]] = true;
	}
	return different < 10;
}

static bool keys_are_safe(const char *name, const char *keys)
{
	if (has(keys, "development-only"))
		return unsafe(name, "is the default that everybody knows");
	for (const char *at = keys; at;) {
		const char *end = strchr(at, ',');
		size_t length = end ? (size_t)(end - at) : strlen(at);
		const char *colon = memchr(at, ':', length);
		size_t secret;

		if (!colon || colon == at)
			return unsafe(name, "must be kid:secret, comma "
					    "separated");
		secret = length - (size_t)(colon + 1 - at);
		if (secret < KEY_SECRET_MIN)
			return unsafe(name, "has a secret of fewer than 32 "
					    "characters");
		if (is_plain(colon + 1, secret))
			return unsafe(name, "has a secret that can be guessed");
		at = end ? end + 1 : NULL;
	}
	return true;
}

static bool is_https(const char *url)
{
	return strncmp(url, "https://", 8) == 0;
}

static bool is_loopback(const char *url)
{
	return has(url, "//127.") || has(url, "//localhost") ||
	       has(url, "//[::1]");
}

static bool stripe_is_live(const struct config *c)
{
	return strncmp(c->stripe_secret_key, "sk_live_", 8) == 0 ||
	       strncmp(c->stripe_secret_key, "rk_live_", 8) == 0;
}

/* What takes test keys of integrators moves nobody's money. */
static bool test_is_safe(const struct config *c)
{
	if (!stripe_is_live(c))
		return true;
	fputs("A server that is not mode = production refuses to start: "
	      "stripe_secret_key is live, a test would move real money.\n",
	      stderr);
	return false;
}

static bool stripe_is_safe(const struct config *c)
{
	bool is_safe = true;
	bool is_live = stripe_is_live(c);

	if (!is_https(c->stripe_url) || is_loopback(c->stripe_url))
		is_safe = unsafe("stripe_url", "is not https, or the emulator");
	if (has(c->stripe_secret_key, "emulator") || !*c->stripe_secret_key)
		is_safe = unsafe("stripe_secret_key",
				 "is empty, or the emulator's");
	if (has(c->stripe_publishable_key, "emulator"))
		is_safe = unsafe("stripe_publishable_key",
				 "is the emulator's");
	if (has(c->stripe_webhook_secret, "emulator") ||
	    strlen(c->stripe_webhook_secret) < 16)
		is_safe = unsafe("stripe_webhook_secret",
				 "is short, or the emulator's");
	if (c->stripe_live != is_live)
		is_safe = unsafe("stripe_live", "and stripe_secret_key do not "
						"agree");
	return is_safe;
}

/* A socket, this machine, or TLS. */
static bool database_is_safe(const char *url)
{
	const char *host = strstr(url, "//");
	const char *at;

	if (has(url, "sslmode=require") || has(url, "sslmode=verify-") ||
	    has(url, "host=/") || has(url, "host=%2F") || !host)
		return true;
	at = strchr(host, '@');
	host = at ? at + 1 : host + 2;
	return *host == '/' || *host == '?' || !*host ||
	       strncmp(host, "127.", 4) == 0 ||
	       strncmp(host, "localhost", 9) == 0 ||
	       strncmp(host, "[::1]", 5) == 0 ||
	       unsafe("database_url", "goes to another machine without "
				      "sslmode=require or verify-full");
}

static bool mail_is_safe(const struct config *c)
{
	if (!*c->smtp_url || has(c->smtp_url, ":8025"))
		return unsafe("smtp_url", "is empty, or the emulator's");
	if (has(c->mail_from, "@example."))
		return unsafe("mail_from", "is the default");
	if (*c->smtp_password && !c->smtp_starttls &&
	    strncmp(c->smtp_url, "smtps://", 8) != 0)
		return unsafe("smtp_starttls", "must be on: the password would "
					       "travel in clear");
	return true;
}

/* Browsers give a passkey to its domain and what is below it, over TLS. */
static bool origin_fits(const char *origin, size_t length, const char *domain)
{
	static const char app[] = "android:apk-key-hash:";
	size_t tail = strlen(domain);
	size_t host;

	if (length > sizeof(app) && strncmp(origin, app, sizeof(app) - 1) == 0)
		return true;
	if (length <= 8 || !is_https(origin) ||
	    memchr(origin + 8, '/', length - 8))
		return false;
	origin += 8;
	host = strcspn(origin, ":");
	if (host > length - 8)
		host = length - 8;
	return host >= tail &&
	       memcmp(origin + host - tail, domain, tail) == 0 &&
	       (host == tail || origin[host - tail - 1] == '.');
}

static bool passkeys_are_safe(const struct config *c)
{
	const char *at = c->webauthn_origins;
	char domain[256] = "";

	if (!*c->webauthn_rp_id && !*at)
		return true; /* both follow public_url */
	if (*c->webauthn_rp_id)
		snprintf(domain, sizeof(domain), "%s", c->webauthn_rp_id);
	else
		sscanf(c->public_url, "https://%255[^:/]", domain);
	if (!*at)
		at = c->public_url;
	while (*at) {
		size_t length;

		at += strspn(at, ", ");
		length = strcspn(at, ", ");
		if (length && !origin_fits(at, length, domain))
			return unsafe("webauthn_origins",
				      "has one that is no https:// origin of "
				      "webauthn_rp_id");
		at += length;
	}
	return true;
}

bool config_is_safe(void)
{
	const struct config *c = config;
	bool is_safe = true;

	if (!c->is_production)
		return test_is_safe(c);
	if (c->demo)
		is_safe = unsafe("demo", "is on: the passwords are known");
	if (!is_https(c->public_url) || is_loopback(c->public_url))
		is_safe = unsafe("public_url", "must be the https:// origin of "
					       "the shop");
	if (!*c->allowed_hosts)
		is_safe = unsafe("allowed_hosts", "is empty: any host name "
						  "would be answered");
	if (!c->seccomp)
		is_safe = unsafe("seccomp", "is off");
	if (config_origin.is_world_readable)
		is_safe = unsafe(config_origin.file, "holds secrets and is "
						     "readable by all");
	if (!c->cookie_secure)
		is_safe = unsafe("cookie_secure", "is off: sessions of "
						  "browsers could be read");
	if (!c->staff_second_factor)
		is_safe = unsafe("staff_second_factor",
				 "is off: a password alone would open the "
				 "shop");
	is_safe &= keys_are_safe("token_keys", c->token_keys);
	is_safe &= keys_are_safe("data_keys", c->data_keys);
	is_safe &= stripe_is_safe(c);
	is_safe &= database_is_safe(c->database_url);
	is_safe &= mail_is_safe(c);
	is_safe &= passkeys_are_safe(c);
	if (config_login_in_clear(c))
		is_safe = unsafe(config_login_in_clear(c),
				 "has http://: logins would travel in clear");
	return is_safe;
}
