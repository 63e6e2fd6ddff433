/* kinds.c - every kind of errand that the helper knows. */
#include "helper.h"

#include <platform/images.h>
#include <platform/storage.h>

const struct errand_kind *const errand_kinds[ERRANDS] = {
	[ERRAND_FILES] = &storage_errand,
	[ERRAND_PICTURE] = &image_errand,
};
