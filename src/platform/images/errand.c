/* errand.c - one picture in a process of its own. */
#include "images.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <platform/config.h>

enum { NICE = 10 };

static int64_t at_once(void)
{
	return config->media_processes;
}

static int64_t seconds(void)
{
	return config->media_seconds;
}

static void prepare(void)
{
	(void)vips_load();
}

/* Shoppers go first; then nothing is open but the stream. */
static int run(int fd)
{
	struct image_ask ask;
	size_t length;
	uint8_t *bytes;
	int code;

	setpriority(PRIO_PROCESS, 0, NICE);
	if (!vips_load() ||
	    !cage_enter(config->media_memory_mib, config->media_seconds))
		return ERRAND_LATER;
	bytes = errand_read(fd, sizeof(ask) + (size_t)config->media_upload_max,
			    &length);
	if (bytes == NULL || length < sizeof(ask)) {
		free(bytes);
		return ERRAND_LATER;
	}
	memcpy(&ask, bytes, sizeof(ask));
	code = ERRAND_LATER;
	if (ask.magic == IMAGE_MAGIC && ask.length == length - sizeof(ask))
		code = vips_render(&ask, bytes + sizeof(ask), fd);
	free(bytes);
	return code;
}

const struct errand_kind image_errand = {
	.name = "shopd-picture",
	.at_once = at_once,
	.seconds = seconds,
	.prepare = prepare,
	.run = run,
};
