/* columns.h - cells of a result as JSON values. */
#ifndef REST_COLUMNS_H
#define REST_COLUMNS_H

#include <stddef.h>

#include <platform/money.h>
#include <platform/text.h>

/* Each adds one JSON value for the text form of a cell that is not NULL. */
void cell_text(struct text *text, const char *bytes, size_t length);
/* Digits as PostgreSQL prints a bigint. */
void cell_money(struct text *text, const char *bytes, size_t length,
		const struct currency *currency);
/* "2026-11-22 13:48:59.92+00" becomes "2026-11-22T13:48:59.920000Z". */
void cell_time(struct text *text, const char *bytes, size_t length);

#endif
