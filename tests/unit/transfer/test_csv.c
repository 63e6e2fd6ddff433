/* test_csv.c - CSV as files in the wild have it, and as spreadsheets may. */
#include "../test.h"

#include <string.h>

#include "../../../src/domain/transfer/csv.h"

/* A text that is read as a file, in pieces of `step` bytes (0: at once). */
struct file {
	struct work w;
	struct arena arena;
	struct intake intake;
	struct csv csv;
	struct csv_record record;
};

static size_t piece;

static bool more(struct work *w, struct intake *intake)
{
	size_t left = (size_t)(intake->last - intake->read);
	size_t length = left < piece ? left : piece;

	(void)w;
	intake->at = intake->end;
	intake->end = intake->at + length;
	intake->read += (int64_t)length;
	return true;
}

static void open_bytes(struct file *file, const char *bytes, size_t length,
		       size_t step)
{
	*file = (struct file){.csv = {0}};
	intake_text(&file->intake, bytes, length);
	piece = step;
	if (step > 0) {
		file->intake.more = more;
		file->intake.end = file->intake.at;
		file->intake.last = (int64_t)length;
		file->intake.read = 0;
	}
	csv_open(&file->csv, &file->intake, &file->arena, 1);
	file->csv.is_begun = false;
}

static enum csv_verdict next(struct file *file)
{
	return csv_next(&file->w, &file->csv, &file->arena, &file->record);
}

static void close_file(struct file *file)
{
	arena_finish(&file->arena);
	work_finish(&file->w);
}

static void a_record_tells_the_line_where_it_begins(void **state)
{
	static const char text[] =
		"\xef\xbb\xbf"
		"a,b\r\n\"x\ny\",\"say \"\"hi\"\"\"\r\n\n,z\nlast,1";
	struct file file;

	(void)state;
	for (size_t step = 0; step < 4; step++) {
		open_bytes(&file, text, sizeof(text) - 1, step);
		assert_int_equal(next(&file), CSV_RECORD);
		assert_string_equal(file.record.fields[0], "a");
		assert_string_equal(file.record.fields[1], "b");
		assert_int_equal(next(&file), CSV_RECORD);
		assert_int_equal(file.record.line, 2);
		assert_string_equal(file.record.fields[0], "x\ny");
		assert_string_equal(file.record.fields[1], "say \"hi\"");
		assert_int_equal(next(&file), CSV_RECORD);
		assert_int_equal(file.record.line, 5);
		assert_string_equal(file.record.fields[0], "");
		assert_string_equal(file.record.fields[1], "z");
		assert_memory_equal(text + file.record.place, ",z\n", 3);
		assert_int_equal(file.record.end - file.record.place, 3);
		assert_int_equal(next(&file), CSV_RECORD);
		assert_int_equal(file.record.count, 2);
		assert_int_equal(next(&file), CSV_END);
		close_file(&file);
	}
}

static void a_broken_record_tells_its_column_and_the_next_is_read(void **state)
{
	static const struct {
		const char *text;
		size_t length, flaw;
	} cases[] = {
		{"a,b\0c\nok\n", 9, 1},
		{"\"a\0\",b\nok\n", 10, 0},
	};
	struct file file;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		open_bytes(&file, cases[i].text, cases[i].length, 1);
		assert_int_equal(next(&file), CSV_BROKEN);
		assert_non_null(strstr(file.record.fault, "NUL"));
		assert_int_equal(file.record.flaw, cases[i].flaw);
		assert_int_equal(next(&file), CSV_RECORD);
		assert_string_equal(file.record.fields[0], "ok");
		close_file(&file);
	}
}

static void a_quote_that_never_closes_is_broken(void **state)
{
	struct file file;

	(void)state;
	open_bytes(&file, "a\n\"b\nc", 6, 0);
	assert_int_equal(next(&file), CSV_RECORD);
	assert_int_equal(next(&file), CSV_BROKEN);
	assert_string_equal(file.record.fault, "a quote is never closed");
	assert_int_equal(file.record.line, 2);
	assert_int_equal(next(&file), CSV_END);
	close_file(&file);
}

