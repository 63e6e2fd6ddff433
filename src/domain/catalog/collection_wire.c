/* collection_wire.c - collections as they go over the wire. */
#include "collections.h"

#include <stddef.h>
#include <string.h>

#include "catalog.h"
#include "products.h"

#include <queries.h>

#define AT(member) .offset = offsetof(struct collection_input, member)

static const struct choice kinds[] = {
	{"manual", "Its products are chosen by hand"},
	{"rule", "Its products are found by rules"},
	{0},
};

#define HEAD                                                                 \
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The collection's id."}, \
	{"slug", FIELD_SLUG, 0, AT(slug), .max = SLUG_MAX - 1,               \
	 .help = "Its name in URLs; made from the name when not given."},    \
	{"name", FIELD_TEXT, FIELD_REQUIRED, AT(name), .max = 200,           \
	 .help = "Its name."}
#define DESCRIPTION                                                  \
	{"description", FIELD_TEXT, FIELD_BLANK, AT(description),    \
	 .max = 5000, .help = "Plain text."}
#define POSITION                                                      \
	{"position", FIELD_INTEGER, 0, AT(position), .min = 0,        \
	 .max = 1000000, .help = "Place among the collections."}
#define COUNT                                                         \
	{"product_count", FIELD_INTEGER, FIELD_READ_ONLY,             \
	 .help = "Published products in it."}
#define SEO                                                           \
	{"seo_title", FIELD_TEXT, FIELD_BLANK, AT(seo_title),         \
	 .max = 200, .help = "For the title of its page."},           \
	{"seo_description", FIELD_TEXT, FIELD_BLANK,                  \
	 AT(seo_description), .max = 500,                             \
	 .help = "For what search engines show of it."}
#define TIMES                                                                 \
	{"created_at", FIELD_TIME, FIELD_READ_ONLY, .help = "When it came."}, \
	{"updated_at", FIELD_TIME, FIELD_READ_ONLY, .help = "Last change."}
#define KIND                                                                 \
	{"kind", FIELD_CHOICE, 0, AT(kind), .choices = kinds,                \
	 .help = "By hand if not given; stays as it is."}
#define PUBLISHED                                                            \
	{"is_published", FIELD_BOOLEAN, 0, AT(is_published),                 \
	 .help = "Whether the public sees it."}
#define VERSION                                                              \
	{"version", FIELD_INTEGER, FIELD_READ_ONLY, .help = "For If-Match."}

static const struct field fields[] = {HEAD, DESCRIPTION, POSITION, COUNT, {0}};
const struct resource collection_resource = {
	.name = "Collection",
	.fields = fields,
	.help = "Products that belong together, in a list of such.",
};

static const struct field detail_fields[] = {HEAD, DESCRIPTION, POSITION,
					     COUNT, SEO, TIMES, {0}};
const struct resource collection_detail_resource = {
	.name = "CollectionDetail",
	.fields = detail_fields,
	.help = "Products that belong together.",
};

static const struct field card_fields[] = {HEAD, KIND, PUBLISHED, POSITION,
					   COUNT, TIMES, VERSION, {0}};
const struct resource collection_card_resource = {
	.name = "AdminCollectionCard",
	.fields = card_fields,
	.help = "A collection in a list for staff.",
};

static const struct field admin_fields[] = {
	HEAD,
	DESCRIPTION,
	KIND,
	{"rules", FIELD_MAP, 0, AT(rules),
	 .help = "Of one by rule: {\"all\": [...]} or {\"any\": [...]} of "
		 "{\"field\", \"op\", \"value\"}."},
	PUBLISHED,
	POSITION,
	{"member_count", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "Products in it, in every state."},
	COUNT,
	SEO,
	TIMES,
	VERSION,
	{0},
};
const struct resource collection_admin_resource = {
	.name = "AdminCollection",
	.size = sizeof(struct collection_input),
	.fields = admin_fields,
	.help = "A collection as staff manage it.",
};

/* ---- preview ---- */

static const struct field rules_fields[] = {
	{"rules", FIELD_MAP, FIELD_REQUIRED, AT(rules),
	 .help = "As of a collection by rule; nothing is saved."},
	{0},
};
const struct resource collection_rules_resource = {
	.name = "CollectionRules",
	.size = sizeof(struct collection_input),
	.fields = rules_fields,
	.help = "Rules to be tried.",
};

#define MEMBER                                                              \
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The product's id."},   \
	{"slug", FIELD_SLUG, FIELD_READ_ONLY, .help = "Its name in URLs."}, \
	{"name", FIELD_TEXT, FIELD_READ_ONLY, .help = "Its name."},         \
	{"brand", FIELD_TEXT, FIELD_READ_ONLY, .help = "Who makes it."},    \
	{"status", FIELD_CHOICE, FIELD_READ_ONLY,                           \
	 .choices = product_statuses,                                       \
	 .help = "Only published ones are shown to the public."}

static const struct field found_fields[] = {MEMBER, {0}};
static const struct resource found_resource = {
	.name = "CollectionPreviewProduct",
	.fields = found_fields,
	.help = "A product that is found."};

static const struct field preview_fields[] = {
	{"count", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "How many products there are, in every state."},
	{"results", FIELD_LIST, FIELD_READ_ONLY, .resource = &found_resource,
	 .help = "The first 20 of them."},
	{0},
};
const struct resource collection_preview_resource = {
	.name = "CollectionPreview",
	.fields = preview_fields,
	.help = "What a collection holds, or would hold.",
};

/* ---- members ---- */

static const struct field member_fields[] = {
	MEMBER,
	{"position", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "Its place in the collection."},
	{0},
};
const struct resource collection_member_resource = {
	.name = "CollectionProduct",
	.fields = member_fields,
	.help = "A product in a collection, for staff.",
};

static const struct field members_fields[] = {
	{"products", FIELD_TEXTS, FIELD_REQUIRED | FIELD_BLANK,
	 .offset = offsetof(struct members_input, products),
	 .max = MEMBERS_AT_ONCE, .help = "Ids of products."},
	{0},
};
const struct resource collection_members_resource = {
	.name = "CollectionProducts",
	.size = sizeof(struct members_input),
	.fields = members_fields,
	.help = "Products that come or go.",
};
