/* collection_admin.c - collections as staff manage them. */
#include "collections.h"

#include <string.h>

#include <platform/clock.h>
#include <platform/jobs.h>

#include <queries.h>

static const struct fault_kind by_rule = {
	409, "collection_kind", "The kind of a collection stays as it is."};

struct edit {
	struct request *req;
	struct collection_input input;
	struct uuid id;
	struct rules rules; /* json NULL: not given */
	bool is_by_rule;
};

/* Products that are judged in one statement, and the time it has. */
enum { PART = 5000, PART_SECONDS = 5 };

async bool collection_admin_list(struct request *req)
{
	return reply_page(req, &collection_admin_listing, no_params);
}

static async bool show(struct request *req, int status, const struct uuid *id)
{
	struct work *w = &req->http.work;
	struct rows rows;

	if (!db_query(w, &q_collection_admin_show, params(p_uuid(id)), &rows))
		return false;
	return rows.count == 0 ? refuse(w, &no_collection, NULL)
			       : reply_row(req, status, &rows);
}

async bool collection_admin_show(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && show(req, 200, &id);
}

static bool explain(struct work *w)
{
	if (!db_violates(w, "collection_slug_key"))
		return false;
	forgive(w);
	return refuse_field(w, "slug",
			    "collection with this slug already exists.");
}

/* Every product anew, part by part; the collection is held. */
static async bool rebuild(struct work *w, const struct uuid *id)
{
	struct uuid after = {{0}};
	struct rows rows;

	do {
		int64_t least = clock_monotonic() + PART_SECONDS * SECOND;

		if (w->deadline < least)
			w->deadline = least;
		if (!db_query(w, &q_collection_rebuild,
			      params(p_uuid(id), p_uuid(&after), p_int(PART)),
			      &rows))
			return false;
		if (!row_is_null(&rows, 0, 0))
			after = row_uuid(&rows, 0, 0);
	} while (!row_is_null(&rows, 0, 0));
	return true;
}

/* One by hand: its products are locked, then listed as they are now. */
static async bool relist(struct work *w, const struct uuid *id)
{
	struct uuid *products;
	struct rows rows;

	if (!db_query(w, &q_collection_members_lock,
		      params(p_uuid(id), p_uuids(&w->arena, NULL, 0)), &rows))
		return false;
	products = arena_array(&w->arena, struct uuid, (size_t)rows.count);
	for (int i = 0; i < rows.count; i++)
		products[i] = row_uuid(&rows, i, 0);
	return db_query(w, &q_collection_relist,
			params(p_uuid(id),
			       p_uuids(&w->arena, products, (size_t)rows.count)),
			NULL);
}

static async bool insert(struct work *w, void *argument)
{
	struct edit *edit = argument;
	const struct collection_input *in = &edit->input;
	char slug[SLUG_MAX];

	if (in->slug == NULL)
		slug_make(in->name, slug);
	return db_query(w, &q_collection_insert,
			params(p_uuid(&edit->id),
			       p_text(in->slug != NULL ? in->slug : slug),
			       p_bool(in->slug == NULL), p_text(in->name),
			       p_text(in->description != NULL ? in->description : ""),
			       p_text(edit->is_by_rule ? "rule" : "manual"),
			       p_text(edit->is_by_rule ? edit->rules.json : "{}"),
			       p_bool(edit->rules.is_drifting),
			       p_bool(in->is_published), p_int(in->position),
			       p_text(in->seo_title != NULL ? in->seo_title : ""),
			       p_text(in->seo_description != NULL
					      ? in->seo_description
					      : "")),
			NULL) &&
	       (!edit->is_by_rule || rebuild(w, &edit->id)) &&
	       event_emit(w, "collection.created", "collection", &edit->id, "{}");
}

