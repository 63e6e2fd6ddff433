/* template.h - a statement as the REST layer would fill it. */
#ifndef TESTS_SQL_TEMPLATE_H
#define TESTS_SQL_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

/* Without filters, in that order, cut to that page; with all its sections or
 * none. What is no template is copied. */
void template_fill(const char *text, const char *order, const char *page,
		   bool all_sections, char *out, size_t room);

#endif
