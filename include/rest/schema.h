/* rest/schema.h - what else a resource table tells: rows written as JSON,
 * OPTIONS metadata, JSON Schema for OpenAPI 3.1. */
#ifndef REST_SCHEMA_H
#define REST_SCHEMA_H

#include <stdbool.h>

#include <platform/db.h>
#include <platform/text.h>
#include <rest/listing.h>
#include <rest/resource.h>

/* ---- tables themselves ---- */

/* What is wrong with a table, as a sentence without its full stop; NULL when
 * it is sound. is_body: it is read, not only written. */
const char *resource_flaw(struct arena *arena, const struct resource *resource,
			  bool is_body);
const char *listing_flaw(struct arena *arena, const struct listing *listing);

/* ---- rows as JSON ---- */

/* A result made ready to be written by a resource: its columns are looked up
 * once. Lives in the arena. A column that is missing dies: it is a bug. */
struct row_writer;
/* Of what the selection shows (src/rest/selection.h), which must live as
 * long. */
struct selection;
struct row_writer *row_writer(struct arena *arena,
			      const struct resource *resource,
			      const struct rows *rows,
			      const struct selection *selection);
/* One row as an object, at the end of text. */
void row_write(struct row_writer *writer, struct text *text, int row);

/* ---- OPTIONS ---- */

/* {"price":{"type":"decimal","required":true,...},...}: what DRF puts under
 * "actions", "POST" or "PUT". */
void metadata_write(struct out *out, const struct resource *resource);

/* ---- OpenAPI ---- */

/* The schema's name: "Product", of PATCH bodies "PatchedProduct". */
const char *schema_name(struct arena *arena, const struct resource *resource,
			bool is_patch);
/* The schema as a value. Nested resources stand as {"$ref":...}. */
void schema_write(struct out *out, const struct resource *resource,
		  bool is_patch);
/* {"$ref":"#/components/schemas/Product"}. */
void schema_reference(struct out *out, const struct resource *resource,
		      bool is_patch);
/* The paged envelope of it, as a value ("PaginatedProductList"). */
void schema_page_write(struct out *out, const struct resource *resource);
/* Calls visit for the resource and for each nested in it, nested ones first;
 * the same may come more than once. */
void schema_each(const struct resource *resource,
		 void (*visit)(const struct resource *resource, void *argument),
		 void *argument);
/* fields= and expand= of a GET with that answer, as values of an open array. */
void selection_parameters_write(struct out *out,
				const struct resource *resource);
/* The query parameters of a listing, as values of an open array. */
void listing_parameters_write(struct out *out, const struct listing *listing);

#endif
