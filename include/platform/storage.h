/* platform/storage.h - where files of any size live: a folder of this machine,
 * or an S3-compatible service (media_storage). */
#ifndef PLATFORM_STORAGE_H
#define PLATFORM_STORAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/helper.h>
#include <platform/uuid.h>
#include <platform/work.h>

enum storage_area {
	STORAGE_PUBLIC, /* what anybody may fetch */
	STORAGE_PRIVATE /* originals, as they were uploaded */
};

/*
 * A name is made of whose the file is and of what is in it, and of nothing that
 * a client wrote: 32 hexadecimal digits of the owner's id, "-", 16 of the
 * content's hash, "." and a suffix of 3 or 4 letters. So no name leads out of
 * its folder, a name never changes its content, and what one owner leaves
 * behind is never another's.
 */
#define STORAGE_NAME_SIZE 56
void storage_name(const struct uuid *owner, const uint8_t hash[32],
		  const char *suffix, char name[STORAGE_NAME_SIZE]);
bool storage_name_is_sound(const char *name);
/* name is sound. */
struct uuid storage_name_owner(const char *name);

/* Whole, or not at all: on disk before it is true. False with
 * fault_unavailable. No transaction may be open. */
async bool storage_put(struct work *w, enum storage_area area,
		       const char *name, const char *type, const void *bytes,
		       size_t length);

enum storage_finding { STORAGE_FOUND, STORAGE_MISSING, STORAGE_DOWN };
struct storage_file {
	const char *bytes; /* in the arena; NULL when only its size was asked */
	size_t length;
};
/* DOWN sets fault_unavailable. */
async enum storage_finding storage_get(struct work *w, enum storage_area area,
				       const char *name, bool size_only,
				       struct storage_file *file);
/* What is gone already is fine. */
async bool storage_remove(struct work *w, enum storage_area area,
			  const char *name);

enum { STORAGE_LIST_MAX = 1000 };
struct storage_list {
	char cursor[256]; /* in and out: "" to begin, "" at the end */
	size_t count;
	const char *names[STORAGE_LIST_MAX]; /* in the arena; sound ones */
};
/* The next names of files that are older than that. */
async bool storage_list(struct work *w, enum storage_area area,
			int64_t older_than_seconds, struct storage_list *list);

extern const struct errand_kind storage_errand;

#endif
