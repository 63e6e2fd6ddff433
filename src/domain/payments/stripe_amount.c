/* stripe_amount.c - Stripe's own digits after the point, which are not ISO's:
 * MGA has none there, ISK still has two (docs.stripe.com/currencies). */
#include "stripe.h"

#include <string.h>
#include <strings.h>

#include <platform/money.h>

static const char zero_decimal[][4] = {
	"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA",
	"PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
static const char three_decimal[][4] = {"BHD", "JOD", "KWD", "OMR", "TND"};

static int stripe_exponent(const char *currency)
{
	for (size_t i = 0; i < sizeof(zero_decimal) / sizeof(*zero_decimal); i++)
		if (strcasecmp(zero_decimal[i], currency) == 0)
			return 0;
	for (size_t i = 0; i < sizeof(three_decimal) / sizeof(*three_decimal); i++)
		if (strcasecmp(three_decimal[i], currency) == 0)
			return 3;
	return 2;
}

static bool iso_exponent(const char *currency, int *exponent)
{
	char code[4] = "";
	const struct currency *known;

	if (strlen(currency) != 3)
		return false;
	for (size_t i = 0; i < 3; i++)
		code[i] = (char)(currency[i] & ~0x20);
	known = currency_find(code);
	if (known != NULL)
		*exponent = known->exponent;
	return known != NULL;
}

/* amount * 10^(to - from), exactly. */
static bool rescale(int64_t amount, int from, int to, int64_t *result)
{
	for (; from < to; from++)
		if (!money_multiply(&amount, 10))
			return false;
	for (; from > to; from--) {
		if (amount % 10 != 0)
			return false;
		amount /= 10;
	}
	*result = amount;
	return true;
}

bool stripe_amount_out(int64_t amount, const char *currency, int64_t *stripe)
{
	int iso = 0;
	int theirs = stripe_exponent(currency);

	/* of three decimals the last must be 0 */
	return amount >= 0 && iso_exponent(currency, &iso) &&
	       rescale(amount, iso, theirs, stripe) &&
	       (theirs != 3 || *stripe % 10 == 0);
}

bool stripe_amount_in(int64_t stripe, const char *currency, int64_t *amount)
{
	int iso = 0;

	return stripe >= 0 && iso_exponent(currency, &iso) &&
	       rescale(stripe, stripe_exponent(currency), iso, amount);
}
