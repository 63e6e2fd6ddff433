/* password_wire.c - what goes into log-out, passwords and e-mail changes. */
#include "passwords.h"

#include <string.h>

enum { PASSWORD_MAX = 1000, SECRET_MAX = 2048 };

static const struct field logout_fields[] = {
	{.name = "refresh", .type = FIELD_TEXT,
	 .flags = FIELD_WRITE_ONLY | FIELD_BLANK,
	 .offset = offsetof(struct logout, refresh), .max = SECRET_MAX,
	 .help = "A refresh token of the session; without one the session of "
		 "the access token ends."},
	{0},
};
const struct resource logout_resource = {
	.name = "Logout",
	.size = sizeof(struct logout),
	.fields = logout_fields,
	.help = "Which session ends.",
};

static const struct field logout_all_fields[] = {
	{.name = "keep_current", .type = FIELD_BOOLEAN,
	 .flags = FIELD_WRITE_ONLY,
	 .offset = offsetof(struct logout_all, keeps_current),
	 .help = "Leaves the session that asks as it is."},
	{0},
};
const struct resource logout_all_resource = {
	.name = "LogoutAll",
	.size = sizeof(struct logout_all),
	.fields = logout_all_fields,
	.help = "Which sessions end.",
};

static const struct field password_change_fields[] = {
	{.name = "old_password", .type = FIELD_PASSWORD,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct password_change, old_password),
	 .max = PASSWORD_MAX, .help = "As it is."},
	{.name = "new_password", .type = FIELD_PASSWORD,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct password_change, new_password),
	 .max = PASSWORD_MAX, .help = "As it shall be."},
	{0},
};
const struct resource password_change_resource = {
	.name = "PasswordChange",
	.size = sizeof(struct password_change),
	.fields = password_change_fields,
	.help = "The password, and the one in its place.",
};

static const struct field password_twice_fields[] = {
	{.name = "old_password", .type = FIELD_PASSWORD,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct password_change, old_password),
	 .max = PASSWORD_MAX, .help = "As it is."},
	{.name = "new_password1", .type = FIELD_PASSWORD,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct password_change, new_password),
	 .max = PASSWORD_MAX, .help = "As it shall be."},
	{.name = "new_password2", .type = FIELD_PASSWORD,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct password_change, repeated),
	 .max = PASSWORD_MAX, .help = "The same once more."},
	{0},
};

/* The text is that of Django's form, its apostrophe, too. */
static bool is_same(struct work *w, const char *password, const char *repeated)
{
	return strcmp(password, repeated) == 0 ||
	       refuse_field(w, "new_password2",
			    "The two password fields didn\xe2\x80\x99t match.");
}

static bool is_repeated(struct work *w, const void *input)
{
	const struct password_change *in = input;

	return is_same(w, in->new_password, in->repeated);
}

const struct resource password_twice_resource = {
	.name = "PasswordChangeTwice",
	.size = sizeof(struct password_change),
	.fields = password_twice_fields,
	.rule = is_repeated,
	.help = "The same, as clients of dj-rest-auth send it.",
};

static const struct field forgotten_fields[] = {
	{.name = "email", .type = FIELD_EMAIL,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct email_body, email), .max = 254,
	 .help = "The address of the account."},
	{0},
};
const struct resource forgotten_resource = {
	.name = "EmailOnly",
	.size = sizeof(struct email_body),
	.fields = forgotten_fields,
	.help = "Where a mail is asked for.",
};

static const struct field password_reset_fields[] = {
	{.name = "token", .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct password_reset, token), .max = 128,
	 .help = "From the link in the mail."},
	{.name = "new_password", .type = FIELD_PASSWORD,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct password_reset, new_password),
	 .max = PASSWORD_MAX, .help = "As it shall be."},
	{0},
};
const struct resource password_reset_resource = {
	.name = "PasswordReset",
	.size = sizeof(struct password_reset),
	.fields = password_reset_fields,
	.help = "A new password in place of a forgotten one.",
};

static const struct field password_reset_twice_fields[] = {
	{.name = "token", .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct password_reset, token), .max = 128,
	 .help = "From the link in the mail; it tells whose password it is."},
	{.name = "new_password1", .type = FIELD_PASSWORD,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct password_reset, new_password),
	 .max = PASSWORD_MAX, .help = "As it shall be."},
	{.name = "new_password2", .type = FIELD_PASSWORD,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct password_reset, repeated),
	 .max = PASSWORD_MAX, .help = "The same once more."},
	{0},
};

static bool is_reset_repeated(struct work *w, const void *input)
{
	const struct password_reset *in = input;

	return is_same(w, in->new_password, in->repeated);
}

const struct resource password_reset_twice_resource = {
	.name = "PasswordResetTwice",
	.size = sizeof(struct password_reset),
	.fields = password_reset_twice_fields,
	.rule = is_reset_repeated,
	.help = "The same, as clients of dj-rest-auth send it; a uid is ignored.",
};

static const struct field new_email_fields[] = {
	{.name = "email", .type = FIELD_EMAIL,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct email_body, email), .max = 254,
	 .help = "The address as it shall be."},
	{0},
};
const struct resource new_email_resource = {
	.name = "EmailChange",
	.size = sizeof(struct email_body),
	.fields = new_email_fields,
	.help = "Another e-mail address.",
};

static const struct field secret_fields[] = {
	{.name = "token", .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct secret_body, token), .max = 128,
	 .help = "From the link in the mail."},
	{0},
};
const struct resource secret_resource = {
	.name = "MailToken",
	.size = sizeof(struct secret_body),
	.fields = secret_fields,
	.help = "What a mail's link holds.",
};
