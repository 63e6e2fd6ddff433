/* social_wire.c - what goes in and out of social login. */
#include "social.h"

enum { CODE_MAX = 4096, TOKEN_MAX = 16384, URI_MAX = 2048 };

#define IN(input, member, most, sentence)                                \
	{.name = #member, .type = FIELD_TEXT,                           \
	 .flags = FIELD_WRITE_ONLY, .offset = offsetof(struct input, member), \
	 .max = (most), .help = (sentence)}
#define OUT(member, kind, sentence)                              \
	{.name = #member, .type = (kind), .flags = FIELD_READ_ONLY, \
	 .help = (sentence)}

static const struct field begin_fields[] = {
	IN(social_begin, redirect_uri, URI_MAX,
	   "Where the provider sends the browser back to: one of "
	   "social_redirect_uris, letter by letter; absent takes the first."),
	{0},
};
const struct resource social_begin_resource = {
	.name = "SocialBegin",
	.size = sizeof(struct social_begin),
	.fields = begin_fields,
	.help = "How a login at a provider is to begin.",
};

static const struct field begun_fields[] = {
	{.name = "authorization_url", .type = FIELD_TEXT,
	 .flags = FIELD_READ_ONLY, .max = CODE_MAX,
	 .help = "Where to send the browser."},
	OUT(state, FIELD_TEXT,
	    "Comes back with the code; to be handed in with it."),
	OUT(binding, FIELD_TEXT,
	    "Proves that who hands in the code has begun the login: keep it, "
	    "send it nowhere else."),
	OUT(expires_in, FIELD_INTEGER, "Seconds that it may take."),
	{0},
};
const struct resource social_begun_resource = {
	.name = "SocialBegun",
	.fields = begun_fields,
	.help = "A login at a provider that was begun.",
};

#define OF_A_STATE                                                          \
	IN(social_return, code, CODE_MAX, "As the provider gave it."),      \
	IN(social_return, state, 255, "As it came back."),                  \
	IN(social_return, binding, 255, "As it was given at the beginning."), \
	IN(social_return, iss, 512, "When the provider names itself."),     \
	IN(social_return, error, 255,                                       \
	   "What the provider said instead of a code."),                    \
	IN(social_return, error_description, CODE_MAX, "And its words.")

static const struct field return_fields[] = {
	OF_A_STATE,
	IN(social_return, redirect_uri, URI_MAX,
	   "Of a code alone: what it was asked for with."),
	IN(social_return, access_token, TOKEN_MAX,
	   "Instead of a code, when it was issued to this shop."),
	IN(social_return, id_token, TOKEN_MAX,
	   "Instead of a code, when it was issued to this shop; once."),
	{0},
};

static bool return_is_whole(struct work *w, const void *input)
{
	const struct social_return *in = input;

	if (in->error)
		return true;
	if (in->state && !in->code)
		refuse_field(w, "code", "This field is required.");
	if (in->state && !in->binding)
		refuse_field(w, "binding", "This field is required.");
	if (!in->code && !in->access_token && !in->id_token && !in->state)
		refuse_field(w, NULL, "Incorrect input. access_token or code "
				      "is required.");
	return w->fault.kind == NULL;
}

const struct resource social_return_resource = {
	.name = "SocialReturn",
	.size = sizeof(struct social_return),
	.fields = return_fields,
	.rule = return_is_whole,
	.help = "What came back from a provider.",
};

static const struct field link_return_fields[] = {OF_A_STATE, {0}};

static bool link_return_is_whole(struct work *w, const void *input)
{
	const struct social_return *in = input;

	if (!in->state)
		refuse_field(w, "state", "This field is required.");
	if (!in->binding)
		refuse_field(w, "binding", "This field is required.");
	if (!in->code && !in->error)
		refuse_field(w, "code", "This field is required.");
	return w->fault.kind == NULL;
}

const struct resource social_link_return_resource = {
	.name = "SocialLinkReturn",
	.size = sizeof(struct social_return),
	.fields = link_return_fields,
	.rule = link_return_is_whole,
	.help = "What came back from a provider to be linked.",
};

static const struct field provider_fields[] = {
	OUT(name, FIELD_TEXT, "Its name in paths."),
	OUT(label, FIELD_TEXT, "Its name for people."),
	{0},
};
const struct resource social_provider_resource = {
	.name = "SocialProvider",
	.fields = provider_fields,
	.help = "A provider to log in with.",
};

static const struct field identity_fields[] = {
	OUT(id, FIELD_UUID, "Identifies the link."),
	OUT(provider, FIELD_TEXT, "The provider's name."),
	OUT(uid, FIELD_TEXT, "Who the account is there."),
	{.name = "email", .type = FIELD_TEXT,
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "The address there, as the provider last told it."},
	{.name = "last_login", .type = FIELD_TIME,
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "The last login by it."},
	OUT(date_joined, FIELD_TIME, "When it was linked."),
	{0},
};
const struct resource social_identity_resource = {
	.name = "SocialAccount",
	.fields = identity_fields,
	.help = "A login at a provider that is linked to the account.",
};

static const struct field pair_fields[] = {
	OUT(refresh, FIELD_TEXT, "Buys the next pair, once."),
	{.name = "access", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY,
	 .max = 2048, .help = "For the header Authorization: Bearer."},
	{0},
};
const struct resource social_pair_resource = {
	.name = "SocialTokenPair",
	.fields = pair_fields,
	.help = "The tokens of a session.",
};
