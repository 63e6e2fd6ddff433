/* collections.h - collections, as the files about them share. */
#ifndef CATALOG_COLLECTIONS_H
#define CATALOG_COLLECTIONS_H

#include <domain/catalog.h>
#include <rest/listing.h>
#include <rest/request.h>

enum {
	RULE_CONDITIONS_MAX = 20,
	RULE_VALUES_MAX = 100,
	MEMBERS_MAX = 5000,    /* of a collection by hand */
	MEMBERS_AT_ONCE = 1000 /* in one request */
};

struct collection_input {
	const char *slug;
	const char *name;
	const char *description;
	const char *kind;
	const char *rules; /* JSON */
	bool is_published;
	int64_t position;
	const char *seo_title;
	const char *seo_description;
};

struct members_input {
	struct field_list products; /* of const char *: ids */
};

/* Rules that were checked, as they are stored. */
struct rules {
	const char *json;
	bool is_drifting; /* they find others as time goes by, or stock goes */
};

/*
 * {"all": [{"field", "op", "value"}]} or {"any": ...}: field errors under
 * "rules.all.0.value". Categories stand in it as they were given. Pure.
 */
bool rules_read(struct work *w, const char *json, struct rules *rules);
/* The same, and categories become their ids; one statement. */
async bool rules_load(struct work *w, const char *json, struct rules *rules);

extern const struct resource product_card_resource;
extern const struct resource collection_resource;
extern const struct resource collection_detail_resource;
extern const struct resource collection_admin_resource;
extern const struct resource collection_card_resource; /* for staff */
extern const struct resource collection_rules_resource; /* of a preview */
extern const struct resource collection_preview_resource;
extern const struct resource collection_member_resource;
extern const struct resource collection_members_resource; /* the body */
extern const struct listing collection_listing;
extern const struct listing collection_admin_listing;
extern const struct listing collection_product_listing;
extern const struct listing collection_member_listing;
extern const struct fault_kind no_collection;

async bool collection_list(struct request *req);
async bool collection_show(struct request *req);
async bool collection_products(struct request *req);
async bool collection_admin_list(struct request *req);
async bool collection_admin_show(struct request *req);
async bool collection_admin_create(struct request *req);
async bool collection_admin_update(struct request *req);
async bool collection_admin_delete(struct request *req);
async bool collection_preview(struct request *req);
async bool collection_preview_rules(struct request *req);
async bool collection_members(struct request *req);
async bool collection_members_put(struct request *req);
async bool collection_members_add(struct request *req);
async bool collection_members_remove(struct request *req);

/* The periodic: what drifts is put right, within a minute. */
async bool collections_drift(struct work *w);

#endif
