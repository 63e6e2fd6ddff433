/* money_text.c - amounts as decimal strings, as DRF's DecimalField. */
#include <platform/money.h>

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void money_format(int64_t amount, const struct currency *currency,
		  char text[MONEY_TEXT_SIZE])
{
	char digits[MONEY_TEXT_SIZE];
	char *at = digits + sizeof(digits) - 1;
	uint64_t rest = amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount;
	int places = currency->exponent;

	*at = '\0';
	for (int i = 0; rest > 0 || i <= places; i++) {
		if (i == places && places > 0)
			*--at = '.';
		*--at = (char)('0' + rest % 10);
		rest /= 10;
	}
	if (amount < 0)
		*--at = '-';
	memcpy(text, at, strlen(at) + 1);
}

/* A decimal number taken apart: its digits without the point, and the power
 * of ten that belongs to the last of them. */
struct decimal {
	char digits[64];
	int count;
	int exponent;
	bool is_negative;
};

static bool read_exponent(const char **at, int *exponent)
{
	char *end;
	long number;

	if (**at != 'e' && **at != 'E')
		return true;
	(*at)++;
	if (!isdigit((unsigned char)**at) &&
	    !((**at == '-' || **at == '+') && isdigit((unsigned char)(*at)[1])))
		return false;
	number = strtol(*at, &end, 10);
	*at = end;
	if (number > 100 || number < -100)
		return false;
	*exponent += (int)number;
	return true;
}

static enum money_fault read_decimal(const char *at, struct decimal *decimal)
{
	bool seen_point = false;
	int seen = 0;

	if (*at == '-' || *at == '+')
		decimal->is_negative = *at++ == '-';
	for (; isdigit((unsigned char)*at) || (*at == '.' && !seen_point); at++) {
		if (*at == '.') {
			seen_point = true;
			continue;
		}
		seen++;
		decimal->exponent -= seen_point;
		if (decimal->count == 0 && *at == '0')
			continue; /* leading zeros count for nothing */
		if (decimal->count == (int)sizeof(decimal->digits))
			return MONEY_TOO_MANY_DIGITS;
		decimal->digits[decimal->count++] = *at;
	}
	if (seen == 0 || !read_exponent(&at, &decimal->exponent))
		return MONEY_NOT_A_NUMBER;
	while (isspace((unsigned char)*at))
		at++;
	return *at == '\0' ? MONEY_OK : MONEY_NOT_A_NUMBER;
}

enum money_fault money_parse(const char *text, const struct currency *currency,
			     int64_t *amount)
{
	struct decimal decimal = {0};
	enum money_fault fault;
	int64_t sum = 0;

	while (isspace((unsigned char)*text))
		text++;
	fault = read_decimal(text, &decimal);
	if (fault != MONEY_OK)
		return fault;
	if (-decimal.exponent > currency->exponent)
		return MONEY_TOO_MANY_PLACES;
	for (int i = 0; i < decimal.count; i++)
		if (!money_multiply(&sum, 10) ||
		    !money_add(&sum, decimal.digits[i] - '0'))
			return MONEY_TOO_MANY_DIGITS;
	for (int i = decimal.exponent; sum != 0 && i > -currency->exponent; i--)
		if (!money_multiply(&sum, 10))
			return MONEY_TOO_MANY_DIGITS;
	/* digits beyond a long run of places cannot be: places were checked */
	*amount = decimal.is_negative ? -sum : sum;
	return MONEY_OK;
}
