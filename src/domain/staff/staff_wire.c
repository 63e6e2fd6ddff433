/* staff_wire.c - roles, staff and invitations as they go over the wire. */
#include "staff.h"

#include <stddef.h>

#define RO FIELD_READ_ONLY
#define SHOWN(member, kind, more, sentence)                      \
	{.name = (member), .type = (kind), .flags = RO | (more), \
	 .help = (sentence)}

enum { ROLES_MAX = 20, PASSWORD_MAX = 1000, SECRET_MAX = 128 };

static const struct field permission_fields[] = {
	SHOWN("name", FIELD_TEXT, 0, "Such as catalog.write."),
	SHOWN("description", FIELD_TEXT, 0, "What it allows."),
	{0},
};
const struct resource permission_resource = {
	.name = "Permission",
	.fields = permission_fields,
	.help = "Something that staff may be allowed to do.",
};

static const struct field role_fields[] = {
	SHOWN("id", FIELD_UUID, 0, "Identifies the role."),
	{.name = "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED,
	 .offset = offsetof(struct role_in, name), .max = 64,
	 .help = "Unique, whatever its case."},
	{.name = "description", .type = FIELD_TEXT, .flags = FIELD_BLANK,
	 .offset = offsetof(struct role_in, description), .max = 500,
	 .help = "What it is for."},
	{.name = "permissions", .type = FIELD_TEXTS,
	 .flags = FIELD_REQUIRED | FIELD_BLANK,
	 .offset = offsetof(struct role_in, permissions), .max = PERMISSIONS,
	 .help = "What it allows; none that you do not have."},
	SHOWN("is_owner", FIELD_BOOLEAN, 0,
	      "Allows everything, always, and cannot be changed."),
	SHOWN("member_count", FIELD_INTEGER, 0, "How many have it."),
	SHOWN("created_at", FIELD_TIME, 0, "When it was made."),
	SHOWN("updated_at", FIELD_TIME, 0, "When it last changed."),
	SHOWN("version", FIELD_INTEGER, 0, "For If-Match."),
	{0},
};
const struct resource role_resource = {
	.name = "Role",
	.size = sizeof(struct role_in),
	.fields = role_fields,
	.help = "A set of permissions that staff are given together.",
};

static const struct field staff_fields[] = {
	SHOWN("id", FIELD_UUID, 0, "The account."),
	SHOWN("email", FIELD_EMAIL, 0, "The name to log in with."),
	SHOWN("first_name", FIELD_TEXT, 0, "Given name."),
	SHOWN("last_name", FIELD_TEXT, 0, "Family name."),
	{.name = "is_active", .type = FIELD_BOOLEAN,
	 .offset = offsetof(struct staff_in, is_active),
	 .help = "False ends all sessions at once, and no login is let in."},
	{.name = "roles", .type = FIELD_TEXTS, .flags = FIELD_BLANK,
	 .offset = offsetof(struct staff_in, roles), .max = ROLES_MAX,
	 .help = "Names of roles; none that allows what you may not do."},
	SHOWN("permissions", FIELD_TEXTS, 0,
	      "What is allowed: by the roles and directly."),
	SHOWN("direct_permissions", FIELD_TEXTS, 0,
	      "What was allowed beside the roles, by shopd user."),
	SHOWN("has_second_factor", FIELD_BOOLEAN, 0, "Logs in with two factors."),
	SHOWN("last_login_at", FIELD_TIME, FIELD_NULLABLE, "The last login."),
	SHOWN("created_at", FIELD_TIME, 0, "When the account was made."),
	SHOWN("updated_at", FIELD_TIME, 0, "When it last changed."),
	SHOWN("version", FIELD_INTEGER, 0, "For If-Match."),
	{0},
};
const struct resource staff_resource = {
	.name = "Staff",
	.size = sizeof(struct staff_in),
	.fields = staff_fields,
	.help = "An account that works for the shop.",
};

static const struct choice states[] = {
	{"open", "Waits to be accepted"},
	{"accepted", "Was accepted"},
	{"expired", "Too old"},
	{0},
};
static const struct field invitation_fields[] = {
	SHOWN("id", FIELD_UUID, 0, "Identifies the invitation."),
	{.name = "email", .type = FIELD_EMAIL, .flags = FIELD_REQUIRED,
	 .offset = offsetof(struct invitation_in, email), .max = 254,
	 .help = "Where the mail goes."},
	{.name = "roles", .type = FIELD_TEXTS,
	 .flags = FIELD_REQUIRED | FIELD_BLANK,
	 .offset = offsetof(struct invitation_in, roles), .max = ROLES_MAX,
	 .help = "Names of the roles that come with it."},
	{.name = "state", .type = FIELD_CHOICE, .flags = RO, .choices = states,
	 .help = "What became of it."},
	SHOWN("invited_by", FIELD_EMAIL, FIELD_NULLABLE, "Who asked for it."),
	SHOWN("created_at", FIELD_TIME, 0, "When its mail was last sent."),
	SHOWN("expires_at", FIELD_TIME, 0, "72 hours later."),
	SHOWN("accepted_at", FIELD_TIME, FIELD_NULLABLE, "When it was accepted."),
	{0},
};
const struct resource invitation_resource = {
	.name = "StaffInvitation",
	.size = sizeof(struct invitation_in),
	.fields = invitation_fields,
	.help = "Somebody who shall be of the staff.",
};

#define TOKEN_FIELD                                                  \
	{.name = "token", .type = FIELD_TEXT,                        \
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,                 \
	 .offset = offsetof(struct acceptance_in, token),            \
	 .max = SECRET_MAX, .help = "From the link in the mail."}

static const struct field acceptance_fields[] = {
	TOKEN_FIELD,
	{.name = "password", .type = FIELD_PASSWORD,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct acceptance_in, password),
	 .max = PASSWORD_MAX, .help = "Of the new account."},
	{.name = "first_name", .type = FIELD_TEXT,
	 .flags = FIELD_BLANK | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct acceptance_in, first_name), .max = 150,
	 .help = "Given name."},
	{.name = "last_name", .type = FIELD_TEXT,
	 .flags = FIELD_BLANK | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct acceptance_in, last_name), .max = 150,
	 .help = "Family name."},
	{0},
};
const struct resource acceptance_resource = {
	.name = "StaffAcceptance",
	.size = sizeof(struct acceptance_in),
	.fields = acceptance_fields,
	.help = "An invitation is accepted with a new account.",
};

static const struct field joining_fields[] = {TOKEN_FIELD, {0}};
const struct resource joining_resource = {
	.name = "StaffJoining",
	.size = sizeof(struct acceptance_in),
	.fields = joining_fields,
	.help = "An invitation is accepted by who is logged in.",
};

static const struct field detail_fields[] = {
	SHOWN("detail", FIELD_TEXT, 0, "What was done."),
	{0},
};
const struct resource staff_detail_resource = {
	.name = "StaffDetail",
	.fields = detail_fields,
	.help = "A sentence for people.",
};
