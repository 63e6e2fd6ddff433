/* things.h - makers of things, told apart by what they are about. */
#ifndef TESTS_API_THINGS_H
#define TESTS_API_THINGS_H

#include "operation_parts.h"

/* What a $word or {value} stands for. */
struct words {
	const char *id, *second, *total, *rate, *email, *refresh, *access, *sku;
	const char *challenge, *totp;
	const char *secret; /* of a mail */
};

/* Makes the thing and says its words; the owner may become another. */
struct maker {
	const char *thing;
	void (*make)(struct target *target, struct words *words);
};
/* Of accounts, staff and keys; ended by NULL. In things_people.c. */
extern const struct maker people_makers[];

/* Asked of staff: 201, with the id and the version of what was made. */
void make_of_staff(struct target *target, struct words *words,
		   const char *path, const char *body);
/* An account with its tokens; the owner stays. */
void make_login(struct target *target, struct words *words);

#endif
