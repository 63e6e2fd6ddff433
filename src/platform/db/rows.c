/* rows.c - cells of an answer. */
#include <platform/db.h>

#include <assert.h>
#include <errno.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include <platform/clock.h>

const char *row_text(const struct rows *rows, int row, int column)
{
	if (PQgetisnull(rows->result, row, column))
		return NULL;
	return PQgetvalue(rows->result, row, column);
}

size_t row_length(const struct rows *rows, int row, int column)
{
	return (size_t)PQgetlength(rows->result, row, column);
}

bool row_is_null(const struct rows *rows, int row, int column)
{
	return PQgetisnull(rows->result, row, column) == 1;
}

/* SQL NULL is 0. A cell that is no number is a bug in the statement. */
int64_t row_int(const struct rows *rows, int row, int column)
{
	const char *text = row_text(rows, row, column);
	char *end;
	int64_t number;

	if (text == NULL)
		return 0;
	errno = 0;
	number = strtoll(text, &end, 10);
	assert(errno == 0 && end != text && *end == '\0');
	return number;
}

bool row_bool(const struct rows *rows, int row, int column)
{
	const char *text = row_text(rows, row, column);

	assert(text == NULL || text[0] == 't' || text[0] == 'f');
	return text != NULL && text[0] == 't';
}

/* SQL NULL is nil. */
struct uuid row_uuid(const struct rows *rows, int row, int column)
{
	const char *text = row_text(rows, row, column);
	struct uuid uuid = {{0}};
	bool is_uuid = text == NULL || uuid_parse(text, &uuid);

	assert(is_uuid);
	return uuid;
}

/* SQL NULL is 0. "2026-11-22 13:48:59.927737+00" becomes ISO 8601 first. */
int64_t row_time(const struct rows *rows, int row, int column)
{
	const char *text = row_text(rows, row, column);
	char iso[40];
	size_t length;
	int64_t wall;
	bool is_time;

	if (text == NULL)
		return 0;
	length = strlen(text);
	assert(length > 10 && length < sizeof(iso));
	memcpy(iso, text, length + 1);
	iso[10] = 'T';
	if (iso[length - 3] == '+' && iso[length - 2] == '0' &&
	    iso[length - 1] == '0')
		memcpy(iso + length - 3, "Z", 2);
	is_time = time_parse(iso, &wall);
	assert(is_time);
	return wall;
}

int rows_column(const struct rows *rows, const char *name)
{
	const PGresult *result = rows->result;
	int count = PQnfields(result);

	/* Not PQfnumber: it folds case and strips quotes of what it is given. */
	for (int i = 0; i < count; i++)
		if (strcmp(PQfname(result, i), name) == 0)
			return i;
	return -1;
}
