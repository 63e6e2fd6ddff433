/* test_codings.c - which form of an answer Accept-Encoding asks for
 * (RFC 9110 sections 12.4.2 and 12.5.3). */
#include "../test.h"

#include "../../../src/rest/dispatch.h"

static void the_client_gets_the_coding_that_it_likes_best(void **state)
{
	static const struct {
		const char *accept;
		enum coding coding;
	} cases[] = {
		{NULL, CODING_PLAIN},
		{"", CODING_PLAIN},
		{"gzip", CODING_GZIP},
		{"GZIP", CODING_GZIP},
		{"x-gzip", CODING_GZIP},
		{"br", CODING_BROTLI},
		{"gzip, deflate, br", CODING_BROTLI},
		{"br , gzip", CODING_BROTLI},
		{"gzip;q=1.0, br;q=0.9", CODING_GZIP},
		{"gzip;q=0.001", CODING_GZIP},
		{"gzip;q=0.5,br;q=0.50", CODING_BROTLI},
		{"gzip ; q=0.2 , br ; q=0.1", CODING_GZIP},
		{"gzip;Q=0", CODING_PLAIN},
		{"gzip;q=0.000", CODING_PLAIN},
		{"br;q=0, gzip", CODING_GZIP},
		{"*", CODING_BROTLI},
		{"*;q=0.5, br;q=0", CODING_GZIP},
		{"*;q=0", CODING_PLAIN},
		{"identity", CODING_PLAIN},
		{"identity, gzip;q=0.5", CODING_PLAIN},
		{"identity;q=0.5, gzip;q=0.5", CODING_GZIP},
		{"identity;q=0, gzip;q=0.1", CODING_GZIP},
		{"deflate, zstd", CODING_PLAIN},
		{"gzippy", CODING_PLAIN},
		{"brotli", CODING_PLAIN},
		{",,, ;;;", CODING_PLAIN},
		{"gzip;", CODING_GZIP},
		{"gzip;q", CODING_GZIP},
		{"gzip;q=", CODING_GZIP},
		{"gzip;q=x", CODING_PLAIN},
		{"gzip;q=0.5x, br;q=0.4", CODING_GZIP},
		{"gzip;q=2", CODING_PLAIN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (coding_wanted(cases[i].accept) != cases[i].coding)
			fail_msg("%s: %d", cases[i].accept,
				 coding_wanted(cases[i].accept));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_client_gets_the_coding_that_it_likes_best),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
