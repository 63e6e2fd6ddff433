/* session_ends.c - many sessions end at once. */
#include "passwords.h"

#include <queries.h>

async bool sessions_end(struct work *w, const struct uuid *account,
			const struct uuid *kept, const char *reason)
{
	return db_query(w, &q_session_end_others,
			params(p_uuid(account), p_uuid(kept), p_text(reason)),
			NULL);
}
