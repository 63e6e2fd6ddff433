/* journal.c - who was erased, and is to be erased again after a restore. */
#include "privacy.h"

#include <domain/privacy.h>
#include <queries.h>

async bool privacy_journal(struct work *w, const struct uuid *after,
			   struct rows *rows)
{
	return db_query(w, &q_privacy_journal, params(p_uuid(after)), rows);
}

async bool privacy_reapply(struct work *w, const struct uuid *account,
			   bool *is_there)
{
	struct rows rows;

	if (!db_query(w, &q_privacy_reapply, params(p_uuid(account)), &rows))
		return false;
	*is_there = rows.count == 1;
	return true;
}
