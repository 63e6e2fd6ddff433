/* platform/log.h - one JSON object a line on stderr. */
#ifndef PLATFORM_LOG_H
#define PLATFORM_LOG_H

#include <stdint.h>

enum log_level { LOG_DEBUG_LINE, LOG_INFO_LINE, LOG_WARNING_LINE, LOG_ERROR_LINE };

/* Pairs of key and text, ended by NULL: log_line(LOG_INFO_LINE, "listening",
 * "address", text, NULL). Values are escaped; keys named password, token,
 * secret, authorization, cookie are blanked. */
void log_line(enum log_level level, const char *message, ...)
	__attribute__((sentinel));
/* The id of the request or job in whose name this thread now logs. */
void log_context(const char *id);
/* From now on this thread's lines below warning wait for log_flush(), at most
 * 4 KiB of them, to a file 16: for a worker, whose every turn ends with one.
 * Lines stay whole and in order. Of one thread in a process. */
void log_gather(void);
void log_flush(void);
void log_level_set(const char *name);

#endif
