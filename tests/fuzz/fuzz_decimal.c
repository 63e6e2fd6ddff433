/* fuzz_decimal.c - what the field rules let through is money that reads, and
 * reads back as the same amount. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <platform/arena.h>
#include <platform/money.h>

#include "../../src/rest/unicode.h"
#include "../../src/rest/validate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const codes[] = {"JPY", "EUR", "KWD"};
	struct arena arena = {0};
	const struct currency *currency;
	char text[MONEY_TEXT_SIZE];
	int64_t amount;
	int64_t again;
	const char *value;

	if (size == 0)
		return 0;
	currency = currency_find(codes[data[0] % 3]);
	value = arena_copy(&arena, data + 1, size - 1);
	size = strlen(value);
	value = unicode_strip(value, &size);
	value = arena_copy(&arena, value, size);
	if (decimal_complaint(&arena, value, MONEY_DIGITS,
			      currency->exponent) == NULL) {
		assert(money_parse(value, currency, &amount) == MONEY_OK);
		money_format(amount, currency, text);
		assert(money_parse(text, currency, &again) == MONEY_OK);
		assert(again == amount);
	}
	integer_parse(value, &amount);
	arena_finish(&arena);
	return 0;
}
