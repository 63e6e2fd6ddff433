/* media_wire.c - pictures as they go over the wire. */
#include "media.h"

#include <stddef.h>

#include <queries.h>

static const struct choice states[] = {
	{"processing", "Processing"},
	{"ready", "Ready"},
	{"refused", "Refused"},
	{0},
};

static const struct field rendition_fields[] = {
	{"url", FIELD_URL, FIELD_READ_ONLY, .help = "Where it is; for ever."},
	{"width", FIELD_INTEGER, FIELD_READ_ONLY, .help = "Pixels."},
	{"height", FIELD_INTEGER, FIELD_READ_ONLY, .help = "Pixels."},
	{"type", FIELD_TEXT, FIELD_READ_ONLY, .help = "Media type."},
	{0},
};
static const struct resource rendition_resource = {
	.name = "Rendition", .fields = rendition_fields,
	.help = "A picture in one size and format."};

static const struct field fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The picture's id."},
	{"state", FIELD_CHOICE, FIELD_READ_ONLY, .choices = states,
	 .help = "Processing until its renditions are made; refused when they "
		 "cannot be."},
	{"refusal", FIELD_TEXT, FIELD_READ_ONLY, .help = "Why it was refused."},
	{"content_type", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "What was uploaded, by its bytes."},
	{"bytes", FIELD_INTEGER, FIELD_READ_ONLY, .help = "Of the upload."},
	{"width", FIELD_INTEGER, FIELD_READ_ONLY, .help = "Pixels, upright."},
	{"height", FIELD_INTEGER, FIELD_READ_ONLY, .help = "Pixels, upright."},
	{"alt", FIELD_TEXT, FIELD_BLANK,
	 .offset = offsetof(struct media_input, alt), .max = ALT_MAX,
	 .help = "What it shows, for who cannot see it; a published product's "
		 "pictures must have one."},
	{"url", FIELD_URL, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Its widest JPEG, once it is ready."},
	{"renditions", FIELD_LIST, FIELD_READ_ONLY,
	 .resource = &rendition_resource,
	 .help = "Smallest first, each width as WebP and JPEG."},
	{"product_count", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "Products that show it."},
	{"created_at", FIELD_TIME, FIELD_READ_ONLY, .help = "When it came."},
	{"updated_at", FIELD_TIME, FIELD_READ_ONLY, .help = "Last change."},
	{"version", FIELD_INTEGER, FIELD_READ_ONLY, .help = "For If-Match."},
	{0},
};
const struct resource media_resource = {
	.name = "Media",
	.size = sizeof(struct media_input),
	.fields = fields,
	.help = "A picture and its renditions.",
};

static const struct filter filters[] = {
	{"state", FIELD_CHOICE, 0, "m.state = $?", .choices = states,
	 .help = "In this state."},
	{"alt__icontains", FIELD_TEXT, 0, "m.alt ILIKE '%' || $? || '%'",
	 .help = "Whose text has this."},
	{"is_used", FIELD_BOOLEAN, 0,
	 "EXISTS (SELECT 1 FROM product_media pm WHERE pm.media_id = m.id) = $?",
	 .help = "Whether a product shows it."},
	{"lacks_alt", FIELD_BOOLEAN, 0, "(btrim(m.alt) = '') = $?",
	 .help = "Whether its text is missing."},
	{0},
};
static const struct ordering orderings[] = {
	{"created_at", "m.created_at"},
	{"bytes", "m.bytes"},
	{0},
};
const struct listing media_listing = {
	.query = &q_media_list,
	.filters = filters,
	.orderings = orderings,
	.order = "-created_at",
	.tie_break = "m.id",
};

static const struct field attached_fields[] = {
	{"media", FIELD_UUID, FIELD_REQUIRED,
	 .offset = offsetof(struct attached_input, media),
	 .help = "The picture."},
	{"variant", FIELD_UUID, FIELD_NULLABLE,
	 .offset = offsetof(struct attached_input, variant),
	 .help = "The variant that it shows; null: the product."},
	{"alt", FIELD_TEXT, FIELD_READ_ONLY, .help = "Its text."},
	{"state", FIELD_CHOICE, FIELD_READ_ONLY, .choices = states,
	 .help = "Only a ready one is shown."},
	{"url", FIELD_URL, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Its widest JPEG."},
	{0},
};
static const struct resource attached_resource = {
	.name = "AttachedMedia",
	.size = sizeof(struct attached_input),
	.fields = attached_fields,
	.help = "A picture at its place in a product.",
};

static const struct field product_media_fields[] = {
	{"product", FIELD_UUID, FIELD_READ_ONLY, .help = "The product's id."},
	{"items", FIELD_LIST, FIELD_REQUIRED | FIELD_BLANK,
	 .offset = offsetof(struct product_media_input, items), .max = 100,
	 .resource = &attached_resource, .help = "In order; the first stands "
						 "in lists."},
	{"version", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "The product's, for If-Match."},
	{0},
};
const struct resource product_media_resource = {
	.name = "ProductMedia",
	.size = sizeof(struct product_media_input),
	.fields = product_media_fields,
	.help = "The pictures of a product.",
};
