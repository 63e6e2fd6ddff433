/* vips.c - libvips at work, in the helper's processes only. It is loaded at
 * run time: neither a worker nor a command carries its hundred libraries. */
#include "images.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include <vips/vips.h>
#include <vips/vector.h>

#include <platform/log.h>

#define LIBRARY "libvips.so.42"

#define CALLS                               \
	CALL(vips_init)                     \
	CALL(vips_block_untrusted_set)      \
	CALL(vips_operation_block_set)      \
	CALL(vips_cache_set_max)            \
	CALL(vips_concurrency_set)          \
	CALL(vips_vector_set_enabled)       \
	CALL(vips_error_buffer)             \
	CALL(vips_foreign_find_load_buffer) \
	CALL(vips_image_new_from_buffer)    \
	CALL(vips_image_copy_memory)        \
	CALL(vips_image_get_width)          \
	CALL(vips_image_get_height)         \
	CALL(vips_image_get_orientation)    \
	CALL(vips_image_hasalpha)           \
	CALL(vips_thumbnail_buffer)         \
	CALL(vips_thumbnail_image)          \
	CALL(vips_array_double_new)         \
	CALL(vips_area_unref)               \
	CALL(vips_flatten)                  \
	CALL(vips_webpsave_buffer)          \
	CALL(vips_jpegsave_buffer)          \
	CALL(g_object_unref)                \
	CALL(g_free)

#define CALL(name) __typeof__(&(name)) (name);
static struct {
	CALLS
	bool is_there;
} lib;
#undef CALL

static bool find(void *library, const char *name, void *place)
{
	void *address = dlsym(library, name);

	memcpy(place, &address, sizeof(address));
	return address != NULL;
}

