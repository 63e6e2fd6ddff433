/* person.h - somebody with an account: what he logs in with, and his mail. */
#ifndef TESTS_API_PERSON_H
#define TESTS_API_PERSON_H

#include "shop.h"

#define PERSON_PASSWORD "quite a good one"

struct person {
	const char *email;
	const char *id;
	const char *access;
	const char *refresh;
};

const char *an_address(void); /* that nobody has, without a digit */
struct person a_person(void); /* fresh, logged in once */
/* Another session of the same account. */
struct person again(const struct person *person);
struct answer *log_in(int status, const char *email, const char *password);
struct answer *refresh_with(int status, const char *token);
/* GET account/ with that access token. */
struct answer *whoami(int status, const char *access);
/* Within the promised second on every worker, and from then on. */
void assert_void_soon(const char *access);

/* Waits until nothing is left to do for what was asked. */
void until_mailed(void);
/* The newest mail to that address that has a link with `before` in it: the
 * secret behind it. Fails the test when there is none. */
const char *mailed_secret(const char *email, const char *before);
/* How many mails of that kind went to the address. */
int mails_to(const char *email, const char *template);
/* Of the newest mail to the address; NULL: none. */
const char *newest_mail(const char *email);

/* The answer's X-Statements. */
int statements_in(const struct answer *answer);
/* Status, body and headers are the same, apart from ids, times and dates. */
void assert_alike(const struct answer *a, const struct answer *b);

#endif