/* Rules where they belong, and only there. */
static async bool read_rules(struct work *w, struct edit *edit)
{
	const char *json = edit->input.rules;
	bool is_empty = json == NULL || strcmp(json, "{}") == 0;

	if (!edit->is_by_rule)
		return is_empty ||
		       refuse_field(w, "rules",
				    "Only a collection by rule has rules.");
	return rules_load(w, is_empty ? "{}" : json, &edit->rules);
}

async bool collection_admin_create(struct request *req)
{
	struct work *w = &req->http.work;
	struct edit edit = {.req = req, .id = uuid_make()};

	if (!read_body(req, &edit.input))
		return false;
	edit.is_by_rule = edit.input.kind != NULL &&
			  strcmp(edit.input.kind, "rule") == 0;
	if (!read_rules(w, &edit))
		return false;
	if (!db_transact(w, insert, &edit))
		return explain(w);
	return show(req, 201, &edit.id);
}

/* Holds it, and compares the version that staff have seen. */
static async bool take(struct work *w, struct edit *edit)
{
	const char *kind = edit->input.kind;
	struct rows rows;

	if (!db_query(w, &q_collection_lock, params(p_uuid(&edit->id)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_collection, NULL);
	edit->is_by_rule = strcmp(row_text(&rows, 0, 1), "rule") == 0;
	if (kind != NULL && strcmp(kind, row_text(&rows, 0, 1)) != 0)
		return refuse(w, &by_rule, NULL);
	return check_version(edit->req, row_int(&rows, 0, 0));
}

static async bool write(struct work *w, const struct edit *edit)
{
	const struct collection_input *in = &edit->input;
	bool published = was_given(edit->req, struct collection_input,
				   is_published);
	bool position = was_given(edit->req, struct collection_input, position);
	const char *rules = edit->rules.json;

	return db_query(w, &q_collection_update,
			params(p_uuid(&edit->id), p_text(in->slug),
			       p_text(in->name), p_text(in->description),
			       p_text(rules),
			       rules != NULL ? p_bool(edit->rules.is_drifting)
					     : p_null(),
			       published ? p_bool(in->is_published) : p_null(),
			       position ? p_int(in->position) : p_null(),
			       p_text(in->seo_title),
			       p_text(in->seo_description)),
			NULL);
}

static async bool update(struct work *w, void *argument)
{
	struct edit *edit = argument;
	bool published = was_given(edit->req, struct collection_input,
				   is_published);
	bool lists_anew = published || edit->input.rules != NULL;

	return take(w, edit) &&
	       (edit->input.rules == NULL || read_rules(w, edit)) &&
	       write(w, edit) &&
	       (!lists_anew || (edit->is_by_rule ? rebuild(w, &edit->id)
						 : relist(w, &edit->id))) &&
	       event_emit(w, "collection.updated", "collection", &edit->id, "{}");
}

async bool collection_admin_update(struct request *req)
{
	struct work *w = &req->http.work;
	struct edit edit = {.req = req};

	if (!path_uuid(req, "id", &edit.id) || !read_body(req, &edit.input))
		return false;
	if (!db_transact(w, update, &edit))
		return explain(w);
	return show(req, 200, &edit.id);
}

/* Products of one by hand are locked, so that none of them is being listed
 * anew meanwhile. */
static async bool delete(struct work *w, void *argument)
{
	struct edit *edit = argument;

	return take(w, edit) && (edit->is_by_rule || relist(w, &edit->id)) &&
	       db_query(w, &q_collection_unlist, params(p_uuid(&edit->id)),
			NULL) &&
	       db_query(w, &q_collection_delete, params(p_uuid(&edit->id)),
			NULL) &&
	       event_emit(w, "collection.deleted", "collection", &edit->id, "{}");
}

async bool collection_admin_delete(struct request *req)
{
	struct edit edit = {.req = req};

	return path_uuid(req, "id", &edit.id) &&
	       db_transact(&req->http.work, delete, &edit) &&
	       reply_nothing(req);
}
