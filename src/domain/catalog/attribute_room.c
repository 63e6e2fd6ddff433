/* attribute_room.c - the routes and the promise of attributes and types. */
#include "types.h"

#include <queries.h>

#define API "/api/v1/"

static const struct route routes[] = {
	{METHOD_GET, API "attributes/", attribute_public_list, ACCESS_PUBLIC,
	 .answer = &attribute_resource, .listing = &attribute_listing,
	 .cache = CACHE_PUBLIC, .budget = 1, .name = "attribute_list",
	 .summary = "What products are told apart by; "
		    "?is_filterable=true for filters."},
	{METHOD_GET, API "product-types/", type_public_list, ACCESS_PUBLIC,
	 .answer = &type_resource, .listing = &type_listing,
	 .cache = CACHE_PUBLIC, .budget = 1, .name = "product_type_list",
	 .summary = "Product types, each with its attributes in order."},

	{METHOD_GET, API "admin/attributes/", attribute_public_list, ACCESS_STAFF,
	 PERMISSION_CATALOG_READ, .answer = &attribute_resource,
	 .listing = &attribute_listing, .budget = 1, .name = "admin_attribute_list",
	 .summary = "Attributes of products."},
	{METHOD_POST, API "admin/attributes/", attribute_admin_create, ACCESS_STAFF,
	 PERMISSION_CATALOG_WRITE, .body = &attribute_admin_resource,
	 .answer = &attribute_admin_resource, .status = 201,
	 .idempotency = IDEMPOTENCY_ACCEPTED, .budget = 8,
	 .name = "admin_attribute_create", .summary = "A new attribute."},
	{METHOD_GET, API "admin/attributes/{id}/", attribute_admin_show, ACCESS_STAFF,
	 PERMISSION_CATALOG_READ, .answer = &attribute_admin_resource, .budget = 1,
	 .name = "admin_attribute_retrieve", .summary = "One attribute."},
	{METHOD_PUT, API "admin/attributes/{id}/", attribute_admin_update,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE, .body = &attribute_admin_resource,
	 .answer = &attribute_admin_resource, .needs_version = true, .budget = 10,
	 .name = "admin_attribute_update",
	 .summary = "Change it; what is left out keeps its value."},
	{METHOD_PATCH, API "admin/attributes/{id}/", attribute_admin_update,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE, .body = &attribute_admin_resource,
	 .answer = &attribute_admin_resource, .needs_version = true, .budget = 10,
	 .name = "admin_attribute_partial_update",
	 .summary = "Change some fields of it."},
	{METHOD_DELETE, API "admin/attributes/{id}/", attribute_admin_delete,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE, .status = 204,
	 .needs_version = true, .budget = 8, .name = "admin_attribute_destroy",
	 .summary = "Remove an attribute that nothing has."},

	{METHOD_GET, API "admin/product-types/", type_public_list, ACCESS_STAFF,
	 PERMISSION_CATALOG_READ, .answer = &type_resource,
	 .listing = &type_listing, .budget = 1, .name = "admin_product_type_list",
	 .summary = "Product types."},
	{METHOD_POST, API "admin/product-types/", type_admin_create, ACCESS_STAFF,
	 PERMISSION_CATALOG_WRITE, .body = &type_admin_resource,
	 .answer = &type_admin_resource, .status = 201,
	 .idempotency = IDEMPOTENCY_ACCEPTED, .budget = 8,
	 .name = "admin_product_type_create", .summary = "A new product type."},
	{METHOD_GET, API "admin/product-types/{id}/", type_admin_show, ACCESS_STAFF,
	 PERMISSION_CATALOG_READ, .answer = &type_admin_resource, .budget = 1,
	 .name = "admin_product_type_retrieve", .summary = "One product type."},
	{METHOD_PUT, API "admin/product-types/{id}/", type_admin_update,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE, .body = &type_admin_resource,
	 .answer = &type_admin_resource, .needs_version = true, .budget = 10,
	 .name = "admin_product_type_update",
	 .summary = "Change it; what is left out keeps its value."},
	{METHOD_PATCH, API "admin/product-types/{id}/", type_admin_update,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE, .body = &type_admin_resource,
	 .answer = &type_admin_resource, .needs_version = true, .budget = 10,
	 .name = "admin_product_type_partial_update",
	 .summary = "Change some fields of it."},
	{METHOD_DELETE, API "admin/product-types/{id}/", type_admin_delete,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE, .status = 204,
	 .needs_version = true, .budget = 8, .name = "admin_product_type_destroy",
	 .summary = "Remove a type that no product is of."},
	{.path = NULL},
};

static const struct invariant invariants[] = {
	{"A1", "published products have the attributes their type allows",
	 &q_types_wrong_attributes},
	{0},
};

const struct room attributes_room = {
	.name = "attributes",
	.routes = routes,
	.invariants = invariants,
};
