/* range.c - one range of bytes. Pure. */
#include "range.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* Digits at *text, which moves behind them; false when there are none. A
 * number past any file is as good as the largest. */
static bool take_number(const char **text, size_t *number)
{
	const char *start = *text;

	*number = 0;
	for (; **text >= '0' && **text <= '9'; (*text)++)
		*number = *number > SIZE_MAX / 16
				  ? SIZE_MAX / 2
				  : *number * 10 + (size_t)(**text - '0');
	return *text > start;
}

enum range_kind range_read(const char *header, size_t size, size_t *first,
			   size_t *last)
{
	bool has_first;
	bool has_last;

	if (header == NULL || strncasecmp(header, "bytes=", 6) != 0)
		return RANGE_WHOLE;
	header += 6;
	header += strspn(header, " \t");
	has_first = take_number(&header, first);
	if (*header++ != '-')
		return RANGE_WHOLE;
	has_last = take_number(&header, last);
	header += strspn(header, " \t");
	if (*header != '\0' || (!has_first && !has_last) ||
	    (has_first && has_last && *last < *first))
		return RANGE_WHOLE;
	if (!has_first) { /* so many from the end */
		if (*last == 0 || size == 0)
			return RANGE_BEYOND;
		*first = *last >= size ? 0 : size - *last;
		*last = size - 1;
		return RANGE_PART;
	}
	if (*first >= size)
		return RANGE_BEYOND;
	if (!has_last || *last >= size)
		*last = size - 1;
	return RANGE_PART;
}
