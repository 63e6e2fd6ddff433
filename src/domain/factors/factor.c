/* factor.c - codes as people type them and apps take them. Never waits. */
#include "factors.h"

#include <ctype.h>
#include <string.h>

#include <platform/text.h>

const char *code_plain(struct arena *arena, const char *typed)
{
	char *plain = arena_text(arena, typed);
	char *to = plain;

	for (const char *from = typed; *from; from++)
		if (*from != ' ' && *from != '-')
			*to++ = (char)tolower((unsigned char)*from);
	*to = '\0';
	return plain;
}

/* So many bits that a plain hash of it keeps the secret (NIST SP 800-63B-4
 * section 3.1.2.2 asks for 112). */
const char *recovery_code_make(struct arena *arena)
{
	uint8_t bits[15];
	char letters[sizeof(bits) * 8 / 5 + 2];

	random_bytes(bits, sizeof(bits));
	base32_encode(bits, sizeof(bits), letters);
	for (char *at = letters; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	return arena_format(arena, "%.6s-%.6s-%.6s-%.6s", letters, letters + 6,
			    letters + 12, letters + 18);
}

const char *recovery_code_hash(struct arena *arena, const char *typed)
{
	uint8_t hash[SECRET_HASH_SIZE];
	char hex[2 * SECRET_HASH_SIZE + 1];

	secret_hash(code_plain(arena, typed), hash);
	hex_encode(hash, sizeof(hash), hex);
	return arena_text(arena, hex);
}

/* RFC 3986: all but the unreserved. */
static void add_escaped(struct text *text, const char *plain)
{
	static const char unreserved[] = "abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "0123456789-._~";

	for (; *plain; plain++)
		if (strchr(unreserved, *plain))
			text_add_char(text, *plain);
		else
			text_format(text, "%%%02X", (unsigned char)*plain);
}

const char *totp_uri(struct arena *arena, const char *shop, const char *email,
		     const char *secret)
{
	struct text text;

	text_init(&text, arena, 256);
	text_add(&text, "otpauth://totp/");
	add_escaped(&text, shop);
	text_add_char(&text, ':');
	add_escaped(&text, email);
	text_format(&text, "?secret=%s&issuer=", secret);
	add_escaped(&text, shop);
	text_format(&text, "&algorithm=SHA1&digits=%d&period=%d", TOTP_DIGITS,
		    TOTP_STEP_SECONDS);
	return text.bytes;
}
