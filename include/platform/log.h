/* platform/log.h - one JSON object a line on stderr. */
#ifndef PLATFORM_LOG_H
#define PLATFORM_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_DEBUG_LINE, LOG_INFO_LINE, LOG_WARNING_LINE, LOG_ERROR_LINE };

/* Pairs of key and text, ended by NULL: log_line(LOG_INFO_LINE, "listening",
 * "address", text, NULL). Values are escaped; keys named password, token,
 * secret, authorization, cookie are blanked. */
void log_line(enum log_level level, const char *message, ...)
	__attribute__((sentinel));
/* The same of what is logged of every request: keys are literals that need no
 * escape and name no secret, so that nobody has to look. LOG_PLAIN: nor has
 * the value a byte that needs one. */
struct log_field {
	const char *head; /* ,"key":" */
	size_t head_length;
	const char *value; /* not NULL */
	bool is_plain;
};
#define LOG_HEAD(key) ",\"" key "\":\"", sizeof(",\"" key "\":\"") - 1
#define LOG_FIELD(key, value) \
	((const struct log_field){LOG_HEAD(key), (value), false})
#define LOG_PLAIN(key, value) \
	((const struct log_field){LOG_HEAD(key), (value), true})
void log_fields(enum log_level level, const char *message,
		const struct log_field *fields, size_t count);
/* The id of the request or job in whose name this thread now logs. */
void log_context(const char *id);
/* From now on this thread's lines below warning wait for log_flush(), at most
 * 4 KiB of them, to a file 16: for a worker, whose every turn ends with one.
 * Lines stay whole and in order. Of one thread in a process. */
void log_gather(void);
void log_flush(void);
void log_level_set(const char *name);

#endif
