/* factor_wire.c - what goes in and out of second factors. */
#include "factors.h"

#include <stddef.h>

enum { PASSWORD_MAX = 1000, CODE_MAX = 64, CHALLENGE_MAX = 128 };

#define CODE(struct_type, member)                                           \
	{.name = "code", .type = FIELD_TEXT, .flags = FIELD_WRITE_ONLY,     \
	 .offset = offsetof(struct_type, member), .max = CODE_MAX,          \
	 .help = "The six digits that the authenticator app shows."}
#define RECOVERY_CODE(struct_type, member)                                  \
	{.name = "recovery_code", .type = FIELD_TEXT,                       \
	 .flags = FIELD_WRITE_ONLY,                                         \
	 .offset = offsetof(struct_type, member), .max = CODE_MAX,          \
	 .help = "One of the codes kept for the loss of the app; used up."}

static bool shows_one(struct work *w, const struct shown *shown)
{
	int count = (shown->password != NULL) + (shown->code != NULL) +
		    (shown->recovery_code != NULL);

	if (count == 0)
		return refuse_field(w, "code", "This field is required.");
	return count == 1 ||
	       refuse_field(w, NULL, "Show one of them, not several.");
}

static const struct field verify_fields[] = {
	{.name = "challenge", .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct verify_body, challenge),
	 .max = CHALLENGE_MAX,
	 .help = "From the login's answer second_factor_required."},
	CODE(struct verify_body, shown.code),
	RECOVERY_CODE(struct verify_body, shown.recovery_code),
	{0},
};

static bool verify_shows_one(struct work *w, const void *input)
{
	const struct verify_body *in = input;

	return shows_one(w, &in->shown);
}

const struct resource verify_resource = {
	.name = "SecondFactor",
	.size = sizeof(struct verify_body),
	.fields = verify_fields,
	.rule = verify_shows_one,
	.help = "The second half of a login: the challenge, and a code or a "
		"recovery code.",
};

static const struct field step_up_fields[] = {
	{.name = "password", .type = FIELD_PASSWORD, .flags = FIELD_WRITE_ONLY,
	 .offset = offsetof(struct shown, password), .max = PASSWORD_MAX,
	 .help = "Of an account without a second factor."},
	CODE(struct shown, code),
	RECOVERY_CODE(struct shown, recovery_code),
	{0},
};

static bool step_up_shows_one(struct work *w, const void *input)
{
	return shows_one(w, input);
}

const struct resource step_up_resource = {
	.name = "StepUp",
	.size = sizeof(struct shown),
	.fields = step_up_fields,
	.rule = step_up_shows_one,
	.help = "A proof in the middle of a session; one of the three.",
};

static const struct field code_fields[] = {
	{.name = "code", .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .offset = offsetof(struct code_body, code), .max = CODE_MAX,
	 .help = "The six digits that the authenticator app shows."},
	{0},
};
const struct resource code_resource = {
	.name = "TotpConfirm",
	.size = sizeof(struct code_body),
	.fields = code_fields,
	.help = "The first code of an authenticator app.",
};

static const struct field totp_begun_fields[] = {
	{.name = "secret", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY,
	 .help = "Base32, to be typed into an authenticator app."},
	{.name = "uri", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY,
	 .max = 2048, .help = "The same as otpauth://, for a QR code."},
	{0},
};
const struct resource totp_begun_resource = {
	.name = "TotpEnrolment",
	.fields = totp_begun_fields,
	.help = "What an authenticator app needs; shown once.",
};

#define CODES                                                               \
	{.name = "recovery_codes", .type = FIELD_TEXTS,                     \
	 .flags = FIELD_READ_ONLY,                                          \
	 .help = "Ten, each good for one login without the app; shown once."}
#define ACCESS                                                              \
	{.name = "access", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY,    \
	 .max = 2048,                                                       \
	 .help = "A fresh access token of this session, which tells of it."}

static const struct field totp_confirmed_fields[] = {CODES, ACCESS, {0}};
const struct resource totp_confirmed_resource = {
	.name = "TotpConfirmed",
	.fields = totp_confirmed_fields,
	.help = "An authenticator app counts from now on.",
};

static const struct field recovery_codes_fields[] = {CODES, {0}};
const struct resource recovery_codes_resource = {
	.name = "RecoveryCodes",
	.fields = recovery_codes_fields,
	.help = "New recovery codes; the old ones are void.",
};

static const struct field access_fields[] = {ACCESS, {0}};
const struct resource access_resource = {
	.name = "AccessToken",
	.fields = access_fields,
	.help = "The session goes on with this access token.",
};

static const struct field factors_fields[] = {
	{.name = "has_second_factor", .type = FIELD_BOOLEAN,
	 .flags = FIELD_READ_ONLY,
	 .help = "A password alone does not log in."},
	{.name = "is_required", .type = FIELD_BOOLEAN,
	 .flags = FIELD_READ_ONLY,
	 .help = "Staff: without one nothing of the shop's can be done."},
	{.name = "totp_confirmed_at", .type = FIELD_TIME,
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "When the authenticator app was enrolled; null: none is."},
	{.name = "passkeys", .type = FIELD_INTEGER, .flags = FIELD_READ_ONLY,
	 .help = "How many passkeys there are."},
	{.name = "recovery_codes_left", .type = FIELD_INTEGER,
	 .flags = FIELD_READ_ONLY,
	 .help = "Recovery codes that were not used."},
	{0},
};
const struct resource factors_resource = {
	.name = "SecondFactors",
	.fields = factors_fields,
	.help = "What the account can show beside its password.",
};
