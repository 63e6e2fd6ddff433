/* pictures.c - pictures for tests. */
#include "pictures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vips/vips.h>

static void begin(void)
{
	static bool is_begun;

	if (!is_begun && VIPS_INIT("tests") != 0)
		abort();
	is_begun = true;
}

static void must(int error)
{
	if (error == 0)
		return;
	fprintf(stderr, "libvips: %s\n", vips_error_buffer());
	abort();
}

/* Nothing is leaked that can be reached. */
static void *kept(void *bytes)
{
	static struct chain {
		struct chain *next;
		void *bytes;
	} *all;
	struct chain *link = malloc(sizeof(*link));

	*link = (struct chain){all, bytes};
	all = link;
	return bytes;
}

static struct picture saved(VipsImage *image, const char *format)
{
	struct picture picture;
	void *bytes;

	must(vips_image_write_to_buffer(image, format, &bytes,
					&picture.length, NULL));
	g_object_unref(image);
	picture.bytes = kept(bytes);
	return picture;
}

/* Red grows to the right, green downwards. */
static VipsImage *gradient(int width, int height)
{
	VipsImage *places;
	VipsImage *bytes;
	double scale[2] = {255.0 / width, 255.0 / height};
	double none[2] = {0, 0};
	VipsImage *scaled;
	VipsImage *image;

	begin();
	must(vips_xyz(&places, width, height, NULL));
	must(vips_linear(places, &scaled, scale, none, 2, NULL));
	must(vips_cast_uchar(scaled, &bytes, NULL));
	must(vips_bandjoin_const1(bytes, &image, 128, NULL));
	g_object_unref(places);
	g_object_unref(scaled);
	g_object_unref(bytes);
	must(vips_copy(image, &places, "interpretation",
		       VIPS_INTERPRETATION_sRGB, NULL));
	g_object_unref(image);
	return places;
}

struct picture a_picture(const char *format, int width, int height)
{
	return saved(gradient(width, height), format);
}

struct picture a_photo(int width, int height, const char *words)
{
	VipsImage *image = gradient(width, height);

	vips_image_set_int(image, "orientation", 6);
	vips_image_set_string(image, "exif-ifd0-Orientation", "6");
	vips_image_set_string(image, "exif-ifd0-Copyright", words);
	vips_image_set_string(image, "exif-ifd3-GPSLatitude", "52/1 31/1 0/1");
	return saved(image, ".jpg");
}

struct picture a_see_through(int width, int height)
{
	VipsImage *image = gradient(width, height);
	VipsImage *both;

	must(vips_bandjoin_const1(image, &both, 0, NULL));
	g_object_unref(image);
	return saved(both, ".png");
}

struct picture an_animation(const char *format, int frames)
{
	VipsImage *image = gradient(20, 20 * frames);

	vips_image_set_int(image, "page-height", 20);
	return saved(image, format);
}

struct picture a_bomb(int width, int height)
{
	VipsImage *image;

	begin();
	must(vips_black(&image, width, height, NULL));
	return saved(image, ".png[compression=9]");
}

struct picture joined(struct picture first, const char *bytes, size_t length)
{
	struct picture both = {kept(malloc(first.length + length)),
			       first.length + length};

	memcpy(both.bytes, first.bytes, first.length);
	memcpy(both.bytes + first.length, bytes, length);
	return both;
}

struct picture cut(struct picture picture, size_t length)
{
	struct picture part = {kept(malloc(length + 1)), length};

	memcpy(part.bytes, picture.bytes, length);
	return part;
}

bool measure(const char *bytes, size_t length, int *width, int *height)
{
	VipsImage *image;

	begin();
	image = vips_image_new_from_buffer(bytes, length, "", NULL);
	if (image == NULL)
		return false;
	*width = vips_image_get_width(image);
	*height = vips_image_get_height(image);
	g_object_unref(image);
	return true;
}

bool contains(const char *bytes, size_t length, const char *words)
{
	return memmem(bytes, length, words, strlen(words)) != NULL;
}
