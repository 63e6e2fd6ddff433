/* passkey_wire.c - passkeys as they go over the wire; what browsers' toJSON()
 * gives and parse...OptionsFromJSON() takes (WebAuthn Level 3, 5.1). */
#include "passkeys.h"

#include <stddef.h>

/* Bytes in base64url. */
enum { ID_MAX = 1364, DATA_MAX = 11000, LONG_MAX_TEXT = 24000 };

#define SENT (FIELD_REQUIRED | FIELD_WRITE_ONLY)
#define READ FIELD_READ_ONLY
#define IN(member) .offset = offsetof(struct assertion_input, member)
#define OF(member) .offset = offsetof(struct assertion_response, member)

static const struct choice credential_types[] = {
	{"public-key", "The only kind there is"},
	{0},
};

static const struct field asked_login_fields[] = {
	{.name = "challenge", .type = FIELD_TEXT, .flags = FIELD_WRITE_ONLY,
	 .offset = offsetof(struct asked_login, challenge), .max = 128,
	 .help = "Of an answer second_factor_required, when the passkey is to "
		 "be that factor."},
	{0},
};
const struct resource asked_login_resource = {
	.name = "PasskeyLoginAsked",
	.size = sizeof(struct asked_login),
	.fields = asked_login_fields,
	.help = "What the passkey is asked for.",
};

static const struct field assertion_response_fields[] = {
	{.name = "clientDataJSON", .type = FIELD_TEXT, .flags = SENT,
	 OF(client_data), .max = DATA_MAX, .help = "As the browser made it."},
	{.name = "authenticatorData", .type = FIELD_TEXT, .flags = SENT,
	 OF(authenticator_data), .max = DATA_MAX,
	 .help = "As the authenticator made it."},
	{.name = "signature", .type = FIELD_TEXT, .flags = SENT, OF(signature),
	 .max = DATA_MAX, .help = "Over both."},
	{.name = "userHandle", .type = FIELD_TEXT,
	 .flags = FIELD_WRITE_ONLY | FIELD_NULLABLE | FIELD_BLANK,
	 OF(user_handle), .max = 128,
	 .help = "The name of the account in the authenticator."},
	{0},
};
static const struct resource assertion_response_resource = {
	.name = "PasskeyAssertionResponse",
	.size = sizeof(struct assertion_response),
	.fields = assertion_response_fields,
	.help = "What the authenticator says.",
};

static const struct field assertion_fields[] = {
	{.name = "id", .type = FIELD_TEXT, .flags = SENT, IN(id),
	 .max = ID_MAX, .help = "The credential's id."},
	{.name = "rawId", .type = FIELD_TEXT, .flags = SENT, IN(raw_id),
	 .max = ID_MAX, .help = "The same."},
	{.name = "type", .type = FIELD_CHOICE, .flags = SENT, IN(type),
	 .choices = credential_types, .help = "public-key."},
	{.name = "response", .type = FIELD_OBJECT, .flags = SENT, IN(response),
	 .resource = &assertion_response_resource,
	 .help = "What the authenticator says."},
	{.name = "challenge", .type = FIELD_TEXT, .flags = FIELD_WRITE_ONLY,
	 IN(challenge), .max = 128,
	 .help = "Of an answer second_factor_required, when the passkey is that "
		 "factor."},
	{0},
};
const struct resource assertion_resource = {
	.name = "PasskeyAssertion",
	.size = sizeof(struct assertion_input),
	.fields = assertion_fields,
	.help = "What toJSON() of navigator.credentials.get() gives.",
};

#undef IN
#undef OF
#define IN(member) .offset = offsetof(struct attestation_input, member)
#define OF(member) .offset = offsetof(struct attestation_response, member)

static const struct field attestation_response_fields[] = {
	{.name = "clientDataJSON", .type = FIELD_TEXT, .flags = SENT,
	 OF(client_data), .max = DATA_MAX, .help = "As the browser made it."},
	{.name = "attestationObject", .type = FIELD_TEXT, .flags = SENT,
	 OF(attestation), .max = LONG_MAX_TEXT,
	 .help = "As the authenticator made it."},
	{.name = "transports", .type = FIELD_TEXTS,
	 .flags = FIELD_WRITE_ONLY | FIELD_BLANK, OF(transports), .max = 16,
	 .help = "How the authenticator is reached."},
	{0},
};
static const struct resource attestation_response_resource = {
	.name = "PasskeyAttestationResponse",
	.size = sizeof(struct attestation_response),
	.fields = attestation_response_fields,
	.help = "What the authenticator says.",
};

static const struct field attestation_fields[] = {
	{.name = "id", .type = FIELD_TEXT, .flags = SENT, IN(id),
	 .max = ID_MAX, .help = "The credential's id."},
	{.name = "rawId", .type = FIELD_TEXT, .flags = SENT, IN(raw_id),
	 .max = ID_MAX, .help = "The same."},
	{.name = "type", .type = FIELD_CHOICE, .flags = SENT, IN(type),
	 .choices = credential_types, .help = "public-key."},
	{.name = "response", .type = FIELD_OBJECT, .flags = SENT, IN(response),
	 .resource = &attestation_response_resource,
	 .help = "What the authenticator says."},
	{.name = "name", .type = FIELD_TEXT,
	 .flags = FIELD_WRITE_ONLY | FIELD_BLANK, IN(name), .max = 100,
	 .help = "What the owner calls it; \"Passkey\" if not given."},
	{.name = "is_second_factor", .type = FIELD_BOOLEAN,
	 .flags = FIELD_WRITE_ONLY, IN(is_second),
	 .help = "Ask for it, or another second factor, after each password. "
		 "Always so for staff."},
	{0},
};
const struct resource attestation_resource = {
	.name = "PasskeyAttestation",
	.size = sizeof(struct attestation_input),
	.fields = attestation_fields,
	.help = "What toJSON() of navigator.credentials.create() gives, and a "
		"name.",
};
