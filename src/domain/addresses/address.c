/* address.c - what makes an address, by the rules of its country. Never
 * waits. */
#include <domain/addresses.h>

#include <string.h>

#include <rest/request.h>
#include <rest/resource.h>

#include "countries.h"

static const struct field address_fields[] = {
	ADDRESS_FIELDS(struct address, FIELD_REQUIRED),
	{0},
};
static bool address_rule(struct work *w, const void *input)
{
	return address_check(w, input);
}
const struct resource address_resource = {
	.name = "Address",
	.size = sizeof(struct address),
	.fields = address_fields,
	.rule = address_rule,
	.help = "Where goods or a bill go.",
};

static bool is_blank(const char *text)
{
	return text == NULL || *text == '\0';
}

bool country_check(struct work *w, const char *code)
{
	return (!is_blank(code) && country_is_known(code)) ||
	       refuse_field(w, "country",
			    "Use a country code of ISO 3166-1, as DE.");
}

/* Where one is needed it is one of those that there are. */
static bool region_check(struct work *w, const struct country_rule *rule,
			 const char *region)
{
	const struct subdivisions *known = subdivisions_find(rule->code);

	if (!rule->needs_region)
		return true;
	if (is_blank(region))
		return refuse_field(w, "region",
				    "This country needs a state or province.");
	return known == NULL || subdivision_is_known(known, region) ||
	       refuse_field(w, "region",
			    "Not a state or province of this country.");
}

bool address_check(struct work *w, const struct address *address)
{
	const struct country_rule *rule;
	bool fine = true;

	if (!country_check(w, address->country))
		return false;
	rule = country_rule_find(address->country);
	if (rule == NULL)
		return true;
	if (is_blank(address->postal_code))
		fine = refuse_field(w, "postal_code",
				    "This country needs a postal code.");
	else if (!postal_code_fits(rule->postal, address->postal_code))
		fine = refuse_field(w, "postal_code",
				    "Not a postal code of this country.");
	return region_check(w, rule, address->region) && fine;
}

static void member(struct out *out, const char *key, const char *text)
{
	out_key(out, key);
	out_text(out, text == NULL ? "" : text);
}

const char *address_json(struct arena *arena, const struct address *address)
{
	struct text text;
	struct out out;

	text_init(&text, arena, 256);
	out_init(&out, &text);
	out_object(&out);
	member(&out, "first_name", address->first_name);
	member(&out, "last_name", address->last_name);
	member(&out, "company", address->company);
	member(&out, "line1", address->line1);
	member(&out, "line2", address->line2);
	member(&out, "city", address->city);
	member(&out, "region", address->region);
	member(&out, "postal_code", address->postal_code);
	member(&out, "country", address->country);
	member(&out, "phone", address->phone);
	out_object_end(&out);
	return text.bytes;
}
