/* platform/images.h - what a picture is, and its renditions. The only door to
 * libvips, which is loaded by the helper's processes and by no other. */
#ifndef PLATFORM_IMAGES_H
#define PLATFORM_IMAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/helper.h>
#include <platform/work.h>

enum image_format {
	IMAGE_UNKNOWN,
	IMAGE_JPEG,
	IMAGE_PNG,
	IMAGE_WEBP,
	IMAGE_GIF,
	IMAGE_FORMATS
};
/* "image/jpeg"; IMAGE_UNKNOWN has "application/octet-stream". */
const char *image_type(enum image_format format);
const char *image_suffix(enum image_format format); /* "jpg" */
/* Of a media type without parameters, "image/jpg" too; else UNKNOWN. */
enum image_format image_format_of(const char *type);

/* What the first bytes say. */
struct image_head {
	enum image_format format;
	int32_t width; /* as stored: an orientation may swap them */
	int32_t height;
	int32_t frames;
};
enum image_flaw {
	IMAGE_SOUND,
	IMAGE_NO_PICTURE,  /* none of the four formats */
	IMAGE_BROKEN,	   /* its head is cut off or contradicts itself */
	IMAGE_TOO_WIDE,	   /* a side is longer than media_side_max */
	IMAGE_TOO_LARGE,   /* more pixels than media_pixels_max */
	IMAGE_TOO_LONG	   /* more frames than media_frames_max */
};
/* Reads no pixel and allocates nothing: whatever the bytes are, its time is
 * linear in their length. Pure but for the settings. */
enum image_flaw image_look(const void *bytes, size_t length,
			   struct image_head *head);

enum {
	IMAGE_RENDITIONS_MAX = 16,
	IMAGE_REASON_SIZE = 200
};
struct image_rendition {
	enum image_format format;
	int32_t width;
	int32_t height;
	const void *bytes; /* in the work's arena */
	size_t length;
};
struct image_set {
	int32_t width; /* of the picture, turned as its camera was held */
	int32_t height;
	size_t count;
	struct image_rendition items[IMAGE_RENDITIONS_MAX];
};
enum image_outcome {
	IMAGE_MADE,
	IMAGE_REFUSED, /* the picture's fault: reason says why */
	IMAGE_KILLED,  /* the process was ended by somebody: perhaps too big */
	IMAGE_LATER    /* the helper's fault, or its line is full */
};
/*
 * Widths 160, 480, 960 and 1920, none above the picture's own, each as WebP and
 * as JPEG, smallest first: turned upright, in sRGB, without any metadata. Of an
 * animation the first frame. Made in a process without files, network or other
 * processes, with bounded memory and time. Sets no fault.
 */
async enum image_outcome image_render(struct work *w, const void *bytes,
				      size_t length, struct image_set *set,
				      char reason[IMAGE_REASON_SIZE]);

extern const struct errand_kind image_errand;

#endif
