/* factor_tidy.c - what is done now and then: what was begun and left is
 * forgotten, and secrets sealed by an older key are sealed by the first one. */
#include "factors.h"

#include <stdio.h>

#include <platform/log.h>
#include <queries.h>

struct stale {
	struct uuid account;
	const char *sealed;
};

/* In place of just that one: a new enrolment meanwhile stays. */
static async bool reseal(struct work *w, const struct stale *stale,
			 bool *is_done)
{
	struct seal_context context = totp_seal(&stale->account);
	uint8_t secret[TOTP_SECRET_SIZE];
	const char *sealed;

	*is_done = data_unseal(&w->arena, &context, stale->sealed, secret,
			       sizeof(secret));
	if (!*is_done)
		return true;
	sealed = data_seal(&w->arena, &context, secret, sizeof(secret));
	return db_query(w, &q_totp_reseal,
			params(p_uuid(&stale->account), p_text(stale->sealed),
			       p_text(sealed)),
			NULL);
}

/* Those that no key opens come again each time, and are told of. */
static void tell(int count, int lost)
{
	char done[16];
	char failed[16];

	snprintf(done, sizeof(done), "%d", count - lost);
	snprintf(failed, sizeof(failed), "%d", lost);
	log_line(lost ? LOG_ERROR_LINE : LOG_INFO_LINE,
		 "second factors were sealed by the first key", "done", done,
		 "lost", failed, NULL);
}

static async bool reseal_all(struct work *w)
{
	const char *head = data_seal_head();
	struct rows rows;
	int lost = 0;

	if (head == NULL || !db_query(w, &q_totp_stale, params(p_text(head)),
				      &rows))
		return false;
	for (int i = 0; i < rows.count; i++) {
		struct stale stale = {row_uuid(&rows, i, 0),
				      row_text(&rows, i, 1)};
		bool is_done;

		if (!reseal(w, &stale, &is_done))
			return false;
		lost += !is_done;
	}
	if (rows.count > 0)
		tell(rows.count, lost);
	return true;
}

async bool factors_tidy(struct work *w)
{
	return db_query(w, &q_totp_begun_prune, no_params, NULL) &&
	       db_query(w, &q_factor_try_prune, no_params, NULL) &&
	       reseal_all(w);
}
