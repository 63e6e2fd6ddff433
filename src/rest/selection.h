/* selection.h - the members that one answer shows. The door is
 * <rest/select.h>. */
#ifndef REST_SELECTION_H
#define REST_SELECTION_H

#include <stdbool.h>
#include <stdint.h>

#include <platform/text.h>
#include <rest/request.h>

/* "category.slug": this of the nested value, and whatever else is named so. */
struct subname {
	size_t field; /* its place in the table */
	const char *name;
	size_t length;
};

struct selection {
	uint64_t shown; /* bit i: field i of the resource */
	/* Of fields in order of the query; a field without any is whole. */
	size_t subname_count;
	const struct subname *subnames;
};

/* What is shown when nothing was asked. */
void selection_default(const struct resource *resource,
		       struct selection *selection);
/* What fields= and expand= ask of that resource; false after 400. */
bool selection_read(struct request *req, const struct resource *resource,
		    struct selection *selection);
/* Dies when the resource has no such member. */
bool selection_shows(const struct selection *selection,
		     const struct resource *resource, const char *name,
		     size_t length);

bool selection_can_expand(const struct resource *resource);
/* An array of the names: of what can be expanded, or of all. */
void selection_names(struct out *out, const struct resource *resource,
		     bool only_expand);

/* ---- templates ---- */

/* What a page puts in the place of marks; the rest of a template is text. */
struct template_fill {
	const struct resource *resource; /* NULL: sections have no meaning */
	const struct selection *selection;
	bool counts; /* [[count]] stays */
	/* Adds what stands for the mark; its length, 0 when it is none. */
	size_t (*put)(struct text *text, const void *context, const char *mark);
	const void *context;
};
void template_write(struct text *text, const char *template,
		    const struct template_fill *fill);

/* ---- nested values ---- */

/* Keeps of compact JSON, an object or a list of them, only the members of that
 * field's subnames; in place, returns its new end. */
char *json_cut(char *json, char *end, const struct selection *selection,
	       size_t field);

#endif
