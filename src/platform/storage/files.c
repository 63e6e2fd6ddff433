/* files.c - files written, removed and listed in the helper's process: the
 * workers' sandbox opens none for writing. */
#include "storage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <platform/auth.h>
#include <platform/config.h>

enum { AT_ONCE = 8, SECONDS = 30, FORGOTTEN_SECONDS = 3600 };
#define FILE_MAX ((size_t)128 << 20)
#define UNFINISHED ".new-"

void file_path(char path[FILE_PATH_SIZE], enum storage_area area,
	       unsigned bucket, const char *name)
{
	snprintf(path, FILE_PATH_SIZE, "%s/%s/%02x%s%s", config->media_dir,
		 storage_area_name(area), bucket % FILE_BUCKETS,
		 *name != '\0' ? "/" : "", name);
}

/* By the end of the hash: ids begin with the time, and would fill one folder
 * after the other. */
unsigned file_bucket(const char *name)
{
	char digits[3] = {0};
	uint8_t bucket = 0;
	const char *dot = strchr(name, '.');

	memcpy(digits, dot - 2, 2);
	(void)hex_decode(digits, &bucket, 1);
	return bucket;
}

/* Every folder on the way. */
static bool make_folder(char *path, mode_t mode)
{
	for (char *at = path + 1; *at != '\0'; at++) {
		bool is_made;

		if (*at != '/')
			continue;
		*at = '\0';
		is_made = mkdir(path, mode) == 0 || errno == EEXIST;
		*at = '/';
		if (!is_made)
			return false;
	}
	return mkdir(path, mode) == 0 || errno == EEXIST;
}

static int open_folder(const struct file_ask *ask, unsigned bucket, bool make)
{
	char path[FILE_PATH_SIZE];
	int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	int fd;

	file_path(path, ask->area, bucket, "");
	fd = open(path, flags);
	if (fd >= 0 || errno != ENOENT || !make)
		return fd;
	if (!make_folder(path, ask->area == STORAGE_PUBLIC ? 0755 : 0700))
		return -1;
	return open(path, flags);
}

static bool write_all(int fd, const char *bytes, size_t length)
{
	return errand_write(fd, bytes, length) && fsync(fd) == 0;
}

/* Under a name of its own, down to the disk, then under its own. */
static int put(const struct file_ask *ask, const char *bytes)
{
	int folder = open_folder(ask, file_bucket(ask->name), true);
	char fresh[STORAGE_NAME_SIZE + 32];
	int error = 0;
	int fd;

	if (folder < 0)
		return errno;
	snprintf(fresh, sizeof(fresh), UNFINISHED "%d-%s", (int)getpid(),
		 ask->name);
	unlinkat(folder, fresh, 0);
	fd = openat(folder, fresh,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    ask->area == STORAGE_PUBLIC ? 0644 : 0600);
	if (fd < 0)
		return errno;
	if (!write_all(fd, bytes, ask->length) || close(fd) != 0 ||
	    renameat(folder, fresh, folder, ask->name) != 0 ||
	    fsync(folder) != 0)
		error = errno != 0 ? errno : EIO;
	if (error != 0)
		unlinkat(folder, fresh, 0);
	return error;
}

static int remove_file(const struct file_ask *ask)
{
	int folder = open_folder(ask, file_bucket(ask->name), false);

	if (folder < 0)
		return errno == ENOENT ? 0 : errno;
	if (unlinkat(folder, ask->name, 0) != 0 && errno != ENOENT)
		return errno;
	return fsync(folder) == 0 ? 0 : errno;
}

static bool is_older(int folder, const char *name, int64_t seconds)
{
	struct stat status;

	return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(status.st_mode) &&
	       time(NULL) - status.st_mtime >= seconds;
}

/* What a crash left unfinished goes on the way. */
static void look_at(int folder, const char *name, const struct file_ask *ask,
		    FILE *to)
{
	if (strncmp(name, UNFINISHED, strlen(UNFINISHED)) == 0 &&
	    is_older(folder, name, FORGOTTEN_SECONDS))
		unlinkat(folder, name, 0);
	else if (storage_name_is_sound(name) &&
		 is_older(folder, name, ask->older_than_seconds))
		fprintf(to, "%s\n", name);
}

static int list(const struct file_ask *ask, FILE *to)
{
	int fd = open_folder(ask, ask->bucket, false);
	struct dirent *entry;
	DIR *folder;

	if (fd < 0)
		return errno == ENOENT ? 0 : errno;
	folder = fdopendir(fd);
	if (folder == NULL)
		return errno;
	while ((entry = readdir(folder)) != NULL)
		look_at(fd, entry->d_name, ask, to);
	closedir(folder);
	return 0;
}

static int do_deed(const struct file_ask *ask, const char *bytes, FILE *to)
{
	switch (ask->deed) {
	case FILE_PUT:
		return put(ask, bytes);
	case FILE_REMOVE:
		return remove_file(ask);
	case FILE_LIST:
		return list(ask, to);
	default:
		return EINVAL;
	}
}

/* Asked by a worker, which is not trusted more than its sandbox trusts it. */
static bool is_sound(const struct file_ask *ask, size_t length)
{
	return ask->magic == FILE_MAGIC && ask->area <= STORAGE_PRIVATE &&
	       ask->length == length - sizeof(*ask) &&
	       memchr(ask->name, '\0', sizeof(ask->name)) != NULL &&
	       (ask->deed == FILE_LIST || storage_name_is_sound(ask->name));
}

static int run(int fd)
{
	struct file_answer answer = {0};
	char *names = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&names, &length);
	struct file_ask ask;
	size_t sent;
	char *bytes = errand_read(fd, FILE_MAX, &sent);

	if (bytes == NULL || sent < sizeof(ask) || to == NULL)
		return ERRAND_LATER;
	memcpy(&ask, bytes, sizeof(ask));
	if (!is_sound(&ask, sent))
		return ERRAND_LATER;
	umask(0022);
	answer.error = do_deed(&ask, bytes + sizeof(ask), to);
	fclose(to);
	return errand_write(fd, &answer, sizeof(answer)) &&
			       errand_write(fd, names, length)
		       ? 0 : 1;
}

static int64_t at_once(void)
{
	return AT_ONCE;
}

static int64_t seconds(void)
{
	return SECONDS;
}

const struct errand_kind storage_errand = {
	.name = "shopd-files",
	.at_once = at_once,
	.seconds = seconds,
	.run = run,
};
