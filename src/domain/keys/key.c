/* key.c - what a key may do, and by whose leave. Never waits. */
#include "keys.h"

#include <rest/access.h>

static const struct fault_kind not_held = {
	403, "scope_not_held", "You cannot give what you do not have."};

bool scopes_are_held(struct work *w, uint32_t scopes, uint32_t held)
{
	for (int i = 0; i < PERMISSIONS; i++)
		if (scopes & ~held & (UINT32_C(1) << i))
			return refuse(w, &not_held,
				      "You cannot give %s: you do not have it.",
				      permission_name((enum permission)i));
	return true;
}

bool scopes_read(struct work *w, const struct field_list *names,
		 uint32_t *scopes)
{
	const char *const *items = names->items;
	enum permission permission;

	*scopes = 0;
	for (size_t i = 0; i < names->count; i++) {
		if (!permission_find(items[i], &permission))
			return refuse_field(w, "scopes",
					    "\"%s\" is not a valid choice.",
					    items[i]);
		*scopes |= UINT32_C(1) << permission;
	}
	return true;
}

struct param scopes_param(struct work *w, uint32_t scopes)
{
	const char *names[PERMISSIONS];
	size_t count = 0;

	for (int i = 0; i < PERMISSIONS; i++)
		if (scopes & (UINT32_C(1) << i))
			names[count++] = permission_name((enum permission)i);
	return p_texts(&w->arena, names, count);
}
