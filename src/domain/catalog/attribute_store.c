/* attribute_store.c - what the attributes of a type are held to. */
#include <domain/catalog.h>

#include <string.h>

#include <platform/db.h>
#include <platform/json.h>

#include <queries.h>

enum { CODE, KIND, CHOICES };

/* The values of a list of choices, of the database. */
static void read_choices(struct work *w, const char *json,
			 struct attribute_rule *rule)
{
	const struct json_t *list = json_read_quietly(&w->arena, json,
						      strlen(json));
	const char **values;

	rule->value_count = json_count(list);
	values = arena_array(&w->arena, const char *, rule->value_count);
	for (size_t i = 0; i < rule->value_count; i++)
		values[i] = json_text_at(json_item(list, i), "value", "");
	rule->values = values;
}

async bool attribute_set_load(struct work *w, const struct uuid *type,
			      struct attribute_set *set)
{
	bool is_typed = type != NULL && !uuid_is_nil(type);
	struct attribute_rule *rules;
	struct rows rows;

	/* Held first: the statement after it sees what was waited for. */
	if (is_typed && w->transaction != NULL &&
	    !db_query(w, &q_type_hold, params(p_uuid(type)), NULL))
		return false;
	if (!db_query(w, &q_attribute_rules, params(p_uuid(type)), &rows))
		return false;
	rules = arena_array(&w->arena, struct attribute_rule,
			    (size_t)rows.count);
	for (int i = 0; i < rows.count; i++) {
		rules[i].code = row_text(&rows, i, CODE);
		rules[i].kind = row_text(&rows, i, KIND);
		read_choices(w, row_text(&rows, i, CHOICES), &rules[i]);
	}
	*set = (struct attribute_set){
		.is_typed = is_typed,
		.count = (size_t)rows.count,
		.rules = rules};
	return true;
}

async bool attributes_clean(struct work *w, const char *field,
			    const struct uuid *type, const char **json)
{
	struct attribute_set set;

	return attribute_set_load(w, type, &set) &&
	       attributes_judge(w, field, &set, *json, json);
}
