/* read.c - a body becomes a struct, by the route's resource; DRF's rules. */
#include <rest/request.h>

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "validate.h"

static bool (*const validators[])(struct check *check, void *member) = {
	[FIELD_TEXT] = validate_text,	    [FIELD_EMAIL] = validate_text,
	[FIELD_URL] = validate_text,	    [FIELD_SLUG] = validate_text,
	[FIELD_PASSWORD] = validate_text,   [FIELD_CHOICE] = validate_choice,
	[FIELD_INTEGER] = validate_integer, [FIELD_BOOLEAN] = validate_boolean,
	[FIELD_MONEY] = validate_money,	    [FIELD_UUID] = validate_uuid,
	[FIELD_TIME] = validate_time,	    [FIELD_OBJECT] = validate_object,
	[FIELD_LIST] = validate_list,	    [FIELD_TEXTS] = validate_texts,
	[FIELD_MAP] = validate_map,	    [FIELD_DICT] = validate_dict,
};

bool complain(struct check *check, const char *format, ...)
{
	va_list list;

	if (check->errors == NULL)
		check->errors = json_new_list();
	va_start(list, format);
	json_push(check->errors,
		  json_new_text(
			  arena_vformat(&check->w->arena, format, list)));
	va_end(list);
	return false;
}

/* The currency that the object names, else that of the object around it. */
static const struct currency *currency_of(const struct resource *resource,
					  const struct json_t *object,
					  const struct currency *currency)
{
	const char *code;

	for (const struct field *field = resource->fields; field->name != NULL;
	     field++) {
		if (strcmp(field->name, "currency") != 0 ||
		    (field->flags & FIELD_READ_ONLY) != 0)
			continue;
		code = plain_text(json_member(object, "currency"));
		if (code != NULL && currency_find(code) != NULL)
			currency = currency_find(code);
	}
	return currency;
}

/* One field that was given: fills the member, marks nulls, or complains. */
static void read_given(struct check *check, void *member, uint64_t bit,
		       struct given *given)
{
	given->given |= bit;
	if (json_kind(check->value) == JSON_KIND_NULL) {
		check->is_null = true;
		if ((check->field->flags & FIELD_NULLABLE) == 0)
			complain(check, MAY_NOT_BE_NULL);
	} else {
		validators[check->field->type](check, member);
	}
	if (check->is_null)
		given->nulls |= bit;
}

/* A rule speaks with refuse_field(); what it says belongs under this object,
 * so it starts with no fault. */
static struct json_t *run_rule(struct work *w, const struct resource *resource,
			       const void *input)
{
	struct fault kept = w->fault;
	struct json_t *errors = NULL;

	w->fault = (struct fault){0};
	if (!resource->rule(w, input)) {
		assert(w->fault.kind != NULL);
		if (w->fault.kind != &fault_fields)
			return NULL; /* of another kind: it is the answer */
		errors = json_keep(w->fault.body);
	}
	w->fault = kept;
	return errors;
}

struct json_t *read_object(struct work *w, const struct resource *resource,
			   const struct json_t *object, void *input,
			   struct given *given)
{
	const struct currency *currency =
		currency_of(resource, object, given->currency);
	struct json_t *errors = NULL;
	unsigned index = 0;

	for (const struct field *field = resource->fields; field->name != NULL;
	     field++, index++) {
		struct check check = {.w = w,
				      .field = field,
				      .value = json_member(object, field->name),
				      .currency = currency};

		assert(index < 64);
		if ((field->flags & FIELD_READ_ONLY) != 0)
			continue;
		if (check.value != NULL)
			read_given(&check, (char *)input + field->offset,
				   UINT64_C(1) << index, given);
		else if ((field->flags & FIELD_REQUIRED) != 0 &&
			 !given->is_partial)
			complain(&check, "This field is required.");
		if (check.errors == NULL)
			continue;
		if (errors == NULL)
			errors = json_new_object();
		json_put(errors, field->name, check.errors);
	}
	if (resource->tells_given)
		*(struct field_given *)input = (struct field_given){
			resource, given->given, given->nulls};
	if (errors == NULL && resource->rule != NULL)
		errors = run_rule(w, resource, input);
	return errors;
}

/* The body as an object, or the fault that says what it is instead. */
static bool read_root(struct request *req, struct json_t **root)
{
	struct work *w = &req->http.work;

	*root = NULL;
	if (req->http.body_length == 0)
		return true; /* DRF takes nothing for {} */
	if (!json_read(w, req->http.body, req->http.body_length, root))
		return false;
	if (json_kind(*root) == JSON_KIND_NULL)
		return refuse_field(w, NULL, "No data provided");
	return json_kind(*root) == JSON_KIND_OBJECT ||
	       refuse_field(w, NULL,
			    "Invalid data. Expected a dictionary, but got %s.",
			    json_type_name(*root));
}

bool read_body(struct request *req, void *input)
{
	const struct resource *resource = req->route->body;
	struct given given = {.is_partial = req->http.method == METHOD_PATCH,
			      .currency = shop_currency()};
	struct work *w = &req->http.work;
	struct json_t *errors;
	struct json_t *root;

	assert(resource != NULL && resource->size > 0);
	memset(input, 0, resource->size);
	if (!read_root(req, &root))
		return false;
	errors = read_object(w, resource, root, input, &given);
	req->given = given.given;
	req->nulls = given.nulls;
	if (errors != NULL)
		return refuse_errors(w, errors);
	return w->fault.kind == NULL;
}

bool read_item(struct work *w, const struct resource *resource,
	       const struct json_t *item, bool is_partial, void *input)
{
	static const struct field whole = {.type = FIELD_OBJECT};
	struct given given = {.is_partial = is_partial,
			      .currency = shop_currency()};
	struct check check = {.w = w, .field = &whole, .value = item};
	struct json_t *errors;

	memset(input, 0, resource->size);
	if (json_kind(item) == JSON_KIND_OBJECT) {
		errors = read_object(w, resource, item, input, &given);
	} else {
		complain_dictionary(&check);
		errors = check.errors;
	}
	if (errors != NULL)
		return refuse_errors(w, errors);
	return w->fault.kind == NULL;
}

/* The bit of the field that fills this member. */
static uint64_t bit_of(const struct resource *resource, size_t offset)
{
	const struct field *fields = resource->fields;

	for (unsigned i = 0; fields[i].name != NULL; i++) {
		if ((fields[i].flags & FIELD_READ_ONLY) == 0 &&
		    fields[i].offset == offset)
			return UINT64_C(1) << i;
	}
	assert(false); /* no field fills that member */
	return 0;
}

bool field_was_given(const struct request *req, size_t offset)
{
	return (req->given & bit_of(req->route->body, offset)) != 0;
}

bool field_was_null(const struct request *req, size_t offset)
{
	return (req->nulls & bit_of(req->route->body, offset)) != 0;
}

bool field_sent(const struct field_given *sent, size_t offset)
{
	return (sent->given & bit_of(sent->resource, offset)) != 0;
}

bool field_sent_null(const struct field_given *sent, size_t offset)
{
	return (sent->nulls & bit_of(sent->resource, offset)) != 0;
}
