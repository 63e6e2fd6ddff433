/* countries.h - what addresses of a country must have. */
#ifndef DOMAIN_CART_COUNTRIES_H
#define DOMAIN_CART_COUNTRIES_H

#include <stdbool.h>

struct country_rule {
	const char *code;
	const char *postal; /* patterns, see postal_code_fits() */
	bool needs_region;  /* state, province, prefecture */
};
/* NULL: nothing is known, so nothing is demanded. */
const struct country_rule *country_rule_find(const char *code);
/* 9 is a digit, A a letter in any case; alternatives stand between bars. */
bool postal_code_fits(const char *patterns, const char *code);

#endif
