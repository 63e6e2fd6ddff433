/* fuzz_body.c - a body against a resource with a field of every type: it is
 * taken, or there is a fault of kind 400 that says why. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <platform/config.h>
#include <platform/json.h>
#include <platform/money.h>
#include <rest/request.h>

struct inner {
	const char *text;
};

struct all {
	const char *t, *e, *u, *s, *p, *c, *m, *d;
	int64_t n, money, at;
	bool b;
	struct uuid id;
	struct inner o;
	struct field_list l, x;
};

static const struct choice choices[] = {{"a", NULL}, {0}};
static const struct field inner_fields[] = {
	{.name = "t", .type = FIELD_TEXT, .flags = FIELD_REQUIRED}, {0}};
static const struct resource inner = {
	.name = "Inner", .size = sizeof(struct inner), .fields = inner_fields};

#define MEMBER(m) .name = #m, .offset = offsetof(struct all, m)
static const struct field fields[] = {
	{MEMBER(t), .type = FIELD_TEXT},
	{MEMBER(e), .type = FIELD_EMAIL},
	{MEMBER(u), .type = FIELD_URL},
	{MEMBER(s), .type = FIELD_SLUG},
	{MEMBER(p), .type = FIELD_PASSWORD},
	{MEMBER(c), .type = FIELD_CHOICE, .choices = choices},
	{MEMBER(m), .type = FIELD_MAP},
	{MEMBER(d), .type = FIELD_DICT},
	{MEMBER(n), .type = FIELD_INTEGER, .min = -5, .max = 5},
	{MEMBER(money), .type = FIELD_MONEY, .flags = FIELD_NULLABLE},
	{MEMBER(at), .type = FIELD_TIME},
	{MEMBER(b), .type = FIELD_BOOLEAN, .flags = FIELD_NULLABLE},
	{MEMBER(id), .type = FIELD_UUID},
	{MEMBER(o), .type = FIELD_OBJECT, .resource = &inner},
	{MEMBER(l), .type = FIELD_LIST, .resource = &inner},
	{MEMBER(x), .type = FIELD_TEXTS},
	{0}};
static const struct resource resource = {
	.name = "All", .size = sizeof(struct all), .fields = fields};
static const struct route route = {.body = &resource};

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	(void)count;
	(void)arguments;
	return config_set("currency", "EUR") ? 0 : 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request req = {.route = &route, .http.method = METHOD_PATCH};
	struct work *w = &req.http.work;
	struct all all;

	req.http.body = arena_copy(&w->arena, data, size);
	req.http.body_length = size;
	if (read_body(&req, &all)) {
		assert(w->fault.kind == NULL);
		assert(all.n >= -5 && all.n <= 5);
		assert(all.money >= 0 && all.money <= MONEY_MAX);
		assert(all.t == NULL || strlen(all.t) <= 4 * 255);
	} else {
		assert(w->fault.kind != NULL && w->fault.kind->status == 400);
		if (w->fault.body != NULL)
			json_write(&w->arena, w->fault.body);
	}
	work_finish(w);
	return 0;
}
