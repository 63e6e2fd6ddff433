/* product_room.c - the routes and the promises of products and variants. */
#include "products.h"

#include <domain/catalog.h>
#include <rest/listing.h>

#include <queries.h>

#define API "/api/v1/"

static const struct query_parameter of_product[] = {
	{"currency", "string",
	 "ISO 4217 code of the prices; the shop's if not given."},
	{0},
};

static const struct query_parameter of_admin_list[] = {
	{"is_deleted", "boolean", "true: those that restore/ brings back."},
	{0},
};

static const struct route routes[] = {
	{METHOD_GET, API "products/{id}/", product_show, ACCESS_PUBLIC,
	 .answer = &product_resource, .query = of_product, .may_move = true,
	 .cache = CACHE_PUBLIC, .budget = 2,
	 .name = "product_retrieve",
	 .summary = "One published product, by id or slug; an old slug is "
		    "answered 301."},
	{METHOD_GET, API "products/{id}/variants/", product_variants,
	 ACCESS_PUBLIC, .answer = &variant_resource, .is_array = true,
	 .query = of_product, .may_move = true,
	 .cache = CACHE_PUBLIC, .budget = 2, .name = "product_variants",
	 .summary = "What can be chosen of a published product."},

	{METHOD_GET, API "admin/products/", product_admin_list, ACCESS_STAFF,
	 PERMISSION_CATALOG_READ, .answer = &product_admin_card_resource,
	 .listing = &product_admin_listing, .query = of_admin_list,
	 .budget = 1,
	 .name = "admin_product_list",
	 .summary = "Products in every state."},
	{METHOD_POST, API "admin/products/", product_admin_create, ACCESS_STAFF,
	 PERMISSION_CATALOG_WRITE, .body = &product_admin_resource,
	 .answer = &product_admin_resource, .status = 201,
	 .idempotency = IDEMPOTENCY_ACCEPTED, .budget = 16,
	 .name = "admin_product_create",
	 .summary = "A new product with its price and stock, or with its variants."},
	{METHOD_GET, API "admin/products/{id}/", product_admin_show,
	 ACCESS_STAFF, PERMISSION_CATALOG_READ,
	 .answer = &product_admin_resource, .budget = 1,
	 .name = "admin_product_retrieve", .summary = "One product."},
	{METHOD_PUT, API "admin/products/{id}/", product_admin_update,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE,
	 .body = &product_admin_resource, .answer = &product_admin_resource,
	 .needs_version = true, .budget = 16, .name = "admin_product_update",
	 .summary = "Change a product; what is left out keeps its value."},
	{METHOD_PATCH, API "admin/products/{id}/", product_admin_update,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE,
	 .body = &product_admin_resource, .answer = &product_admin_resource,
	 .needs_version = true, .budget = 16,
	 .name = "admin_product_partial_update",
	 .summary = "Change some fields of a product."},
	{METHOD_DELETE, API "admin/products/{id}/", product_admin_delete,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE, .status = 204,
	 .needs_version = true, .budget = 8, .name = "admin_product_destroy",
	 .summary = "Take a product out of the shop; orders keep theirs."},
	{METHOD_POST, API "admin/products/{id}/restore/",
	 product_admin_restore, ACCESS_STAFF, PERMISSION_CATALOG_WRITE,
	 .answer = &product_admin_resource, .budget = 8,
	 .name = "admin_product_restore",
	 .summary = "Bring a deleted product back, as a draft under its old "
		    "slug and SKUs; 409 sku_taken when one is another's."},
	{METHOD_POST, API "admin/products/bulk/", product_admin_bulk,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE,
	 .body = &product_bulk_resource,
	 .answer = &product_bulk_answer_resource,
	 .idempotency = IDEMPOTENCY_ACCEPTED, .budget = 600,
	 .name = "admin_product_bulk",
	 .summary = "Makes and changes up to 500 products; error_policy all or "
		    "rows."},
	{METHOD_GET, API "admin/products/{id}/variants/", variant_admin_list,
	 ACCESS_STAFF, PERMISSION_CATALOG_READ,
	 .answer = &variant_admin_resource, .budget = 1,
	 .name = "admin_variant_list", .summary = "Variants of a product."},
	{METHOD_POST, API "admin/products/{id}/variants/", variant_admin_create,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE,
	 .body = &variant_admin_resource, .answer = &variant_admin_resource,
	 .status = 201, .idempotency = IDEMPOTENCY_ACCEPTED, .budget = 16,
	 .name = "admin_variant_create", .summary = "One more variant."},
	{METHOD_POST, API "admin/products/{id}/variants/generate/",
	 variant_admin_generate, ACCESS_STAFF, PERMISSION_CATALOG_WRITE,
	 .body = &variant_generate_resource,
	 .answer = &variant_admin_resource, .status = 201, .is_array = true,
	 .idempotency = IDEMPOTENCY_ACCEPTED, .budget = 16,
	 .name = "admin_variant_generate",
	 .summary = "Makes the variants that its options allow and that are "
		    "missing; answers all."},
	{METHOD_GET, API "admin/variants/{id}/", variant_admin_show,
	 ACCESS_STAFF, PERMISSION_CATALOG_READ,
	 .answer = &variant_admin_resource, .budget = 1,
	 .name = "admin_variant_retrieve", .summary = "One variant."},
	{METHOD_PATCH, API "admin/variants/{id}/", variant_admin_update,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE,
	 .body = &variant_admin_resource, .answer = &variant_admin_resource,
	 .needs_version = true, .budget = 16,
	 .name = "admin_variant_partial_update",
	 .summary = "Change some fields of a variant."},
	{METHOD_DELETE, API "admin/variants/{id}/", variant_admin_delete,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE, .status = 204,
	 .needs_version = true, .budget = 12, .name = "admin_variant_destroy",
	 .summary = "Take a variant out of the shop; stock and orders keep "
		    "theirs."},
	{.path = NULL},
};

static const struct invariant invariants[] = {
	{"C5", "each product has one default variant",
	 &q_catalog_wrong_defaults},
	{"C6", "variants have the options of their products",
	 &q_catalog_wrong_options},
	{0},
};

static const struct periodic periodics[] = {
	{"catalog.turn", 1000, product_turn_due},
	{0},
};

const struct room products_room = {
	.name = "products",
	.routes = routes,
	.periodics = periodics,
	.invariants = invariants,
};
