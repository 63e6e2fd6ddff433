/* types.h - attributes and product types, as the files about them share. */
#ifndef CATALOG_TYPES_H
#define CATALOG_TYPES_H

#include <domain/catalog.h>
#include <rest/listing.h>
#include <rest/request.h>

enum { CHOICES_MAX = 500, TYPE_ATTRIBUTES_MAX = 100 };

struct choice_input {
	const char *value;
	const char *label;  /* NULL: the value */
	const char *colour; /* "#rrggbb"; NULL: none */
};

struct attribute_input {
	const char *code;
	const char *name;
	const char *kind;
	const char *unit;
	struct field_list choices; /* of struct choice_input */
	bool is_filterable;
	int64_t position;
};

/* An attribute of a type. */
struct member_input {
	const char *attribute; /* its code */
	bool is_required;
};

struct type_input {
	const char *code;
	const char *name;
	struct field_list attributes; /* of struct member_input, in order */
};

/* "colour": a letter, then letters, digits and _. */
bool is_code(const char *text);
/* Field errors for choices that a kind does not have or that are none. Pure. */
bool choices_check(struct work *w, const char *kind,
		   const struct field_list *choices);
/* As they are stored. */
const char *choices_json(struct work *w, const struct field_list *choices);

extern const struct resource attribute_resource;
extern const struct resource attribute_admin_resource;
extern const struct resource type_resource;
extern const struct resource type_admin_resource;
extern const struct listing attribute_listing;
extern const struct listing type_listing;

async bool attribute_public_list(struct request *req);
async bool attribute_admin_show(struct request *req);
async bool attribute_admin_create(struct request *req);
async bool attribute_admin_update(struct request *req);
async bool attribute_admin_delete(struct request *req);
async bool type_public_list(struct request *req);
async bool type_admin_show(struct request *req);
async bool type_admin_create(struct request *req);
async bool type_admin_update(struct request *req);
async bool type_admin_delete(struct request *req);

#endif
