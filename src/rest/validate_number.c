/* validate_number.c - integers, booleans, money, ids and times in a body. */
#include "validate.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/uuid.h>

#include "unicode.h"

const struct currency *shop_currency(void)
{
	return currency_find(config->currency);
}

/* str(value).strip() of a number or a text of sane length; NULL after a
 * complaint. */
static const char *number_text(struct check *check, const char *invalid)
{
	const char *text = plain_text(check->value);
	size_t length;

	if (text == NULL)
		text = json_number_text(&check->w->arena, check->value);
	if (text == NULL) {
		complain(check, "%s", invalid);
		return NULL;
	}
	length = strlen(text);
	if (unicode_length(text, length) > NUMBER_TEXT_MAX) {
		complain(check, "String value too large.");
		return NULL;
	}
	text = unicode_strip(text, &length);
	return arena_copy(&check->w->arena, text, length);
}

/* "7.000" and "7." are whole: what stands before the point. */
static void drop_zero_fraction(char *text)
{
	char *point = strchr(text, '.');

	if (point != NULL && point[1 + strspn(point + 1, "0")] == '\0')
		*point = '\0';
}

bool integer_parse(const char *text, int64_t *number)
{
	bool is_negative = *text == '-';
	int64_t sum = 0;

	if (*text == '-' || *text == '+')
		text++;
	if (!isdigit((unsigned char)*text))
		return false;
	for (; *text != '\0'; text++) {
		/* Python's 1_000: single ones, between digits. */
		if (*text == '_' && isdigit((unsigned char)text[1]))
			text++;
		if (!isdigit((unsigned char)*text))
			return false;
		if (__builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_add_overflow(sum, *text - '0', &sum))
			sum = INT64_MAX;
	}
	*number = is_negative ? -sum : sum;
	return true;
}

bool validate_integer(struct check *check, void *member)
{
	int64_t *result = member;
	const char *text = number_text(check, "A valid integer is required.");
	int64_t least = field_least(check->field);
	int64_t most = field_most(check->field);
	char *whole;

	if (text == NULL)
		return false;
	whole = arena_text(&check->w->arena, text);
	drop_zero_fraction(whole);
	if (!integer_parse(whole, result))
		return complain(check, "A valid integer is required.");
	if (*result > most)
		return complain(check,
				"Ensure this value is less than or equal to "
				"%" PRId64 ".",
				most);
	if (*result < least)
		return complain(check,
				"Ensure this value is greater than or equal to "
				"%" PRId64 ".",
				least);
	return true;
}

static bool is_one_of(const char *text, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (strcasecmp(text, *words) == 0)
			return true;
	}
	return false;
}

bool validate_boolean(struct check *check, void *member)
{
	static const char *const truths[] = {"t",  "y", "yes",	"true",
					     "on", "1", "True", "1.0", NULL};
	static const char *const lies[] = {"f",	  "n", "no", "false",
					   "off", "0", "0.0", NULL};
	bool *result = member;
	const char *text = plain_text(check->value);

	if (json_kind(check->value) == JSON_KIND_BOOL) {
		*result = json_bool(check->value);
		return true;
	}
	if ((check->field->flags & FIELD_NULLABLE) != 0 && text != NULL &&
	    (*text == '\0' || strcasecmp(text, "null") == 0)) {
		check->is_null = true;
		return true;
	}
	/* 1.0 is 1 in Python, but "1.0" is no word for it. */
	if (text != NULL && strchr(text, '.') != NULL)
		text = NULL;
	else if (text == NULL)
		text = json_number_text(&check->w->arena, check->value);
	if (text == NULL ||
	    (!is_one_of(text, truths) && !is_one_of(text, lies)))
		return complain(check, "Must be a valid boolean.");
	*result = is_one_of(text, truths);
	return true;
}

static bool check_money_bounds(struct check *check, int64_t amount)
{
	int64_t least = field_least(check->field);
	int64_t most = field_most(check->field);
	char bound[MONEY_TEXT_SIZE] = "0";

	if (amount > most) {
		if (most != 0)
			money_format(most, check->currency, bound);
		return complain(check,
				"Ensure this value is less than or equal to "
				"%s.",
				bound);
	}
	if (amount < least) {
		if (least != 0)
			money_format(least, check->currency, bound);
		return complain(check,
				"Ensure this value is greater than or equal to "
				"%s.",
				bound);
	}
	return true;
}

bool validate_money(struct check *check, void *member)
{
	int64_t *result = member;
	const char *text = number_text(check, NOT_A_NUMBER);
	const char *complaint;

	if (text == NULL)
		return false;
	if (*text == '\0' && (check->field->flags & FIELD_NULLABLE) != 0) {
		check->is_null = true;
		return true;
	}
	complaint = decimal_complaint(&check->w->arena, text, MONEY_DIGITS,
				      check->currency->exponent);
	if (complaint != NULL)
		return complain(check, "%s", complaint);
	if (money_parse(text, check->currency, result) != MONEY_OK)
		return complain(check, NOT_A_NUMBER);
	return check_money_bounds(check, *result);
}

/* Without each occurrence of what; in place. */
static void drop(char *text, const char *what)
{
	size_t length = strlen(what);
	char *found = text;

	while ((found = strstr(found, what)) != NULL)
		memmove(found, found + length, strlen(found + length) + 1);
}

bool uuid_parse_freely(const char *text, struct uuid *uuid)
{
	char digits[64];
	size_t length = strlen(text);

	if (length >= sizeof(digits))
		return false;
	memcpy(digits, text, length + 1);
	drop(digits, "urn:");
	drop(digits, "uuid:");
	text = digits + strspn(digits, "{}");
	length = strlen(text);
	while (length > 0 && strchr("{}", text[length - 1]) != NULL)
		length--;
	digits[(size_t)(text - digits) + length] = '\0';
	drop(digits, "-");
	return strlen(text) == 32 && uuid_parse(text, uuid);
}

bool validate_uuid(struct check *check, void *member)
{
	struct uuid *result = member;
	const char *text = plain_text(check->value);

	if (text != NULL && *text == '\0' &&
	    (check->field->flags & FIELD_NULLABLE) != 0) {
		check->is_null = true;
		return true;
	}
	if (json_kind(check->value) == JSON_KIND_INT &&
	    json_int(check->value) >= 0) {
		uint64_t number = (uint64_t)json_int(check->value);

		for (int i = 15; i >= 8; i--, number >>= 8)
			result->bytes[i] = (uint8_t)number;
		return true;
	}
	return (text != NULL && uuid_parse_freely(text, result)) ||
	       complain(check, "Must be a valid UUID.");
}

bool validate_time(struct check *check, void *member)
{
	int64_t *result = member;
	const char *text = plain_text(check->value);

	return (text != NULL && time_parse(text, result)) ||
	       complain(check, "Datetime has wrong format. Use one of these "
			       "formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]]"
			       "[+HH:MM|-HH:MM|Z].");
}
