/* factor_reset.c - who has lost their second factor begins anew: whatever of it
 * may be in other hands opens nothing any more. */
#include "staff.h"

#include <platform/jobs.h>
#include <platform/text.h>
#include <queries.h>

static const struct fault_kind no_account = {
	404, "not_found", "No Account matches the given query."};
static const struct fault_kind no_factor = {
	409, "no_second_factor", "This account has no second factor."};

static async bool tell(struct work *w, const struct uuid *account)
{
	char text[UUID_TEXT_LENGTH + 1];

	uuid_format(account, text);
	return event_emit(w, "account.second_factor_reset", "account", account,
			  arena_format(&w->arena, "{\"account_id\":\"%s\"}",
				       text));
}

/* Locked by a statement of its own, so that the next one sees a factor that
 * was just being added. */
async bool staff_factor_reset(struct work *w, const struct uuid *account)
{
	struct rows rows;

	if (!db_query(w, &q_staff_factor_lock, params(p_uuid(account)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_account, NULL);
	if (!row_bool(&rows, 0, 0))
		return refuse(w, &no_factor, NULL);
	return db_query(w, &q_staff_factor_reset, params(p_uuid(account)),
			NULL) &&
	       tell(w, account);
}
