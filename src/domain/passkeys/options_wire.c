/* options_wire.c - what is answered: options for browsers (WebAuthn Level 3,
 * 5.1.9 and 5.1.10), and passkeys as their owner sees them. */
#include "passkeys.h"

#include <stddef.h>

#define READ FIELD_READ_ONLY
/* Base64url of 1,023 bytes. */
enum { ID_MAX = 1364 };

static const struct choice credential_types[] = {
	{"public-key", "The only kind there is"},
	{0},
};

static const struct field descriptor_fields[] = {
	{.name = "id", .type = FIELD_TEXT, .flags = READ, .max = ID_MAX,
	 .help = "The credential's id."},
	{.name = "type", .type = FIELD_CHOICE, .flags = READ,
	 .choices = credential_types, .help = "public-key."},
	{.name = "transports", .type = FIELD_TEXTS, .flags = READ,
	 .help = "How the authenticator is reached."},
	{0},
};
static const struct resource descriptor_resource = {
	.name = "PasskeyDescriptor",
	.fields = descriptor_fields,
	.help = "A credential, as browsers look for it.",
};

#define WHAT_BOTH_HAVE                                                      \
	{.name = "challenge", .type = FIELD_TEXT, .flags = READ,            \
	 .help = "To be signed within five minutes, once."},                \
	{.name = "timeout", .type = FIELD_INTEGER, .flags = READ,           \
	 .help = "Milliseconds."}

static const struct field login_options_fields[] = {
	WHAT_BOTH_HAVE,
	{.name = "rpId", .type = FIELD_TEXT, .flags = READ,
	 .help = "The domain that the passkeys belong to."},
	{.name = "allowCredentials", .type = FIELD_LIST, .flags = READ,
	 .resource = &descriptor_resource,
	 .help = "Passkeys that may answer; empty: any."},
	{.name = "userVerification", .type = FIELD_TEXT, .flags = READ,
	 .help = "preferred or required."},
	{0},
};
const struct resource login_options_resource = {
	.name = "PasskeyLoginOptions",
	.fields = login_options_fields,
	.help = "For parseRequestOptionsFromJSON().",
};

static const struct field party_fields[] = {
	{.name = "id", .type = FIELD_TEXT, .flags = READ,
	 .help = "The domain that the passkey will belong to."},
	{.name = "name", .type = FIELD_TEXT, .flags = READ,
	 .help = "The shop's name."},
	{0},
};
static const struct resource party_resource = {
	.name = "PasskeyParty",
	.fields = party_fields,
	.help = "Whom the passkey is for.",
};

static const struct field user_fields[] = {
	{.name = "id", .type = FIELD_TEXT, .flags = READ,
	 .help = "Random, always the same; not the account's id."},
	{.name = "name", .type = FIELD_EMAIL, .flags = READ, .max = 254,
	 .help = "The e-mail address."},
	{.name = "displayName", .type = FIELD_TEXT, .flags = READ, .max = 301,
	 .help = "First and last name."},
	{0},
};
static const struct resource user_resource = {
	.name = "PasskeyUser",
	.fields = user_fields,
	.help = "Whose passkey it will be.",
};

static const struct field algorithm_fields[] = {
	{.name = "type", .type = FIELD_CHOICE, .flags = READ,
	 .choices = credential_types, .help = "public-key."},
	{.name = "alg", .type = FIELD_INTEGER, .flags = READ,
	 .min = -65536, .max = -1,
	 .help = "Of COSE: -7 ES256, -8 EdDSA, -257 RS256."},
	{0},
};
static const struct resource algorithm_resource = {
	.name = "PasskeyAlgorithm",
	.fields = algorithm_fields,
	.help = "A kind of key.",
};

static const struct field selection_fields[] = {
	{.name = "residentKey", .type = FIELD_TEXT, .flags = READ,
	 .help = "required: the authenticator finds it without an address."},
	{.name = "requireResidentKey", .type = FIELD_BOOLEAN, .flags = READ,
	 .help = "The same for Level 1."},
	{.name = "userVerification", .type = FIELD_TEXT, .flags = READ,
	 .help = "preferred."},
	{0},
};
static const struct resource selection_resource = {
	.name = "PasskeySelection",
	.fields = selection_fields,
	.help = "What the authenticator must be able to do.",
};

static const struct field add_options_fields[] = {
	WHAT_BOTH_HAVE,
	{.name = "rp", .type = FIELD_OBJECT, .flags = READ,
	 .resource = &party_resource, .help = "Whom the passkey is for."},
	{.name = "user", .type = FIELD_OBJECT, .flags = READ,
	 .resource = &user_resource, .help = "Whose it will be."},
	{.name = "pubKeyCredParams", .type = FIELD_LIST, .flags = READ,
	 .resource = &algorithm_resource, .help = "Keys that are taken."},
	{.name = "excludeCredentials", .type = FIELD_LIST, .flags = READ,
	 .resource = &descriptor_resource,
	 .help = "Passkeys the account has: no second one of a device."},
	{.name = "authenticatorSelection", .type = FIELD_OBJECT, .flags = READ,
	 .resource = &selection_resource,
	 .help = "What the authenticator must be able to do."},
	{.name = "attestation", .type = FIELD_TEXT, .flags = READ,
	 .help = "none."},
	{0},
};
const struct resource add_options_resource = {
	.name = "PasskeyAddOptions",
	.fields = add_options_fields,
	.help = "For parseCreationOptionsFromJSON().",
};

static const struct field passkey_fields[] = {
	{.name = "id", .type = FIELD_UUID, .flags = READ,
	 .help = "Identifies the passkey here; not its credential's id."},
	{.name = "name", .type = FIELD_TEXT,
	 .offset = offsetof(struct passkey_name, name), .max = 100,
	 .help = "What the owner calls it."},
	{.name = "transports", .type = FIELD_TEXTS, .flags = READ,
	 .help = "How the authenticator is reached."},
	{.name = "aaguid", .type = FIELD_UUID, .flags = READ,
	 .help = "The authenticator's model; zero when it does not tell."},
	{.name = "is_backup_eligible", .type = FIELD_BOOLEAN, .flags = READ,
	 .help = "It may be copied to other devices of its owner."},
	{.name = "is_backed_up", .type = FIELD_BOOLEAN, .flags = READ,
	 .help = "It is, so that one lost device does not lose it."},
	{.name = "created_at", .type = FIELD_TIME, .flags = READ,
	 .help = "When it was added."},
	{.name = "last_used_at", .type = FIELD_TIME,
	 .flags = READ | FIELD_NULLABLE, .help = "When it was shown last."},
	{.name = "clone_suspected_at", .type = FIELD_TIME,
	 .flags = READ | FIELD_NULLABLE,
	 .help = "When its count went back: there may be a copy."},
	{.name = "is_second_factor", .type = FIELD_BOOLEAN, .flags = READ,
	 .help = "It, or another second factor, is asked for after each "
		 "password."},
	{0},
};
const struct resource passkey_resource = {
	.name = "Passkey",
	.size = sizeof(struct passkey_name),
	.fields = passkey_fields,
	.help = "A passkey of an account.",
};
