/* matrix.c - steps of the matrix of operations and callers. */
#include "matrix.h"

#include <string.h>

#include "volley.h"

struct answer *sent(const struct target *target, const char *path,
		    const struct caller *caller)
{
	return ask(0, target->operation->method, path, caller, target->body);
}

void expect(const struct target *target, const char *who,
	    const struct answer *answer, const char *want)
{
	if (strstr(want, fmt("%d", answer->status)) == NULL)
		fail_msg("%s as %s answered %d, not %s: %.500s",
			 target->operation->name, who, answer->status, want,
			 answer->body);
	if (answer->status >= 400 && refusal_flaw(answer) != NULL)
		fail_msg("%s as %s %s: %.500s", target->operation->name, who,
			 refusal_flaw(answer), answer->body);
}

bool has_object(const struct target *target)
{
	return strchr(target->operation->template, '{') != NULL;
}

const char *missing_path(const struct target *target)
{
	return path_with(target->operation, NO_SUCH_ID);
}

static void expect_code(const struct target *target, const char *who,
			const struct answer *answer, const char *code)
{
	const json_t *told = json_object_get(answer->json, "code");

	expect(target, who, answer, "401 403");
	if (told == NULL || strcmp(json_string_value(told), code) != 0)
		fail_msg("%s as %s was not told %s: %.500s",
			 target->operation->name, who, code, answer->body);
}

void expect_refusal(const struct target *target, const char *who,
		    const struct caller *caller, const char *code)
{
	struct answer *own = sent(target, target->path, caller);
	struct answer *missing;

	expect_code(target, who, own, code);
	if (!has_object(target))
		return;
	missing = sent(target, missing_path(target), caller);
	expect_code(target, who, missing, code);
	assert_string_equal(own->body, missing->body);
}

void expect_as_missing(const struct target *target, const char *who,
		       const struct caller *caller)
{
	struct answer *others = sent(target, target->path, caller);
	struct answer *missing = sent(target, missing_path(target), caller);

	expect(target, who, others, "404");
	expect(target, who, missing, "404");
	assert_string_equal(others->body, missing->body);
	assert_string_equal(header_of(others, "X-Statements"),
			    header_of(missing, "X-Statements"));
}

/* Routes that give out tokens do not look at one, and a provider signs. */
bool reads_credentials(const struct operation *operation)
{
	return operation->guard != FOR_GATEWAYS &&
	       (operation->guard != FOR_ALL ||
		(strncmp(operation->template, "/api/v1/", 8) == 0 &&
		 strncmp(operation->template, "/api/v1/auth/", 13) != 0));
}

bool takes_keys(const struct operation *operation)
{
	json_t *security = json_object_get(operation->description, "security");
	json_t *one;
	size_t i;

	json_array_foreach(security, i, one)
		if (json_object_get(one, "apiKey") != NULL)
			return true;
	return false;
}

bool wants_proof(const struct operation *operation)
{
	json_t *answer = json_object_get(
		json_object_get(operation->description, "responses"), "403");
	const char *reference =
		json_string_value(json_object_get(answer, "$ref"));

	return reference != NULL && strstr(reference, "StepUp") != NULL;
}

/* A digest takes longer than all requests of an operation. */
enum { TOGETHER = 24 };

void each_refused(void (*prepare)(const struct operation *operation),
		  void (*refuse)(const struct target *target))
{
	size_t count;
	const struct operation *all = operations(&count);

	for (size_t i = 0; i < count; i += TOGETHER) {
		struct target targets[TOGETHER];
		size_t some = count - i < TOGETHER ? count - i : TOGETHER;
		const char *before;

		for (size_t k = 0; k < some; k++) {
			prepare(&all[i + k]);
			targets[k] = target_of(&all[i + k]);
		}
		before = digest();
		for (size_t k = 0; k < some; k++)
			refuse(&targets[k]);
		assert_unchanged(before, fmt("one of %s to %s", all[i].name,
					     all[i + some - 1].name));
	}
}
