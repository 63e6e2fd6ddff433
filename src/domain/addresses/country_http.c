/* country_http.c - countries, and what an address in each must have. */
#include "countries.h"

#include <string.h>

#include <domain/addresses.h>
#include <rest/request.h>

static const struct field country_fields[] = {
	{.name = "code", .flags = FIELD_READ_ONLY,
	 .help = "ISO 3166-1 alpha-2."},
	{.name = "name", .flags = FIELD_READ_ONLY, .help = "In English."},
	{.name = "required", .type = FIELD_TEXTS, .flags = FIELD_READ_ONLY,
	 .help = "Members that an address there must have."},
	{.name = "postal_code_pattern",
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE, .max = 1000,
	 .help = "A regular expression for the whole code; null: anything."},
	{.name = "lines", .type = FIELD_TEXTS, .flags = FIELD_READ_ONLY,
	 .help = "Members in the order of a letter's lines, with blanks "
		 "between those of one line."},
	{0},
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
	out_object_end(out);
}

static async bool country_list(struct request *req)
{
	struct out out;

	out_init(&out, &req->http.answer);
	out_array(&out);
	for (size_t i = 0; i < country_count; i++)
		write_country(&out, &req->http.work.arena, &countries[i]);
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
	 .answer = &country_resource, .cache = CACHE_PUBLIC,
	 .name = "country_retrieve",
	 .summary = "A country, and what an address there must have."},
	{0},
};

const struct room addresses_room = {
	.name = "addresses",
	.routes = routes,
};
