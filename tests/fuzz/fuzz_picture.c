/* fuzz_picture.c - any bytes as a picture's head, as a form, as a rendition. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <platform/images.h>

#include "../../src/domain/media/multipart.h"
#include "../../src/domain/media/range.h"
#include "../../src/platform/images/images.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const uint8_t *data, size_t size)
{
	struct image_head head;

	if (image_look(data, size, &head) == IMAGE_SOUND)
		assert(head.width > 0 && head.height > 0 && head.frames > 0 &&
		       head.format != IMAGE_UNKNOWN);
}

static void strip(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size);

	if (size < 12) {
		free(copy);
		return;
	}
	memcpy(copy, data, size);
	assert(webp_strip(copy, size) <= size);
	free(copy);
}

/* The first line is the media type. */
static void read_form(const uint8_t *data, size_t size)
{
	const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
	size_t line = end == NULL ? size : (size_t)(end - data);
	char *type = calloc(1, line + 1);
	const char *body = (const char *)data + line + (end != NULL);
	size_t length = size - line - (end != NULL);
	struct multipart_part part;
	struct multipart form;

	memcpy(type, data, line);
	if (multipart_begin(&form, type, body, length))
		while (multipart_next(&form, &part)) {
			assert(part.bytes >= body && part.length <= length);
			(void)text_is_utf8(part.bytes, part.length);
		}
	free(type);
}

static void read_range(const uint8_t *data, size_t size)
{
	char *header = calloc(1, size + 1);
	size_t first;
	size_t last;

	memcpy(header, data, size);
	if (range_read(header, 1000, &first, &last) == RANGE_PART)
		assert(first <= last && last < 1000);
	free(header);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	look(data, size);
	strip(data, size);
	read_form(data, size);
	read_range(data, size);
	return 0;
}
