/* decimal.c - what is wrong with a decimal number, as DRF's DecimalField says
 * it: total digits, then places, then whole digits; the first one wins. */
#include "validate.h"

#include <ctype.h>
#include <string.h>

/* Python's Decimal as a tuple: how many digits, leading zeros left out, and
 * the power of ten of the last. */
struct shape {
	int64_t digits;
	int64_t exponent;
};

enum { EXPONENT_MAX = 1000000 };

static bool read_exponent(const char *at, struct shape *shape)
{
	bool is_negative = at[0] != '\0' && at[1] == '-';
	int64_t number = 0;

	if (*at == '\0')
		return true;
	if (*at++ != 'e' && at[-1] != 'E')
		return false;
	at += *at == '-' || *at == '+';
	if (*at == '\0')
		return false;
	for (; isdigit((unsigned char)*at); at++) {
		if (number < EXPONENT_MAX)
			number = number * 10 + (*at - '0');
	}
	shape->exponent += is_negative ? -number : number;
	return *at == '\0';
}

static bool read_shape(const char *at, struct shape *shape)
{
	bool seen_point = false;
	int64_t seen = 0;

	at += *at == '-' || *at == '+';
	for (; isdigit((unsigned char)*at) || (*at == '.' && !seen_point);
	     at++) {
		if (*at == '.') {
			seen_point = true;
			continue;
		}
		seen++;
		shape->exponent -= seen_point;
		if (shape->digits > 0 || *at != '0')
			shape->digits++;
	}
	if (shape->digits == 0)
		shape->digits = 1; /* zero has one */
	return seen > 0 && read_exponent(at, shape);
}

static const char *too_many(struct arena *arena, int most, const char *what)
{
	return arena_format(arena,
			    "Ensure that there are no more than %d %s.", most,
			    what);
}

const char *decimal_complaint(struct arena *arena, const char *text, int digits,
			      int places)
{
	struct shape shape = {0};
	int64_t total;
	int64_t fraction;

	if (!read_shape(text, &shape))
		return NOT_A_NUMBER;
	fraction = shape.exponent < 0 ? -shape.exponent : 0;
	total = shape.digits;
	if (shape.exponent >= 0)
		total += shape.exponent;
	else if (fraction >= total)
		total = fraction;
	if (total > digits)
		return too_many(arena, digits, "digits in total");
	if (fraction > places)
		return too_many(arena, places, "decimal places");
	if (total - fraction > digits - places)
		return too_many(arena, digits - places,
				"digits before the decimal point");
	return NULL;
}
