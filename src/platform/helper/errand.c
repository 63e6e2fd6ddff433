/* errand.c - how an errand reads what it was sent, and answers. */
#include "helper.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { STEP = 1 << 18 };

void *errand_read(int fd, size_t most, size_t *length)
{
	char *bytes = NULL;
	size_t room = 0;
	size_t used = 0;
	ssize_t got;

	do {
		if (room - used < STEP) {
			char *more = realloc(bytes, room = room * 2 + STEP);

			if (more == NULL || used > most) {
				free(more == NULL ? bytes : more);
				return NULL;
			}
			bytes = more;
		}
		got = read(fd, bytes + used, room - used);
		used += got > 0 ? (size_t)got : 0;
	} while (got > 0 || (got < 0 && errno == EINTR));
	*length = used;
	if (got == 0 && used <= most)
		return bytes;
	free(bytes);
	return NULL;
}

bool errand_write(int fd, const void *bytes, size_t length)
{
	const char *at = bytes;

	while (length > 0) {
		ssize_t sent = write(fd, at, length);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return false;
		at += sent;
		length -= (size_t)sent;
	}
	return true;
}
