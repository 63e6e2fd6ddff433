/* review_wire.c - reviews as they go over the wire. */
#include "reviews.h"

#include <stddef.h>

#define AT(member) .offset = offsetof(struct review_input, member)
#define READ FIELD_READ_ONLY

const struct choice review_states[] = {
	{"pending", "Waits to be looked at"},
	{"accepted", "Shown"},
	{"rejected", "Not shown"},
	{0},
};

static const struct choice report_reasons[] = {
	{"spam", "Spam"},
	{"offensive", "Offensive"},
	{"wrong_product", "Of another product"},
	{"personal_data", "Shows personal data"},
	{"other", "Something else"},
	{0},
};

/* What each kind of reader sees of a review. */
#define WHAT_ALL_SEE                                                       \
	{"id", FIELD_UUID, READ, .help = "The review's id."},                \
	{"rating", FIELD_INTEGER, FIELD_REQUIRED, AT(rating), .min = 1,      \
	 .max = 5, .help = "Stars, 1 to 5."},                                \
	{"title", FIELD_TEXT, FIELD_BLANK, AT(title), .max = 200,            \
	 .help = "In a few words."},                                         \
	{"body", FIELD_TEXT, FIELD_BLANK, AT(body), .max = 5000,             \
	 .help = "Plain text."},                                             \
	{"author", FIELD_TEXT, FIELD_BLANK, AT(author), .max = 100,          \
	 .help = "As who is shown; the first name of the account if not "    \
		 "given."},                                                  \
	{"is_verified", FIELD_BOOLEAN, READ,                                 \
	 .help = "Whether the author has bought the product."},              \
	{"helpful_count", FIELD_INTEGER, READ,                               \
	 .help = "Votes that found it helpful."},                            \
	{"unhelpful_count", FIELD_INTEGER, READ, .help = "Votes that did "   \
							 "not."},            \
	{"reply", FIELD_TEXT, READ | FIELD_NULLABLE,                         \
	 .help = "The shop's reply."},                                       \
	{"replied_at", FIELD_TIME, READ | FIELD_NULLABLE,                    \
	 .help = "When it replied."},                                        \
	{"created_at", FIELD_TIME, READ, .help = "When it was written."}

#define WHAT_INSIDERS_SEE                                                  \
	{"product", FIELD_UUID, READ, .help = "What it is about."},          \
	{"product_name", FIELD_TEXT, READ, .help = "Its name."},             \
	{"state", FIELD_CHOICE, READ, .choices = review_states,              \
	 .help = "Only accepted ones are shown and counted."},               \
	{"reason", FIELD_TEXT, READ | FIELD_NULLABLE,                        \
	 .help = "Why it was rejected."},                                    \
	{"updated_at", FIELD_TIME, READ, .help = "Last change."},            \
	{"version", FIELD_INTEGER, READ, .help = "For If-Match."}

#define WHAT_STAFF_SEE                                                     \
	{"account", FIELD_UUID, READ | FIELD_NULLABLE,                       \
	 .help = "Who wrote it."},                                           \
	{"report_count", FIELD_INTEGER, READ,                                \
	 .help = "How often it was reported."},                              \
	{"moderated_at", FIELD_TIME, READ | FIELD_NULLABLE,                  \
	 .help = "When it was accepted or rejected."}

static const struct field review_fields[] = {
	WHAT_ALL_SEE,
	{0},
};
const struct resource review_resource = {
	.name = "Review",
	.size = sizeof(struct review_input),
	.fields = review_fields,
	.help = "What a customer says of a product.",
};

static const struct field own_fields[] = {
	WHAT_ALL_SEE,
	WHAT_INSIDERS_SEE,
	{0},
};
const struct resource own_review_resource = {
	.name = "OwnReview",
	.size = sizeof(struct review_input),
	.fields = own_fields,
	.help = "A review as its author sees it.",
};

static const struct field staff_card_fields[] = {
	WHAT_ALL_SEE,
	WHAT_INSIDERS_SEE,
	WHAT_STAFF_SEE,
	{0},
};
const struct resource staff_review_card_resource = {
	.name = "AdminReviewCard",
	.fields = staff_card_fields,
	.help = "A review in the list of staff.",
};

static const struct field told_fields[] = {
	{"reason", FIELD_CHOICE, READ, .choices = report_reasons,
	 .help = "What is wrong."},
	{"note", FIELD_TEXT, READ, .help = "In the reporter's words."},
	{"created_at", FIELD_TIME, READ, .help = "When it was reported."},
	{0},
};
static const struct resource told_resource = {
	.name = "ToldReport",
	.fields = told_fields,
	.help = "A report as staff see it.",
};

static const struct field staff_fields[] = {
	WHAT_ALL_SEE,
	WHAT_INSIDERS_SEE,
	WHAT_STAFF_SEE,
	{"reports", FIELD_LIST, READ, .resource = &told_resource,
	 .help = "The reports, oldest first."},
	{0},
};
const struct resource staff_review_resource = {
	.name = "AdminReview",
	.fields = staff_fields,
	.help = "A review as staff see it.",
};

static const struct field vote_fields[] = {
	{"is_helpful", FIELD_BOOLEAN, FIELD_REQUIRED,
	 offsetof(struct vote_input, is_helpful), .help = "Whether it helped."},
	{"helpful_count", FIELD_INTEGER, READ, .help = "Votes for it."},
	{"unhelpful_count", FIELD_INTEGER, READ, .help = "Votes against it."},
	{0},
};

static const struct field report_fields[] = {
	{"reason", FIELD_CHOICE, FIELD_REQUIRED,
	 offsetof(struct report_input, reason), .choices = report_reasons,
	 .help = "What is wrong with it."},
	{"note", FIELD_TEXT, FIELD_BLANK, offsetof(struct report_input, note),
	 .max = 1000, .help = "In your words."},
	{0},
};
const struct resource report_resource = {
	.name = "ReviewReport",
	.size = sizeof(struct report_input),
	.fields = report_fields,
	.help = "What is wrong with a review.",
};

static const struct field judgement_fields[] = {
	{"reason", FIELD_TEXT, FIELD_BLANK,
	 offsetof(struct judgement_input, reason), .max = 500,
	 .help = "Told to its author."},
	{0},
};
const struct resource judgement_resource = {
	.name = "ReviewRejection",
	.size = sizeof(struct judgement_input),
	.fields = judgement_fields,
	.help = "Why a review is not shown.",
};

static const struct field reply_fields[] = {
	{"reply", FIELD_TEXT, FIELD_REQUIRED | FIELD_BLANK,
	 offsetof(struct reply_input, reply), .max = 5000,
	 .help = "Shown below the review; empty takes it back."},
	{0},
};
const struct resource reply_resource = {
	.name = "ReviewReply",
	.size = sizeof(struct reply_input),
	.fields = reply_fields,
	.help = "The shop's reply to a review.",
};

const struct resource vote_resource = {
	.name = "ReviewVote",
	.size = sizeof(struct vote_input),
	.fields = vote_fields,
	.help = "Whether a review helped.",
};
