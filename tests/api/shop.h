/* shop.h - a scenario over HTTP reads like a story: request, expected
 * status, expected JSON. tests/with-shop tells where the shop is. */
#ifndef TESTS_API_SHOP_H
#define TESTS_API_SHOP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

struct answer {
	int status; /* 0: no answer */
	json_t *json; /* NULL when the body is none */
	const char *body;
	size_t length;
	const char *headers; /* as received */
};

/* Who asks; members may be NULL. */
struct caller {
	const char *bearer;
	const char *cart_token;
	const char *order_token;
	const char *key;    /* Idempotency-Key; "" makes a fresh one each call */
	const char *header; /* one more, whole: "If-Match: \"v1\"" */
	const char *const *headers; /* still more, ended by NULL */
};
extern const struct caller nobody;

/*
 * Sends and expects that status (0: any); otherwise the test fails with the
 * body shown. path begins with "/" (the shop) or "http". body: JSON, NULL for
 * none. Answers live until the test program ends.
 */
struct answer *ask(int status, const char *method, const char *path,
		   const struct caller *caller, const char *body);
/* The same with a printf body. */
struct answer *askf(int status, const char *method, const char *path,
		    const struct caller *caller, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* One request many times at once over as many connections; statuses are
 * counted in counts[600]. Each has the Idempotency-Key "" -> fresh. */
void ask_at_once(size_t times, const char *method, const char *path,
		 const struct caller *caller, const char *body, int counts[600]);
/* Different requests at once. */
struct request_line {
	const char *method;
	const char *path;
	struct caller caller;
	const char *body;
	struct answer answer; /* out */
};
void ask_all(struct request_line *requests, size_t count);

/* "items.0.quantity"; fails the test when absent or of another kind. */
const char *text_at(const struct answer *answer, const char *path);
int64_t int_at(const struct answer *answer, const char *path);
bool bool_at(const struct answer *answer, const char *path);
/* NULL when absent. */
json_t *node_at(const struct answer *answer, const char *path);
/* The value of that header, or NULL. */
const char *header_of(const struct answer *answer, const char *name);
/* printf into memory that lives until the program ends. */
const char *fmt(const char *format, ...) __attribute__((format(printf, 1, 2)));

const char *shop_url(void);
const char *sandbox_url(void);
/* Runs a statement in the shop's database with psql; the first line of its
 * unaligned output. Fails the test when psql does. */
const char *sql(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Runs a shell command; all that it prints, on either stream, but for the words
 * of a sanitizer's own. Lives until the program ends; *code: as it exited. */
const char *printed_by(const char *command, int *code);

/* ---- steps that many stories begin with ---- */

/* A fresh account; the bearer token. */
const char *a_customer(void);
const char *the_staff(void); /* the demo shop's, with every permission */
/* A cart with `quantity` of the first published demo product (or of
 * `product`, a slug or id), address and shipping chosen: ready to pay. */
struct cart {
	const char *id;
	struct caller caller; /* its token, and fresh keys */
	const char *total;
};
struct cart a_cart_ready_to_pay(const char *bearer, const char *product,
				int quantity);
/* Waits (polling, at most `seconds`) until the statement's answer is that. */
void until_sql(int seconds, const char *expected, const char *statement);

#endif
