/* preference_http.c - what a customer wants to hear of, and by which way. */
#include "profile.h"

#include <string.h>

#include <queries.h>

async bool preferences_show(struct request *req)
{
	struct rows rows;

	return db_query(&req->http.work, &q_preference_show,
			params(p_uuid(&req->who.account)), &rows) &&
	       reply_row(req, 200, &rows);
}

static bool is_one(const struct preference *a, const struct preference *b)
{
	return strcmp(a->channel, b->channel) == 0 &&
	       strcmp(a->topic, b->topic) == 0;
}

/* Who bought must hear of the order, and whose account it is of its safety:
 * so does the table, by preference_is_fixed(). */
static bool is_fixed(const struct preference *one)
{
	return strcmp(one->channel, "email") == 0 &&
	       (strcmp(one->topic, "orders") == 0 ||
		strcmp(one->topic, "security") == 0);
}

static bool check_one(struct work *w, const struct preference *all, size_t place)
{
	const struct preference *one = &all[place];
	bool lacks_text = one->text_version == NULL || *one->text_version == '\0';
	const char *at = arena_format(&w->arena, "preferences.%zu.", place);

	for (size_t i = 0; i < place; i++)
		if (is_one(one, &all[i]))
			return refuse_field(
				w, arena_format(&w->arena, "%stopic", at),
				"Given twice for this channel.");
	if (!one->is_enabled && is_fixed(one))
		return refuse_field(
			w, arena_format(&w->arena, "%sis_enabled", at),
			"This cannot be switched off.");
	if (one->is_enabled && lacks_text && strcmp(one->topic, "marketing") == 0)
		return refuse_field(
			w, arena_format(&w->arena, "%stext_version", at),
			"Say which text was agreed to.");
	return true;
}

static bool check_all(struct work *w, const struct field_list *list)
{
	bool is_fine = true;

	for (size_t i = 0; i < list->count; i++)
		is_fine &= check_one(w, list->items, i);
	return is_fine;
}

static async bool put(struct request *req, const struct field_list *list)
{
	struct arena *arena = &req->http.work.arena;
	const struct preference *all = list->items;
	const char *columns[4][10];

	for (size_t i = 0; i < list->count; i++) {
		const char *version = all[i].text_version;

		columns[0][i] = all[i].channel;
		columns[1][i] = all[i].topic;
		columns[2][i] = all[i].is_enabled ? "true" : "false";
		columns[3][i] = version == NULL ? "" : version;
	}
	return db_query(&req->http.work, &q_preference_put,
			params(p_uuid(&req->who.account),
			       p_texts(arena, columns[0], list->count),
			       p_texts(arena, columns[1], list->count),
			       p_texts(arena, columns[2], list->count),
			       p_texts(arena, columns[3], list->count)),
			NULL);
}

async bool preferences_change(struct request *req)
{
	struct preferences in;

	return read_body(req, &in) &&
	       check_all(&req->http.work, &in.preferences) &&
	       (in.preferences.count == 0 || put(req, &in.preferences)) &&
	       preferences_show(req);
}
