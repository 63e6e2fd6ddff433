/* test_head.c - the strict parsers on bytes, without a server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../../src/platform/http/chunk.h"
#include "../../../src/platform/http/head.h"

static const char request[] =
	"PUT /p?q HTTP/1.1\r\nHost: h:1\r\nContent-Length: 12\r\n"
	"Connection: a, close\r\n\r\nrest";

/* Copies to the heap's very end, so that a sanitizer sees a step beyond. */
static int parse(const char *bytes, size_t length, struct head *head,
		 char **copy)
{
	size_t seen = 0;
	size_t end = 0;
	int status;

	*copy = malloc(length > 0 ? length : 1);
	memcpy(*copy, bytes, length);
	status = head_scan(*copy, length, &seen, &end);
	return status == HEAD_DONE ? head_parse(*copy, end, head) : status;
}

static void a_request_is_taken_apart(void **state)
{
	struct head head;
	char *copy;

	(void)state;
	assert_int_equal(parse(request, sizeof(request) - 1, &head, &copy),
			 HEAD_DONE);
	assert_string_equal(head.method, "PUT");
	assert_string_equal(head.path, "/p");
	assert_string_equal(head.query, "q");
	assert_string_equal(head.host, "h:1");
	assert_int_equal(head.length, 12);
	assert_int_equal(head.count, 3);
	assert_true(head.must_close);
	free(copy);
}

static void the_end_is_found_however_the_bytes_come(void **state)
{
	size_t whole = strlen(request) - 4;

	(void)state;
	for (size_t cut = 1; cut < whole; cut++) {
		size_t seen = 0;
		size_t end = 0;

		assert_int_equal(head_scan(request, cut, &seen, &end),
				 HEAD_MORE);
		assert_int_equal(head_scan(request, sizeof(request) - 1, &seen,
					   &end),
				 HEAD_DONE);
		assert_int_equal(end, whole);
	}
}

/* Whatever one byte becomes, the parser stays within its bytes and gives a
 * status that exists. */
static void no_single_changed_byte_confuses_it(void **state)
{
	char bytes[sizeof(request)];

	(void)state;
	for (size_t at = 0; at < sizeof(request) - 1; at++) {
		for (int value = 0; value < 256; value++) {
			struct head head;
			char *copy;
			int status;

			memcpy(bytes, request, sizeof(request));
			bytes[at] = (char)value;
			status = parse(bytes, sizeof(request) - 1, &head,
				       &copy);
			if (status > 0)
				assert_non_null(strstr("400 417 501 505 431 414",
						       (char[4]){(char)('0' + status / 100),
								 (char)('0' + status / 10 % 10),
								 (char)('0' + status % 10), 0}));
			free(copy);
		}
	}
}

static void a_length_too_large_for_any_limit_is_not_small(void **state)
{
	static const char bytes[] =
		"PUT / HTTP/1.1\r\nHost: h\r\n"
		"Content-Length: 18446744073709551617\r\n\r\n";
	struct head head;
	char *copy;

	(void)state;
	assert_int_equal(parse(bytes, sizeof(bytes) - 1, &head, &copy),
			 HEAD_DONE);
	assert_true(head.length == UINT64_MAX);
	free(copy);
}

/* The decoded body, or the refusal's status as text. */
static void decode(const char *bytes, size_t step, char out[64])
{
	struct chunk chunk = {0};
	size_t length = strlen(bytes);
	int status = CHUNK_MORE;

	out[0] = '\0';
	for (size_t at = 0; at < length && status == CHUNK_MORE; at += step) {
		struct chunk_input in = {bytes + at, step, NULL, 0};

		if (in.length > length - at)
			in.length = length - at;
		while ((status = chunk_take(&chunk, &in)) == CHUNK_DATA)
			strncat(out, in.data, in.data_length);
	}
	if (status != CHUNK_DONE)
		sprintf(out, "%d", status);
}

static void chunks_are_decoded_in_pieces_of_any_size(void **state)
{
	char out[64];

	(void)state;
	for (size_t step = 1; step < 40; step++) {
		decode("3;x=\"y\"\r\nabc\r\n0A\r\n0123456789\r\n0\r\nT: u\r\n\r\n",
		       step, out);
		assert_string_equal(out, "abc0123456789");
	}
}

static void malformed_chunks_are_refused(void **state)
{
	static const char *const malformed[] = {
		"x\r\n", "\r\n", "-1\r\n", " 1\r\na\r\n", "1\na\r\n0\r\n\r\n",
		"1\r\nab\r\n", "1\r\na\n", "1\r\na\r\n0\r\n\rx",
		"1000000000000\r\n", "1;\x01\r\n", "0\r\nA\rB\r\n\r\n"};
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
		decode(malformed[i], 1, out);
		assert_string_equal(out, "400");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_taken_apart),
		cmocka_unit_test(the_end_is_found_however_the_bytes_come),
		cmocka_unit_test(no_single_changed_byte_confuses_it),
		cmocka_unit_test(a_length_too_large_for_any_limit_is_not_small),
		cmocka_unit_test(chunks_are_decoded_in_pieces_of_any_size),
		cmocka_unit_test(malformed_chunks_are_refused),
	};

	return cmocka_run_group_tests_name("http/head", tests, NULL, NULL);
}
