/* account_wire.c - what goes in and out of accounts and sessions. */
#include "accounts.h"

#include <string.h>

enum { PASSWORD_MAX = 1000, SECRET_MAX = 2048 };

static const struct field registration_fields[] = {
	{.name = "email", .type = FIELD_EMAIL, .flags = FIELD_REQUIRED,
	 .offset = offsetof(struct registration, email), .max = 254,
	 .help = "Where the verification goes; the name to log in with."},
	{.name = "password", .type = FIELD_PASSWORD,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct registration, password),
	 .max = PASSWORD_MAX,
	 .help = "At least 8 characters; not common, not only digits, not like "
		 "the e-mail address or the name."},
	{.name = "first_name", .type = FIELD_TEXT, .flags = FIELD_BLANK,
	 .offset = offsetof(struct registration, first_name), .max = 150,
	 .help = "Given name."},
	{.name = "last_name", .type = FIELD_TEXT, .flags = FIELD_BLANK,
	 .offset = offsetof(struct registration, last_name), .max = 150,
	 .help = "Family name."},
	{0},
};
const struct resource registration_resource = {
	.name = "Registration",
	.size = sizeof(struct registration),
	.fields = registration_fields,
	.help = "A new account.",
};

static const struct field registration_twice_fields[] = {
	{.name = "email", .type = FIELD_EMAIL, .flags = FIELD_REQUIRED,
	 .offset = offsetof(struct registration, email), .max = 254,
	 .help = "Where the verification goes; the name to log in with."},
	{.name = "password1", .type = FIELD_PASSWORD,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct registration, password),
	 .max = PASSWORD_MAX,
	 .help = "At least 8 characters; not common, not only digits, not like "
		 "the e-mail address or the name."},
	{.name = "password2", .type = FIELD_PASSWORD,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct registration, repeated),
	 .max = PASSWORD_MAX, .help = "The same once more."},
	{.name = "first_name", .type = FIELD_TEXT, .flags = FIELD_BLANK,
	 .offset = offsetof(struct registration, first_name), .max = 150,
	 .help = "Given name."},
	{.name = "last_name", .type = FIELD_TEXT, .flags = FIELD_BLANK,
	 .offset = offsetof(struct registration, last_name), .max = 150,
	 .help = "Family name."},
	{0},
};

/* dj-rest-auth's text, with another apostrophe than Django's form has. */
static bool is_repeated(struct work *w, const void *input)
{
	const struct registration *in = input;

	return strcmp(in->password, in->repeated) == 0 ||
	       refuse_field(w, NULL,
			    "The two password fields didn't match.");
}

const struct resource registration_twice_resource = {
	.name = "RegistrationTwice",
	.size = sizeof(struct registration),
	.fields = registration_twice_fields,
	.rule = is_repeated,
	.help = "The same, as clients of dj-rest-auth send it; a username is "
		"ignored.",
};

static const struct field credentials_fields[] = {
	{.name = "email", .type = FIELD_TEXT, .flags = FIELD_WRITE_ONLY,
	 .offset = offsetof(struct credentials, email), .max = 254,
	 .help = "The e-mail address of the account."},
	{.name = "username", .type = FIELD_TEXT, .flags = FIELD_WRITE_ONLY,
	 .offset = offsetof(struct credentials, username), .max = 254,
	 .help = "The same, for clients that call it so."},
	{.name = "password", .type = FIELD_PASSWORD,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct credentials, password), .max = PASSWORD_MAX,
	 .help = "Its password."},
	{0},
};

static bool has_login_name(struct work *w, const void *input)
{
	const struct credentials *in = input;

	return in->email || in->username ||
	       refuse_field(w, "email", "This field is required.");
}

const struct resource credentials_resource = {
	.name = "TokenObtainPair",
	.size = sizeof(struct credentials),
	.fields = credentials_fields,
	.rule = has_login_name,
	.help = "A login: email or username, and the password.",
};

static const struct field email_key_fields[] = {
	{.name = "key", .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct email_key, key), .max = 128,
	 .help = "From the link in the mail."},
	{0},
};
const struct resource email_key_resource = {
	.name = "VerifyEmail",
	.size = sizeof(struct email_key),
	.fields = email_key_fields,
	.help = "The proof that an e-mail address is read by its owner.",
};

static const struct field refresh_fields[] = {
	{.name = "refresh", .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct refresh_body, refresh), .max = SECRET_MAX,
	 .help = "The newest refresh token of the session."},
	{0},
};
const struct resource refresh_resource = {
	.name = "TokenRefresh",
	.size = sizeof(struct refresh_body),
	.fields = refresh_fields,
	.help = "A refresh token.",
};

static const struct field refreshing_fields[] = {
	{.name = "refresh", .type = FIELD_TEXT, .flags = FIELD_WRITE_ONLY,
	 .offset = offsetof(struct refresh_body, refresh), .max = SECRET_MAX,
	 .help = "The newest refresh token of the session; a browser that "
		 "keeps it in a cookie leaves it out."},
	{0},
};
const struct resource refreshing_resource = {
	.name = "TokenRefreshing",
	.size = sizeof(struct refresh_body),
	.fields = refreshing_fields,
	.help = "A refresh token, unless it comes as a cookie.",
};

static const struct field token_fields[] = {
	{.name = "token", .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct token_body, token), .max = SECRET_MAX,
	 .help = "An access or a refresh token."},
	{0},
};
const struct resource token_resource = {
	.name = "TokenVerify",
	.size = sizeof(struct token_body),
	.fields = token_fields,
	.help = "A token to be checked.",
};

static const struct field token_pair_fields[] = {
	{.name = "refresh", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY,
	 .help = "Buys the next pair, once."},
	{.name = "access", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY,
	 .max = SECRET_MAX,
	 .help = "For the header Authorization: Bearer."},
	{0},
};
const struct resource token_pair_resource = {
	.name = "TokenPair",
	.fields = token_pair_fields,
	.help = "The tokens of a session.",
};

static const struct field user_fields[] = {
	{.name = "pk", .type = FIELD_UUID, .flags = FIELD_READ_ONLY,
	 .help = "Identifies the account."},
	{.name = "username", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY,
	 .max = 254, .help = "The e-mail address once more."},
	{.name = "email", .type = FIELD_EMAIL, .flags = FIELD_READ_ONLY,
	 .max = 254, .help = "The name to log in with."},
	{.name = "first_name", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY,
	 .max = 150, .help = "Given name."},
	{.name = "last_name", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY,
	 .max = 150, .help = "Family name."},
	{0},
};
static const struct resource user_resource = {
	.name = "LoginUser",
	.fields = user_fields,
	.help = "Who has logged in.",
};
static const struct field login_fields[] = {
	{.name = "access", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY,
	 .max = SECRET_MAX, .help = "Stands in a cookie, too."},
	{.name = "refresh", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY,
	 .help = "Empty: it stands in a cookie that scripts cannot read."},
	{.name = "user", .type = FIELD_OBJECT, .flags = FIELD_READ_ONLY,
	 .resource = &user_resource, .help = "Whose session it is."},
	{0},
};
const struct resource login_resource = {
	.name = "Login",
	.fields = login_fields,
	.help = "A session that a browser keeps in cookies.",
};

static const struct field detail_fields[] = {
	{.name = "detail", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY,
	 .help = "What was done."},
	{0},
};
const struct resource detail_resource = {
	.name = "Detail",
	.fields = detail_fields,
	.help = "A sentence for people.",
};
