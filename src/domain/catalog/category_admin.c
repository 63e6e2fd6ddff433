/* category_admin.c - the tree of categories as staff manage it. */
#include "catalog.h"

#include <string.h>

#include <platform/clock.h>
#include <platform/jobs.h>

#include <queries.h>

static const struct fault_kind no_category = {
	404, "not_found", "No Category matches the given query."};
static const struct fault_kind in_use = {
	409, "protected",
	"The category still has products or categories in it."};
static const struct fault_kind into_itself = {
	409, "category_cycle", "A category cannot be moved below itself."};
static const struct fault_kind too_deep = {
	409, "category_depth", "Categories nest at most 16 deep."};

/* Products that are listed anew in one statement, and the time it has. */
enum { PART = 1000, PART_SECONDS = 5 };

/* The id of a category by its slug; nil for NULL. A field error on `field`
 * when there is none. */
static async bool category_find(struct work *w, const char *field,
				const char *slug, struct uuid *id)
{
	struct rows rows;

	*id = (struct uuid){{0}};
	if (slug == NULL)
		return true;
	if (!db_query(w, &q_category_id_by_slug, params(p_text(slug)), &rows))
		return false;
	if (rows.count == 0)
		return refuse_field(w, field,
				    "Object with slug=%s does not exist.", slug);
	*id = row_uuid(&rows, 0, 0);
	return true;
}

static async bool show(struct request *req, int status, const struct uuid *id)
{
	struct work *w = &req->http.work;
	struct rows rows;

	if (!db_query(w, &q_category_show, params(p_null(), p_uuid(id)), &rows))
		return false;
	return rows.count == 0 ? refuse(w, &no_category, NULL)
			       : reply_row(req, status, &rows);
}

async bool category_admin_show(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && show(req, 200, &id);
}

static bool explain(struct work *w)
{
	if (db_violates(w, "category_slug_key")) {
		forgive(w);
		return refuse_field(w, "slug",
				    "category with this slug already exists.");
	}
	if (db_violates(w, "category_name_among_siblings")) {
		forgive(w);
		return refuse_field(w, "non_field_errors",
				    "The fields parent, name must make a unique set.");
	}
	if (db_violates(w, "category_depth")) {
		forgive(w);
		return refuse(w, &too_deep, NULL);
	}
	if (db_violates(w, "category_parent_id_fkey") ||
	    db_violates(w, "product_category_id_fkey")) {
		forgive(w);
		return refuse(w, &in_use, NULL);
	}
	return false;
}

struct edit {
	struct request *req;
	struct category_input input;
	struct uuid id;
	struct uuid parent;
};

static async bool create(struct work *w, void *argument)
{
	struct edit *edit = argument;
	const struct category_input *in = &edit->input;
	char slug[SLUG_MAX];

	if (in->slug == NULL)
		slug_make(in->name, slug);
	return db_query(w, &q_category_tree_lock, no_params, NULL) &&
	       db_query(w, &q_category_insert,
			params(p_uuid(&edit->id), p_uuid(&edit->parent),
			       p_text(in->slug == NULL ? slug : in->slug),
			       p_text(in->name),
			       p_text(in->description == NULL ? "" : in->description),
			       p_int(in->position),
			       p_text(in->seo_title == NULL ? "" : in->seo_title),
			       p_text(in->seo_description == NULL
					      ? ""
					      : in->seo_description)),
			NULL) &&
	       event_emit(w, "category.created", "category", &edit->id, "{}");
}

async bool category_admin_create(struct request *req)
{
	struct work *w = &req->http.work;
	struct edit edit = {.req = req};

	if (!read_body(req, &edit.input) ||
	    !category_find(w, "parent", edit.input.parent, &edit.parent))
		return false;
	edit.id = uuid_make();
	if (!db_transact(w, create, &edit))
		return explain(w);
	return show(req, 201, &edit.id);
}

/* Locks the category and compares the version that staff have seen. */
static async bool take(struct work *w, struct edit *edit)
{
	struct rows rows;

	if (!db_query(w, &q_category_lock, params(p_uuid(&edit->id)), &rows))
		return false;
	return rows.count == 0
		       ? refuse(w, &no_category, NULL)
		       : check_version(edit->req, row_int(&rows, 0, 0));
}

