/* users_judge.c - what of an account's cells is right. Never waits. */
#include "users.h"

#include <string.h>
#include <strings.h>

#include <platform/auth.h>
#include <platform/clock.h>
#include <rest/resource.h>

enum { EMAIL_MAX = 254, NAME_MAX = 150, PHONE_MAX = 32 };

static bool flaw(struct user_row *row, enum user_column column,
		 const char *reason)
{
	row->column = user_column_names[column];
	row->reason = reason;
	return false;
}

static size_t characters(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += (*text & 0xc0) != 0x80;
	return count;
}

static const char *trim(struct arena *arena, const char *text)
{
	size_t length;

	text += strspn(text, " \t\r\n");
	length = strlen(text);
	while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
		length--;
	return arena_copy(arena, text, length);
}

/* Absent cells become "". */
static bool take_texts(struct user_row *row, struct arena *arena)
{
	for (size_t i = 0; i < USER_COLUMNS; i++) {
		const char *cell = row->cells[i] == NULL ? "" : row->cells[i];

		if (utf8_flaw(cell) >= 0)
			return flaw(row, (enum user_column)i,
				    "is not UTF-8; save the file as UTF-8");
		row->cells[i] = trim(arena, cell_undo(cell));
	}
	return true;
}

static bool judge_name(struct user_row *row, enum user_column column,
		       size_t most)
{
	return characters(row->cells[column]) <= most ||
	       flaw(row, column, "is too long");
}

static bool judge_email(struct user_row *row, struct arena *arena)
{
	char *email = arena_text(arena, row->cells[USER_EMAIL]);

	for (char *at = email; *at != '\0'; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at - 'A' + 'a');
	row->cells[USER_EMAIL] = email;
	if (*email == '\0')
		return flaw(row, USER_EMAIL, "is missing");
	return (strlen(email) <= EMAIL_MAX && is_email(email)) ||
	       flaw(row, USER_EMAIL, "is no valid e-mail address");
}

/* Django writes True and False; others 1 and 0, t and f. */
static bool judge_flag(struct user_row *row, enum user_column column,
		       bool otherwise, bool *is_set)
{
	static const char *const yes[] = {"true", "t", "1", "yes"};
	static const char *const no[] = {"false", "f", "0", "no"};
	const char *cell = row->cells[column];

	*is_set = otherwise;
	if (*cell == '\0')
		return true;
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		*is_set = strcasecmp(cell, yes[i]) == 0;
		if (*is_set || strcasecmp(cell, no[i]) == 0)
			return true;
	}
	return flaw(row, column, "is neither true nor false");
}

static bool judge_time(struct user_row *row, enum user_column column,
		       struct arena *arena)
{
	const char *cell = row->cells[column];
	char text[TIME_TEXT_SIZE];
	int64_t wall;

	if (*cell == '\0') {
		row->cells[column] = NULL;
		return true;
	}
	if (!time_parse(cell, &wall))
		return flaw(row, column,
			    "is not a time such as 2026-11-22T13:48:59Z");
	time_format(wall, text);
	row->cells[column] = arena_text(arena, text);
	return true;
}

/* Django writes "!" and some letters where nobody can log in by password. */
static bool judge_password(struct user_row *row)
{
	const char *hash = row->cells[USER_PASSWORD];

	if (*hash == '\0' || *hash == '!')
		return true;
	row->hash = hash;
	switch (password_hash_judge(hash)) {
	case PASSWORD_HASH_GOOD:
		return true;
	case PASSWORD_HASH_DEAR:
		return flaw(row, USER_PASSWORD,
			    "costs more to check than this server bears");
	case PASSWORD_HASH_UNKNOWN:
	default:
		return flaw(row, USER_PASSWORD,
			    "is no hash of the kinds pbkdf2_sha256 and "
			    "argon2id");
	}
}

void user_judge(struct user_row *row, struct arena *arena)
{
	if (row->column != NULL)
		return;
	(void)(take_texts(row, arena) && judge_email(row, arena) &&
	       judge_name(row, USER_FIRST_NAME, NAME_MAX) &&
	       judge_name(row, USER_LAST_NAME, NAME_MAX) &&
	       judge_name(row, USER_PHONE, PHONE_MAX) && judge_password(row) &&
	       judge_flag(row, USER_IS_ACTIVE, true, &row->is_active) &&
	       judge_flag(row, USER_IS_VERIFIED, false, &row->is_verified) &&
	       judge_flag(row, USER_IS_STAFF, false, &row->is_staff) &&
	       judge_time(row, USER_DATE_JOINED, arena) &&
	       judge_time(row, USER_LAST_LOGIN, arena));
}
