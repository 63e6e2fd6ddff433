/* test_driver.c - what every driver of the storage promises; the settings say
 * which one it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <platform/client.h>
#include <platform/clock.h>
#include <platform/config.h>
#include <platform/db.h>
#include <platform/storage.h>

/* cmocka leaves a failed test by a jump, which a fiber's stack would not
 * survive: what was found is told to the test, which judges. */
struct story {
	async void (*tell)(struct work *w, struct story *story);
	const char *broken; /* the first promise that was */
};

#define PROMISE(story, holds)                                       \
	do {                                                        \
		if ((story)->broken == NULL && !(holds))            \
			(story)->broken = #holds;                   \
	} while (0)

static async bool on_fiber(struct work *w, void *argument)
{
	struct story *story = argument;

	w->deadline = clock_monotonic() + 60 * SECOND;
	if (!client_start())
		return false;
	story->tell(w, story);
	return true;
}

static void hear(async void (*tell)(struct work *w, struct story *story))
{
	struct story story = {.tell = tell};

	assert_true(command_run(on_fiber, &story));
	if (story.broken != NULL)
		fail_msg("it does not hold: %s", story.broken);
}

static const char *fresh_name(const char *suffix)
{
	static char names[64][STORAGE_NAME_SIZE];
	static size_t count;
	const struct uuid owner = uuid_make();
	const uint8_t hash[32] = {(uint8_t)count, 7, 7, 7, 7, 7, 7, (uint8_t)count};

	storage_name(&owner, hash, suffix, names[count % 64]);
	return names[count++ % 64];
}

static async bool is_there(struct work *w, enum storage_area area,
			   const char *name, const char *bytes, size_t length)
{
	struct storage_file file;
	struct storage_file size;

	return storage_get(w, area, name, false, &file) == STORAGE_FOUND &&
	       storage_get(w, area, name, true, &size) == STORAGE_FOUND &&
	       file.length == length && size.length == length &&
	       size.bytes == NULL && memcmp(file.bytes, bytes, length) == 0;
}

static async void tell_keeps(struct work *w, struct story *story)
{
	static const char bytes[] = "\x89PNG\r\n\x1a\n\0behind a NUL";
	const char *name = fresh_name("png");
	const char *empty = fresh_name("png");
	struct storage_file file;

	PROMISE(story, storage_put(w, STORAGE_PUBLIC, name, "image/png", bytes,
				   sizeof(bytes)));
	PROMISE(story, is_there(w, STORAGE_PUBLIC, name, bytes, sizeof(bytes)));
	PROMISE(story, storage_get(w, STORAGE_PRIVATE, name, false, &file) ==
			       STORAGE_MISSING);
	PROMISE(story, storage_put(w, STORAGE_PUBLIC, name, "image/png", "new", 3));
	PROMISE(story, is_there(w, STORAGE_PUBLIC, name, "new", 3));
	PROMISE(story, storage_put(w, STORAGE_PRIVATE, empty, "image/png", "", 0));
	PROMISE(story, is_there(w, STORAGE_PRIVATE, empty, "", 0));
	PROMISE(story, storage_get(w, STORAGE_PUBLIC, "../../etc/passwd", false,
				   &file) == STORAGE_MISSING);
}

static async void tell_large(struct work *w, struct story *story)
{
	size_t length = (size_t)20 << 20;
	char *bytes = arena_raw(&w->arena, length);
	const char *name = fresh_name("jpg");

	for (size_t i = 0; i < length; i++)
		bytes[i] = (char)(i * 31 >> 3);
	PROMISE(story, storage_put(w, STORAGE_PRIVATE, name, "image/jpeg", bytes,
				   length));
	PROMISE(story, is_there(w, STORAGE_PRIVATE, name, bytes, length));
	PROMISE(story, storage_remove(w, STORAGE_PRIVATE, name));
}

static async void tell_removes(struct work *w, struct story *story)
{
	const char *name = fresh_name("webp");
	struct storage_file file;

	PROMISE(story, storage_get(w, STORAGE_PUBLIC, name, false, &file) ==
			       STORAGE_MISSING);
	PROMISE(story, storage_put(w, STORAGE_PUBLIC, name, "image/webp", "x", 1));
	PROMISE(story, storage_remove(w, STORAGE_PUBLIC, name));
	PROMISE(story, storage_get(w, STORAGE_PUBLIC, name, false, &file) ==
			       STORAGE_MISSING);
	PROMISE(story, storage_remove(w, STORAGE_PUBLIC, name));
	PROMISE(story, w->fault.kind == NULL);
}

/* How often that name is listed. */
static async size_t listed(struct work *w, const char *name, int64_t age)
{
	struct storage_list *list = arena_new(&w->arena, struct storage_list);
	size_t count = 0;

	do {
		if (!storage_list(w, STORAGE_PUBLIC, age, list))
			return 1000;
		for (size_t i = 0; i < list->count; i++)
			count += strcmp(list->names[i], name) == 0;
	} while (list->cursor[0] != '\0');
	return count;
}

static async void tell_lists(struct work *w, struct story *story)
{
	const char *first = fresh_name("webp");
	const char *second = fresh_name("jpg");

	PROMISE(story, storage_put(w, STORAGE_PUBLIC, first, "image/webp", "1", 1));
	PROMISE(story, storage_put(w, STORAGE_PUBLIC, second, "image/jpeg", "2", 1));
	PROMISE(story, listed(w, first, -5) == 1);
	PROMISE(story, listed(w, second, -5) == 1);
	PROMISE(story, listed(w, first, 3600) == 0);
}

/* More than S3 tells in one answer. */
static async void tell_many(struct work *w, struct story *story)
{
	const char *first = arena_text(&w->arena, fresh_name("webp"));
	int extra = strcmp(config->media_storage, "s3") == 0 ? STORAGE_LIST_MAX
							     : 20;

	PROMISE(story, storage_put(w, STORAGE_PUBLIC, first, "image/webp", "1", 1));
	for (int i = 0; i < extra && story->broken == NULL; i++)
		PROMISE(story, storage_put(w, STORAGE_PUBLIC, fresh_name("jpg"),
					   "image/jpeg", "2", 1));
	PROMISE(story, listed(w, first, -5) == 1);
	PROMISE(story, listed(w, fresh_name("png"), -5) == 0);
	first = fresh_name("gif");
	PROMISE(story, storage_put(w, STORAGE_PUBLIC, first, "image/gif", "3", 1));
	PROMISE(story, listed(w, first, -5) == 1);
}

static void what_is_put_is_there_and_only_there(void **state)
{
	(void)state;
	hear(tell_keeps);
}

static void a_large_file_is_whole(void **state)
{
	(void)state;
	hear(tell_large);
}

static void what_is_removed_is_gone_and_may_be_removed_twice(void **state)
{
	(void)state;
	hear(tell_removes);
}

static void each_old_file_is_listed_once(void **state)
{
	(void)state;
	hear(tell_lists);
}

static void none_of_many_is_left_out(void **state)
{
	(void)state;
	hear(tell_many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_is_there_and_only_there),
		cmocka_unit_test(a_large_file_is_whole),
		cmocka_unit_test(what_is_removed_is_gone_and_may_be_removed_twice),
		cmocka_unit_test(each_old_file_is_listed_once),
		cmocka_unit_test(none_of_many_is_left_out),
	};

	if (!config_load(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
