/* test_media_faults.c - the processes that decode are ended, hang and crash;
 * the shop serves on, and no picture is lost. */
#include "upload.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void rest_ms(long milliseconds)
{
	const struct timespec rest = {0, milliseconds * 1000000};

	nanosleep(&rest, NULL);
}

/* Whether the file of that process has the words. */
static bool proc_has(const char *pid, const char *file, const char *words)
{
	static char bytes[1 << 16];
	FILE *in = fopen(fmt("/proc/%s/%s", pid, file), "r");
	size_t length;

	if (in == NULL)
		return false;
	length = fread(bytes, 1, sizeof(bytes), in);
	fclose(in);
	return contains(bytes, length, words);
}

/* A process of our shop by that name; 0 when there is none. One that decodes
 * may not be looked into: its name must do, with its parent's environment. */
static pid_t find(const char *name)
{
	const char *port = fmt("SHOPD_PORT=%s", getenv("SHOPD_PORT"));
	DIR *all = opendir("/proc");
	struct dirent *entry;
	pid_t found = 0;

	while (found == 0 && (entry = readdir(all)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    proc_has(entry->d_name, "comm", name) &&
		    proc_has(entry->d_name, "environ", port))
			found = (pid_t)atol(entry->d_name);
	closedir(all);
	return found;
}

static pid_t wait_for(const char *name)
{
	pid_t pid = 0;

	for (int i = 0; i < 2000 && pid == 0; i++) {
		pid = find(name);
		if (pid == 0)
			rest_ms(2);
	}
	if (pid == 0)
		fail_msg("there was no %s", name);
	return pid;
}

/* One that takes a while, and is no other test's. */
static struct answer *a_slow_upload(void)
{
	static int more;
	struct picture picture = a_picture(".png[compression=1]",
					   5000 + more++, 5000);

	return upload(201, "image/png", picture);
}

static void a_picture_whose_process_is_killed_is_tried_again(void **state)
{
	struct answer *media = a_slow_upload();

	(void)state;
	kill(wait_for("shopd-picture"), SIGKILL);
	ask(200, "GET", "/api/v1/products/?page_size=1", &nobody, NULL);
	assert_string_equal(text_at(settled(media), "state"), "ready");
	assert_string_equal(sql("SELECT tries > 0 FROM media WHERE id = '%s'",
				text_at(media, "id")), "t");
}

static void a_crash_is_the_end_of_one_picture(void **state)
{
	struct answer *media = a_slow_upload();

	(void)state;
	kill(wait_for("shopd-picture"), SIGSEGV);
	media = settled(media);
	assert_string_equal(text_at(media, "state"), "refused");
	assert_true(strlen(text_at(media, "refusal")) > 0);
	assert_string_equal(text_at(a_ready_picture(40, 40, "Next"), "state"),
			    "ready");
}

static void a_process_that_hangs_is_ended(void **state)
{
	struct answer *media = a_slow_upload();

	(void)state;
	kill(wait_for("shopd-picture"), SIGSTOP);
	media = settled(media);
	assert_string_equal(text_at(media, "state"), "refused");
	assert_string_equal(text_at(media, "refusal"),
			    "It took too long to decode.");
}

static void a_helper_that_dies_is_started_again(void **state)
{
	struct answer *media = a_slow_upload();

	(void)state;
	wait_for("shopd-picture");
	kill(wait_for("shopd-helper"), SIGKILL);
	ask(200, "GET", "/api/v1/products/?page_size=1", &nobody, NULL);
	assert_string_equal(text_at(settled(media), "state"), "ready");
	assert_int_not_equal(find("shopd-helper"), 0);
}

/* A file of the storage as if it had come two days ago. */
static void make_old(const char *path)
{
	const struct timespec old[2] = {{time(NULL) - 2 * 86400, 0},
					{time(NULL) - 2 * 86400, 0}};

	assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
}

static void write_file(const char *path)
{
	FILE *to = fopen(path, "w");

	if (to == NULL)
		fail_msg("cannot write %s", path);
	fputs("left behind", to);
	fclose(to);
}

static void a_file_without_a_picture_goes_and_no_other(void **state)
{
	struct answer *media = a_ready_picture(30, 30, "Stays");
	const char *kept = sql("SELECT renditions -> 0 ->> 'key' FROM media "
			       "WHERE id = '%s'", text_at(media, "id"));
	const char *dot = strchr(kept, '.');
	const char *folder = fmt("%s/public/%.2s", getenv("SHOPD_MEDIA_DIR"),
				 dot - 2);
	const char *path = fmt("%s/%s", folder, kept);
	const char *orphan = fmt("%s/00000000000000000000000000000001-"
				 "00000000000000%.2s.webp", folder, dot - 2);
	const char *fresh = fmt("%s/00000000000000000000000000000002-"
				"00000000000000%.2s.webp", folder, dot - 2);

	(void)state;
	write_file(orphan);
	write_file(fresh);
	make_old(orphan);
	make_old(path);
	sql("UPDATE periodic SET next_at = now() WHERE name = 'media.files'");
	for (int i = 0; i < 1500 && access(orphan, F_OK) == 0; i++)
		rest_ms(20);
	assert_int_not_equal(access(orphan, F_OK), 0);
	assert_int_equal(access(fresh, F_OK), 0);
	assert_int_equal(access(path, F_OK), 0);
	ask(200, "GET", url_of(media), &nobody, NULL);
}

static void nothing_is_left_in_line(void **state)
{
	(void)state;
	until_sql(20, "0", "SELECT count(*) FROM media WHERE state = 'processing'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_picture_whose_process_is_killed_is_tried_again),
		cmocka_unit_test(a_crash_is_the_end_of_one_picture),
		cmocka_unit_test(a_process_that_hangs_is_ended),
		cmocka_unit_test(a_helper_that_dies_is_started_again),
		cmocka_unit_test(a_file_without_a_picture_goes_and_no_other),
		cmocka_unit_test(nothing_is_left_in_line),
	};

	srandom((unsigned)getpid());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
