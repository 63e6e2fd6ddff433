/* countries.h - what there is of countries, and what their addresses have. */
#ifndef DOMAIN_ADDRESSES_COUNTRIES_H
#define DOMAIN_ADDRESSES_COUNTRIES_H

#include <stdbool.h>
#include <stddef.h>

struct country {
	const char *code; /* ISO 3166-1 alpha-2 */
	const char *name; /* English */
};
extern const struct country countries[]; /* sorted by code */
extern const size_t country_count;
const struct country *country_find(const char *code); /* NULL: none */

struct country_rule {
	const char *code;
	const char *postal; /* patterns, see postal_code_fits() */
	const char *example; /* a postal code that there is */
	bool needs_region;  /* state, province, prefecture */
	/* The lines below line2, as they stand on a parcel: members of an
	 * address with blanks between, lines with bars. */
	const char *lines;
};
/* NULL: nothing is known, so nothing is demanded. */
const struct country_rule *country_rule_find(const char *code);
/* 9 is a digit, A a letter in any case; alternatives stand between bars. */
bool postal_code_fits(const char *patterns, const char *code);

/* What a country consists of, as far as addresses name it. */
struct subdivisions {
	const char *country;
	bool is_by_code; /* letters bear its code, "CA"; else its name */
	const char *list; /* "CA California|CO Colorado" */
};
/* NULL: addresses there name none, or any text will do. */
const struct subdivisions *subdivisions_find(const char *country);

struct subdivision {
	const char *code; /* of ISO 3166-2, without its country */
	size_t code_length;
	const char *name;
	size_t name_length;
};
/* The next one; begin with .code NULL. False at the end. */
bool subdivision_next(const struct subdivisions *of, struct subdivision *one);
/* Its code, with the country or without, or its name; in any case. */
bool subdivision_is_known(const struct subdivisions *of, const char *text);

#endif
