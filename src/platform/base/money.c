/* money.c - sums of minor units, each checked; tax. */
#include <platform/money.h>

#include <assert.h>

static bool in_range(int64_t amount)
{
	return amount <= MONEY_MAX && amount >= -MONEY_MAX;
}

bool money_add(int64_t *sum, int64_t amount)
{
	int64_t result;

	if (__builtin_add_overflow(*sum, amount, &result) || !in_range(result))
		return false;
	*sum = result;
	return true;
}

bool money_multiply(int64_t *amount, int64_t factor)
{
	int64_t result;

	if (__builtin_mul_overflow(*amount, factor, &result) ||
	    !in_range(result))
		return false;
	*amount = result;
	return true;
}

__extension__ typedef __int128 wide; /* of the compiler, not of ISO C */

bool money_ratio(int64_t amount, int64_t numerator, int64_t denominator,
		 enum rounding rounding, int64_t *result)
{
	wide product = (wide)amount * numerator;
	bool is_negative = product < 0;
	wide quotient;
	wide twice_rest;
	bool up;

	assert(denominator > 0);
	if (is_negative)
		product = -product;
	quotient = product / denominator;
	twice_rest = product % denominator * 2;
	up = twice_rest > denominator ||
	     (twice_rest == denominator &&
	      (rounding == ROUND_HALF_UP ||
	       (rounding == ROUND_HALF_EVEN && quotient % 2 == 1)));
	quotient += up;
	if (quotient > MONEY_MAX)
		return false;
	*result = is_negative ? -(int64_t)quotient : (int64_t)quotient;
	return true;
}

enum { MILLION = 1000000 };

bool tax_exclusive(int64_t net, int64_t rate, enum rounding rounding,
		   int64_t *tax)
{
	return money_ratio(net, rate, MILLION, rounding, tax);
}

bool tax_inclusive(int64_t gross, int64_t rate, enum rounding rounding,
		   int64_t *tax)
{
	int64_t net;

	if (!money_ratio(gross, MILLION, MILLION + rate, rounding, &net))
		return false;
	*tax = gross - net;
	return true;
}
