/* uuid.c - RFC 9562 version 7: milliseconds, then random. */
#include <platform/uuid.h>

#include <assert.h>
#include <pthread.h>
#include <string.h>
#include <sys/random.h>
#include <sys/types.h>

#include <platform/clock.h>

/* Each request has an id: the kernel is asked for many at a time. What was
 * handed out is wiped, and a child starts with nothing of its parent's. */
static _Thread_local struct {
	uint8_t bytes[256]; /* never cut short by a signal: getrandom(2) */
	size_t left;
} pool;

static void pool_forget(void)
{
	memset(&pool, 0, sizeof(pool));
}

static void forget_in_children(void)
{
	pthread_atfork(NULL, NULL, pool_forget);
}

static void random_take(uint8_t bytes[16])
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	if (pool.left < 16) {
		ssize_t got = getrandom(pool.bytes, sizeof(pool.bytes), 0);

		pthread_once(&once, forget_in_children);
		assert(got == sizeof(pool.bytes));
		pool.left = sizeof(pool.bytes);
	}
	pool.left -= 16;
	memcpy(bytes, pool.bytes + pool.left, 16);
	explicit_bzero(pool.bytes + pool.left, 16);
}

struct uuid uuid_make(void)
{
	struct uuid uuid;
	uint64_t milliseconds = (uint64_t)(clock_wall() / MILLISECOND);

	random_take(uuid.bytes);
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
