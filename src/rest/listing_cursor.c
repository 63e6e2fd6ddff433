/* listing_cursor.c - "cursor=": pages that begin behind a row, told by its
 * value in the order and its tie-break; as dear at the end as at the start. */
#include "listing.h"

#include <stdio.h>
#include <string.h>

#include <platform/auth.h>
#include <platform/log.h>

enum { SIGN_LENGTH = 22, KEYS_MAX = 16 };

static const struct fault_kind no_cursor = {404, "not_found", "Invalid cursor"};

/* Signed with the list and the order that it belongs to: what it holds goes
 * into the statement as values of their types. */
static bool sign(const struct list_query *list, const char *payload,
		 unsigned key, char sign[SECRET_TEXT_SIZE])
{
	const char *about =
		arena_format(&list->req->http.work.arena, "%s\n%s\n%d\n%s",
			     list->listing->query->name, list->first_sql,
			     list->first_descends, payload);

	return secret_derive("cursor", about, key, sign);
}

static bool is_signed(const struct list_query *list, const char *cursor)
{
	char wanted[SECRET_TEXT_SIZE];

	for (unsigned key = 0; key < KEYS_MAX; key++) {
		if (!sign(list, cursor + SIGN_LENGTH, key, wanted))
			return false;
		if (bytes_equal(wanted, cursor, SIGN_LENGTH))
			return true;
	}
	return false;
}

/* SIGN, then in hex: a letter, the tie-break, a new line, the value. */
static bool read_cursor(struct list_query *list, const char *cursor)
{
	size_t length = strlen(cursor);
	char *plain;
	char *value;

	if (length < SIGN_LENGTH + 6 || (length - SIGN_LENGTH) % 2 != 0 ||
	    !is_signed(list, cursor))
		return false;
	plain = arena_alloc(&list->req->http.work.arena, length);
	if (!hex_decode(cursor + SIGN_LENGTH, plain,
			(length - SIGN_LENGTH) / 2))
		return false;
	value = strchr(plain, '\n');
	if (value == NULL)
		return false;
	*value = '\0';
	list->position = (struct position){.is_given = true,
					   .is_backward = *plain == 'b',
					   .value = value + 1,
					   .key = plain + 1};
	return true;
}

bool list_cursor(struct list_query *list)
{
	const struct query_pair *pair = query_last(list->query, "cursor");

	if (list->first_sql == NULL)
		return refuse_field(&list->req->http.work, "ordering",
				    "This order cannot be paged by cursor.");
	if (*pair->value == '\0')
		return true;
	if (!read_cursor(list, pair->value))
		return refuse(&list->req->http.work, &no_cursor, NULL);
	list->position.first_param =
		list_param(list, p_text(list->position.value));
	list_param(list, p_text(list->position.key));
	return true;
}

const char *cursor_make(struct list_query *list, const struct rows *rows,
			int row, bool is_backward)
{
	struct arena *arena = &list->req->http.work.arena;
	const char *value =
		row_text(rows, row, rows_column(rows, "cursor_value"));
	const char *key = row_text(rows, row, rows_column(rows, "cursor_key"));
	char tag[SECRET_TEXT_SIZE];
	const char *plain;
	char *hex;

	if (value == NULL || key == NULL) {
		log_line(LOG_ERROR_LINE, "a row has no place in its order",
			 "query", list->listing->query->name, NULL);
		return NULL;
	}
	plain = arena_format(arena, "%c%s\n%s", is_backward ? 'b' : 'f', key,
			     value);
	hex = arena_alloc(arena, 2 * strlen(plain) + 1);
	hex_encode(plain, strlen(plain), hex);
	if (!sign(list, hex, 0, tag))
		return NULL;
	return arena_format(arena, "%.*s%s", SIGN_LENGTH, tag, hex);
}
