/* relations.h - what a product's page leads to. */
#ifndef CATALOG_RELATIONS_H
#define CATALOG_RELATIONS_H

#include <rest/request.h>

enum { RELATIONS_MAX = 200 };

struct relation_input {
	struct uuid product;
	const char *kind;
};

struct relations_input {
	struct field_list related; /* of struct relation_input, in order */
};

extern const struct choice relation_kinds[];
extern const struct resource relation_resource;	      /* in public */
extern const struct resource relation_admin_resource; /* all of a product */

async bool relation_list(struct request *req);
async bool relation_admin_show(struct request *req);
async bool relation_admin_put(struct request *req);

#endif
