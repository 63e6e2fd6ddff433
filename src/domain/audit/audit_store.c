/* audit_store.c - the chain: rows are put into it, and it is looked at. */
#include <domain/audit.h>

#include <pwd.h>
#include <unistd.h>

#include <platform/db.h>
#include <platform/json.h>
#include <platform/text.h>
#include <queries.h>

#include "audit.h"

enum { SEAL_MOST = 1000, SEAL_ROUNDS = 50 };

async bool audit_seal(struct work *w)
{
	struct rows rows;

	for (int i = 0; i < SEAL_ROUNDS; i++) {
		if (!db_query(w, &q_audit_seal, params(p_int(SEAL_MOST)),
			      &rows))
			return false;
		if (row_int(&rows, 0, 0) < SEAL_MOST)
			break;
	}
	return true;
}

async bool audit_check_on(struct work *w, struct audit_check *check, int most)
{
	enum column { CHECKED, LAST_SEQ, LAST_HASH, ERASED, FLAW_SEQ, FLAW };
	struct rows rows;
	int64_t checked;

	if (!db_query(w, &q_audit_verify,
		      params(p_int(check->last_seq), p_text(check->last_hash),
			     p_int(most)),
		      &rows))
		return false;
	checked = row_int(&rows, 0, CHECKED);
	check->checked += checked;
	check->erased += row_int(&rows, 0, ERASED);
	check->last_seq = row_int(&rows, 0, LAST_SEQ);
	check->last_hash = row_text(&rows, 0, LAST_HASH);
	check->flaw_seq = row_int(&rows, 0, FLAW_SEQ);
	check->flaw = row_text(&rows, 0, FLAW);
	check->is_over = check->flaw != NULL || checked < most;
	return true;
}

/* Of the system; its number where it has none. */
static const char *user_name(struct arena *arena)
{
	enum { ROOM = 4096 };
	struct passwd entry;
	struct passwd *user;
	char *room = arena_alloc(arena, ROOM);

	if (getpwuid_r(getuid(), &entry, room, ROOM, &user) == 0 && user)
		return user->pw_name;
	return arena_format(arena, "uid %u", (unsigned)getuid());
}

async bool audit_command(struct work *w, const char *action, const char *target)
{
	struct text text;
	struct out out;

	text_init(&text, &w->arena, 128);
	out_init(&out, &text);
	out_object(&out);
	out_key(&out, "kind");
	out_text(&out, "command");
	out_key(&out, "name");
	out_text(&out, user_name(&w->arena));
	out_key(&out, "action");
	out_text(&out, action);
	out_object_end(&out);
	if (!db_query(w, &q_audit_entry,
		      params(p_text(text.bytes), p_text("action"),
			     p_text("command"), p_text(target)),
		      NULL))
		return false;
	w->actor = text.bytes;
	return true;
}
