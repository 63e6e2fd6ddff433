/* profile_wire.c - profiles, addresses, preferences: what goes in and out. */
#include "profile.h"

#define PROFILE_NAMES(demand)                                            \
	{.name = "first_name", .flags = FIELD_BLANK | (demand),          \
	 .offset = offsetof(struct profile, first_name), .max = 150,     \
	 .help = "Given name."},                                         \
	{.name = "last_name", .flags = FIELD_BLANK | (demand),           \
	 .offset = offsetof(struct profile, last_name), .max = 150,      \
	 .help = "Family name."}

static const struct field account_fields[] = {
	{.name = "id", .type = FIELD_UUID, .flags = FIELD_READ_ONLY,
	 .help = "Identifies the account."},
	{.name = "email", .type = FIELD_EMAIL, .flags = FIELD_READ_ONLY,
	 .max = 254, .help = "The name to log in with."},
	PROFILE_NAMES(0),
	{.name = "phone", .flags = FIELD_BLANK,
	 .offset = offsetof(struct profile, phone), .max = 32,
	 .help = "Telephone number, for the carrier: + and country code first; "
		 "kept as E.164 writes it."},
	{.name = "language", .flags = FIELD_NULLABLE,
	 .offset = offsetof(struct profile, language), .max = LANGUAGE_TAG_MAX,
	 .help = "A tag of BCP 47, as de-CH; null: the shop's."},
	{.name = "currency", .flags = FIELD_NULLABLE,
	 .offset = offsetof(struct profile, currency), .min = 3, .max = 3,
	 .help = "ISO 4217, one that the shop sells in; null: the shop's."},
	{.name = "time_zone", .flags = FIELD_NULLABLE,
	 .offset = offsetof(struct profile, time_zone), .max = 64,
	 .help = "An IANA name, as Europe/Berlin; null: the shop's."},
	{.name = "marketing_consent", .type = FIELD_BOOLEAN,
	 .offset = offsetof(struct profile, marketing_consent),
	 .help = "Wants mail about offers; needs the version of the text."},
	{.name = "marketing_consent_version",
	 .flags = FIELD_NULLABLE,
	 .offset = offsetof(struct profile, marketing_consent_version),
	 .max = 64,
	 .help = "Which text was agreed to; given with the consent."},
	{.name = "marketing_consent_at", .type = FIELD_TIME,
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "When it was given or taken back; null: never asked."},
	{.name = "marketing_consent_source",
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "By which way: profile or preferences."},
	{.name = "is_staff", .type = FIELD_BOOLEAN, .flags = FIELD_READ_ONLY,
	 .help = "Works for the shop."},
	{.name = "permissions", .type = FIELD_TEXTS, .flags = FIELD_READ_ONLY,
	 .help = "What staff may do, such as catalog.write."},
	{.name = "email_verified_at", .type = FIELD_TIME,
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "When the address was proved to be theirs."},
	{.name = "created_at", .type = FIELD_TIME, .flags = FIELD_READ_ONLY,
	 .help = "When the account was made."},
	{.name = "updated_at", .type = FIELD_TIME, .flags = FIELD_READ_ONLY,
	 .help = "When it last changed."},
	{.name = "version", .type = FIELD_INTEGER, .flags = FIELD_READ_ONLY,
	 .help = "Counts the changes; the ETag, for If-Match."},
	{0},
};
const struct resource account_resource = {
	.name = "Account",
	.size = sizeof(struct profile),
	.fields = account_fields,
	.help = "Who is logged in.",
};

static const struct field user_fields[] = {
	{.name = "pk", .type = FIELD_UUID, .flags = FIELD_READ_ONLY,
	 .column = "id", .help = "Identifies the account."},
	{.name = "username", .flags = FIELD_READ_ONLY, .column = "email",
	 .max = 254, .help = "The name to log in with: the e-mail address."},
	{.name = "email", .type = FIELD_EMAIL, .flags = FIELD_READ_ONLY,
	 .max = 254, .help = "The e-mail address."},
	PROFILE_NAMES(FIELD_REQUIRED),
	{0},
};
const struct resource user_resource = {
	.name = "UserDetails",
	.size = sizeof(struct profile),
	.fields = user_fields,
	.help = "Who is logged in, as dj-rest-auth tells it.",
};

