/* country_http.c - countries, and what an address in each must have. */
#include "countries.h"

#include <string.h>

#include <domain/addresses.h>
#include <rest/request.h>

#define COUNTRY_FIELDS                                                         \
	{.name = "code", .flags = FIELD_READ_ONLY,                             \
	 .help = "ISO 3166-1 alpha-2."},                                       \
	{.name = "name", .flags = FIELD_READ_ONLY, .help = "In English."},     \
	{.name = "required", .type = FIELD_TEXTS, .flags = FIELD_READ_ONLY,    \
	 .help = "Members that an address there must have."},                  \
	{.name = "postal_code_pattern",                                        \
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE, .max = 1000,               \
	 .help = "A regular expression for the whole code; null: anything."},  \
	{.name = "postal_code_example",                                        \
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE,                            \
	 .help = "One that there is."},                                        \
	{.name = "lines", .type = FIELD_TEXTS, .flags = FIELD_READ_ONLY,       \
	 .help = "Members in the order of a letter's lines, with blanks "      \
		 "between those of one line."}

static const struct field country_fields[] = {
	COUNTRY_FIELDS,
	{0},
};
static const struct field subdivision_fields[] = {
	{.name = "code", .flags = FIELD_READ_ONLY, .help = "ISO 3166-2."},
	{.name = "name", .flags = FIELD_READ_ONLY, .help = "What it is called."},
	{.name = "region", .flags = FIELD_READ_ONLY,
	 .help = "What stands in an address, as its region."},
	{0},
};
static const struct resource subdivision_resource = {
	.name = "Subdivision",
	.fields = subdivision_fields,
	.help = "A state, province or prefecture.",
};
static const struct field detail_fields[] = {
	COUNTRY_FIELDS,
	{.name = "subdivisions", .type = FIELD_LIST, .flags = FIELD_READ_ONLY,
	 .resource = &subdivision_resource,
	 .help = "To choose the region from; empty: any text. Where required "
		 "names region, no other is taken."},
	{0},
};
static const struct resource detail_resource = {
	.name = "CountryDetail",
	.fields = detail_fields,
	.help = "A country, the form of its addresses, and its parts.",
};
static const struct resource country_resource = {
	.name = "Country",
	.fields = country_fields,
	.help = "A country, and the form of its addresses.",
};

static const struct fault_kind no_country = {
	404, "not_found", "No Country matches the given query."};

static void write_required(struct out *out, const struct country_rule *rule)
{
	out_key(out, "required");
	out_array(out);
	out_text(out, "first_name");
	out_text(out, "last_name");
	out_text(out, "line1");
	out_text(out, "city");
	if (rule != NULL)
		out_text(out, "postal_code");
	if (rule != NULL && rule->needs_region)
		out_text(out, "region");
	out_text(out, "country");
	out_array_end(out);
}

static void add_expression(struct text *text, const char *patterns)
{
	text_add(text, "^(");
	for (; *patterns != '\0'; patterns++) {
		if (*patterns == '9')
			text_add(text, "[0-9]");
		else if (*patterns == 'A')
			text_add(text, "[A-Za-z]");
		else
			text_add_char(text, *patterns);
	}
	text_add(text, ")$");
}

static void write_pattern(struct out *out, struct arena *arena,
			  const struct country_rule *rule)
{
	struct text text;

	text_init(&text, arena, 256);
	if (rule != NULL)
		add_expression(&text, rule->postal);
	out_key(out, "postal_code_pattern");
	out_text(out, rule == NULL ? NULL : text.bytes);
	out_key(out, "postal_code_example");
	out_text(out, rule == NULL ? NULL : rule->example);
}

static void write_lines(struct out *out, struct arena *arena,
			const struct country_rule *rule)
{
	const char *rest = rule != NULL ? rule->lines
					: "postal_code city|region";

	out_key(out, "lines");
	out_array(out);
	out_text(out, "first_name last_name");
	out_text(out, "company");
	out_text(out, "line1");
	out_text(out, "line2");
	while (*rest != '\0') {
		size_t length = strcspn(rest, "|");

		out_text(out, arena_copy(arena, rest, length));
		rest += length + (rest[length] == '|');
	}
	out_text(out, "country");
	out_array_end(out);
}

static void write_subdivisions(struct out *out, struct arena *arena,
			       const char *country)
{
	const struct subdivisions *of = subdivisions_find(country);
	struct subdivision one = {.code = NULL};

	out_key(out, "subdivisions");
	out_array(out);
	while (of != NULL && subdivision_next(of, &one)) {
		const char *code = arena_copy(arena, one.code, one.code_length);
		const char *name = arena_copy(arena, one.name, one.name_length);

		out_object(out);
		out_key(out, "code");
		out_text(out, arena_format(arena, "%s-%s", country, code));
		out_key(out, "name");
		out_text(out, name);
		out_key(out, "region");
		out_text(out, of->is_by_code ? code : name);
		out_object_end(out);
	}
	out_array_end(out);
}

/* The members that a list tells; the object stays open. */
static void write_country(struct out *out, struct arena *arena,
			  const struct country *country)
{
	const struct country_rule *rule = country_rule_find(country->code);

	out_object(out);
	out_key(out, "code");
	out_text(out, country->code);
	out_key(out, "name");
	out_text(out, country->name);
	write_required(out, rule);
	write_pattern(out, arena, rule);
	write_lines(out, arena, rule);
}

static async bool country_list(struct request *req)
{
	struct out out;

	out_init(&out, &req->http.answer);
	out_array(&out);
	for (size_t i = 0; i < country_count; i++) {
		write_country(&out, &req->http.work.arena, &countries[i]);
		out_object_end(&out);
	}
	out_array_end(&out);
	answer_shows(req, NULL);
	return reply(req, 200);
}

static async bool country_show(struct request *req)
{
	const struct country *country = country_find(path_text(req, "code"));
	struct out out;

	if (country == NULL)
		return refuse(&req->http.work, &no_country, NULL);
	out_init(&out, &req->http.answer);
	write_country(&out, &req->http.work.arena, country);
	write_subdivisions(&out, &req->http.work.arena, country->code);
	out_object_end(&out);
	answer_shows(req, NULL);
	return reply(req, 200);
}

static const struct route routes[] = {
	{.method = METHOD_GET, .path = "/api/v1/countries/",
	 .handler = country_list, .access = ACCESS_PUBLIC,
	 .answer = &country_resource, .is_array = true,
	 .cache = CACHE_PUBLIC, .name = "country_list",
	 .summary = "All countries, and the form of their addresses."},
	{.method = METHOD_GET, .path = "/api/v1/countries/{code}/",
	 .handler = country_show, .access = ACCESS_PUBLIC,
	 .answer = &detail_resource, .cache = CACHE_PUBLIC,
	 .name = "country_retrieve",
	 .summary = "A country, what an address there must have, and its states or "
		    "provinces."},
	{0},
};

const struct room addresses_room = {
	.name = "addresses",
	.routes = routes,
};
