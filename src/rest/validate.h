/* validate.h - one value of a body against one field of a table. */
#ifndef REST_VALIDATE_H
#define REST_VALIDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/json.h>
#include <platform/money.h>
#include <platform/work.h>
#include <rest/resource.h>

#define NON_FIELD "non_field_errors"

enum { TEXT_MAX = 255, LIST_MAX = 100, NUMBER_TEXT_MAX = 1000 };
enum { MONEY_DIGITS = 15 }; /* all of them fit into MONEY_MAX */

struct check {
	struct work *w;
	const struct field *field;
	const struct json_t *value;
	const struct currency *currency; /* of money here */
	struct json_t *errors; /* what DRF puts under the field; NULL: none */
	bool is_null;	       /* the value means null ("" for a number) */
};

/* Adds a message; always false. */
bool complain(struct check *check, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A value that should have been an object; always false. */
bool complain_dictionary(struct check *check);

/* Each fills the member, or complains and returns false. */
bool validate_text(struct check *check, void *member);
bool validate_choice(struct check *check, void *member);
bool validate_integer(struct check *check, void *member);
bool validate_boolean(struct check *check, void *member);
bool validate_money(struct check *check, void *member);
bool validate_uuid(struct check *check, void *member);
bool validate_time(struct check *check, void *member);
bool validate_object(struct check *check, void *member);
bool validate_list(struct check *check, void *member);
bool validate_texts(struct check *check, void *member);
bool validate_map(struct check *check, void *member);
bool validate_dict(struct check *check, void *member);

/* A null value where the field takes none. */
#define MAY_NOT_BE_NULL "This field may not be null."

/* Least and most of a field, with what its table leaves out (resource.h). */
int64_t field_least(const struct field *field);
int64_t field_most(const struct field *field);
bool has_least(const struct field *field);

/* The currency of money without a sibling. */
const struct currency *shop_currency(void);

/* What is given of one object. */
struct given {
	bool is_partial; /* nothing is required; never of nested objects */
	const struct currency *currency; /* of money that names none */
	uint64_t given;
	uint64_t nulls;
};
/* Fills *input from an object; returns the errors, NULL for none. */
struct json_t *read_object(struct work *w, const struct resource *resource,
			   const struct json_t *object, void *input,
			   struct given *given);
/* Takes the errors as the whole answer; always false. */
bool refuse_errors(struct work *w, struct json_t *errors);

/* The text of a value without NUL; NULL when it is none. */
const char *plain_text(const struct json_t *value);

/* ---- texts that both bodies and queries hold ---- */

/* What is wrong with a decimal number, in DRF's words; NULL: nothing. digits
 * and places bound it. The text has been stripped. */
const char *decimal_complaint(struct arena *arena, const char *text, int digits,
			      int places);
#define NOT_A_NUMBER "A valid number is required."
/* Python's int(): false when it is none; past 64 bits it is saturated. */
bool integer_parse(const char *text, int64_t *number);
/* uuid.UUID(hex=...): with urn:, uuid:, braces and dashes anywhere. */
struct uuid;
bool uuid_parse_freely(const char *text, struct uuid *uuid);

/* validate_format.c */
bool is_url(const char *text);
bool is_slug(const char *text);

#endif
