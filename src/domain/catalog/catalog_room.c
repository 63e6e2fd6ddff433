/* catalog_room.c - the routes and the promises of the catalogue. */
#include "catalog.h"

#include <rest/listing.h>

#include <queries.h>

#define API "/api/v1/"

static const struct route routes[] = {
	{METHOD_GET, API "categories/", category_list, ACCESS_PUBLIC,
	 .answer = &category_resource, .listing = &category_listing,
	 .cache = CACHE_PUBLIC, .budget = 1, .name = "category_list",
	 .summary = "Categories, flat; ?parent=slug for those below one."},
	{METHOD_GET, API "categories/tree/", category_tree, ACCESS_PUBLIC,
	 .answer = &category_node_resource, .is_array = true,
	 .cache = CACHE_PUBLIC, .budget = 1,
	 .name = "category_tree", .summary = "All categories, nested."},
	{METHOD_GET, API "categories/{id}/", category_show, ACCESS_PUBLIC,
	 .answer = &category_detail_resource, .may_move = true,
	 .cache = CACHE_PUBLIC,
	 .budget = 2, .name = "category_retrieve",
	 .summary = "One category, by id or slug."},

	{METHOD_GET, API "admin/categories/", category_list, ACCESS_STAFF,
	 PERMISSION_CATALOG_READ, .answer = &category_resource,
	 .listing = &category_listing, .budget = 1,
	 .name = "admin_category_list", .summary = "Categories, flat."},
	{METHOD_POST, API "admin/categories/", category_admin_create,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE,
	 .body = &category_admin_resource, .answer = &category_admin_resource,
	 .status = 201, .idempotency = IDEMPOTENCY_ACCEPTED, .budget = 12,
	 .name = "admin_category_create", .summary = "A new category."},
	{METHOD_GET, API "admin/categories/{id}/", category_admin_show,
	 ACCESS_STAFF, PERMISSION_CATALOG_READ,
	 .answer = &category_admin_resource, .budget = 1,
	 .name = "admin_category_retrieve", .summary = "One category."},
	{METHOD_PUT, API "admin/categories/{id}/", category_admin_update,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE,
	 .body = &category_admin_resource, .answer = &category_admin_resource,
	 .needs_version = true, .budget = 150, .name = "admin_category_update",
	 .summary = "Change a category; what is left out keeps its value."},
	{METHOD_PATCH, API "admin/categories/{id}/", category_admin_update,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE,
	 .body = &category_admin_resource, .answer = &category_admin_resource,
	 .needs_version = true, .budget = 150,
	 .name = "admin_category_partial_update",
	 .summary = "Change some fields of a category."},
	{METHOD_POST, API "admin/categories/{id}/move/", category_admin_move,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE,
	 .body = &category_move_resource, .answer = &category_admin_resource,
	 .needs_version = true, .budget = 150, .name = "admin_category_move",
	 .summary = "Put a category and all below it somewhere else."},
	{METHOD_DELETE, API "admin/categories/{id}/", category_admin_delete,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE, .status = 204,
	 .needs_version = true, .budget = 6, .name = "admin_category_destroy",
	 .summary = "Remove an empty category."},
	{.path = NULL},
};

static const struct invariant invariants[] = {
	{"C1", "what is listed is what is published", &q_catalog_wrong_listings},
	{"C2", "categories count what they list", &q_catalog_wrong_counts},
	{"C3", "the tree of categories is one", &q_catalog_wrong_lineages},
	{"C4", "cards say what their products say", &q_catalog_wrong_cards},
	{0},
};

const struct room catalog_room = {
	.name = "catalog",
	.routes = routes,
	.invariants = invariants,
};
