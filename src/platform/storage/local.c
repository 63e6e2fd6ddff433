/* local.c - files in a folder of this machine: read here, written by the
 * helper. */
#include "storage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <platform/log.h>
#include <platform/offload.h>

#define ANSWER_MAX ((size_t)16 << 20)

static bool complain(struct work *w, const char *what, const char *why)
{
	log_line(LOG_ERROR_LINE, "storage", "deed", what, "reason", why, "work",
		 w->id, NULL);
	return refuse(w, &fault_unavailable, "The storage does not answer.");
}

/* Its answer, without the head, in *names. */
static async bool ask_helper(struct work *w, struct file_ask *ask,
			     const void *bytes, struct text *names)
{
	struct helper_ask errand = {
		.errand = ERRAND_FILES,
		.pieces = {{ask, sizeof(*ask)}, {bytes, ask->length}},
		.answer_max = ANSWER_MAX,
	};
	static const char *const deeds[] = {"", "put", "remove", "list"};
	struct file_answer answer;
	enum helper_outcome outcome;

	ask->magic = FILE_MAGIC;
	outcome = helper_call(w, &errand, names);
	if (outcome != HELPER_DONE || names->length < sizeof(answer))
		return complain(w, deeds[ask->deed],
				helper_outcome_name(outcome));
	memcpy(&answer, names->bytes, sizeof(answer));
	if (answer.error != 0)
		return complain(w, deeds[ask->deed], strerror(answer.error));
	names->bytes += sizeof(answer);
	names->length -= sizeof(answer);
	return true;
}

static async bool local_put(struct work *w, enum storage_area area,
			    const char *name, const char *type,
			    const void *bytes, size_t length)
{
	struct file_ask ask = {.deed = FILE_PUT, .area = area,
			       .length = length};
	struct text answer;

	(void)type; /* the suffix says it */
	snprintf(ask.name, sizeof(ask.name), "%s", name);
	return ask_helper(w, &ask, bytes, &answer);
}

static async bool local_remove(struct work *w, enum storage_area area,
			       const char *name)
{
	struct file_ask ask = {.deed = FILE_REMOVE, .area = area};
	struct text answer;

	snprintf(ask.name, sizeof(ask.name), "%s", name);
	return ask_helper(w, &ask, "", &answer);
}

/* A bucket at a time; the cursor is its number. */
static async bool local_list(struct work *w, enum storage_area area,
			     int64_t older_than_seconds,
			     struct storage_list *list)
{
	unsigned bucket = (unsigned)strtoul(list->cursor, NULL, 10);
	struct file_ask ask = {.deed = FILE_LIST, .area = area,
			       .bucket = bucket,
			       .older_than_seconds = older_than_seconds};
	struct text names;

	if (!ask_helper(w, &ask, "", &names))
		return false;
	for (size_t at = 0; at < names.length;) {
		const char *line = names.bytes + at;
		const char *end = memchr(line, '\n', names.length - at);

		if (end == NULL)
			break;
		storage_list_add(w, list, line, (size_t)(end - line));
		at = (size_t)(end + 1 - names.bytes);
	}
	list->cursor[0] = '\0';
	if (bucket + 1 < FILE_BUCKETS)
		snprintf(list->cursor, sizeof(list->cursor), "%u", bucket + 1);
	return true;
}

/* ---- reading ---- */

struct reading {
	int fd;
	char *bytes;
	size_t length;
	bool is_whole;
};

/* What the page cache has costs no wait. */
static void read_cached(struct reading *reading)
{
	struct iovec all = {reading->bytes, reading->length};

	reading->is_whole = preadv2(reading->fd, &all, 1, 0, RWF_NOWAIT) ==
			    (ssize_t)reading->length;
}

static void read_slowly(void *argument)
{
	struct reading *reading = argument;
	size_t done = 0;
	ssize_t got;

	do {
		got = pread(reading->fd, reading->bytes + done,
			    reading->length - done, (off_t)done);
		done += got > 0 ? (size_t)got : 0;
	} while ((got > 0 && done < reading->length) ||
		 (got < 0 && errno == EINTR));
	reading->is_whole = done == reading->length;
}

static async bool read_file(struct work *w, int fd, struct storage_file *file)
{
	struct reading reading = {.fd = fd, .length = file->length};

	reading.bytes = arena_raw(&w->arena, file->length + 1);
	read_cached(&reading);
	if (!reading.is_whole)
		offload(read_slowly, &reading);
	file->bytes = reading.bytes;
	return reading.is_whole || complain(w, "get", "the file is shorter now");
}

static async enum storage_finding local_get(struct work *w,
					    enum storage_area area,
					    const char *name, bool size_only,
					    struct storage_file *file)
{
	char path[FILE_PATH_SIZE];
	struct stat status;
	bool is_read = true;
	int fd;

	file_path(path, area, file_bucket(name), name);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ELOOP || errno == ENOTDIR))
		return STORAGE_MISSING;
	if (fd < 0) {
		complain(w, "get", strerror(errno));
		return STORAGE_DOWN;
	}
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		close(fd);
		return STORAGE_MISSING;
	}
	file->length = (size_t)status.st_size;
	if (!size_only)
		is_read = read_file(w, fd, file);
	close(fd);
	return is_read ? STORAGE_FOUND : STORAGE_DOWN;
}

const struct storage_driver local_driver = {
	.put_file = local_put,
	.get_file = local_get,
	.remove_file = local_remove,
	.list_files = local_list,
};
