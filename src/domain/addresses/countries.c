/* countries.c - what addresses have in the countries we know it of. */
#include <domain/addresses.h>

#include <string.h>

#include "countries.h"

/* 9 is a digit, A a letter, all else itself; alternatives after a bar. */
#define CODE_FIRST "postal_code city"
#define CODE_LAST "city region postal_code"

static const struct country_rule rules[] = {
	{"AT", "9999", false, CODE_FIRST},
	{"AU", "9999", true, CODE_LAST},
	{"BE", "9999", false, CODE_FIRST},
	{"BR", "99999-999|99999999", true, "city region|postal_code"},
	{"CA", "A9A 9A9|A9A9A9", true, CODE_LAST},
	{"CH", "9999", false, CODE_FIRST},
	{"CZ", "999 99|99999", false, CODE_FIRST},
	{"DE", "99999", false, CODE_FIRST},
	{"DK", "9999", false, CODE_FIRST},
	{"ES", "99999", false, "postal_code city|region"},
	{"FI", "99999", false, CODE_FIRST},
	{"FR", "99999", false, CODE_FIRST},
	{"GB",
	 "A9 9AA|A99 9AA|AA9 9AA|AA99 9AA|A9A 9AA|AA9A 9AA|"
	 "A99AA|A999AA|AA99AA|AA999AA|A9A9AA|AA9A9AA",
	 false, "city|region|postal_code"},
	{"IN", "999999|999 999", true, "city postal_code|region"},
	{"IT", "99999", false, "postal_code city region"},
	{"JP", "999-9999|9999999", true, "postal_code|region city"},
	{"NL", "9999 AA|9999AA", false, CODE_FIRST},
	{"NO", "9999", false, CODE_FIRST},
	{"PL", "99-999", false, CODE_FIRST},
	{"PT", "9999-999", false, CODE_FIRST},
	{"SE", "999 99|99999", false, CODE_FIRST},
	{"US", "99999|99999-9999", true, CODE_LAST},
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
