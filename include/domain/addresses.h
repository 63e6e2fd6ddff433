/* domain/addresses.h - where goods and bills go, by the rules of countries. */
#ifndef DOMAIN_ADDRESSES_H
#define DOMAIN_ADDRESSES_H

#include <stdbool.h>

#include <platform/arena.h>
#include <platform/work.h>
#include <rest/resource.h>
#include <rest/room.h>

/* An address given by a client, in the order of its JSON. */
struct address {
	const char *first_name;
	const char *last_name;
	const char *company;
	const char *line1;
	const char *line2;
	const char *city;
	const char *region;
	const char *postal_code;
	const char *country; /* ISO 3166-1 alpha-2, upper case */
	const char *phone;
};
extern const struct resource address_resource;
/* Country known, postal code of its form; false with field errors. Pure. */
bool address_check(struct work *w, const struct address *address);
/* The country alone; false with a field error. Pure. */
bool country_check(struct work *w, const char *code);
/* Its JSON object, compact, in the arena. */
const char *address_json(struct arena *arena, const struct address *address);
/* True for an ISO 3166-1 alpha-2 code, upper case. */
bool country_is_known(const char *code);

/* Rows of a resource table for an address in a struct whose members have the
 * names of struct address; demand is FIELD_REQUIRED, FIELD_READ_ONLY or 0. */
#define ADDRESS_MAY_LACK(demand)                                               \
	(FIELD_BLANK | ((demand) & ~(unsigned)FIELD_REQUIRED))
#define ADDRESS_FIELDS(holder, demand) \
	{.name = "first_name", .flags = (demand), \
	 .offset = offsetof(holder, first_name), .max = 100}, \
	{.name = "last_name", .flags = (demand), \
	 .offset = offsetof(holder, last_name), .max = 100}, \
	{.name = "company", .flags = ADDRESS_MAY_LACK(demand), \
	 .offset = offsetof(holder, company), .max = 100}, \
	{.name = "line1", .flags = (demand), \
	 .offset = offsetof(holder, line1), .max = 200, \
	 .help = "Street and number."}, \
	{.name = "line2", .flags = ADDRESS_MAY_LACK(demand), \
	 .offset = offsetof(holder, line2), .max = 200}, \
	{.name = "city", .flags = (demand), \
	 .offset = offsetof(holder, city), .max = 100}, \
	{.name = "region", .flags = ADDRESS_MAY_LACK(demand), \
	 .offset = offsetof(holder, region), .max = 100, \
	 .help = "State or province, where addresses have one."}, \
	{.name = "postal_code", .flags = ADDRESS_MAY_LACK(demand), \
	 .offset = offsetof(holder, postal_code), .max = 20}, \
	{.name = "country", .flags = (demand), \
	 .offset = offsetof(holder, country), .min = 2, .max = 2, \
	 .help = "ISO 3166-1 alpha-2, in capitals."}, \
	{.name = "phone", .flags = ADDRESS_MAY_LACK(demand), \
	 .offset = offsetof(holder, phone), .max = 32}

/* Routes countries/... */
extern const struct room addresses_room;

#endif
