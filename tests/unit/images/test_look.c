/* test_look.c - what the first bytes of a picture say, true ones and lies. */
#include "../test.h"

#include <stdlib.h>
#include <string.h>

#include <pictures.h>
#include <platform/config.h>
#include <platform/images.h>

/* On the heap's very end, so that a sanitizer sees a step beyond. */
static enum image_flaw look(const char *bytes, size_t length,
			    struct image_head *head)
{
	char *copy = malloc(length > 0 ? length : 1);
	enum image_flaw flaw;

	memcpy(copy, bytes, length);
	flaw = image_look(copy, length, head);
	free(copy);
	return flaw;
}

static void expect(struct picture picture, enum image_format format, int width,
		   int height)
{
	struct image_head head;

	assert_int_equal(look(picture.bytes, picture.length, &head),
			 IMAGE_SOUND);
	assert_int_equal(head.format, format);
	assert_int_equal(head.width, width);
	assert_int_equal(head.height, height);
}

static void the_four_formats_tell_their_size(void **state)
{
	(void)state;
	expect(a_picture(".jpg", 301, 203), IMAGE_JPEG, 301, 203);
	expect(a_picture(".jpg[interlace]", 301, 203), IMAGE_JPEG, 301, 203);
	expect(a_picture(".png", 301, 203), IMAGE_PNG, 301, 203);
	expect(a_picture(".gif", 301, 203), IMAGE_GIF, 301, 203);
	expect(a_picture(".webp", 301, 203), IMAGE_WEBP, 301, 203);
	expect(a_picture(".webp[lossless]", 301, 203), IMAGE_WEBP, 301, 203);
	expect(a_photo(40, 30, "words"), IMAGE_JPEG, 40, 30);
	expect(a_see_through(40, 30), IMAGE_PNG, 40, 30);
}

static void frames_are_counted(void **state)
{
	struct picture gif = an_animation(".gif", 7);
	struct picture webp = an_animation(".webp", 7);
	struct image_head head;

	(void)state;
	assert_int_equal(look(gif.bytes, gif.length, &head), IMAGE_SOUND);
	assert_int_equal(head.frames, 7);
	assert_int_equal(look(webp.bytes, webp.length, &head), IMAGE_SOUND);
	assert_int_equal(head.frames, 7);
	config_set("media_frames_max", "6");
	assert_int_equal(look(gif.bytes, gif.length, &head), IMAGE_TOO_LONG);
	assert_int_equal(look(webp.bytes, webp.length, &head), IMAGE_TOO_LONG);
	config_set("media_frames_max", "200");
}

static void what_is_larger_than_the_settings_is_told_before_decoding(void **state)
{
	struct picture bomb = a_bomb(16000, 4000);
	struct picture strip = a_bomb(16385, 1);
	struct image_head head;

	(void)state;
	assert_int_equal(look(bomb.bytes, bomb.length, &head), IMAGE_TOO_LARGE);
	assert_int_equal(look(strip.bytes, strip.length, &head),
			 IMAGE_TOO_WIDE);
}

static void a_frame_beyond_its_screen_counts(void **state)
{
	/* 1x1 on the screen, a frame of 0xffff x 0xffff. */
	static const char lie[] =
		"GIF89a\x01\0\x01\0\0\0\0"
		",\0\0\0\0\xff\xff\xff\xff\0\x02\x01x\0;";
	struct image_head head;

	(void)state;
	assert_int_equal(look(lie, sizeof(lie) - 1, &head), IMAGE_TOO_WIDE);
}

static void no_cut_of_a_picture_is_read_beyond(void **state)
{
	static const char *const formats[] = {".jpg", ".png", ".webp", ".gif",
					      ".webp[lossless]"};
	struct image_head head;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct picture picture = a_picture(formats[i], 16, 16);

		for (size_t length = 0; length < picture.length; length++)
			look(picture.bytes, length, &head);
		assert_int_not_equal(look(picture.bytes, 12, &head),
				     IMAGE_SOUND);
	}
}

