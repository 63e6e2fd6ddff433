/* look.c - what a picture's first bytes say of it. Nothing but arithmetic on
 * bytes that anybody may have made. */
#include "images.h"

#include <string.h>
#include <strings.h>

#include <platform/config.h>

static const struct {
	const char *type;
	const char *suffix;
} formats[IMAGE_FORMATS] = {
	[IMAGE_UNKNOWN] = {"application/octet-stream", "bin"},
	[IMAGE_JPEG] = {"image/jpeg", "jpg"},
	[IMAGE_PNG] = {"image/png", "png"},
	[IMAGE_WEBP] = {"image/webp", "webp"},
	[IMAGE_GIF] = {"image/gif", "gif"},
};

const char *image_type(enum image_format format)
{
	return formats[format].type;
}

const char *image_suffix(enum image_format format)
{
	return formats[format].suffix;
}

enum image_format image_format_of(const char *type)
{
	if (strcasecmp(type, "image/jpg") == 0)
		return IMAGE_JPEG;
	for (int i = IMAGE_JPEG; i < IMAGE_FORMATS; i++)
		if (strcasecmp(type, formats[i].type) == 0)
			return (enum image_format)i;
	return IMAGE_UNKNOWN;
}

/* What is left to be read. A read past the end sets is_short and gives 0. */
struct bytes {
	const uint8_t *at;
	size_t left;
	bool is_short;
};

static const uint8_t *take(struct bytes *bytes, size_t length)
{
	const uint8_t *at = bytes->at;

	if (length > bytes->left) {
		bytes->is_short = true;
		bytes->left = 0;
		return NULL;
	}
	bytes->at += length;
	bytes->left -= length;
	return at;
}

static unsigned take_byte(struct bytes *bytes)
{
	const uint8_t *at = take(bytes, 1);

	return at == NULL ? 0 : at[0];
}

static unsigned take_16_big(struct bytes *bytes)
{
	const uint8_t *at = take(bytes, 2);

	return at == NULL ? 0 : (unsigned)at[0] << 8 | at[1];
}

static unsigned take_16(struct bytes *bytes)
{
	const uint8_t *at = take(bytes, 2);

	return at == NULL ? 0 : (unsigned)at[1] << 8 | at[0];
}

static unsigned take_24(struct bytes *bytes)
{
	unsigned low = take_16(bytes);

	return low | take_byte(bytes) << 16;
}

static uint32_t take_32_big(struct bytes *bytes)
{
	uint32_t high = take_16_big(bytes);

	return high << 16 | take_16_big(bytes);
}

static uint32_t take_32(struct bytes *bytes)
{
	uint32_t low = take_16(bytes);

	return low | (uint32_t)take_16(bytes) << 16;
}

static bool begins(const struct bytes *bytes, const char *mark, size_t length)
{
	return bytes->left >= length && memcmp(bytes->at, mark, length) == 0;
}

/* ---- JPEG (T.81 annex B) ---- */

static bool is_frame_marker(unsigned marker)
{
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
	       marker != 0xc8 && marker != 0xcc;
}

static bool stands_alone(unsigned marker)
{
	return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}

/* Segment by segment to the frame header. */
static bool look_jpeg(struct bytes *bytes, struct image_head *head)
{
	take(bytes, 2);
	while (!bytes->is_short) {
		unsigned marker;
		unsigned length;

		if (take_byte(bytes) != 0xff)
			return false;
		while ((marker = take_byte(bytes)) == 0xff)
			;
		if (stands_alone(marker))
			continue;
		/* A picture's pixels, or its end, before its size. */
		if (marker == 0xda || marker == 0xd9 || marker == 0)
			return false;
		length = take_16_big(bytes);
		if (length < 2)
			return false;
		if (!is_frame_marker(marker)) {
			take(bytes, length - 2);
			continue;
		}
		take(bytes, 1);
		head->height = (int32_t)take_16_big(bytes);
		head->width = (int32_t)take_16_big(bytes);
		return !bytes->is_short;
	}
	return false;
}

/* ---- PNG (second edition, 11.2.2) ---- */

static bool look_png(struct bytes *bytes, struct image_head *head)
{
	uint32_t width;
	uint32_t height;

	take(bytes, 8);
	if (take_32_big(bytes) != 13 || !begins(bytes, "IHDR", 4))
		return false;
	take(bytes, 4);
	width = take_32_big(bytes);
	height = take_32_big(bytes);
	take(bytes, 9); /* depth to interlace, and the sum */
	if (width > INT32_MAX || height > INT32_MAX)
		return false;
	head->width = (int32_t)width;
	head->height = (int32_t)height;
	return !bytes->is_short;
}

/* ---- GIF (89a) ---- */

static void skip_blocks(struct bytes *bytes)
{
	unsigned length;

	while ((length = take_byte(bytes)) > 0)
		take(bytes, length);
}

static void skip_colours(struct bytes *bytes, unsigned flags)
{
	if (flags & 0x80)
		take(bytes, (size_t)3 << ((flags & 7) + 1));
}

static void grow(int32_t *side, unsigned from, unsigned length)
{
	if ((int32_t)(from + length) > *side)
		*side = (int32_t)(from + length);
}

