/* template.c - a statement as the REST layer would fill it. */
#include "template.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* The length of what falls out here: an end, the head of a section, or all of
 * it; 0 when no section begins or ends here. */
static size_t section(const char *at, bool stays)
{
	const char *end;

	if (strncmp(at, "[[end]]", 7) == 0)
		return 7;
	if (strncmp(at, "[[expand:", 9) != 0 && strncmp(at, "[[count]]", 9) != 0)
		return 0;
	end = strstr(at, stays ? "]]" : "[[end]]");
	assert(end != NULL);
	return (size_t)(end - at) + (stays ? 2 : 7);
}

/* The length of the mark here, whose text goes out; 0: none. */
static size_t mark(const char *at, const char *order, const char *page,
		   const char **text)
{
	const struct {
		const char *mark, *text;
	} marks[] = {
		{"[[filters]]", " AND (true)"},
		{"[[apart]]", " AND (true)"},
		{"[[part:1]]", " AND (true)"},
		{"[[part:2]]", " AND (true)"},
		{"[[part:3]]", " AND (true)"},
		{"[[order]]", order},
		{"[[page]]", page},
		{"[[after]]", " AND (true)"},
		{"[[cursor]]", ", 1 AS cursor_value, 1 AS cursor_key"},
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		size_t length = strlen(marks[i].mark);

		*text = marks[i].text;
		if (strncmp(at, marks[i].mark, length) == 0)
			return length;
	}
	return 0;
}

void template_fill(const char *text, const char *order, const char *page,
		   bool all_sections, char *out, size_t room)
{
	size_t used = 0;

	while (*text != '\0') {
		size_t skipped = section(text, all_sections);
		const char *put = "";

		assert(used + 256 < room);
		if (skipped == 0)
			skipped = mark(text, order, page, &put);
		if (skipped == 0)
			out[used++] = *text++;
		text += skipped;
		used += (size_t)sprintf(out + used, "%s", skipped > 0 ? put : "");
	}
	out[used] = '\0';
}
