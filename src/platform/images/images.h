/* images.h - what the parts of this room say to each other. */
#ifndef PLATFORM_IMAGES_IMAGES_H
#define PLATFORM_IMAGES_IMAGES_H

#include <platform/images.h>

/* What is asked of the process; the picture's bytes follow. */
struct image_ask {
	uint32_t magic;
	int32_t format;
	uint64_t length;
};
enum { IMAGE_MAGIC = 0x696d6731 };

/* What it answers: records, each with its bytes behind it. */
enum { RECORD_PICTURE = 1, RECORD_RENDITION, RECORD_REASON, RECORD_END };
struct image_record {
	uint32_t kind;
	int32_t format;
	int32_t width;
	int32_t height;
	uint64_t length;
};

/* Widths of the renditions, ascending. */
enum { IMAGE_WIDTHS = 4, IMAGE_WIDEST = 1920 };
extern const int32_t image_widths[IMAGE_WIDTHS];

/* cage.c: from here on no file, no socket, no process, so much memory and so
 * many seconds. False when it could not be closed. */
bool cage_enter(int64_t memory_mib, int64_t seconds);

/* strip.c: a WebP in place without profile and metadata; its new length. The
 * bytes are one as libvips wrote it. */
size_t webp_strip(uint8_t *bytes, size_t length);

/* vips.c */
/* Loads and starts libvips once; false when it is not installed. */
bool vips_load(void);
/* Writes the records of the renditions to fd. */
int vips_render(const struct image_ask *ask, const void *bytes, int fd);

#endif
