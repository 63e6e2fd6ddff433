/* platform/money.h - amounts in minor units of an ISO 4217 currency.
 * No floating point; every sum is checked (features 5.1, 5.2). */
#ifndef PLATFORM_MONEY_H
#define PLATFORM_MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MONEY_MAX INT64_C(9007199254740991) /* 2^53 - 1, exact in JavaScript */
#define MONEY_TEXT_SIZE 32

struct currency {
	char code[4]; /* ISO 4217, upper case */
	int exponent; /* digits after the point: JPY 0, EUR 2, KWD 3 */
};

enum rounding { ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_HALF_DOWN };

/* NULL when the code is not in ISO 4217. */
const struct currency *currency_find(const char *code);

/* "19.99" for 1999 EUR; "1999" for JPY. */
void money_format(int64_t amount, const struct currency *currency,
		  char text[MONEY_TEXT_SIZE]);
enum money_fault {
	MONEY_OK,
	MONEY_NOT_A_NUMBER,
	MONEY_TOO_MANY_DIGITS,
	MONEY_TOO_MANY_PLACES,
};
/* DRF's DecimalField: "10.1", " 2.5 ", "1e2"; NaN and infinities refused. */
enum money_fault money_parse(const char *text, const struct currency *currency,
			     int64_t *amount);

/* All return false past MONEY_MAX and leave the result alone. */
bool money_add(int64_t *sum, int64_t amount);
bool money_multiply(int64_t *amount, int64_t factor);

/* round(amount * numerator / denominator), in 128 bits, one rounding. */
bool money_ratio(int64_t amount, int64_t numerator, int64_t denominator,
		 enum rounding rounding, int64_t *result);
/* Rates in millionths: 19 % is 190000. Tax on a net amount. */
bool tax_exclusive(int64_t net, int64_t rate, enum rounding, int64_t *tax);
/* Tax inside a gross amount: gross - round(gross / (1 + rate)). */
bool tax_inclusive(int64_t gross, int64_t rate, enum rounding, int64_t *tax);

#endif
