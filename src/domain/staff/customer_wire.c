/* customer_wire.c - customers as they go over the wire to staff. */
#include "staff.h"

#include <stddef.h>

#define RO FIELD_READ_ONLY
#define SHOWN(member, kind, more, sentence)                      \
	{.name = (member), .type = (kind), .flags = RO | (more), \
	 .help = (sentence)}

static const struct field row_fields[] = {
	SHOWN("id", FIELD_UUID, 0, "The account."),
	SHOWN("email", FIELD_EMAIL, 0, "The name to log in with."),
	SHOWN("first_name", FIELD_TEXT, 0, "Given name."),
	SHOWN("last_name", FIELD_TEXT, 0, "Family name."),
	SHOWN("phone", FIELD_TEXT, 0, "Telephone number."),
	SHOWN("is_active", FIELD_BOOLEAN, 0, "May log in."),
	SHOWN("email_verified_at", FIELD_TIME, FIELD_NULLABLE,
	      "When the address was proved."),
	SHOWN("last_login_at", FIELD_TIME, FIELD_NULLABLE, "The last login."),
	SHOWN("order_count", FIELD_INTEGER, 0, "Orders placed."),
	SHOWN("created_at", FIELD_TIME, 0, "When the account was made."),
	SHOWN("version", FIELD_INTEGER, 0, "For If-Match."),
	{0},
};
const struct resource customer_row_resource = {
	.name = "CustomerSummary",
	.fields = row_fields,
	.help = "A customer, in a list.",
};

static const struct field total_fields[] = {
	SHOWN("currency", FIELD_TEXT, 0, "ISO 4217."),
	SHOWN("orders", FIELD_INTEGER, 0, "How many."),
	SHOWN("total", FIELD_MONEY, 0, "Their sum."),
	{0},
};
static const struct resource total_resource = {
	.name = "CustomerOrderTotal",
	.fields = total_fields,
	.help = "What a customer has ordered in one currency.",
};

static const struct field customer_fields[] = {
	SHOWN("id", FIELD_UUID, 0, "The account."),
	SHOWN("email", FIELD_EMAIL, 0, "The name to log in with."),
	{.name = "first_name", .type = FIELD_TEXT, .flags = FIELD_BLANK,
	 .offset = offsetof(struct customer_in, first_name), .max = 150,
	 .help = "Given name."},
	{.name = "last_name", .type = FIELD_TEXT, .flags = FIELD_BLANK,
	 .offset = offsetof(struct customer_in, last_name), .max = 150,
	 .help = "Family name."},
	{.name = "phone", .type = FIELD_TEXT, .flags = FIELD_BLANK,
	 .offset = offsetof(struct customer_in, phone), .max = 32,
	 .help = "Telephone number, for the carrier: + and country code first."},
	{.name = "is_active", .type = FIELD_BOOLEAN,
	 .offset = offsetof(struct customer_in, is_active),
	 .help = "False ends all sessions at once, and no login is let in."},
	SHOWN("email_verified_at", FIELD_TIME, FIELD_NULLABLE,
	      "When the address was proved."),
	SHOWN("last_login_at", FIELD_TIME, FIELD_NULLABLE, "The last login."),
	SHOWN("has_password", FIELD_BOOLEAN, 0, "Can log in by password."),
	SHOWN("has_second_factor", FIELD_BOOLEAN, 0, "Logs in with two factors."),
	SHOWN("order_count", FIELD_INTEGER, 0, "Orders placed."),
	{.name = "order_totals", .type = FIELD_LIST, .flags = RO,
	 .resource = &total_resource,
	 .help = "Without those that were canceled."},
	SHOWN("last_order_at", FIELD_TIME, FIELD_NULLABLE, "The last order."),
	SHOWN("session_count", FIELD_INTEGER, 0, "Where they are logged in."),
	SHOWN("created_at", FIELD_TIME, 0, "When the account was made."),
	SHOWN("updated_at", FIELD_TIME, 0, "When it last changed."),
	SHOWN("version", FIELD_INTEGER, 0, "For If-Match."),
	{0},
};
const struct resource customer_resource = {
	.name = "Customer",
	.size = sizeof(struct customer_in),
	.fields = customer_fields,
	.help = "Somebody with an account, as staff see them.",
};

static const struct field ended_fields[] = {
	SHOWN("ended", FIELD_INTEGER, 0, "How many sessions."),
	{0},
};
const struct resource sessions_ended_resource = {
	.name = "SessionsEnded",
	.fields = ended_fields,
	.help = "Sessions that were ended.",
};

static const struct field note_fields[] = {
	SHOWN("id", FIELD_UUID, 0, "Identifies the note."),
	{.name = "body", .type = FIELD_TEXT, .flags = FIELD_REQUIRED,
	 .offset = offsetof(struct note_in, body), .max = 4000,
	 .help = "For staff alone."},
	SHOWN("author", FIELD_EMAIL, FIELD_NULLABLE, "Who wrote it."),
	SHOWN("created_at", FIELD_TIME, 0, "When."),
	{0},
};
const struct resource customer_note_resource = {
	.name = "CustomerNote",
	.size = sizeof(struct note_in),
	.fields = note_fields,
	.help = "What staff wrote of a customer.",
};
