/* template.c - a statement with sections and marks becomes one without. */
#include "selection.h"

#include <assert.h>
#include <string.h>

#define EXPAND "[[expand:"
#define COUNT "[[count]]"
#define END "[[end]]"

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* The length of the mark that opens a section here; 0: it opens none. */
static size_t section(const char *mark, const struct template_fill *fill,
		      bool *stays)
{
	const char *name = mark + strlen(EXPAND);
	size_t length;

	if (begins(mark, COUNT)) {
		*stays = fill->counts;
		return strlen(COUNT);
	}
	if (!begins(mark, EXPAND))
		return 0;
	length = strcspn(name, "]");
	assert(fill->resource != NULL);
	*stays = selection_shows(fill->selection, fill->resource, name, length);
	return strlen(EXPAND) + length + 2;
}

/* What stands for the mark is added; its length, or that of all that falls
 * out. */
static size_t put_mark(struct text *text, const char *mark,
		       const struct template_fill *fill)
{
	bool stays = true;
	size_t length = section(mark, fill, &stays);

	if (length > 0 && !stays) {
		const char *end = strstr(mark, END);

		assert(end != NULL); /* a section is not closed */
		return (size_t)(end - mark) + strlen(END);
	}
	if (length > 0)
		return length;
	if (begins(mark, END))
		return strlen(END);
	if (fill->put != NULL)
		length = fill->put(text, fill->context, mark);
	if (length == 0) /* an array's subscript, say */
		text_add_bytes(text, mark, length = 2);
	return length;
}

void template_write(struct text *text, const char *template,
		    const struct template_fill *fill)
{
	const char *mark;

	while ((mark = strstr(template, "[[")) != NULL) {
		text_add_bytes(text, template, (size_t)(mark - template));
		template = mark + put_mark(text, mark, fill);
	}
	text_add(text, template);
}