/* A frame may be larger than the screen that the head tells. */
static void look_frame(struct bytes *bytes, struct image_head *head)
{
	unsigned left = take_16(bytes);
	unsigned top = take_16(bytes);

	grow(&head->width, left, take_16(bytes));
	grow(&head->height, top, take_16(bytes));
	skip_colours(bytes, take_byte(bytes));
	take(bytes, 1); /* least size of a code */
	skip_blocks(bytes);
	head->frames++;
}

static bool look_gif(struct bytes *bytes, struct image_head *head)
{
	unsigned flags;

	take(bytes, 6);
	head->width = (int32_t)take_16(bytes);
	head->height = (int32_t)take_16(bytes);
	flags = take_byte(bytes);
	take(bytes, 2);
	skip_colours(bytes, flags);
	head->frames = 0;
	while (!bytes->is_short) {
		switch (take_byte(bytes)) {
		case 0x21:
			take(bytes, 1);
			skip_blocks(bytes);
			break;
		case 0x2c:
			look_frame(bytes, head);
			break;
		case 0x3b:
			return !bytes->is_short && head->frames > 0;
		default:
			return false;
		}
	}
	return false;
}

/* ---- WebP (RFC 9649) ---- */

static bool look_vp8(struct bytes bytes, struct image_head *head)
{
	take(&bytes, 3);
	if (!begins(&bytes, "\x9d\x01\x2a", 3))
		return false;
	take(&bytes, 3);
	head->width = (int32_t)(take_16(&bytes) & 0x3fff);
	head->height = (int32_t)(take_16(&bytes) & 0x3fff);
	return !bytes.is_short;
}

static bool look_vp8l(struct bytes bytes, struct image_head *head)
{
	uint32_t bits;

	if (take_byte(&bytes) != 0x2f)
		return false;
	bits = take_32(&bytes);
	head->width = (int32_t)(bits & 0x3fff) + 1;
	head->height = (int32_t)(bits >> 14 & 0x3fff) + 1;
	return !bytes.is_short;
}

static bool look_vp8x(struct bytes bytes, struct image_head *head)
{
	take(&bytes, 4);
	head->width = (int32_t)take_24(&bytes) + 1;
	head->height = (int32_t)take_24(&bytes) + 1;
	return !bytes.is_short;
}

static void count_frames(struct bytes *bytes, struct image_head *head)
{
	int32_t frames = 0;

	while (!bytes->is_short && bytes->left >= 8) {
		bool is_frame = begins(bytes, "ANMF", 4);
		uint32_t length;

		take(bytes, 4);
		length = take_32(bytes);
		take(bytes, (size_t)length + (length & 1));
		frames += is_frame;
	}
	head->frames = frames > 0 ? frames : 1;
}

static bool look_webp(struct bytes *bytes, struct image_head *head)
{
	struct bytes chunk;
	uint32_t length;
	bool is_sound = false;

	take(bytes, 4);
	length = take_32(bytes);
	if (length < 12 || length > bytes->left)
		return false;
	bytes->left = length;
	take(bytes, 4);
	chunk = *bytes;
	take(&chunk, 8);
	if (begins(bytes, "VP8 ", 4))
		is_sound = look_vp8(chunk, head);
	else if (begins(bytes, "VP8L", 4))
		is_sound = look_vp8l(chunk, head);
	else if (begins(bytes, "VP8X", 4))
		is_sound = look_vp8x(chunk, head);
	if (is_sound)
		count_frames(bytes, head);
	return is_sound && !bytes->is_short;
}

static enum image_format format_of(const struct bytes *bytes)
{
	if (begins(bytes, "\xff\xd8\xff", 3))
		return IMAGE_JPEG;
	if (begins(bytes, "\x89PNG\r\n\x1a\n", 8))
		return IMAGE_PNG;
	if (begins(bytes, "GIF87a", 6) || begins(bytes, "GIF89a", 6))
		return IMAGE_GIF;
	if (begins(bytes, "RIFF", 4) && bytes->left >= 16 &&
	    memcmp(bytes->at + 8, "WEBP", 4) == 0)
		return IMAGE_WEBP;
	return IMAGE_UNKNOWN;
}

static bool (*const looks[IMAGE_FORMATS])(struct bytes *bytes,
					  struct image_head *head) = {
	[IMAGE_JPEG] = look_jpeg,
	[IMAGE_PNG] = look_png,
	[IMAGE_WEBP] = look_webp,
	[IMAGE_GIF] = look_gif,
};

enum image_flaw image_look(const void *all, size_t length,
			   struct image_head *head)
{
	struct bytes bytes = {all, length, false};

	*head = (struct image_head){.format = format_of(&bytes), .frames = 1};
	if (head->format == IMAGE_UNKNOWN)
		return IMAGE_NO_PICTURE;
	if (!looks[head->format](&bytes, head) || head->width <= 0 ||
	    head->height <= 0)
		return IMAGE_BROKEN;
	if (head->width > config->media_side_max ||
	    head->height > config->media_side_max)
		return IMAGE_TOO_WIDE;
	if ((int64_t)head->width * head->height > config->media_pixels_max)
		return IMAGE_TOO_LARGE;
	return head->frames > config->media_frames_max ? IMAGE_TOO_LONG
						       : IMAGE_SOUND;
}
