/* openapi_print.c - `shopd openapi`: the document with lines and indents, so
 * that two versions can be compared. */
#include "dispatch.h"

#include <rest/service.h>

#include <stdio.h>

struct printer {
	int depth;
	bool is_in_text;
	bool is_escaped;
};

static void new_line(const struct printer *printer)
{
	putchar('\n');
	for (int i = 0; i < printer->depth; i++)
		fputs("  ", stdout);
}

static void print_structure(struct printer *printer, char c, char next)
{
	switch (c) {
	case '{':
	case '[':
		putchar(c);
		printer->depth++;
		if (next != '}' && next != ']')
			new_line(printer);
		break;
	case ',':
		putchar(c);
		new_line(printer);
		break;
	case ':':
		fputs(": ", stdout);
		break;
	default:
		putchar(c);
		break;
	}
}

static void print_char(struct printer *printer, char c, char before, char next)
{
	if (printer->is_in_text) {
		putchar(c);
		if (c == '"' && !printer->is_escaped)
			printer->is_in_text = false;
		printer->is_escaped = c == '\\' && !printer->is_escaped;
		return;
	}
	if (c == '"') {
		printer->is_in_text = true;
		putchar(c);
	} else if (c == '}' || c == ']') {
		printer->depth--;
		if (before != '{' && before != '[')
			new_line(printer);
		putchar(c);
	} else {
		print_structure(printer, c, next);
	}
}

bool openapi_print(const struct room *const *list)
{
	struct arena arena = {0};
	struct printer printer = {0};
	struct text text;

	text_init(&text, &arena, 1 << 16);
	openapi_write(&text, list);
	for (size_t i = 0; i < text.length; i++)
		print_char(&printer, text.bytes[i],
			   i > 0 ? text.bytes[i - 1] : '\0',
			   text.bytes[i + 1]);
	putchar('\n');
	arena_finish(&arena);
	return fflush(stdout) == 0;
}
