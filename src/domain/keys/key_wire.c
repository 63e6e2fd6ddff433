/* key_wire.c - keys as staff send and see them. */
#include "keys.h"

const struct choice key_states[] = {
	{"active", "Works"},
	{"expired", "Its time is over"},
	{"revoked", "Was revoked"},
	{0},
};
const struct choice key_modes[] = {
	{"live", "For a server in production"},
	{"test", "For any other server"},
	{0},
};

#define SHOWN(field_name, field_type, more, sentence)    \
	{.name = (field_name), .type = (field_type),     \
	 .flags = FIELD_READ_ONLY | (more), .help = (sentence)}
#define CHOSEN(field_name, of, sentence)               \
	{.name = (field_name), .type = FIELD_CHOICE,    \
	 .flags = FIELD_READ_ONLY, .choices = (of), .help = (sentence)}
#define SHOWN_FIELDS                                                          \
	SHOWN("id", FIELD_UUID, 0, "The key's id."),                          \
	SHOWN("public_id", FIELD_TEXT, 0,                                     \
	      "Stands in the key, after its mode, and in the shop's logs."),  \
	CHOSEN("mode", key_modes, "Which servers take it."),                  \
	SHOWN("name", FIELD_TEXT, 0, "What it is for."),                      \
	SHOWN("scopes", FIELD_TEXTS, 0, "Permissions it has."),               \
	SHOWN("networks", FIELD_TEXTS, 0,                                     \
	      "From where it may be used; empty: from anywhere."),            \
	SHOWN("rate", FIELD_TEXT, 0,                                          \
	      "Its throttle; empty: that of every key."),                     \
	CHOSEN("status", key_states, "Whether it works."),                    \
	SHOWN("expires_at", FIELD_TIME, FIELD_NULLABLE, "Works before this."), \
	SHOWN("overlap_until", FIELD_TIME, FIELD_NULLABLE,                    \
	      "Until when the secret before works, too."),                    \
	SHOWN("created_by", FIELD_UUID, FIELD_NULLABLE,                       \
	      "The account that made it; null: a command, or one that is "    \
	      "gone."),                                                       \
	SHOWN("created_at", FIELD_TIME, 0, "When it was made."),              \
	SHOWN("updated_at", FIELD_TIME, 0, "Last change."),                   \
	SHOWN("rotated_at", FIELD_TIME, FIELD_NULLABLE,                       \
	      "When it got its present secret."),                             \
	SHOWN("revoked_at", FIELD_TIME, FIELD_NULLABLE,                       \
	      "When it was revoked."),                                        \
	SHOWN("last_used_at", FIELD_TIME, FIELD_NULLABLE,                     \
	      "About when it was last used, to a minute."),                   \
	SHOWN("version", FIELD_INTEGER, 0, "For If-Match."), {0},

static const struct field shown_fields[] = {SHOWN_FIELDS};
const struct resource key_resource = {
	.name = "ApiKey", .fields = shown_fields,
	.help = "A key of an integrator. Its secret is never shown again."};

static const struct field made_fields[] = {
	SHOWN("key", FIELD_TEXT, 0,
	      "The whole key, this once: keep it as you keep a password."),
	SHOWN_FIELDS
};
const struct resource key_made_resource = {
	.name = "ApiKeyMade", .fields = made_fields,
	.help = "A key with its secret."};

#define INPUT(field_name, field_type, more, member) \
	.name = (field_name), .type = (field_type), .flags = (more), \
	.offset = offsetof(struct key_input, member)
#define SENT_FIELDS(wanted)                                                   \
	{INPUT("name", FIELD_TEXT, wanted, name), .min = 1, .max = 100,       \
	 .help = "What it is for."},                                          \
	{INPUT("scopes", FIELD_TEXTS, wanted, scopes), .min = 1, .max = 32,   \
	 .help = "Permissions, as catalog.read; none that you lack."},        \
	{INPUT("networks", FIELD_TEXTS, FIELD_BLANK, networks), .min = 0,     \
	 .max = 20,                                                           \
	 .help = "Addresses and networks, as 10.0.0.0/8, from where it may "  \
		 "be used; empty: from anywhere."},                           \
	{INPUT("rate", FIELD_TEXT, FIELD_BLANK, rate), .max = 20,             \
	 .help = "Its throttle, as 100/minute; empty: that of every key."}

static const struct field create_fields[] = {
	SENT_FIELDS(FIELD_REQUIRED),
	{INPUT("expires_at", FIELD_TIME, FIELD_NULLABLE, expires_at),
	 .help = "It works before this; null: until it is revoked."},
	{0},
};
static const struct field patch_fields[] = {SENT_FIELDS(0), {0}};

/* Those of all that were sent. */
static bool rule(struct work *w, const void *input)
{
	const struct key_input *in = input;
	const char *const *networks = in->networks.items;
	bool is_sound = true;

	for (size_t i = 0; i < in->networks.count; i++)
		if (!network_is_sound(networks[i]))
			is_sound = refuse_field(w, "networks",
						"\"%s\" is no address and "
						"no network.", networks[i]);
	if (in->rate != NULL && *in->rate != '\0' && !rate_is_sound(in->rate))
		is_sound = refuse_field(w, "rate",
					"Enter a rate such as 100/minute.");
	return is_sound;
}

const struct resource key_create_resource = {
	.name = "ApiKeyCreate", .size = sizeof(struct key_input),
	.fields = create_fields, .rule = rule, .help = "A key to be made."};
const struct resource key_patch_resource = {
	.name = "ApiKeyChange", .size = sizeof(struct key_input),
	.fields = patch_fields, .rule = rule, .help = "What is to change."};

static const struct field rotation_fields[] = {
	{"overlap_seconds", FIELD_INTEGER, 0,
	 offsetof(struct key_rotation_input, overlap_seconds), .min = 0,
	 .max = KEY_OVERLAP_MAX,
	 .help = "For how long the old secret works, too; a day if not "
		 "given."},
	{0},
};
const struct resource key_rotation_resource = {
	.name = "ApiKeyRotation", .size = sizeof(struct key_rotation_input),
	.fields = rotation_fields, .help = "How a key is rotated."};
