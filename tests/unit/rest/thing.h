/* thing.h - a resource with a field of every type, and how a test asks it. */
#ifndef TESTS_THING_H
#define TESTS_THING_H

#include "../test.h"

#include <stdio.h>
#include <string.h>

#include <platform/config.h>
#include <platform/json.h>
#include <rest/request.h>

struct address {
	const char *city;
	const char *country;
};

struct line {
	const char *sku;
	int64_t quantity;
};

struct thing {
	const char *name;
	const char *code;
	const char *email;
	const char *url;
	const char *slug;
	const char *password;
	const char *state;
	int64_t stock;
	int64_t delta;
	bool is_active;
	bool is_maybe;
	int64_t price;
	int64_t cost;
	const char *currency;
	struct uuid id;
	struct uuid parent;
	int64_t at;
	struct address address;
	struct field_list lines;
	struct field_list tags;
	const char *extra;
	const char *labels;
};

static const struct choice states[] = {
	{"draft", "Draft"}, {"live", "Live"}, {"7", "Seven"}, {0}};

static inline bool city_is_in_country(struct work *w, const void *input)
{
	const struct address *address = input;

	if (address->city != NULL && strcmp(address->city, "Atlantis") == 0)
		return refuse_field(w, "city", "There is no %s.",
				    address->city);
	if (address->city != NULL && strcmp(address->city, "Nowhere") == 0)
		return refuse_field(w, NULL, "Where is that?");
	return true;
}

static const struct resource address_resource = {
	.name = "Address",
	.size = sizeof(struct address),
	.rule = city_is_in_country,
	.fields = (const struct field[]){
		{.name = "city", .type = FIELD_TEXT, .flags = FIELD_REQUIRED,
		 .offset = offsetof(struct address, city)},
		{.name = "country", .type = FIELD_TEXT, .flags = FIELD_REQUIRED,
		 .min = 2, .max = 2,
		 .offset = offsetof(struct address, country)},
		{0}}};

static const struct resource line_resource = {
	.name = "Line",
	.size = sizeof(struct line),
	.fields = (const struct field[]){
		{.name = "sku", .type = FIELD_TEXT, .flags = FIELD_REQUIRED,
		 .offset = offsetof(struct line, sku)},
		{.name = "quantity", .type = FIELD_INTEGER, .min = 1, .max = 99,
		 .offset = offsetof(struct line, quantity)},
		{0}}};

static inline bool live_needs_stock(struct work *w, const void *input)
{
	const struct thing *thing = input;

	if (thing->stock == 13)
		refuse_field(w, NULL, "Thirteen is unlucky.");
	if (thing->stock == 13)
		return refuse_field(w, "lines.1.sku", "Not that one.");
	return true;
}

#define MEMBER(m) .name = #m, .offset = offsetof(struct thing, m)
static const struct field fields[] = {
	{.name = "number", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY},
	{MEMBER(name), .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 20,
	 .min = 2},
	{MEMBER(code), .type = FIELD_TEXT, .flags = FIELD_BLANK},
	{MEMBER(email), .type = FIELD_EMAIL},
	{MEMBER(url), .type = FIELD_URL},
	{MEMBER(slug), .type = FIELD_SLUG, .max = 5},
	{MEMBER(password), .type = FIELD_PASSWORD, .flags = FIELD_WRITE_ONLY},
	{MEMBER(state), .type = FIELD_CHOICE, .choices = states},
	{MEMBER(stock), .type = FIELD_INTEGER, .min = 1, .max = 99},
	{MEMBER(delta), .type = FIELD_INTEGER},
	{MEMBER(is_active), .type = FIELD_BOOLEAN},
	{MEMBER(is_maybe), .type = FIELD_BOOLEAN, .flags = FIELD_NULLABLE},
	{MEMBER(price), .type = FIELD_MONEY},
	{MEMBER(cost), .type = FIELD_MONEY, .flags = FIELD_NULLABLE, .min = 1,
	 .max = 10000},
	{MEMBER(currency), .type = FIELD_TEXT, .max = 3},
	{MEMBER(id), .type = FIELD_UUID},
	{MEMBER(parent), .type = FIELD_UUID, .flags = FIELD_NULLABLE},
	{MEMBER(at), .type = FIELD_TIME},
	{MEMBER(address), .type = FIELD_OBJECT, .resource = &address_resource},
	{MEMBER(lines), .type = FIELD_LIST, .resource = &line_resource,
	 .max = 3},
	{MEMBER(tags), .type = FIELD_TEXTS, .max = 2},
	{MEMBER(extra), .type = FIELD_MAP},
	{MEMBER(labels), .type = FIELD_DICT},
	{0}};
static const struct resource resource = {.name = "Thing",
					 .size = sizeof(struct thing),
					 .fields = fields,
					 .rule = live_needs_stock};
static const struct route route = {.body = &resource};

static struct request req;
static struct thing thing;

static inline int start(void **state)
{
	(void)state;
	return config_set("currency", "EUR") ? 0 : -1;
}

static inline int finish(void **state)
{
	(void)state;
	work_finish(&req.http.work);
	return 0;
}

static inline bool read_with(enum method method, const char *body)
{
	work_finish(&req.http.work);
	memset(&req, 0, sizeof(req));
	req.route = &route;
	req.http.method = method;
	req.http.body = body;
	req.http.body_length = strlen(body);
	return read_body(&req, &thing);
}

/* A PATCH, so that nothing is required. */
static inline void taken(const char *body)
{
	bool is_taken = read_with(METHOD_PATCH, body);

	if (!is_taken)
		print_error("%s: %s\n", body,
			    json_write(&req.http.work.arena,
				       req.http.work.fault.body));
	assert_true(is_taken);
}

static inline void answers(enum method method, const char *body,
			   const char *errors)
{
	const struct fault *fault = &req.http.work.fault;

	assert_false(read_with(method, body));
	assert_ptr_equal(fault->kind, &fault_fields);
	assert_int_equal(fault->kind->status, 400);
	assert_string_equal(json_write(&req.http.work.arena, fault->body),
			    errors);
}

/* The value of one field, and its messages. */
static inline void says(const char *field, const char *value,
			const char *messages)
{
	char body[2048];
	char errors[2048];

	snprintf(body, sizeof(body), "{\"%s\":%s}", field, value);
	snprintf(errors, sizeof(errors), "{\"%s\":%s}", field, messages);
	answers(METHOD_PATCH, body, errors);
}

static inline void good(const char *field, const char *value)
{
	char body[2048];

	snprintf(body, sizeof(body), "{\"%s\":%s}", field, value);
	taken(body);
}

/* Many values with the same message. */
static inline void all_say(const char *field, const char *const *values,
		    const char *messages)
{
	for (; *values != NULL; values++)
		says(field, *values, messages);
}

#endif