static async bool is_below(struct work *w, const struct uuid *above,
			   const struct uuid *id, bool *result)
{
	struct rows rows;

	if (!db_query(w, &q_category_is_below, params(p_uuid(above), p_uuid(id)),
		      &rows))
		return false;
	*result = row_bool(&rows, 0, 0);
	return true;
}

/* Listings know the lineage, cards the slug of their own category. In parts,
 * so that no statement takes long; each has time of its own. */
static async bool list_anew(struct work *w, const struct edit *edit,
			    bool directly)
{
	struct uuid after = {{0}};
	struct rows rows;

	do {
		int64_t least = clock_monotonic() + PART_SECONDS * SECOND;

		if (w->deadline < least)
			w->deadline = least;
		if (!db_query(w, &q_listing_refresh_category,
			      params(p_uuid(&edit->id), p_uuid(&after),
				     p_int(PART), p_bool(directly)),
			      &rows))
			return false;
		if (rows.count > 0 && !row_is_null(&rows, 0, 0))
			after = row_uuid(&rows, 0, 0);
	} while (rows.count > 0 && !row_is_null(&rows, 0, 0));
	return true;
}

/* With the tree locked; products below get their listings anew. */
static async bool move(struct work *w, const struct edit *edit)
{
	bool is_cycle = false;

	if (!uuid_is_nil(&edit->parent) &&
	    !is_below(w, &edit->id, &edit->parent, &is_cycle))
		return false;
	if (is_cycle)
		return refuse(w, &into_itself, NULL);
	return db_query(w, &q_category_move,
			params(p_uuid(&edit->id), p_uuid(&edit->parent)), NULL) &&
	       list_anew(w, edit, false);
}

static async bool update(struct work *w, void *argument)
{
	struct edit *edit = argument;
	const struct category_input *in = &edit->input;
	bool position = was_given(edit->req, struct category_input, position);
	bool parent = was_given(edit->req, struct category_input, parent);

	return db_query(w, &q_category_tree_lock, no_params, NULL) &&
	       take(w, edit) &&
	       db_query(w, &q_category_update,
			params(p_uuid(&edit->id), p_text(in->slug),
			       p_text(in->name), p_text(in->description),
			       position ? p_int(in->position) : p_null(),
			       p_text(in->seo_title),
			       p_text(in->seo_description)),
			NULL) &&
	       (parent ? move(w, edit)
		       : in->slug == NULL || list_anew(w, edit, true)) &&
	       event_emit(w, "category.updated", "category", &edit->id, "{}");
}

async bool category_admin_update(struct request *req)
{
	struct work *w = &req->http.work;
	struct edit edit = {.req = req};

	if (!path_uuid(req, "id", &edit.id) || !read_body(req, &edit.input) ||
	    !category_find(w, "parent", edit.input.parent, &edit.parent))
		return false;
	if (!db_transact(w, update, &edit))
		return explain(w);
	return show(req, 200, &edit.id);
}

static async bool move_alone(struct work *w, void *argument)
{
	struct edit *edit = argument;

	return db_query(w, &q_category_tree_lock, no_params, NULL) &&
	       take(w, edit) && move(w, edit) &&
	       event_emit(w, "category.moved", "category", &edit->id, "{}");
}

async bool category_admin_move(struct request *req)
{
	struct work *w = &req->http.work;
	struct edit edit = {.req = req};
	struct category_place place;

	if (!path_uuid(req, "id", &edit.id) || !read_body(req, &place) ||
	    !category_find(w, "parent", place.parent, &edit.parent))
		return false;
	if (!db_transact(w, move_alone, &edit))
		return explain(w);
	return show(req, 200, &edit.id);
}

static async bool delete(struct work *w, void *argument)
{
	struct edit *edit = argument;

	return take(w, edit) &&
	       db_query(w, &q_category_delete, params(p_uuid(&edit->id)), NULL) &&
	       event_emit(w, "category.deleted", "category", &edit->id, "{}");
}

async bool category_admin_delete(struct request *req)
{
	struct work *w = &req->http.work;
	struct edit edit = {.req = req};

	if (!path_uuid(req, "id", &edit.id))
		return false;
	if (!db_transact(w, delete, &edit))
		return explain(w);
	return reply_nothing(req);
}
