/* address_fields.h - rows of a resource table for an address in a struct. */
#ifndef DOMAIN_CART_ADDRESS_FIELDS_H
#define DOMAIN_CART_ADDRESS_FIELDS_H

/* Whose members have the names of struct address; demand is FIELD_REQUIRED,
 * FIELD_READ_ONLY or 0. */
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

#endif
