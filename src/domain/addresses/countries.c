/* countries.c - what addresses have in the countries we know it of. */
#include <domain/addresses.h>

#include <string.h>

#include "countries.h"

/* 9 is a digit, A a letter, all else itself; alternatives after a bar. */
#define CODE_FIRST "postal_code city"
#define CODE_LAST "city region postal_code"

static const struct country_rule rules[] = {
	{"AT", "9999", "1010", false, CODE_FIRST},
	{"AU", "9999", "2000", true, CODE_LAST},
	{"BE", "9999", "1000", false, CODE_FIRST},
	{"BR", "99999-999|99999999", "01310-100", true, "city region|postal_code"},
	{"CA", "A9A 9A9|A9A9A9", "K1A 0B1", true, CODE_LAST},
	{"CH", "9999", "8001", false, CODE_FIRST},
	{"CN", "999999", "100000", true, "postal_code|region city"},
	{"CZ", "999 99|99999", "110 00", false, CODE_FIRST},
	{"DE", "99999", "10117", false, CODE_FIRST},
	{"DK", "9999", "1050", false, CODE_FIRST},
	{"ES", "99999", "28001", false, "postal_code city|region"},
	{"FI", "99999", "00100", false, CODE_FIRST},
	{"FR", "99999", "75001", false, CODE_FIRST},
	{"GB",
	 "A9 9AA|A99 9AA|AA9 9AA|AA99 9AA|A9A 9AA|AA9A 9AA|"
	 "A99AA|A999AA|AA99AA|AA999AA|A9A9AA|AA9A9AA",
	 "SW1A 1AA", false, "city|region|postal_code"},
	{"IN", "999999|999 999", "110001", true, "city postal_code|region"},
	{"IT", "99999", "00184", false, "postal_code city region"},
	{"JP", "999-9999|9999999", "100-0001", true, "postal_code|region city"},
	{"MX", "99999", "06000", true, "postal_code city|region"},
	{"NL", "9999 AA|9999AA", "1012 AB", false, CODE_FIRST},
	{"NO", "9999", "0150", false, CODE_FIRST},
	{"PL", "99-999", "00-950", false, CODE_FIRST},
	{"PT", "9999-999", "1100-148", false, CODE_FIRST},
	{"SE", "999 99|99999", "111 22", false, CODE_FIRST},
	{"US", "99999|99999-9999", "94103", true, CODE_LAST},
};

bool country_is_known(const char *code)
{
	return country_find(code) != NULL;
}

const struct country_rule *country_rule_find(const char *code)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strcmp(rules[i].code, code) == 0)
			return &rules[i];
	return NULL;
}

static bool letter_fits(char pattern, char c)
{
	if (pattern == '9')
		return c >= '0' && c <= '9';
	if (pattern == 'A')
		return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
	return c == pattern;
}

bool postal_code_fits(const char *patterns, const char *code)
{
	size_t length = strlen(code);

	while (*patterns != '\0') {
		size_t end = strcspn(patterns, "|");
		size_t same = 0;

		while (same < end && same < length &&
		       letter_fits(patterns[same], code[same]))
			same++;
		if (same == end && end == length)
			return true;
		patterns += end;
		patterns += *patterns == '|';
	}
	return false;
}
