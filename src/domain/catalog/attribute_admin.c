/* attribute_admin.c - attributes, for the public and as staff manage them. */
#include "types.h"

#include <inttypes.h>
#include <string.h>

#include <platform/jobs.h>
#include <platform/json.h>

#include <queries.h>

static const struct fault_kind no_attribute = {
	404, "not_found", "No Attribute matches the given query."};
static const struct fault_kind in_use = {
	409, "attribute_in_use", "The attribute is in use."};

struct edit {
	struct request *req;
	struct attribute_input input;
	struct uuid id;
	const char *code; /* as it is now */
	const char *kind;
	const char *choices;
};

async bool attribute_public_list(struct request *req)
{
	return reply_page(req, &attribute_listing, no_params);
}

static async bool show(struct request *req, int status, const struct uuid *id)
{
	struct work *w = &req->http.work;
	struct rows rows;

	if (!db_query(w, &q_attribute_show, params(p_uuid(id)), &rows))
		return false;
	return rows.count == 0 ? refuse(w, &no_attribute, NULL)
			       : reply_row(req, status, &rows);
}

async bool attribute_admin_show(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && show(req, 200, &id);
}

static bool explain(struct work *w)
{
	if (db_violates(w, "attribute_code_key")) {
		forgive(w);
		return refuse_field(w, "code",
				    "attribute with this code already exists.");
	}
	if (db_violates(w, "product_type_attribute_attribute_id_fkey")) {
		forgive(w);
		return refuse(w, &in_use, "A product type has this attribute.");
	}
	return false;
}

static async bool insert(struct work *w, void *argument)
{
	struct edit *edit = argument;
	const struct attribute_input *in = &edit->input;

	return db_query(w, &q_attribute_insert,
			params(p_uuid(&edit->id), p_text(in->code),
			       p_text(in->name), p_text(in->kind),
			       p_text(in->unit == NULL ? "" : in->unit),
			       p_text(choices_json(w, &in->choices)),
			       p_bool(in->is_filterable), p_int(in->position)),
			NULL);
}

async bool attribute_admin_create(struct request *req)
{
	struct work *w = &req->http.work;
	struct edit edit = {.req = req, .id = uuid_make()};

	if (!read_body(req, &edit.input) ||
	    !choices_check(w, edit.input.kind, &edit.input.choices))
		return false;
	if (!db_transact(w, insert, &edit))
		return explain(w);
	return show(req, 201, &edit.id);
}

/* Locks it, and compares the version that staff have seen. */
static async bool take(struct work *w, struct edit *edit)
{
	struct rows rows;

	if (!db_query(w, &q_attribute_lock, params(p_uuid(&edit->id)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_attribute, NULL);
	edit->code = row_text(&rows, 0, 1);
	edit->kind = row_text(&rows, 0, 2);
	edit->choices = row_text(&rows, 0, 3);
	return check_version(edit->req, row_int(&rows, 0, 0));
}

/* No product has a value of it; nor, if that counts, a type. */
static async bool check_unused(struct work *w, const struct edit *edit,
			       bool types_count)
{
	struct rows rows;

	if (!db_query(w, &q_attribute_uses,
		      params(p_text(edit->code), p_uuid(&edit->id)), &rows))
		return false;
	if (row_int(&rows, 0, 0) > 0)
		return refuse(w, &in_use,
			      "%" PRId64 " products have a value of this "
			      "attribute.",
			      row_int(&rows, 0, 0));
	if (types_count && row_int(&rows, 0, 1) > 0)
		return refuse(w, &in_use,
			      "%" PRId64 " product types have this attribute.",
			      row_int(&rows, 0, 1));
	return true;
}

/* The values of choices that are stored. */
static struct param values_of(struct work *w, const char *json)
{
	const struct json_t *list = json_read_quietly(&w->arena, json,
						      strlen(json));
	size_t count = json_count(list);
	const char **values = arena_array(&w->arena, const char *, count);

	for (size_t i = 0; i < count; i++)
		values[i] = json_text_at(json_item(list, i), "value", "");
	return p_texts(&w->arena, values, count);
}

/* A choice that products have cannot go. */
static async bool check_choices(struct work *w, const struct edit *edit,
				const char *choices)
{
	struct rows rows;

	if (!db_query(w, &q_attribute_dangling,
		      params(p_text(edit->code), values_of(w, choices),
			     values_of(w, edit->choices)),
		      &rows))
		return false;
	return rows.count == 0 ||
	       refuse(w, &in_use,
		      "The choice \"%.80s\" cannot go: %" PRId64
		      " products or variants have it.",
		      row_text(&rows, 0, 0), row_int(&rows, 0, 1));
}

static bool is_changed(const char *given, const char *now)
{
	return given != NULL && strcmp(given, now) != 0;
}

/* What the whole will be, of which a PATCH gives parts. */
static async bool judge(struct work *w, const struct edit *edit,
			const char *choices)
{
	const struct attribute_input *in = &edit->input;
	const char *kind = in->kind != NULL ? in->kind : edit->kind;
	bool is_other = is_changed(in->kind, edit->kind);

	if (in->unit != NULL && in->unit[0] != '\0' && strcmp(kind, "number") != 0)
		return refuse_field(w, "unit", "Only a number has a unit.");
	if ((choices != NULL || is_other) &&
	    !choices_check(w, kind, &in->choices))
		return false;
	if ((is_other || is_changed(in->code, edit->code)) &&
	    !check_unused(w, edit, false))
		return false;
	return choices == NULL || is_other || check_choices(w, edit, choices);
}

static async bool update(struct work *w, void *argument)
{
	struct edit *edit = argument;
	const struct attribute_input *in = &edit->input;
	bool position = was_given(edit->req, struct attribute_input, position);
	bool filter = was_given(edit->req, struct attribute_input, is_filterable);
	const char *choices = NULL;

	if (!take(w, edit))
		return false;
	if (was_given(edit->req, struct attribute_input, choices) ||
	    is_changed(in->kind, edit->kind))
		choices = choices_json(w, &in->choices);
	return judge(w, edit, choices) &&
	       db_query(w, &q_attribute_update,
			params(p_uuid(&edit->id), p_text(in->code),
			       p_text(in->name), p_text(in->kind),
			       p_text(in->kind != NULL && in->unit == NULL &&
						      strcmp(in->kind, "number") != 0
					      ? ""
					      : in->unit),
			       p_text(choices),
			       filter ? p_bool(in->is_filterable) : p_null(),
			       position ? p_int(in->position) : p_null()),
			NULL) &&
	       event_emit(w, "attribute.updated", "attribute", &edit->id, "{}");
}

async bool attribute_admin_update(struct request *req)
{
	struct work *w = &req->http.work;
	struct edit edit = {.req = req};

	if (!path_uuid(req, "id", &edit.id) || !read_body(req, &edit.input))
		return false;
	if (!db_transact(w, update, &edit))
		return explain(w);
	return show(req, 200, &edit.id);
}

static async bool delete(struct work *w, void *argument)
{
	struct edit *edit = argument;

	return take(w, edit) && check_unused(w, edit, true) &&
	       db_query(w, &q_attribute_delete, params(p_uuid(&edit->id)), NULL);
}

async bool attribute_admin_delete(struct request *req)
{
	struct work *w = &req->http.work;
	struct edit edit = {.req = req};

	if (!path_uuid(req, "id", &edit.id))
		return false;
	if (!db_transact(w, delete, &edit))
		return explain(w);
	return reply_nothing(req);
}
