/* factors.h - what the files of this room share. */
#ifndef FACTORS_FACTORS_H
#define FACTORS_FACTORS_H

#include <stdbool.h>
#include <stdint.h>

#include <domain/factors.h>
#include <platform/auth.h>
#include <platform/db.h>

/* ---- factor.c: never waits ---- */

enum { RECOVERY_CODES = 10 };

/* A code as people type it, without spaces and hyphens, in small letters. */
const char *code_plain(struct arena *arena, const char *typed);
/* "abcdef-ghijkl-mnopqr-stuvwx", 120 random bits. */
const char *recovery_code_make(struct arena *arena);
/* What is stored of it, as typed; hex. */
const char *recovery_code_hash(struct arena *arena, const char *typed);
/* otpauth://totp/Shop:ada%40example.com?secret=..., for the QR code. */
const char *totp_uri(struct arena *arena, const char *shop, const char *email,
		     const char *secret);

/* ---- factor_wire.c ---- */

/* What somebody has shown; all but one are NULL. */
struct shown {
	const char *password;
	const char *code;
	const char *recovery_code;
};
struct verify_body {
	const char *challenge;
	struct shown shown;
};
struct code_body {
	const char *code;
};
extern const struct resource verify_resource;
extern const struct resource step_up_resource; /* struct shown */
extern const struct resource code_resource;
extern const struct resource totp_begun_resource;
extern const struct resource totp_confirmed_resource;
extern const struct resource recovery_codes_resource;
extern const struct resource factors_resource;

/* ---- factor_store.c ---- */

/* Who tries to show a factor, and what there is to judge it by. */
struct candidate {
	bool is_known; /* false: no such account or challenge */
	struct uuid account;
	const char *sealed; /* the secret of an app; NULL: none */
	int64_t last_step;  /* the last one used */
	bool is_confirmed;  /* the app's secret */
	bool has_second;
	const char *hash; /* of the password; NULL: none */
};
/* Each counts the try; past ten within an hour it is 429. */
async bool try_by_account(struct work *w, const struct uuid *account,
			  struct candidate *who);
async bool try_by_challenge(struct work *w, const char *challenge,
			    struct candidate *who);
/* A code or recovery code, which is used up by this. False only for a fault. */
async bool factor_use(struct work *w, const struct candidate *who,
		      const struct shown *shown, bool *is_right);
/* The step of the code by the candidate's secret. */
bool code_match(struct work *w, const struct candidate *who, const char *code,
		int64_t *step, bool *is_right);
async bool tries_forget(struct work *w, const struct uuid *account);
/* *method: of the first factor; NULL: the challenge is gone. */
async bool challenge_take(struct work *w, const char *challenge,
			  const struct candidate *who, const char **method);
/* A new secret in place of one that was not confirmed. *email: the account's;
 * NULL when another is confirmed. */
async bool totp_begin(struct work *w, const struct uuid *account,
		      const uint8_t secret[TOTP_SECRET_SIZE],
		      const char **email);
/* A secret of the account, bound to it. */
struct seal_context totp_seal(const struct uuid *account);
async bool factors_lock(struct work *w, const struct uuid *account,
			bool *has_second);
/* Ten new ones for the ten, or fewer, there were. In a transaction. */
async bool recovery_codes_renew(struct work *w, const struct uuid *account,
				const char *codes[RECOVERY_CODES]);
/* Another proof in that session; false with 401 when it has ended. */
async bool proof_note(struct work *w, const struct principal *who,
		      bool is_second, struct claims *claims);
/* An event of the account, without data. In a transaction. */
async bool factor_event(struct work *w, const char *topic,
			const struct uuid *account);

/* ---- factor_tidy.c ---- */

async bool factors_tidy(struct work *w);

/* ---- totp_http.c ---- */

async bool totp_enrol(struct request *req);
async bool totp_prove(struct request *req);
async bool totp_drop(struct request *req);
async bool recovery_codes_make(struct request *req);

#endif
