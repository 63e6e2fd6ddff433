/* render.c - a picture sent to the helper, and its answer, which is looked at
 * as closely as what the client had sent. */
#include "images.h"

#include <stdio.h>
#include <string.h>

#include <platform/config.h>
#include <platform/log.h>

/* All renditions of one picture together. */
#define ANSWER_MAX ((size_t)64 << 20)

const int32_t image_widths[IMAGE_WIDTHS] = {160, 480, 960, IMAGE_WIDEST};

struct reader {
	const char *at;
	size_t left;
	struct image_set *set;
	char *reason;
};

/* Bytes of a record that are what it says. */
static bool take_rendition(struct image_set *set,
			   const struct image_record *record, const void *bytes)
{
	struct image_head head;

	if (set->count == IMAGE_RENDITIONS_MAX ||
	    (record->format != IMAGE_WEBP && record->format != IMAGE_JPEG) ||
	    image_look(bytes, record->length, &head) != IMAGE_SOUND ||
	    (int32_t)head.format != record->format ||
	    head.width != record->width || head.height != record->height ||
	    head.width > IMAGE_WIDEST)
		return false;
	set->items[set->count++] = (struct image_rendition){
		head.format, head.width, head.height, bytes, record->length};
	return true;
}

static bool take_reason(char reason[IMAGE_REASON_SIZE],
			const struct image_record *record, const char *bytes)
{
	size_t length = record->length;

	if (length >= IMAGE_REASON_SIZE)
		return false;
	for (size_t i = 0; i < length; i++)
		if (bytes[i] < ' ' || bytes[i] > '~')
			return false;
	memcpy(reason, bytes, length);
	reason[length] = '\0';
	return true;
}

static bool take_record(struct reader *reader, struct image_record *record)
{
	const char *bytes;

	if (reader->left < sizeof(*record))
		return false;
	memcpy(record, reader->at, sizeof(*record));
	bytes = reader->at + sizeof(*record);
	if (record->length > reader->left - sizeof(*record))
		return false;
	reader->at = bytes + record->length;
	reader->left -= sizeof(*record) + (size_t)record->length;
	switch (record->kind) {
	case RECORD_PICTURE:
		reader->set->width = record->width;
		reader->set->height = record->height;
		return record->width > 0 && record->height > 0;
	case RECORD_RENDITION:
		return take_rendition(reader->set, record, bytes);
	case RECORD_REASON:
		return take_reason(reader->reason, record, bytes);
	default:
		return record->kind == RECORD_END;
	}
}

static enum image_outcome refuse_for(char reason[IMAGE_REASON_SIZE],
				     const char *why)
{
	snprintf(reason, IMAGE_REASON_SIZE, "%s", why);
	return IMAGE_REFUSED;
}

static enum image_outcome read_answer(const struct text *answer,
				      struct image_set *set,
				      char reason[IMAGE_REASON_SIZE])
{
	struct reader reader = {answer->bytes, answer->length, set, reason};
	struct image_record record = {0};

	while (record.kind != RECORD_END && record.kind != RECORD_REASON)
		if (!take_record(&reader, &record))
			return refuse_for(reason, "Its renditions are not "
						  "sound.");
	if (record.kind == RECORD_REASON)
		return IMAGE_REFUSED;
	return set->count > 0 && set->width > 0
		       ? IMAGE_MADE
		       : refuse_for(reason, "It has no renditions.");
}

static enum image_outcome judge(enum helper_outcome outcome,
				const struct text *answer,
				struct image_set *set,
				char reason[IMAGE_REASON_SIZE])
{
	switch (outcome) {
	case HELPER_DONE:
		return read_answer(answer, set, reason);
	case HELPER_LATE:
		return refuse_for(reason, "It took too long to decode.");
	case HELPER_CRASHED:
		return refuse_for(reason, "Decoding it failed: it is broken, or "
					  "needs too much memory.");
	case HELPER_TOO_MUCH:
		return refuse_for(reason, "Its renditions are too large.");
	case HELPER_KILLED:
		return IMAGE_KILLED;
	default:
		return IMAGE_LATER;
	}
}

async enum image_outcome image_render(struct work *w, const void *bytes,
				      size_t length, struct image_set *set,
				      char reason[IMAGE_REASON_SIZE])
{
	struct image_ask ask = {.magic = IMAGE_MAGIC, .length = length};
	struct helper_ask errand = {
		.errand = ERRAND_PICTURE,
		.pieces = {{&ask, sizeof(ask)}, {bytes, length}},
		.answer_max = ANSWER_MAX,
	};
	enum helper_outcome outcome;
	struct image_head head;
	struct text answer;

	*set = (struct image_set){0};
	reason[0] = '\0';
	if (image_look(bytes, length, &head) != IMAGE_SOUND)
		return refuse_for(reason, "It is not a sound picture.");
	ask.format = (int32_t)head.format;
	outcome = helper_call(w, &errand, &answer);
	if (outcome != HELPER_DONE)
		log_line(LOG_WARNING_LINE, "picture", "outcome",
			 helper_outcome_name(outcome), "work", w->id, NULL);
	return judge(outcome, &answer, set, reason);
}
