/* storage.h - what a place for files can do, and who is one. */
#ifndef PLATFORM_STORAGE_STORAGE_H
#define PLATFORM_STORAGE_STORAGE_H

#include <platform/storage.h>

struct storage_driver {
	async bool (*put_file)(struct work *w, enum storage_area area,
			       const char *name, const char *type,
			       const void *bytes, size_t length);
	async enum storage_finding (*get_file)(struct work *w,
					       enum storage_area area,
					       const char *name,
					       bool size_only,
					       struct storage_file *file);
	async bool (*remove_file)(struct work *w, enum storage_area area,
				  const char *name);
	async bool (*list_files)(struct work *w, enum storage_area area,
				 int64_t older_than_seconds,
				 struct storage_list *list);
};
extern const struct storage_driver local_driver;
extern const struct storage_driver s3_driver;

/* "public" or "private". */
const char *storage_area_name(enum storage_area area);
/* Adds it if it is sound and there is room. */
void storage_list_add(struct work *w, struct storage_list *list,
		      const char *name, size_t length);

/* ---- local: what the helper is asked ---- */

enum file_deed { FILE_PUT = 1, FILE_REMOVE, FILE_LIST };
struct file_ask {
	uint32_t magic;
	uint32_t deed;
	uint32_t area;
	uint32_t bucket; /* of FILE_LIST */
	int64_t older_than_seconds;
	uint64_t length;
	char name[STORAGE_NAME_SIZE];
};
/* Behind it, of FILE_LIST, the names, each with a line feed. */
struct file_answer {
	int32_t error; /* errno; 0 for done */
};
enum { FILE_MAGIC = 0x66696c65, FILE_BUCKETS = 256 };
enum { FILE_PATH_SIZE = 4096 + 128 };
/* media_dir/area/bucket/name; name "" gives the bucket's folder. */
void file_path(char path[FILE_PATH_SIZE], enum storage_area area,
	       unsigned bucket, const char *name);
unsigned file_bucket(const char *name);

#endif
