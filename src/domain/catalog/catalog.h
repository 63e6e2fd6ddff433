/* catalog.h - what the files of this room know of one another. */
#ifndef CATALOG_H
#define CATALOG_H

#include <domain/catalog.h>
#include <platform/db.h>
#include <rest/request.h>

struct category_input {
	const char *slug;
	const char *name;
	const char *description;
	const char *parent; /* slug */
	int64_t position;
	const char *seo_title;
	const char *seo_description;
};

struct category_place {
	const char *parent; /* slug; NULL: the root */
};

extern const struct resource category_resource;
extern const struct resource category_detail_resource;
extern const struct resource category_admin_resource;
extern const struct resource category_node_resource;
extern const struct resource category_move_resource;

extern const struct listing category_listing;

/* Handlers, by file. */
async bool category_list(struct request *req);
async bool category_tree(struct request *req);
async bool category_show(struct request *req);
async bool category_admin_show(struct request *req);
async bool category_admin_create(struct request *req);
async bool category_admin_update(struct request *req);
async bool category_admin_move(struct request *req);
async bool category_admin_delete(struct request *req);

/*
 * When nothing is found by the {id} of the path: 301 to before + slug + "/" +
 * after, if an object of that kind ("product", "category", "collection") was
 * once called so, else 404. One statement. Triggers on the tables keep old
 * slugs: whoever changes one need not do anything.
 */
async bool slug_moved(struct request *req, const char *kind, const char *before,
		      const char *after);

#endif
