/* test_profile.c - the form of a language tag (RFC 5646). */
#include "../test.h"

#include <stdio.h>
#include <string.h>

#include "../../../src/domain/accounts/profile.h"

/* What becomes of it; NULL when it is refused. */
static const char *formed(const char *text)
{
	static char tag[128];

	snprintf(tag, sizeof(tag), "%s", text);
	return language_tag_form(tag) ? tag : NULL;
}

static void tags_of_every_shape_are_taken_in_their_proper_case(void **state)
{
	static const char *const pairs[][2] = {
		{"de", "de"},
		{"DE-ch", "de-CH"},
		{"gsw", "gsw"},
		{"ZH-hant-tw", "zh-Hant-TW"},
		{"zh-cmn-Hans-CN", "zh-cmn-Hans-CN"},
		{"es-419", "es-419"},
		{"sl-rozaj-biske", "sl-rozaj-biske"},
		{"de-CH-1901", "de-CH-1901"},
		{"sl-IT-nedis", "sl-IT-nedis"},
		{"de-1996-u-co-phonebk", "de-1996-u-co-phonebk"},
		{"en-a-myext-b-another", "en-a-myext-b-another"},
		{"en-US-u-islamcal", "en-US-u-islamcal"},
		{"de-x-goethe", "de-x-goethe"},
		{"x-whatever", "x-whatever"},
		{"x-a-b-1", "x-a-b-1"},
		{"qaaa", "qaaa"},
		{"abcdefgh", "abcdefgh"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const char *tag = formed(pairs[i][0]);

		if (tag == NULL)
			fail_msg("%s is refused", pairs[i][0]);
		assert_string_equal(tag, pairs[i][1]);
	}
}

static void what_is_no_tag_is_refused(void **state)
{
	static const char *const tags[] = {
		"", "-", "d", "de-", "-de", "de--CH", "de_CH", "de CH",
		"de-\xc3\xa4", "1de", "abcdefghi", "de-419-DE", "de-CH-CH",
		"de-1901-1901", "sl-nedis-NEDIS", "en-a-bbb-a-ccc", "en-a",
		"en-u-", "de-x", "x", "x-", "de-x-toolongtag",
		"a-DE", "de-DE-u", "ar-a-aaa-b-bbb-a-ccc",
		"<script>", "de;q=0.5", "*", "i-klingon",
		"en-x-aaaaaaaa-bbbbbbbb-cccccccc-ddddddd",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (formed(tags[i]) != NULL)
			fail_msg("%s is taken", tags[i]);
}

/* Whatever bytes come, nothing is read behind the end (ASan watches). */
static void any_bytes_are_answered(void **state)
{
	static const char letters[] = "aAxX19-_.\x80";
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[12] = "";

		for (size_t i = 0; i < sizeof(text) - 1; i++) {
			seed = seed * 1103515245u + 12345u;
			text[i] = letters[(seed >> 16) % sizeof(letters)];
		}
		if (language_tag_form(text))
			assert_non_null(formed(text)); /* what is made stays */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			tags_of_every_shape_are_taken_in_their_proper_case),
		cmocka_unit_test(what_is_no_tag_is_refused),
		cmocka_unit_test(any_bytes_are_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
