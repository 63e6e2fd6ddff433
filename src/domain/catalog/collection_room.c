/* collection_room.c - the routes and promises of collections and relations. */
#include "collections.h"
#include "relations.h"

#include <queries.h>

#define API "/api/v1/"
#define ADMIN API "admin/collections/"
#define READ ACCESS_STAFF, PERMISSION_CATALOG_READ
#define WRITE ACCESS_STAFF, PERMISSION_CATALOG_WRITE

/* Rules are judged in parts of 5,000 products, a statement each. */
enum { REBUILD_BUDGET = 240 };

#define CURRENCY \
	{"currency", "string", \
	 "ISO 4217 code of the prices; the shop's if not given."}

static const struct query_parameter of_products[] = {
	CURRENCY,
	{0},
};

static const struct query_parameter of_related[] = {
	{"kind", "string",
	 "Of this kind alone: related, upsell, cross_sell, accessory, "
	 "replacement."},
	CURRENCY,
	{0},
};

static const struct route routes[] = {
	{METHOD_GET, API "collections/", collection_list, ACCESS_PUBLIC,
	 .answer = &collection_resource, .listing = &collection_listing,
	 .cache = CACHE_PUBLIC, .budget = 1, .name = "collection_list",
	 .summary = "Published collections, in the shop's order."},
	{METHOD_GET, API "collections/{id}/", collection_show, ACCESS_PUBLIC,
	 .answer = &collection_detail_resource, .may_move = true,
	 .cache = CACHE_PUBLIC,
	 .budget = 2, .name = "collection_retrieve",
	 .summary = "One published collection, by id or slug."},
	{METHOD_GET, API "collections/{id}/products/", collection_products,
	 ACCESS_PUBLIC, .answer = &product_card_resource,
	 .listing = &collection_product_listing, .query = of_products,
	 .may_move = true, .cache = CACHE_PUBLIC,
	 .budget = 2, .name = "collection_product_list",
	 .summary = "Its products in their order; for filters: "
		    "products/?collection=slug."},
	{METHOD_GET, API "products/{id}/related/", relation_list, ACCESS_PUBLIC,
	 .answer = &relation_resource, .is_array = true, .query = of_related,
	 .may_move = true, .cache = CACHE_PUBLIC,
	 .budget = 3, .name = "product_related_list",
	 .summary = "Products it leads to; ?kind=upsell for one kind."},

	{METHOD_GET, API "admin/products/{id}/related/", relation_admin_show,
	 READ, .answer = &relation_admin_resource, .budget = 1,
	 .name = "admin_product_related_retrieve",
	 .summary = "Products it leads to, in every state."},
	{METHOD_PUT, API "admin/products/{id}/related/", relation_admin_put,
	 WRITE, .body = &relation_admin_resource,
	 .answer = &relation_admin_resource, .needs_version = true,
	 .budget = 10, .name = "admin_product_related_update",
	 .summary = "Replace them all."},

	{METHOD_GET, ADMIN, collection_admin_list, READ,
	 .answer = &collection_card_resource,
	 .listing = &collection_admin_listing, .budget = 1,
	 .name = "admin_collection_list", .summary = "Collections."},
	{METHOD_POST, ADMIN, collection_admin_create, WRITE,
	 .body = &collection_admin_resource,
	 .answer = &collection_admin_resource, .status = 201,
	 .idempotency = IDEMPOTENCY_ACCEPTED, .budget = REBUILD_BUDGET,
	 .name = "admin_collection_create", .summary = "A new collection."},
	{METHOD_POST, ADMIN "preview/", collection_preview_rules, READ,
	 .body = &collection_rules_resource,
	 .answer = &collection_preview_resource, .budget = 2,
	 .name = "admin_collection_preview_rules",
	 .summary = "What rules would find, before they are saved."},
	{METHOD_GET, ADMIN "{id}/", collection_admin_show, READ,
	 .answer = &collection_admin_resource, .budget = 1,
	 .name = "admin_collection_retrieve", .summary = "One collection."},
	{METHOD_PUT, ADMIN "{id}/", collection_admin_update, WRITE,
	 .body = &collection_admin_resource,
	 .answer = &collection_admin_resource, .needs_version = true,
	 .budget = REBUILD_BUDGET, .name = "admin_collection_update",
	 .summary = "Change it; what is left out keeps its value."},
	{METHOD_PATCH, ADMIN "{id}/", collection_admin_update, WRITE,
	 .body = &collection_admin_resource,
	 .answer = &collection_admin_resource, .needs_version = true,
	 .budget = REBUILD_BUDGET, .name = "admin_collection_partial_update",
	 .summary = "Change some fields of it."},
	{METHOD_DELETE, ADMIN "{id}/", collection_admin_delete, WRITE,
	 .status = 204, .needs_version = true, .budget = 10,
	 .name = "admin_collection_destroy",
	 .summary = "Remove it; its products stay."},
	{METHOD_GET, ADMIN "{id}/preview/", collection_preview, READ,
	 .answer = &collection_preview_resource, .budget = 2,
	 .name = "admin_collection_preview",
	 .summary = "What it holds, or its rules find now."},
	{METHOD_GET, ADMIN "{id}/products/", collection_members, READ,
	 .answer = &collection_member_resource,
	 .listing = &collection_member_listing, .budget = 2,
	 .name = "admin_collection_product_list",
	 .summary = "Its products, in every state."},
	{METHOD_PUT, ADMIN "{id}/products/", collection_members_put, WRITE,
	 .body = &collection_members_resource,
	 .answer = &collection_admin_resource, .needs_version = true,
	 .budget = 12, .name = "admin_collection_product_update",
	 .summary = "Exactly these, in this order; by hand only."},
	{METHOD_POST, ADMIN "{id}/products/", collection_members_add, WRITE,
	 .body = &collection_members_resource,
	 .answer = &collection_admin_resource, .budget = 12,
	 .name = "admin_collection_product_create",
	 .summary = "More, behind those that are there; by hand only."},
	{METHOD_POST, ADMIN "{id}/products/remove/", collection_members_remove,
	 WRITE, .body = &collection_members_resource,
	 .answer = &collection_admin_resource, .budget = 12,
	 .name = "admin_collection_product_remove",
	 .summary = "Takes these out; by hand only."},
	{.path = NULL},
};

static const struct periodic periodics[] = {
	{"collections.drift", 30000, collections_drift},
	{0},
};

static const struct invariant invariants[] = {
	{"K1", "collections hold what their rules find",
	 &q_collections_wrong_members},
	{0},
};

const struct room collections_room = {
	.name = "collections",
	.routes = routes,
	.periodics = periodics,
	.invariants = invariants,
};
