/* totp.c - one-time codes by the clock (RFC 6238 on RFC 4226), and the base32
 * in which authenticator apps take their secret (RFC 4648). Never waits. */
#include <platform/auth.h>

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { SHA1_SIZE = 20, DRIFT = 1 /* steps, either way */ };

void base32_encode(const void *bytes, size_t length, char *text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	const uint8_t *at = bytes;
	uint32_t held = 0;
	unsigned bits = 0;

	for (size_t i = 0; i < length; i++) {
		held = (held << 8 | at[i]) & 0xfff;
		for (bits += 8; bits >= 5; bits -= 5)
			*text++ = digits[held >> (bits - 5) & 31];
	}
	if (bits > 0)
		*text++ = digits[held << (5 - bits) & 31];
	*text = '\0';
}

void totp_code(const uint8_t *secret, size_t length, int64_t step,
	       unsigned digits, char *code)
{
	uint8_t counter[8];
	uint8_t mac[SHA1_SIZE];
	const uint8_t *at;
	uint32_t number;

	for (size_t i = 0; i < sizeof(counter); i++)
		counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
	if (!HMAC(EVP_sha1(), secret, (int)length, counter, sizeof(counter),
		  mac, NULL))
		abort(); /* without SHA-1 nobody could log in */
	at = mac + (mac[SHA1_SIZE - 1] & 15);
	number = (uint32_t)(at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16 |
		 (uint32_t)at[2] << 8 | at[3];
	code[digits] = '\0';
	for (; digits > 0; number /= 10)
		code[--digits] = (char)('0' + number % 10);
}

/* Every step is computed, whichever is right. */
bool totp_match(const uint8_t secret[TOTP_SECRET_SIZE], const char *code,
		int64_t now, int64_t last_step, int64_t *step)
{
	char right[TOTP_DIGITS + 1];
	bool is_found = false;

	if (strlen(code) != TOTP_DIGITS)
		return false;
	for (int i = DRIFT; i >= -DRIFT; i--) {
		int64_t at = now / TOTP_STEP_SECONDS + i;

		totp_code(secret, TOTP_SECRET_SIZE, at, TOTP_DIGITS, right);
		if (!bytes_equal(right, code, TOTP_DIGITS) || at <= last_step)
			continue;
		is_found = true;
		*step = at;
	}
	return is_found;
}