static const struct field saved_address_fields[] = {
	{.name = "id", .type = FIELD_UUID, .flags = FIELD_READ_ONLY,
	 .help = "Identifies the address."},
	ADDRESS_FIELDS(struct address, FIELD_REQUIRED),
	{.name = "is_default_shipping", .type = FIELD_BOOLEAN,
	 .offset = offsetof(struct saved_address, is_default_shipping),
	 .help = "Where goods go unless told otherwise; one at the most."},
	{.name = "is_default_billing", .type = FIELD_BOOLEAN,
	 .offset = offsetof(struct saved_address, is_default_billing),
	 .help = "Where bills go unless told otherwise; one at the most."},
	{.name = "created_at", .type = FIELD_TIME, .flags = FIELD_READ_ONLY,
	 .help = "When it was saved."},
	{.name = "updated_at", .type = FIELD_TIME, .flags = FIELD_READ_ONLY,
	 .help = "When it last changed."},
	{.name = "version", .type = FIELD_INTEGER, .flags = FIELD_READ_ONLY,
	 .help = "Counts the changes; the ETag, for If-Match."},
	{0},
};
const struct resource saved_address_resource = {
	.name = "SavedAddress",
	.size = sizeof(struct saved_address),
	.fields = saved_address_fields,
	.help = "An address that a customer keeps.",
};

static const struct choice channels[] = {
	{"email", "E-mail"},
	{"sms", "Text message"},
	{0},
};
static const struct choice topics[] = {
	{"orders", "Orders"},
	{"security", "Safety of the account"},
	{"reviews", "Reviews"},
	{"stock", "Back in stock"},
	{"marketing", "Offers"},
	{0},
};
static const struct field preference_fields[] = {
	{.name = "channel", .type = FIELD_CHOICE, .flags = FIELD_REQUIRED,
	 .offset = offsetof(struct preference, channel), .choices = channels,
	 .help = "How."},
	{.name = "topic", .type = FIELD_CHOICE, .flags = FIELD_REQUIRED,
	 .offset = offsetof(struct preference, topic), .choices = topics,
	 .help = "Of what."},
	{.name = "is_enabled", .type = FIELD_BOOLEAN, .flags = FIELD_REQUIRED,
	 .offset = offsetof(struct preference, is_enabled),
	 .help = "Whether to be told."},
	{.name = "is_fixed", .type = FIELD_BOOLEAN, .flags = FIELD_READ_ONLY,
	 .help = "Cannot be switched off."},
	{.name = "text_version", .flags = FIELD_NULLABLE,
	 .offset = offsetof(struct preference, text_version), .max = 64,
	 .help = "Which text was agreed to; needed for offers."},
	{.name = "changed_at", .type = FIELD_TIME,
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "When it was said; null: never, it is as the shop has it."},
	{0},
};
static const struct resource preference_resource = {
	.name = "NotificationPreference",
	.size = sizeof(struct preference),
	.fields = preference_fields,
	.help = "Whether to be told of a topic by a channel.",
};
static const struct field preferences_fields[] = {
	{.name = "preferences", .type = FIELD_LIST, .flags = FIELD_REQUIRED,
	 .offset = offsetof(struct preferences, preferences), .max = 10,
	 .resource = &preference_resource,
	 .help = "In PATCH those that change; in the answer all."},
	{0},
};
const struct resource preferences_resource = {
	.name = "NotificationPreferences",
	.size = sizeof(struct preferences),
	.fields = preferences_fields,
	.help = "What a customer wants to hear of, and how.",
};

static const struct field order_claim_fields[] = {
	{.name = "claimed", .type = FIELD_INTEGER, .flags = FIELD_READ_ONLY,
	 .help = "How many orders have become the account's just now."},
	{0},
};
const struct resource order_claim_resource = {
	.name = "OrderClaim",
	.fields = order_claim_fields,
	.help = "Guest orders that were found by the verified address.",
};
