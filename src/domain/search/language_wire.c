/* language_wire.c - synonyms, suggestions and misses as they go over the
 * wire. */
#include "language.h"

#include <stddef.h>

#define READ FIELD_READ_ONLY

static const struct field product_fields[] = {
	{"id", FIELD_UUID, READ, .help = "The product's id."},
	{"slug", FIELD_SLUG, READ, .help = "Its name in URLs."},
	{"name", FIELD_TEXT, READ, .help = "Its name."},
	{"brand", FIELD_TEXT, READ, .help = "Who makes it."},
	{"image", FIELD_URL, READ | FIELD_NULLABLE, .help = "Its image."},
	{0},
};
static const struct resource suggested_product_resource = {
	.name = "SuggestedProduct",
	.fields = product_fields,
	.help = "A product that is meant, perhaps.",
};

static const struct field category_fields[] = {
	{"slug", FIELD_SLUG, READ, .help = "Its name in URLs."},
	{"name", FIELD_TEXT, READ, .help = "Its name."},
	{"product_count", FIELD_INTEGER, READ,
	 .help = "How many products it lists."},
	{0},
};
static const struct resource suggested_category_resource = {
	.name = "SuggestedCategory",
	.fields = category_fields,
	.help = "A category that is meant, perhaps.",
};

static const struct field suggestion_fields[] = {
	{"products", FIELD_LIST, READ, .resource = &suggested_product_resource,
	 .help = "Products, most popular first."},
	{"categories", FIELD_LIST, READ,
	 .resource = &suggested_category_resource,
	 .help = "Categories, largest first."},
	{"brands", FIELD_TEXTS, READ, .help = "Brands by name."},
	{0},
};
const struct resource suggestions_resource = {
	.name = "SearchSuggestions",
	.fields = suggestion_fields,
	.help = "What what is typed so far may become.",
};

static const struct field miss_fields[] = {
	{"query", FIELD_TEXT, READ, .help = "What was sought."},
	{"searches", FIELD_INTEGER, READ, .help = "How often."},
	{"days", FIELD_INTEGER, READ, .help = "On how many days."},
	{"last_at", FIELD_TIME, READ, .help = "When last."},
	{0},
};
const struct resource miss_resource = {
	.name = "SearchMiss",
	.fields = miss_fields,
	.help = "What shoppers sought and did not find.",
};

static const struct choice kinds[] = {
	{"both", "Each term finds what any of them finds"},
	{"one_way", "The first term finds what the others find"},
	{0},
};

static const struct field synonym_fields[] = {
	{"id", FIELD_UUID, READ, .help = "The synonym's id."},
	{"kind", FIELD_CHOICE, 0, offsetof(struct synonym_input, kind),
	 .choices = kinds, .help = "In which direction; both if not given."},
	{"terms", FIELD_TEXTS, FIELD_REQUIRED,
	 offsetof(struct synonym_input, terms), .min = 2, .max = 20,
	 .help = "Words or short phrases that mean the same."},
	{"created_at", FIELD_TIME, READ, .help = "When it came."},
	{"updated_at", FIELD_TIME, READ, .help = "Last change."},
	{"version", FIELD_INTEGER, READ, .help = "For If-Match."},
	{0},
};

/* A term has a letter or a digit, or it would find nothing. */
static bool terms_say_something(struct work *w, const void *input)
{
	const struct synonym_input *in = input;
	const char *const *terms = in->terms.items;
	bool is_sound = true;

	for (size_t i = 0; i < in->terms.count; i++) {
		const char *c = terms[i];

		while (*c != '\0' && (unsigned char)*c < 0x80 &&
		       !((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
			 (*c >= '0' && *c <= '9')))
			c++;
		if (*c == '\0')
			is_sound = refuse_field(w, arena_format(&w->arena,
							"terms.%zu", i),
						"This field may not be blank.");
	}
	return is_sound;
}

const struct resource synonym_resource = {
	.name = "Synonym",
	.size = sizeof(struct synonym_input),
	.fields = synonym_fields,
	.rule = terms_say_something,
	.help = "Words that find the same products.",
};