static void a_huge_cell_is_refused_in_bounded_memory(void **state)
{
	enum { HUGE_CELL = 20 * CSV_RECORD_MAX };
	char *text = test_malloc(HUGE_CELL + 10);
	struct file file;

	(void)state;
	memset(text, 'x', HUGE_CELL);
	memcpy(text + HUGE_CELL, "\nok,1\n", 6);
	open_bytes(&file, text, HUGE_CELL + 6, 65536);
	assert_int_equal(next(&file), CSV_BROKEN);
	assert_string_equal(file.record.fault, "is longer than a megabyte");
	assert_in_range(file.arena.taken, 1, 8 * CSV_RECORD_MAX);
	assert_int_equal(next(&file), CSV_RECORD);
	assert_string_equal(file.record.fields[0], "ok");
	close_file(&file);
	test_free(text);
}

static void too_many_columns_are_refused(void **state)
{
	char text[CSV_FIELDS_MAX + 10];
	struct file file;

	(void)state;
	memset(text, ',', sizeof(text));
	open_bytes(&file, text, sizeof(text), 0);
	assert_int_equal(next(&file), CSV_BROKEN);
	assert_non_null(strstr(file.record.fault, "columns"));
	close_file(&file);
}

static void utf16_is_told_of(void **state)
{
	struct file file;

	(void)state;
	open_bytes(&file, "\xff\xfe"
			  "a\0,\0b\0\n\0",
		   10, 0);
	assert_int_equal(next(&file), CSV_BROKEN);
	assert_non_null(strstr(file.record.fault, "UTF-16"));
	close_file(&file);
}

static void an_empty_file_has_no_record(void **state)
{
	static const char *const texts[] = {"", "\n\n\r\n", "\xef\xbb\xbf"};
	struct file file;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		open_bytes(&file, texts[i], strlen(texts[i]), 0);
		assert_int_equal(next(&file), CSV_END);
		close_file(&file);
	}
}

static void what_is_not_utf8_is_found(void **state)
{
	(void)state;
	assert_int_equal(utf8_flaw("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), -1);
	assert_int_equal(utf8_flaw("caf\xe9"), 3);
	assert_int_equal(utf8_flaw("\xc0\x80"), 0);
	assert_int_equal(utf8_flaw("a\xed\xa0\x80"), 1);
	assert_int_equal(utf8_flaw("\xf4\x90\x80\x80"), 0);
	assert_int_equal(utf8_flaw("ab\xe2\x82"), 2);
}

static void a_formula_is_harmless_and_comes_back_exactly(void **state)
{
	static const struct {
		const char *cell;
		const char *written;
	} cases[] = {
		{"=1+2", "\"'=1+2\""},
		{"+cmd|' /C calc'!A0", "\"'+cmd|' /C calc'!A0\""},
		{"-2+3+cmd", "\"'-2+3+cmd\""},
		{"@SUM(1)", "\"'@SUM(1)\""},
		{"\tx", "\"'\tx\""},
		{"\rx", "\"'\rx\""},
		{"'=x", "\"''=x\""},
		{"'-5", "\"''-5\""},
		{"=\"a\"", "\"'=\"\"a\"\"\""},
		{"-5", "-5"},
		{"+49.50", "+49.50"},
		{"'tis", "'tis"},
		{"a=b", "a=b"},
		{"a,b", "\"a,b\""},
		{"", ""},
		{"-", "\"'-\""},
	};
	struct file file;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = {0};
		struct text text;

		text_init(&text, &arena, 0);
		cell_add(&text, cases[i].cell);
		text_add(&text, ",z");
		assert_string_equal(text.bytes,
				    arena_format(&arena, "%s,z", cases[i].written));
		open_bytes(&file, text.bytes, text.length, 0);
		assert_int_equal(next(&file), CSV_RECORD);
		assert_string_equal(cell_undo(file.record.fields[0]), cases[i].cell);
		close_file(&file);
		arena_finish(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_tells_the_line_where_it_begins),
		cmocka_unit_test(a_broken_record_tells_its_column_and_the_next_is_read),
		cmocka_unit_test(a_quote_that_never_closes_is_broken),
		cmocka_unit_test(a_huge_cell_is_refused_in_bounded_memory),
		cmocka_unit_test(too_many_columns_are_refused),
		cmocka_unit_test(utf16_is_told_of),
		cmocka_unit_test(an_empty_file_has_no_record),
		cmocka_unit_test(what_is_not_utf8_is_found),
		cmocka_unit_test(a_formula_is_harmless_and_comes_back_exactly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
