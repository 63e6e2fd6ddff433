/* rule_store.c - rules with the categories that they name. */
#include "collections.h"

#include <queries.h>

enum { RULES, UNKNOWN_AT, UNKNOWN };

async bool rules_load(struct work *w, const char *json, struct rules *rules)
{
	struct rows rows;

	if (!rules_read(w, json, rules) ||
	    !db_query(w, &q_rules_resolve, params(p_text(rules->json)), &rows))
		return false;
	if (!row_is_null(&rows, 0, UNKNOWN_AT))
		return refuse_field(w, row_text(&rows, 0, UNKNOWN_AT),
				    "Object with slug=%s does not exist.",
				    row_text(&rows, 0, UNKNOWN));
	rules->json = row_text(&rows, 0, RULES);
	return true;
}
