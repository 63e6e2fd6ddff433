/* pictures.h - pictures for tests, made and measured by libvips. */
#ifndef TESTS_PICTURES_H
#define TESTS_PICTURES_H

#include <stdbool.h>
#include <stddef.h>

struct picture {
	char *bytes; /* lives until the program ends */
	size_t length;
};

/* A gradient of that size; format as libvips names it: ".jpg", ".png",
 * ".webp", ".gif". */
struct picture a_picture(const char *format, int width, int height);
/* A JPEG that was taken with the camera on its side, with words in its EXIF. */
struct picture a_photo(int width, int height, const char *words);
/* A PNG that is half see-through. */
struct picture a_see_through(int width, int height);
struct picture an_animation(const char *format, int frames);
/* All zero, so that very little tells of very much. */
struct picture a_bomb(int width, int height);
/* Two after one another. */
struct picture joined(struct picture first, const char *bytes, size_t length);
/* The first so many bytes. */
struct picture cut(struct picture picture, size_t length);
/* False when libvips cannot read it. */
bool measure(const char *bytes, size_t length, int *width, int *height);
bool contains(const char *bytes, size_t length, const char *words);

#endif