static void no_flipped_byte_is_read_beyond(void **state)
{
	struct picture picture = an_animation(".gif", 3);
	struct image_head head;

	(void)state;
	for (size_t at = 0; at < picture.length && at < 300; at++)
		for (int value = 0; value < 256; value += 5) {
			char before = picture.bytes[at];

			picture.bytes[at] = (char)value;
			look(picture.bytes, picture.length, &head);
			picture.bytes[at] = before;
		}
}

static void other_formats_are_no_pictures(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
	} others[] = {
		{"<svg xmlns='http://www.w3.org/2000/svg'/>", 41},
		{"<?xml version='1.0'?><svg/>", 27},
		{"<html><script>1</script>", 24},
		{"BM\x46\0\0\0\0\0\0\0\x36\0\0\0", 14},
		{"II*\0\x08\0\0\0\0\0\0\0", 12},
		{"MM\0*\0\0\0\x08\0\0\0\0", 12},
		{"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0", 12},
		{"%PDF-1.7\n", 9},
		{"PK\x03\x04", 4},
		{"\0\0\0\x1c" "ftypheic\0\0\0\0", 16},
		{"RIFF\x04\0\0\0WAVE", 12},
		{"8BPS\0\x01\0\0", 8},
		{" GIF89a\x01\0\x01\0\0\0\0", 14},
		{"", 0},
		{"\xff\xd8", 2},
	};
	struct image_head head;

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(look(others[i].bytes, others[i].length, &head),
				 IMAGE_NO_PICTURE);
}

static void a_script_behind_the_mark_of_a_gif_is_broken(void **state)
{
	static const char script[] = "GIF89a/*........*/=0;alert(1);";
	struct image_head head;

	(void)state;
	assert_int_not_equal(look(script, sizeof(script) - 1, &head),
			     IMAGE_SOUND);
}

static void a_jpeg_without_a_size_is_broken(void **state)
{
	static const char *const lies[] = {
		"\xff\xd8\xff\xda\x00\x02", "\xff\xd8\xff\xe0\x00\x01",
		"\xff\xd8\xff\xd9",	    "\xff\xd8\xff\xe0\xff\xff"};
	static const char flat[] = "\xff\xd8\xff\xc0\x00\x0b\x08\x00\x00\x00"
				   "\x10\x01\x01\x11\x00";
	struct image_head head;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(look(lies[i], i == 2 ? 4 : 6, &head),
				 IMAGE_BROKEN);
	assert_int_equal(look(flat, sizeof(flat) - 1, &head), IMAGE_BROKEN);
}

static void types_are_known_by_their_names(void **state)
{
	(void)state;
	assert_int_equal(image_format_of("image/jpeg"), IMAGE_JPEG);
	assert_int_equal(image_format_of("image/jpg"), IMAGE_JPEG);
	assert_int_equal(image_format_of("IMAGE/WebP"), IMAGE_WEBP);
	assert_int_equal(image_format_of("image/svg+xml"), IMAGE_UNKNOWN);
	assert_string_equal(image_type(IMAGE_GIF), "image/gif");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_four_formats_tell_their_size),
		cmocka_unit_test(frames_are_counted),
		cmocka_unit_test(
			what_is_larger_than_the_settings_is_told_before_decoding),
		cmocka_unit_test(a_frame_beyond_its_screen_counts),
		cmocka_unit_test(no_cut_of_a_picture_is_read_beyond),
		cmocka_unit_test(no_flipped_byte_is_read_beyond),
		cmocka_unit_test(other_formats_are_no_pictures),
		cmocka_unit_test(a_script_behind_the_mark_of_a_gif_is_broken),
		cmocka_unit_test(a_jpeg_without_a_size_is_broken),
		cmocka_unit_test(types_are_known_by_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
