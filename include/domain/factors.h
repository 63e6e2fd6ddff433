/* domain/factors.h - second factors, and the proof that a session asks for
 * once more before something grave (step-up). */
#ifndef DOMAIN_FACTORS_H
#define DOMAIN_FACTORS_H

#include <stdbool.h>

#include <platform/uuid.h>
#include <platform/work.h>
#include <rest/request.h>
#include <rest/resource.h>
#include <rest/room.h>

enum factor_kind { FACTOR_TOTP, FACTOR_PASSKEY };

/* Something that an account can show beside its password. */
struct factor {
	struct uuid account;
	enum factor_kind kind;
	struct uuid object; /* the passkey; of TOTP the account */
};

/*
 * In the transaction that makes the factor, before it locks anything else:
 * from its end on the account is asked for a second factor when it logs in
 * with a password alone. With the first one the account's other sessions end;
 * `session` (NULL: none) goes on, and has shown it. 401 user_inactive when the
 * account is closed. Two statements.
 */
async bool factor_add(struct work *w, const struct factor *factor,
		      const struct uuid *session);
/*
 * In the transaction that deletes it; one that is not there is none. With the
 * last one go the recovery codes, and all access tokens become void: the
 * sessions go on by their refresh tokens, as ones that have shown none. One
 * statement.
 */
async bool factor_remove(struct work *w, const struct factor *factor);

/*
 * The end of a step-up, whatever was shown: notes the time in the session of
 * the request and answers 200 with a fresh access token of it. 401
 * user_inactive when the session has ended. One statement. is_second: a second
 * factor (or a passkey that verified its user), not the password.
 */
async bool step_up_answer(struct request *req, bool is_second);
extern const struct resource access_resource; /* what it answers */

/* A wrong password, code or recovery code, or one that was used: 400. */
extern const struct fault_kind wrong_proof;

extern const struct room factors_room;

#endif
