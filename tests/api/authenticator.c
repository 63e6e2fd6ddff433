/* authenticator.c - an app that shows codes (RFC 6238, by another hand than
 * the shop's), and accounts that have one. */
#include "authenticator.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>

enum { SECRET_MAX = 64, STEP = 30 };

static size_t base32_decode(const char *text, unsigned char *bytes)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned long held = 0;
	size_t count = 0;
	int bits = 0;

	for (; *text != '\0'; text++) {
		const char *digit = strchr(digits, *text);

		assert_non_null(digit);
		held = (held << 5 | (unsigned long)(digit - digits)) & 0xffff;
		bits += 5;
		if (bits < 8)
			continue;
		bits -= 8;
		bytes[count++] = (unsigned char)(held >> bits);
	}
	return count;
}

/* The last seconds of a step are waited out: the oldest code that is still
 * good would be too old by the time it arrives. */
static unsigned long long step_now(void)
{
	const struct timespec pause = {.tv_nsec = 100000000};

	while (time(NULL) % STEP >= STEP - 3)
		nanosleep(&pause, NULL);
	return (unsigned long long)time(NULL) / STEP;
}

const char *code_shown(const char *secret, int steps)
{
	unsigned long long step = step_now() + (unsigned long long)(long long)steps;
	unsigned char key[SECRET_MAX];
	unsigned char counter[8];
	unsigned char mac[EVP_MAX_MD_SIZE];
	size_t length = base32_decode(secret, key);
	size_t got;
	unsigned long code = 0;

	for (int i = 7; i >= 0; i--, step >>= 8)
		counter[i] = (unsigned char)step;
	assert_non_null(EVP_Q_mac(NULL, "HMAC", NULL, "SHA1", NULL, key, length,
				  counter, sizeof(counter), mac, sizeof(mac),
				  &got));
	assert_int_equal(got, 20);
	for (int i = 0; i < 4; i++)
		code = code << 8 | mac[(mac[19] & 15) + i];
	return fmt("%06lu", (code & 0x7fffffff) % 1000000);
}

struct caller with(const char *access)
{
	return (struct caller){.bearer = access};
}

struct answer *login_with(int status, const char *email, const char *password)
{
	return askf(status, "POST", "/api/v1/auth/token/", &nobody,
		    "{\"email\":\"%s\",\"password\":\"%s\"}", email, password);
}

struct member a_member(void)
{
	static unsigned number;
	struct member member = {
		.email = fmt("m%d-%u@example.com", (int)getpid(), number++)};
	struct answer *answer;

	askf(201, "POST", "/api/v1/auth/register/", &nobody,
	     "{\"email\":\"%s\",\"password\":\"" GOOD_PASSWORD "\"}",
	     member.email);
	answer = login_with(200, member.email, GOOD_PASSWORD);
	member.access = text_at(answer, "access");
	member.refresh = text_at(answer, "refresh");
	return member;
}

void forget_codes(const char *email)
{
	sql("WITH a AS (SELECT id FROM account WHERE email = '%s'), f AS ("
	    "DELETE FROM factor_try t USING a WHERE t.account_id = a.id) "
	    "UPDATE totp p SET last_step = 0 FROM a WHERE p.account_id = a.id",
	    email);
}

void protect(struct member *member)
{
	struct caller caller = with(member->access);
	struct answer *answer;

	member->secret = text_at(ask(201, "POST", TOTP, &caller, NULL),
				 "secret");
	answer = askf(200, "POST", TOTP "confirm/", &caller,
		      "{\"code\":\"%s\"}", code_shown(member->secret, 0));
	member->access = text_at(answer, "access");
	member->codes = node_at(answer, "recovery_codes");
	forget_codes(member->email);
}

struct member a_protected_member(void)
{
	struct member member = a_member();

	protect(&member);
	return member;
}

const char *recovery_code(const struct member *member, size_t n)
{
	const char *code = json_string_value(json_array_get(member->codes, n));

	assert_non_null(code);
	return code;
}

const char *a_challenge(const char *email, const char *password)
{
	struct answer *answer = login_with(401, email, password);

	assert_string_equal(text_at(answer, "code"), "second_factor_required");
	return text_at(answer, "challenge");
}

struct answer *show_code(int status, const char *challenge, const char *code)
{
	return askf(status, "POST", VERIFY_SECOND, &nobody,
		    "{\"challenge\":\"%s\",\"code\":\"%s\"}", challenge, code);
}
