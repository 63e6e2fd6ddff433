/* fuzz_transfer.c - files of products, by every format: CSV records, JSON
 * lines, and what is made of their cells. The first byte is the format. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <platform/config.h>

#include "../../src/domain/transfer/transfer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read is sound: refused with a reason, or with all that is needed. */
static void check(const struct import_item *item)
{
	if (item->fate == IMPORT_REFUSE) {
		assert(item->refusal.column != NULL);
		assert(item->refusal.reason != NULL);
		return;
	}
	assert(item->key[0] != '\0' && item->variant_count > 0);
	assert(strlen(item->hash) == 64);
	for (size_t i = 0; i < item->variant_count; i++)
		assert(item->variants[i].sku[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct work w = {.statements = 0};
	struct arena kept = {0};
	struct intake intake;
	struct reading reading = {.kept = &kept, .arena = &w.arena,
				  .intake = &intake};
	struct import_item item = {.line = 0};

	if (config == NULL || size == 0)
		config_load(NULL);
	if (size == 0)
		return 0;
	reading.format = import_format_find(
		import_format_names[data[0] % 3]);
	intake_text(&intake, (const char *)data + 1, size - 1);
	if (reading_begin(&w, &reading))
		while (reading.format->next(&w, &reading, &item))
			check(&item);
	else
		assert(reading.fault != NULL);
	reading_finish(&reading);
	work_finish(&w);
	arena_finish(&kept);
	return 0;
}
