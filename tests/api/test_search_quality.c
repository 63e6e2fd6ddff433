/* test_search_quality.c - what shoppers of the real sample type, and what must
 * be among the first five: tests/api/search_quality.txt tells. */
#include "shop.h"

#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST = 5 };

struct expectation {
	char query[128];
	char rule[16];
	char pattern[128];
};

static int fill_the_shop(void **state)
{
	(void)state;
	if (access(SAMPLE, R_OK) != 0) {
		print_message("skipped: no sample at %s\n", SAMPLE);
		exit(77);
	}
	return system("\"$SHOPD\" import products " SAMPLE
		      " --format flipkart >/dev/null "
		      "2>&1") == 0
		       ? 0
		       : -1;
}

static char *trimmed(char *text)
{
	char *end = text + strlen(text);

	while (end > text && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return text + strspn(text, " \t");
}

/* False for a comment or an empty line. */
static bool read_line(char *line, struct expectation *expectation)
{
	char *query = strtok(line, "|");
	char *rule = strtok(NULL, "|");
	/* the pattern may have bars of its own */
	char *pattern = strtok(NULL, "\n");

	if (query == NULL || query[0] == '#' || rule == NULL)
		return false;
	snprintf(expectation->query, sizeof(expectation->query), "%s",
		 trimmed(query));
	snprintf(expectation->rule, sizeof(expectation->rule), "%s",
		 trimmed(rule));
	snprintf(expectation->pattern, sizeof(expectation->pattern), "%s",
		 pattern == NULL ? "" : trimmed(pattern));
	return true;
}

static const char *escaped(const char *text)
{
	char *out = calloc(3, strlen(text) + 1);
	char *at = out;

	for (; *text != '\0'; text++)
		at += isalnum((unsigned char)*text)
			      ? sprintf(at, "%c", *text)
			      : sprintf(at, "%%%02X", (unsigned char)*text);
	return out;
}

/* What it is called, by whom it is made, and where it stands. */
static bool is_meant(const json_t *product, const regex_t *pattern)
{
	const char *brand = json_string_value(json_object_get(product, "brand"));
	const char *category = json_string_value(
		json_object_get(product, "category"));

	return regexec(pattern,
		       fmt("%s %s %s",
			   json_string_value(json_object_get(product, "name")),
			   brand == NULL ? "" : brand,
			   category == NULL ? "" : category),
		       0, NULL, 0) == 0;
}

static bool holds(const struct expectation *expectation, json_t *results)
{
	size_t count = json_array_size(results);
	size_t meant = 0;
	regex_t pattern;
	bool is_first = false;

	if (strcmp(expectation->rule, "none") == 0)
		return count == 0;
	count = count > FIRST ? FIRST : count;
	assert_int_equal(regcomp(&pattern, expectation->pattern,
				 REG_EXTENDED | REG_ICASE | REG_NOSUB), 0);
	for (size_t i = 0; i < count; i++) {
		bool is = is_meant(json_array_get(results, i), &pattern);

		meant += is;
		is_first = is_first || (i == 0 && is);
	}
	regfree(&pattern);
	if (strcmp(expectation->rule, "first") == 0)
		return is_first;
	if (strcmp(expectation->rule, "some") == 0)
		return meant > 0;
	assert_string_equal(expectation->rule, "each");
	return count > 0 && meant == count;
}

static void tell(const struct expectation *expectation, json_t *results)
{
	print_error("\"%s\" should have %s %s, and has\n", expectation->query,
		    expectation->rule, expectation->pattern);
	for (size_t i = 0; i < FIRST && i < json_array_size(results); i++)
		print_error("    %s\n",
			    json_string_value(json_object_get(
				    json_array_get(results, i), "name")));
}

static void shoppers_find_what_they_mean(void **state)
{
	FILE *file = fopen(QUALITY, "r");
	unsigned asked = 0;
	unsigned wrong = 0;
	char line[512];

	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		struct expectation expectation;
		struct answer *answer;

		if (!read_line(line, &expectation))
			continue;
		answer = ask(200, "GET",
			     fmt("/api/v1/search/?currency=INR&page_size=5&q=%s",
				 escaped(expectation.query)),
			     &nobody, NULL);
		asked++;
		if (holds(&expectation, node_at(answer, "results")))
			continue;
		tell(&expectation, node_at(answer, "results"));
		wrong++;
	}
	fclose(file);
	print_message("%u of %u queries found what they should\n",
		      asked - wrong, asked);
	assert_true(asked >= 60);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shoppers_find_what_they_mean),
	};

	return cmocka_run_group_tests(tests, fill_the_shop, NULL);
}
