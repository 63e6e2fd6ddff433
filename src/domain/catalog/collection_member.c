/* collection_member.c - the products of a collection by hand. */
#include "collections.h"

#include <string.h>

#include <platform/jobs.h>

#include <queries.h>

static const struct fault_kind by_rule = {
	409, "collection_by_rule",
	"The products of this collection are found by its rules."};
static const struct fault_kind too_many = {
	409, "collection_full", "A collection by hand holds 5000 products at "
				"the most."};

struct edit {
	struct request *req;
	const struct query *query; /* what is done with the products */
	struct uuid id;
	struct uuid *products;
	size_t count;
};

async bool collection_members(struct request *req)
{
	struct work *w = &req->http.work;
	struct uuid id;
	struct rows rows;

	if (!path_uuid(req, "id", &id) ||
	    !db_query(w, &q_collection_admin_show, params(p_uuid(&id)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_collection, NULL);
	return reply_page(req, &collection_member_listing, params(p_uuid(&id)));
}

static bool read_products(struct edit *edit)
{
	struct work *w = &edit->req->http.work;
	struct members_input in;
	const char *const *ids;
	bool is_good = true;

	if (!read_body(edit->req, &in))
		return false;
	ids = in.products.items;
	edit->count = in.products.count;
	edit->products = arena_array(&w->arena, struct uuid, edit->count);
	for (size_t i = 0; i < edit->count; i++) {
		if (!uuid_parse(ids[i], &edit->products[i]))
			is_good = refuse_field(
				w, arena_format(&w->arena, "products.%zu", i),
				"Must be a valid UUID.");
	}
	return is_good;
}

static async bool take(struct work *w, const struct edit *edit)
{
	struct rows rows;

	if (!db_query(w, &q_collection_lock, params(p_uuid(&edit->id)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_collection, NULL);
	if (strcmp(row_text(&rows, 0, 1), "manual") != 0)
		return refuse(w, &by_rule, NULL);
	return !edit->req->route->needs_version ||
	       check_version(edit->req, row_int(&rows, 0, 0));
}

static async bool check_known(struct work *w, const struct edit *edit)
{
	struct rows rows;

	if (!db_query(w, &q_collection_members_unknown,
		      params(p_uuids(&w->arena, edit->products, edit->count)),
		      &rows))
		return false;
	return rows.count == 0 ||
	       refuse_field(w,
			    arena_format(&w->arena, "products.%s",
					 row_text(&rows, 0, 0)),
			    "Invalid pk \"%s\" - object does not exist.",
			    row_text(&rows, 0, 1));
}

static async bool check_count(struct work *w, const struct edit *edit)
{
	struct rows rows;

	return db_query(w, &q_collection_members_count,
			params(p_uuid(&edit->id)), &rows) &&
	       (row_int(&rows, 0, 0) <= MEMBERS_MAX ||
		refuse(w, &too_many, NULL));
}

/* Locks all that are or will be in it, in the order of listing_refresh(). */
static async bool lock(struct work *w, const struct edit *edit,
		       struct uuid **products, size_t *count)
{
	struct rows rows;

	if (!db_query(w, &q_collection_members_lock,
		      params(p_uuid(&edit->id),
			     p_uuids(&w->arena, edit->products, edit->count)),
		      &rows))
		return false;
	*count = (size_t)rows.count;
	*products = arena_array(&w->arena, struct uuid, *count);
	for (size_t i = 0; i < *count; i++)
		(*products)[i] = row_uuid(&rows, (int)i, 0);
	return true;
}

static async bool change(struct work *w, void *argument)
{
	struct edit *edit = argument;
	struct uuid *locked;
	size_t count;

	return take(w, edit) && lock(w, edit, &locked, &count) &&
	       db_query(w, edit->query,
			params(p_uuid(&edit->id),
			       p_uuids(&w->arena, edit->products, edit->count)),
			NULL) &&
	       check_count(w, edit) &&
	       db_query(w, &q_collection_relist,
			params(p_uuid(&edit->id),
			       p_uuids(&w->arena, locked, count)),
			NULL) &&
	       db_query(w, &q_collection_touch, params(p_uuid(&edit->id)),
			NULL) &&
	       event_emit(w, "collection.updated", "collection", &edit->id, "{}");
}

/* Answers the collection as it stands then, with its new version. */
static async bool run(struct request *req, const struct query *query,
		      bool must_exist)
{
	struct work *w = &req->http.work;
	struct edit edit = {.req = req, .query = query};
	struct rows rows;

	return path_uuid(req, "id", &edit.id) && read_products(&edit) &&
	       (!must_exist || check_known(w, &edit)) &&
	       db_transact(w, change, &edit) &&
	       db_query(w, &q_collection_admin_show, params(p_uuid(&edit.id)),
			&rows) &&
	       reply_row(req, 200, &rows);
}

async bool collection_members_put(struct request *req)
{
	return run(req, &q_collection_members_put, true);
}

async bool collection_members_add(struct request *req)
{
	return run(req, &q_collection_members_add, true);
}

async bool collection_members_remove(struct request *req)
{
	return run(req, &q_collection_members_remove, false);
}
