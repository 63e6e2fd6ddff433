/* person.c - somebody with an account. */
#include "person.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* In letters: of digits a password of digits would be too similar to some. */
const char *an_address(void)
{
	static const char letters[] = "bcfghjkvxz";
	static int number;
	char *name = (char *)fmt("%lld%d-%d", (long long)time(NULL),
				 (int)getpid(), ++number);

	for (char *at = name; *at != '\0'; at++)
		if (*at >= '0' && *at <= '9')
			*at = letters[*at - '0'];
	return fmt("m%s@example.net", name);
}

struct answer *log_in(int status, const char *email, const char *password)
{
	return askf(status, "POST", "/api/v1/auth/token/", &nobody,
		    "{\"email\":\"%s\",\"password\":\"%s\"}", email, password);
}

struct answer *refresh_with(int status, const char *token)
{
	return askf(status, "POST", "/api/v1/auth/token/refresh/", &nobody,
		    "{\"refresh\":\"%s\"}", token);
}

struct answer *whoami(int status, const char *access)
{
	return ask(status, "GET", "/api/v1/account/",
		   &(struct caller){.bearer = access}, NULL);
}

void assert_void_soon(const char *access)
{
	usleep(1000000);
	for (int i = 0; i < 10; i++)
		ask(401, "GET", "/api/v1/account/orders/",
		    &(struct caller){.bearer = access}, NULL);
}

static void take_tokens(struct person *person)
{
	struct answer *answer = log_in(200, person->email, PERSON_PASSWORD);

	person->access = text_at(answer, "access");
	person->refresh = text_at(answer, "refresh");
}

struct person a_person(void)
{
	struct person person = {.email = an_address()};

	askf(201, "POST", "/api/v1/auth/register/", &nobody,
	     "{\"email\":\"%s\",\"password\":\"" PERSON_PASSWORD "\"}",
	     person.email);
	take_tokens(&person);
	person.id = text_at(whoami(200, person.access), "id");
	return person;
}

struct person again(const struct person *person)
{
	struct person other = *person;

	take_tokens(&other);
	return other;
}

void until_mailed(void)
{
	until_sql(30, "0|0",
		  "SELECT (SELECT count(*) FROM outbox WHERE dispatched_at IS "
		  "NULL), (SELECT count(*) FROM job WHERE state IN ('queued', "
		  "'running') AND (kind LIKE 'account.%' OR kind LIKE "
		  "'mail.%' OR kind = 'order.link'))");
}

int mails_to(const char *email, const char *template)
{
	until_mailed();
	return atoi(sql("SELECT count(*) FROM notification WHERE recipient = "
			"'%s' AND template = '%s' AND state = 'sent'",
			email, template));
}

/* quoted-printable, far enough for a link. */
static char *plain(const char *data)
{
	char *text = strdup(data);
	char *to = text;

	for (const char *from = text; *from != '\0'; from++) {
		if (strncmp(from, "=\r\n", 3) == 0)
			from += 2;
		else if (strncmp(from, "=\n", 2) == 0)
			from += 1;
		else if (strncmp(from, "=3D", 3) == 0)
			from += 2, *to++ = '=';
		else
			*to++ = *from;
	}
	*to = '\0';
	return text;
}

static struct answer *box_of(const char *email)
{
	until_mailed();
	return ask(200, "GET", fmt("%s/__emu/mail?to=%s", sandbox_url(), email),
		   &nobody, NULL);
}

const char *newest_mail(const char *email)
{
	struct answer *box = box_of(email);

	return json_array_size(box->json) == 0
		       ? NULL
		       : plain(text_at(box, "0.data"));
}

const char *mailed_secret(const char *email, const char *before)
{
	struct answer *box = box_of(email);

	for (size_t i = 0; i < json_array_size(box->json); i++) {
		char *mail = plain(text_at(box, fmt("%zu.data", i)));
		char *at = strstr(mail, before);

		if (at == NULL)
			continue;
		at += strlen(before);
		return fmt("%.*s",
			   (int)strspn(at, "abcdefghijklmnopqrstuvwxyz"
					   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789-_"),
			   at);
	}
	fail_msg("no mail to %s has %s", email, before);
	return NULL;
}

int statements_in(const struct answer *answer)
{
	const char *text = header_of(answer, "X-Statements");

	assert_non_null(text);
	return atoi(text);
}

void assert_alike(const struct answer *a, const struct answer *b)
{
	static const char *const headers[] = {
		"Content-Type", "Content-Length", "Cache-Control", "Allow",
		"Vary", "WWW-Authenticate", "X-Statements"};

	assert_int_equal(a->status, b->status);
	assert_string_equal(a->body, b->body);
	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
		const char *left = header_of(a, headers[i]);
		const char *right = header_of(b, headers[i]);

		if (left == NULL && right == NULL)
			continue;
		assert_non_null(left);
		assert_non_null(right);
		assert_string_equal(left, right);
	}
}
