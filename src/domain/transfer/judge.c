/* judge.c - attributes of a batch, each by the kind it has in the shop. */
#include "transfer.h"

#include <string.h>
#include <strings.h>

#include <domain/catalog.h>
#include <platform/db.h>
#include <platform/json.h>

#include <queries.h>

enum { SETS_MAX = 32 };

struct sets {
	struct import_batch *batch;
	struct uuid types[SETS_MAX];
	struct attribute_set sets[SETS_MAX];
	size_t count;
};

static bool knows(const struct attribute_set *set, const char *code)
{
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->rules[i].code, code) == 0)
			return true;
	return false;
}

/* A dry run makes none: they are judged as if they were there. */
static void add_wants(struct work *w, const struct reading *reading,
		      struct attribute_set *set)
{
	struct attribute_rule *rules;
	size_t count = set->count;

	if (set->is_typed)
		return;
	rules = arena_array(&w->arena, struct attribute_rule,
			    set->count + reading->want_count);
	memcpy(rules, set->rules, set->count * sizeof(*rules));
	for (size_t i = 0; i < reading->want_count; i++)
		if (!knows(set, reading->wants[i].code))
			rules[count++] = (struct attribute_rule){
				.code = reading->wants[i].code,
				.kind = reading->wants[i].kind};
	set->rules = rules;
	set->count = count;
}

/* Each type's once a batch. */
static async bool set_of(struct work *w, struct sets *sets,
			 const struct uuid *type,
			 const struct attribute_set **set)
{
	size_t i = 0;

	while (i < sets->count && !uuid_equal(&sets->types[i], type))
		i++;
	if (i == sets->count) {
		if (sets->count == SETS_MAX) /* a batch of so many types */
			i = --sets->count;
		sets->types[i] = *type;
		if (!attribute_set_load(w, type, &sets->sets[i]))
			return false;
		add_wants(w, sets->batch->reading, &sets->sets[i]);
		sets->count++;
	}
	*set = &sets->sets[i];
	return true;
}

/* The first of DRF's field errors: {"attributes":{"colour":["..."]}}. */
struct first {
	const char *code;
	const char *reason;
};

static bool first_error(const char *code, const struct json_t *value,
			void *argument)
{
	struct first *first = argument;
	const struct json_t *item = json_item(value, 0);

	if (json_kind(value) == JSON_KIND_OBJECT)
		return json_each(value, first_error, argument);
	first->code = code;
	first->reason = json_text(item) == NULL ? "is not valid" : json_text(item);
	return false;
}

/* The field errors become the item's refusal. */
static void blame(struct work *w, struct import_item *item)
{
	struct first first = {"attributes", "is not valid"};

	if (w->fault.body != NULL)
		(void)json_each(w->fault.body, first_error, &first);
	item->at_line = 0;
	item_refuse(item,
		    arena_format(&w->arena, "attr.%s", first.code),
		    arena_text(&w->arena, first.reason));
	forgive(w);
}

static bool judge(struct work *w, struct import_item *item,
		  const struct attribute_set *set)
{
	if (!attributes_judge(w, "attributes", set, item->attributes,
			      &item->attributes))
		return false;
	for (size_t i = 0; i < item->variant_count; i++) {
		struct import_variant *variant = &item->variants[i];

		if (variant->attributes != NULL &&
		    !attributes_judge(w, "attributes", set, variant->attributes,
				      &variant->attributes))
			return false;
	}
	return true;
}

/* ---- other people's files, whose values are not ours ---- */

struct fit {
	const struct reading *reading;
	const struct attribute_set *set;
	const char *misfit; /* a code whose value is none of its kind; or NULL */
	struct json_t *object;
};

/* "Navy Blue" is the choice "navy blue", if there is one. */
static const char *as_choice(const struct fit *fit, const char *code,
			     const char *value)
{
	for (size_t i = 0; i < fit->set->count; i++) {
		const struct attribute_rule *rule = &fit->set->rules[i];

		for (size_t k = 0; strcmp(rule->code, code) == 0 &&
				   k < rule->value_count; k++)
			if (strcasecmp(rule->values[k], value) == 0)
				return rule->values[k];
	}
	return value;
}

/* What the shop would call a text of that name. */
static const char *name_of(const struct reading *reading, const char *code)
{
	for (size_t i = 0; i < reading->want_count; i++)
		if (strcmp(reading->wants[i].code, code) == 0)
			return reading->wants[i].name;
	return code;
}

static bool fit_one(const char *code, const struct json_t *value,
		    void *argument)
{
	struct fit *fit = argument;
	const char *text = json_text(value);
	bool is_misfit = fit->misfit != NULL && strcmp(fit->misfit, code) == 0;

	json_put(fit->object,
		 is_misfit ? name_of(fit->reading, code) : code,
		 json_new_text(as_choice(fit, code, text == NULL ? "" : text)));
	return true;
}

static void refit(struct work *w, struct import_item *item, struct fit *fit)
{
	const struct json_t *all = json_read_quietly(
		&w->arena, item->attributes, strlen(item->attributes));

	fit->object = json_new_object();
	(void)json_each(all, fit_one, fit);
	item->attributes = json_write(&w->arena, fit->object);
	json_release(fit->object);
}

/* A value that is none of its attribute's stays as a text beside them. */
static void judge_foreign(struct work *w, const struct reading *reading,
			  struct import_item *item,
			  const struct attribute_set *set)
{
	struct fit fit = {.reading = reading, .set = set};

	for (size_t i = 0; i <= reading->want_count; i++) {
		struct first first = {"", ""};

		refit(w, item, &fit);
		if (judge(w, item, set))
			return;
		if (w->fault.body != NULL)
			(void)json_each(w->fault.body, first_error, &first);
		fit.misfit = arena_text(&w->arena, first.code);
		if (i < reading->want_count)
			forgive(w);
	}
	blame(w, item);
}

async bool batch_judge(struct work *w, struct import_batch *batch)
{
	struct sets sets = {.batch = batch};

	for (size_t i = 0; i < batch->count; i++) {
		struct import_item *item = &batch->items[i];
		const struct attribute_set *set;

		if (item->fate != IMPORT_CREATE && item->fate != IMPORT_UPDATE)
			continue;
		if (!set_of(w, &sets, &item->product_type, &set))
			return false;
		if (!batch->run->format->is_own)
			judge_foreign(w, batch->reading, item, set);
		else if (!judge(w, item, set))
			blame(w, item);
	}
	return true;
}
