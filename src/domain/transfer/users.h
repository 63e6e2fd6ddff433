/* users.h - accounts of another shop on their way in. */
#ifndef TRANSFER_USERS_H
#define TRANSFER_USERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/arena.h>
#include <platform/work.h>

#include "csv.h"
#include "intake.h"

enum user_column {
	USER_EMAIL,
	USER_FIRST_NAME,
	USER_LAST_NAME,
	USER_PHONE,
	USER_PASSWORD,
	USER_IS_ACTIVE,
	USER_IS_VERIFIED,
	USER_IS_STAFF,
	USER_DATE_JOINED,
	USER_LAST_LOGIN,
	USER_COLUMNS
};
extern const char *const user_column_names[USER_COLUMNS];

/* One of the file; cells as they came, until users_judge() has read them. */
struct user_row {
	int64_t line;
	const char *cells[USER_COLUMNS]; /* NULL: no such column, or null */
	const char *hash; /* NULL: cannot log in by password */
	bool is_active, is_verified, is_staff;
	/* NULL: taken. Else the column at fault, and why. */
	const char *column;
	const char *reason;
};

struct user_reading {
	struct intake intake;
	struct csv csv;
	struct csv_record heading; /* of CSV */
	struct arena *kept;	   /* what lives as long as the reading */
	bool is_ndjson;
};

/* users_read.c: false at the end. A row that cannot be read is one with a
 * reason. What it holds is in the arena given. */
async bool users_begin(struct work *w, struct user_reading *reading,
		       const char **fault);
async bool users_next(struct work *w, struct user_reading *reading,
		      struct arena *arena, struct user_row *row);

/* users_judge.c: reads the cells, or says why not. */
void user_judge(struct user_row *row, struct arena *arena);

#endif
