/* countries.c - ISO 3166-1 alpha-2, and the form of postal codes of some. */
#include <domain/cart.h>

#include <stdlib.h>
#include <string.h>

#include "countries.h"

/* Sorted, two letters each. */
static const char codes[] =
	"ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBV"
	"BWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERES"
	"ETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIE"
	"ILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLY"
	"MAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNU"
	"NZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSM"
	"SNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVE"
	"VGVIVNVUWFWSYEYTZAZMZW";

/* 9 is a digit, A a letter, all else itself; alternatives after a bar. */
static const struct country_rule rules[] = {
	{"AT", "9999", false},
	{"AU", "9999", true},
	{"BE", "9999", false},
	{"BR", "99999-999|99999999", true},
	{"CA", "A9A 9A9|A9A9A9", true},
	{"CH", "9999", false},
	{"CZ", "999 99|99999", false},
	{"DE", "99999", false},
	{"DK", "9999", false},
	{"ES", "99999", false},
	{"FI", "99999", false},
	{"FR", "99999", false},
	{"GB",
	 "A9 9AA|A99 9AA|AA9 9AA|AA99 9AA|A9A 9AA|AA9A 9AA|"
	 "A99AA|A999AA|AA99AA|AA999AA|A9A9AA|AA9A9AA",
	 false},
	{"IN", "999999|999 999", true},
	{"IT", "99999", false},
	{"JP", "999-9999|9999999", true},
	{"NL", "9999 AA|9999AA", false},
	{"NO", "9999", false},
	{"PL", "99-999", false},
	{"PT", "9999-999", false},
	{"SE", "999 99|99999", false},
	{"US", "99999|99999-9999", true},
};

static int code_order(const void *key, const void *code)
{
	return memcmp(key, code, 2);
}

bool country_is_known(const char *code)
{
	return strlen(code) == 2 &&
	       bsearch(code, codes, sizeof(codes) / 2, 2, code_order) != NULL;
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
