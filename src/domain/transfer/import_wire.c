/* import_wire.c - imports as staff see them. */
#include "import_room.h"

#include <queries.h>

static const struct choice formats[] = {
	{"csv", "CSV, shopd's columns"},
	{"ndjson", "A JSON object a line"},
	{"flipkart", "CSV, the public Flipkart sample"},
	{0},
};
static const struct choice states[] = {
	{"created", "Created"}, {"running", "Running"}, {"done", "Done"},
	{"failed", "Failed"},	{"cancelled", "Cancelled"},
	{0},
};

#define NUMBER(name, text) \
	{name, FIELD_INTEGER, FIELD_READ_ONLY, .help = (text)}
#define HEAD                                                                  \
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The import's id."},      \
	{"format", FIELD_CHOICE, FIELD_REQUIRED,                              \
	 offsetof(struct import_input, format), .choices = formats,           \
	 .help = "What the file is."},                                        \
	{"state", FIELD_CHOICE, FIELD_READ_ONLY, .choices = states,           \
	 .help = "How far it came."},                                         \
	{"is_dry_run", FIELD_BOOLEAN, 0,                                      \
	 offsetof(struct import_input, is_dry_run),                           \
	 .help = "Changes nothing, and tells the same numbers."},             \
	{"is_retry", FIELD_BOOLEAN, FIELD_READ_ONLY,                          \
	 .help = "What was refused is being tried again."},                   \
	{"is_command", FIELD_BOOLEAN, FIELD_READ_ONLY,                        \
	 .help = "Of `shopd import`, not of staff."},                         \
	{"file_name", FIELD_TEXT, FIELD_READ_ONLY,                            \
	 .help = "Of the command's file."},                                   \
	{"default_stock", FIELD_INTEGER, 0,                                   \
	 offsetof(struct import_input, default_stock), .min = 0,              \
	 .max = 1000000000,                                                   \
	 .help = "Units of each new variant whose row does not say."}
#define NUMBERS                                                               \
	NUMBER("bytes_total", "Of the file, once it has started."),           \
	{"rows_total", FIELD_INTEGER, FIELD_READ_ONLY | FIELD_NULLABLE,       \
	 .help = "Rows of the file; null before its end was read."},          \
	NUMBER("rows_done", "Rows read."),                                    \
	NUMBER("created", "Products."), NUMBER("updated", "Products."),       \
	NUMBER("unchanged", "Products that were so already."),                \
	NUMBER("refused", "Products; see rows/."),                            \
	NUMBER("percent", "Of the file's bytes."),                            \
	{"failure", FIELD_TEXT, FIELD_READ_ONLY,                              \
	 .help = "Why the whole of it failed."}
#define TIMES                                                                 \
	{"created_at", FIELD_TIME, FIELD_READ_ONLY, .help = "When it was made."}, \
	{"started_at", FIELD_TIME, FIELD_READ_ONLY | FIELD_NULLABLE,          \
	 .help = "When it began."},                                           \
	{"finished_at", FIELD_TIME, FIELD_READ_ONLY | FIELD_NULLABLE,         \
	 .help = "When it ended."}

static const struct field part_fields[] = {
	NUMBER("number", "From 1 on."),
	NUMBER("bytes", "How many."),
	{"sha256", FIELD_TEXT, FIELD_READ_ONLY, .help = "Of its bytes, hex."},
	{0},
};
const struct resource import_part_resource = {
	.name = "ImportPart", .fields = part_fields,
	.help = "A piece of the file."};

static const struct field fields[] = {
	HEAD,
	{"mapping", FIELD_MAP, 0, offsetof(struct import_input, mapping),
	 .help = "Names of the file's columns to ours: {\"Bezeichnung\": \"name\"}."},
	NUMBERS,
	{"parts", FIELD_LIST, FIELD_READ_ONLY, .resource = &import_part_resource,
	 .help = "What of the file has arrived."},
	TIMES,
	{0},
};
const struct resource import_resource = {
	.name = "Import", .size = sizeof(struct import_input), .fields = fields,
	.help = "A file of products on its way into the shop."};

static const struct field card_fields[] = {HEAD, NUMBERS, TIMES, {0}};
const struct resource import_card_resource = {
	.name = "ImportCard", .fields = card_fields,
	.help = "An import, in lists."};

static const struct field row_fields[] = {
	NUMBER("line", "Of the file, from 1."),
	{"column", FIELD_TEXT, FIELD_READ_ONLY, .column = "column_name",
	 .help = "At fault; \"row\" when it is the whole."},
	{"reason", FIELD_TEXT, FIELD_READ_ONLY, .help = "What is wrong."},
	{"raw", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "The row as it came; its first 1,000 bytes."},
	NUMBER("tries", "How often it was refused."),
	{0},
};
const struct resource import_row_resource = {
	.name = "ImportRow", .fields = row_fields,
	.help = "A product that was refused."};

static const struct filter filters[] = {
	{"state", FIELD_CHOICE, 0, "i.state = $?", states, "In this state."},
	{0},
};
static const struct ordering orderings[] = {
	{"created_at", "i.created_at"},
	{0},
};
const struct listing import_listing = {
	.query = &q_import_list, .filters = filters, .orderings = orderings,
	.order = "-created_at", .tie_break = "i.id"};

static const struct filter row_filters[] = {
	{"column", FIELD_TEXT, 0, "r.column_name = $?", NULL, "At fault."},
	{0},
};
static const struct ordering row_orderings[] = {
	{"line", "r.line"},
	{0},
};
const struct listing import_row_listing = {
	.query = &q_import_row_list, .filters = row_filters,
	.orderings = row_orderings, .order = "line", .tie_break = "r.place",
	.page_size = 100};
