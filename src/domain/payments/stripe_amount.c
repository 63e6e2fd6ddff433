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

/* Least amounts in Stripe's units. Of another currency Stripe wants what is
 * worth the least of the account's own; only it knows the rate. */
static const struct {
	char currency[4];
	int64_t least;
} leasts[] = {
	{"AED", 200}, {"AUD", 50},   {"BGN", 100},  {"BRL", 50},  {"CAD", 50},
	{"CHF", 50},  {"CZK", 1500}, {"DKK", 250},  {"EUR", 50},  {"GBP", 30},
	{"HKD", 400}, {"HUF", 17500}, {"INR", 50},  {"JPY", 50},  {"MXN", 1000},
	{"MYR", 200}, {"NOK", 300},  {"NZD", 50},   {"PLN", 200}, {"RON", 200},
	{"SEK", 300}, {"SGD", 50},   {"THB", 1000}, {"USD", 50},
};

/* Eight digits, and more where a unit is worth little. */
static const struct {
	char currency[4];
	int64_t most;
} mosts[] = {
	{"INR", 999999999},
	{"COP", 9999999999},
	{"HUF", 9999999999},
	{"JPY", 9999999999},
	{"IDR", 999999999999},
};

bool stripe_limits(const char *currency, int64_t *least, int64_t *most)
{
	int iso = 0;
	int64_t low = 1;
	int64_t high = 99999999;
	int theirs = stripe_exponent(currency);

	for (size_t i = 0; i < sizeof(leasts) / sizeof(*leasts); i++)
		if (strcasecmp(leasts[i].currency, currency) == 0)
			low = leasts[i].least;
	for (size_t i = 0; i < sizeof(mosts) / sizeof(*mosts); i++)
		if (strcasecmp(mosts[i].currency, currency) == 0)
			high = mosts[i].most;
	if (!iso_exponent(currency, &iso))
		return false;
	/* digits that we cannot say fall away, inwards */
	for (; theirs > iso; theirs--) {
		low = (low + 9) / 10;
		high /= 10;
	}
	return rescale(low, theirs, iso, least) &&
	       rescale(high, theirs, iso, most);
}