static bool find_all(void *library)
{
#define CALL(name) \
	if (!find(library, #name, &lib.name)) \
		return false;
	CALLS
#undef CALL
	return true;
}

/* The four loaders that are fuzzed by their makers, and no other. */
static void allow_four(void)
{
	static const char *const allowed[] = {
		"VipsForeignLoadJpeg", "VipsForeignLoadPng",
		"VipsForeignLoadWebp", "VipsForeignLoadNsgif"};

	lib.vips_block_untrusted_set(TRUE);
	lib.vips_operation_block_set("VipsForeignLoad", TRUE);
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		lib.vips_operation_block_set(allowed[i], FALSE);
}

bool vips_load(void)
{
	void *library;

	if (lib.is_there)
		return true;
	setenv("VIPS_CONCURRENCY", "1", 1);
	library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (library == NULL || !find_all(library) ||
	    lib.vips_init("shopd") != 0) {
		log_line(LOG_ERROR_LINE, "pictures cannot be made: " LIBRARY
			 " (Debian's libvips42) does not load", NULL);
		return false;
	}
	allow_four();
	lib.vips_cache_set_max(0);
	lib.vips_concurrency_set(1);
	lib.vips_vector_set_enabled(FALSE); /* it would write code */
	return lib.is_there = true;
}

static bool say(int fd, const struct image_record *record, const void *bytes)
{
	return errand_write(fd, record, sizeof(*record)) &&
	       errand_write(fd, bytes, (size_t)record->length);
}

/* The library's own words, where they are plain. */
static int say_reason(int fd, const char *why)
{
	const char *detail = lib.vips_error_buffer();
	char text[IMAGE_REASON_SIZE];
	size_t length;

	snprintf(text, sizeof(text), "%s%s%.120s", why,
		 *detail != '\0' ? ": " : "", detail);
	length = strlen(text);
	for (size_t i = 0; i < length; i++)
		if (text[i] < ' ' || text[i] > '~')
			text[i] = ' ';
	return say(fd, &(struct image_record){.kind = RECORD_REASON,
					      .length = length}, text)
		       ? 0 : 1;
}

/* What reads it must be what reads such a picture. */
static bool is_read_as(int32_t format, const void *bytes, size_t length)
{
	static const char *const loaders[IMAGE_FORMATS] = {
		[IMAGE_JPEG] = "VipsForeignLoadJpegBuffer",
		[IMAGE_PNG] = "VipsForeignLoadPngBuffer",
		[IMAGE_WEBP] = "VipsForeignLoadWebpBuffer",
		[IMAGE_GIF] = "VipsForeignLoadNsgifBuffer",
	};
	const char *loader = lib.vips_foreign_find_load_buffer(bytes, length);

	return format > IMAGE_UNKNOWN && format < IMAGE_FORMATS &&
	       loader != NULL && strcmp(loader, loaders[format]) == 0;
}

static VipsImage *on_white(VipsImage *image)
{
	static const double white[] = {255, 255, 255};
	VipsArrayDouble *background;
	VipsImage *flat = NULL;

	if (!lib.vips_image_hasalpha(image))
		return NULL;
	background = lib.vips_array_double_new(white, 3);
	if (lib.vips_flatten(image, &flat, "background", background, NULL))
		flat = NULL;
	lib.vips_area_unref(VIPS_AREA(background));
	return flat;
}

static int save(VipsImage *image, enum image_format format, void **bytes,
		size_t *length)
{
	VipsImage *flat;
	int error;

	if (format == IMAGE_WEBP) {
		error = lib.vips_webpsave_buffer(image, bytes, length, "Q", 80,
						 "strip", TRUE, NULL);
		if (error == 0)
			*length = webp_strip(*bytes, *length);
		return error;
	}
	flat = on_white(image);
	error = lib.vips_jpegsave_buffer(flat != NULL ? flat : image, bytes,
					 length, "Q", 82, "strip", TRUE,
					 "optimize_coding", TRUE, "interlace",
					 TRUE, NULL);
	if (flat != NULL)
		lib.g_object_unref(flat);
	return error;
}

static bool say_rendition(int fd, VipsImage *image, enum image_format format)
{
	struct image_record record = {
		.kind = RECORD_RENDITION,
		.format = (int32_t)format,
		.width = lib.vips_image_get_width(image),
		.height = lib.vips_image_get_height(image),
	};
	void *bytes = NULL;
	size_t length = 0;
	bool is_said;

	if (save(image, format, &bytes, &length))
		return false;
	record.length = length;
	is_said = say(fd, &record, bytes);
	lib.g_free(bytes);
	return is_said;
}

static bool say_both(int fd, VipsImage *image)
{
	return say_rendition(fd, image, IMAGE_WEBP) &&
	       say_rendition(fd, image, IMAGE_JPEG);
}

/* Four times as high as wide at the most: a strip is made narrower. */
static VipsImage *decode(const void *bytes, size_t length)
{
	VipsImage *image = NULL;
	VipsImage *memory;

	if (lib.vips_thumbnail_buffer((void *)(uintptr_t)bytes, length, &image,
				      IMAGE_WIDEST, "height", IMAGE_WIDEST * 4,
				      "size", VIPS_SIZE_DOWN,
				      "export_profile", "srgb", "fail_on",
				      VIPS_FAIL_ON_ERROR, NULL))
		return NULL;
	memory = lib.vips_image_copy_memory(image);
	lib.g_object_unref(image);
	return memory;
}

/* How large the picture is when it stands upright. */
static bool say_picture(int fd, const void *bytes, size_t length)
{
	VipsImage *image = lib.vips_image_new_from_buffer(
		bytes, length, "", "access", VIPS_ACCESS_SEQUENTIAL, NULL);
	struct image_record record = {.kind = RECORD_PICTURE};
	bool is_lying;

	if (image == NULL)
		return false;
	is_lying = lib.vips_image_get_orientation(image) > 4;
	record.width = lib.vips_image_get_width(image);
	record.height = lib.vips_image_get_height(image);
	if (is_lying) {
		int32_t width = record.width;

		record.width = record.height;
		record.height = width;
	}
	lib.g_object_unref(image);
	return say(fd, &record, "");
}

static bool say_renditions(int fd, VipsImage *widest)
{
	int32_t most = lib.vips_image_get_width(widest);

	for (size_t i = 0; i < IMAGE_WIDTHS && image_widths[i] < most; i++) {
		VipsImage *image = NULL;
		bool is_said;

		if (lib.vips_thumbnail_image(widest, &image, image_widths[i],
					     "height", image_widths[i] * 4,
					     "size", VIPS_SIZE_DOWN, NULL))
			return false;
		is_said = say_both(fd, image);
		lib.g_object_unref(image);
		if (!is_said)
			return false;
	}
	return say_both(fd, widest);
}

int vips_render(const struct image_ask *ask, const void *bytes, int fd)
{
	VipsImage *widest;
	bool is_said;

	if (!is_read_as(ask->format, bytes, ask->length))
		return say_reason(fd, "It is no picture of the kind that its "
				      "first bytes tell");
	if (!say_picture(fd, bytes, ask->length))
		return say_reason(fd, "It cannot be read");
	widest = decode(bytes, ask->length);
	if (widest == NULL)
		return say_reason(fd, "It cannot be decoded");
	is_said = say_renditions(fd, widest);
	lib.g_object_unref(widest);
	if (!is_said)
		return say_reason(fd, "It cannot be made smaller");
	return say(fd, &(struct image_record){.kind = RECORD_END}, "") ? 0 : 1;
}
