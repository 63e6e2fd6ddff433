/* columns.h - cells of a result as JSON values. */
#ifndef REST_COLUMNS_H
#define REST_COLUMNS_H

#include <stddef.h>

#include <platform/money.h>

/* The most that a cell grows by: quotes, a point and zeros, "null". */
enum { CELL_ROOM = 16 };

/* Each writes one JSON value for the text form of a cell that is not NULL, and
 * returns its end; `at` has room for length + CELL_ROOM bytes. */

/* NULL, and nothing written, when something in it must be escaped. */
char *cell_text(char *at, const char *bytes, size_t length);
/* JSON of the database, made compact. */
char *cell_json(char *at, const char *bytes, size_t length);
/* Digits as PostgreSQL prints a bigint. */
char *cell_money(char *at, const char *bytes, size_t length,
		 const struct currency *currency);
/* "2026-11-22 13:48:59.92+00" becomes "2026-11-22T13:48:59.920000Z". */
char *cell_time(char *at, const char *bytes, size_t length);

#endif
