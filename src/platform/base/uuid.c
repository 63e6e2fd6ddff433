/* uuid.c - RFC 9562 version 7: milliseconds, then random. */
#include <platform/uuid.h>

#include <assert.h>
#include <string.h>
#include <sys/random.h>
#include <sys/types.h>

#include <platform/clock.h>

struct uuid uuid_make(void)
{
	struct uuid uuid;
	uint64_t milliseconds = (uint64_t)(clock_wall() / MILLISECOND);
	ssize_t got = getrandom(uuid.bytes, sizeof(uuid.bytes), 0);

	assert(got == sizeof(uuid.bytes));
	for (int i = 0; i < 6; i++)
		uuid.bytes[i] = (uint8_t)(milliseconds >> (40 - 8 * i));
	uuid.bytes[6] = (uint8_t)(0x70 | (uuid.bytes[6] & 0x0f));
	uuid.bytes[8] = (uint8_t)(0x80 | (uuid.bytes[8] & 0x3f));
	return uuid;
}

void uuid_format(const struct uuid *uuid, char *text)
{
	static const char hex[] = "0123456789abcdef";

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*text++ = '-';
		*text++ = hex[uuid->bytes[i] >> 4];
		*text++ = hex[uuid->bytes[i] & 15];
	}
	*text = '\0';
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool uuid_parse(const char *text, struct uuid *uuid)
{
	size_t length = text == NULL ? 0 : strlen(text);
	struct uuid parsed;

	if (length != 32 && length != UUID_TEXT_LENGTH)
		return false;
	for (int i = 0; i < 16; i++) {
		bool dash = i == 4 || i == 6 || i == 8 || i == 10;

		if (dash && length == UUID_TEXT_LENGTH && *text++ != '-')
			return false;
		if (digit(text[0]) < 0 || digit(text[1]) < 0)
			return false;
		parsed.bytes[i] = (uint8_t)(digit(text[0]) << 4 | digit(text[1]));
		text += 2;
	}
	*uuid = parsed;
	return true;
}

bool uuid_is_nil(const struct uuid *uuid)
{
	static const struct uuid nil;

	return uuid_equal(uuid, &nil);
}

bool uuid_equal(const struct uuid *a, const struct uuid *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}
