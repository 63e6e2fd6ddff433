/* grant.c - nobody gives or takes what they may not do themselves. */
#include "staff.h"

#include <string.h>

#include <domain/accounts.h>
#include <platform/text.h>
#include <queries.h>

const struct fault_kind staff_last_owner = {
	409, "last_owner", "The last active owner stays."};
static const struct fault_kind beyond = {
	403, "beyond_own_permissions",
	"Nobody gives or takes what they may not do themselves."};
static const struct fault_kind name_taken = {
	409, "role_exists", "There is a role of this name."};
static const struct fault_kind owner_role = {
	409, "role_owner_stays", "The role of owners stays as it is."};
static const struct fault_kind in_use = {
	409, "role_in_use", "Staff have this role: take it from them first."};

bool staff_explain(struct work *w)
{
	static const struct {
		const char *constraint;
		const struct fault_kind *kind;
	} meanings[] = {
		{"owner_remains", &staff_last_owner},
		{"role_name_unique", &name_taken},
		{"role_owner_stays", &owner_role},
		{"account_role_role", &in_use},
	};

	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		if (!db_violates(w, meanings[i].constraint))
			continue;
		forgive(w);
		return refuse(w, meanings[i].kind, NULL);
	}
	return false;
}

/* Beyond all permissions: what a later version allows comes by itself. */
#define OWNER (UINT32_C(1) << 31)
_Static_assert(PERMISSIONS < 31, "the last bit is the owner's");

uint32_t grant_bits(const char *permissions, bool is_owner)
{
	return permissions_parse(permissions) | (is_owner ? OWNER : 0);
}

async bool grant_actor(struct request *req, uint32_t *permissions)
{
	enum column { ALLOWED, IS_OWNER };
	struct work *w = &req->http.work;
	struct rows rows;

	if (!db_query(w, &q_staff_actor, params(p_uuid(&req->who.account)),
		      &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &fault_forbidden, NULL);
	*permissions = grant_bits(row_text(&rows, 0, ALLOWED),
				  row_bool(&rows, 0, IS_OWNER));
	return true;
}

bool grant_within(struct work *w, uint32_t own, uint32_t wanted)
{
	if (wanted & ~own & OWNER)
		return refuse(w, &beyond, "Owners are for owners to make and "
			      "to change.");
	for (unsigned i = 0; i < PERMISSIONS; i++)
		if (wanted & ~own & (UINT32_C(1) << i))
			return refuse(w, &beyond,
				      "Nobody gives or takes what they may not "
				      "do themselves: %s.",
				      permission_name((enum permission)i));
	return true;
}

bool grant_permissions(struct work *w, const struct field_list *names,
		       uint32_t *permissions)
{
	const char *const *items = names->items;
	enum permission permission;
	bool is_good = true;

	*permissions = 0;
	for (size_t i = 0; i < names->count; i++) {
		if (permission_find(items[i], &permission))
			*permissions |= UINT32_C(1) << permission;
		else
			is_good = refuse_field(
				w, arena_format(&w->arena, "permissions.%zu", i),
				"\"%s\" is not a valid choice.", items[i]);
	}
	return is_good;
}

async bool grant_roles(struct work *w, const struct field_list *names,
		       struct role_set *set)
{
	enum column { ID, ALLOWED, NAME, IS_OWNER };
	bool is_good = true;
	struct rows rows;

	*set = (struct role_set){
		.ids = arena_array(&w->arena, struct uuid, names->count + 1)};
	if (names->count == 0)
		return true;
	if (!db_query(w, &q_role_by_names,
		      params(p_texts(&w->arena, names->items, names->count)),
		      &rows))
		return false;
	for (int i = 0; i < rows.count; i++) {
		if (row_is_null(&rows, i, ID)) {
			is_good = refuse_field(
				w, arena_format(&w->arena, "roles.%d", i),
				"Object with name=%s does not exist.",
				row_text(&rows, i, NAME));
			continue;
		}
		set->ids[set->count++] = row_uuid(&rows, i, ID);
		set->permissions |= grant_bits(row_text(&rows, i, ALLOWED),
					       row_bool(&rows, i, IS_OWNER));
	}
	return is_good;
}

/* As grant_roles(), with a sentence for who sits at a terminal. */
static async bool roles_find(struct work *w, const char *const *names,
			     size_t count, struct role_set *set)
{
	enum column { ID, ALLOWED, NAME };
	struct rows rows;

	*set = (struct role_set){
		.ids = arena_array(&w->arena, struct uuid, count + 1)};
	if (!db_query(w, &q_role_by_names,
		      params(p_texts(&w->arena, names, count)), &rows))
		return false;
	for (int i = 0; i < rows.count; i++) {
		if (row_is_null(&rows, i, ID))
			return refuse(w, &fault_invalid,
				      "there is no role \"%s\"",
				      row_text(&rows, i, NAME));
		set->ids[set->count++] = row_uuid(&rows, i, ID);
	}
	return true;
}

async bool staff_roles_give(struct work *w, const struct uuid *account,
			    const char *const *names, size_t count)
{
	struct role_set set;

	return roles_find(w, names, count, &set) &&
	       db_query(w, &q_staff_hire, params(p_uuid(account)), NULL) &&
	       (db_query(w, &q_staff_give_roles,
			 params(p_uuid(account),
				p_uuids(&w->arena, set.ids, set.count), p_null()),
			 NULL) ||
		staff_explain(w));
}

async bool staff_roles_take(struct work *w, const struct uuid *account,
			    const char *const *names, size_t count)
{
	struct role_set set;

	return roles_find(w, names, count, &set) &&
	       (db_query(w, &q_staff_take_roles,
			 params(p_uuid(account),
				p_uuids(&w->arena, set.ids, set.count)),
			 NULL) ||
		staff_explain(w));
}
