/* key_text.c - API keys as they are written: made, read, told from damage. */
#include <rest/keys.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <platform/auth.h>

#include "throttle.h"

enum {
	PREFIX_LENGTH = 8,  /* sk_live_ */
	SECRET_LENGTH = 43, /* 62^43 > 2^256 */
	SUM_LENGTH = 6,	    /* 62^6 > 2^32 */
	SUM_AT = KEY_TEXT_LENGTH - SUM_LENGTH
};

static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz";

/* Each as likely as the others: what is above 4 * 62 is thrown again. */
static void random_digits(char *text, size_t length)
{
	uint8_t bytes[64];
	size_t used = sizeof(bytes);

	for (size_t i = 0; i < length;) {
		if (used == sizeof(bytes)) {
			random_bytes(bytes, sizeof(bytes));
			used = 0;
		}
		if (bytes[used] < 4 * 62)
			text[i++] = digits[bytes[used] % 62];
		used++;
	}
}

static uint32_t crc32_of(const char *text, size_t length)
{
	static const uint32_t by_nibble[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
		0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
		0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < length; i++) {
		crc ^= (uint8_t)text[i];
		crc = (crc >> 4) ^ by_nibble[crc & 15];
		crc = (crc >> 4) ^ by_nibble[crc & 15];
	}
	return ~crc;
}

static void sum_write(const char *text, char sum[SUM_LENGTH])
{
	uint32_t crc = crc32_of(text, SUM_AT);

	for (int i = SUM_LENGTH - 1; i >= 0; i--) {
		sum[i] = digits[crc % 62];
		crc /= 62;
	}
}

static bool is_all_digits(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		bool is_digit = (text[i] >= '0' && text[i] <= '9') ||
				(text[i] >= 'A' && text[i] <= 'Z') ||
				(text[i] >= 'a' && text[i] <= 'z');

		if (!is_digit)
			return false;
	}
	return true;
}

bool key_is_meant(const char *text)
{
	return strncmp(text, "sk_", 3) == 0;
}

bool key_read(const char *text, struct key_parts *parts)
{
	const char *id = text + PREFIX_LENGTH;
	const char *secret = id + KEY_ID_LENGTH + 1;
	char sum[SUM_LENGTH];

	if (strnlen(text, KEY_TEXT_LENGTH + 1) != KEY_TEXT_LENGTH)
		return false;
	parts->is_live = strncmp(text, "sk_live_", PREFIX_LENGTH) == 0;
	if (!parts->is_live && strncmp(text, "sk_test_", PREFIX_LENGTH) != 0)
		return false;
	if (!is_all_digits(id, KEY_ID_LENGTH) || secret[-1] != '_' ||
	    !is_all_digits(secret, SECRET_LENGTH + SUM_LENGTH))
		return false;
	sum_write(text, sum);
	if (memcmp(sum, text + SUM_AT, SUM_LENGTH) != 0)
		return false;
	memcpy(parts->public_id, id, KEY_ID_LENGTH);
	parts->public_id[KEY_ID_LENGTH] = '\0';
	return true;
}

void key_id_make(char public_id[KEY_ID_LENGTH + 1])
{
	random_digits(public_id, KEY_ID_LENGTH);
	public_id[KEY_ID_LENGTH] = '\0';
}

void key_make(const struct key_parts *parts, char text[KEY_TEXT_LENGTH + 1])
{
	char *id = text + PREFIX_LENGTH;

	memcpy(text, parts->is_live ? "sk_live_" : "sk_test_", PREFIX_LENGTH);
	memcpy(id, parts->public_id, KEY_ID_LENGTH);
	id[KEY_ID_LENGTH] = '_';
	random_digits(id + KEY_ID_LENGTH + 1, SECRET_LENGTH);
	sum_write(text, text + SUM_AT);
	text[KEY_TEXT_LENGTH] = '\0';
}

bool rate_is_sound(const char *text)
{
	static const char *const units[] = {"second", "minute", "hour", "day"};
	size_t length = strspn(text, "0123456789");
	struct rate rate;

	if (length == 0 || length > 7 || !rate_parse(text, &rate))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(text + length + 1, units[i]) == 0)
			return *text != '0';
	return false;
}
