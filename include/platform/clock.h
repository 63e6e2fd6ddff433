/* platform/clock.h - the two clocks; tests may set both. */
#ifndef PLATFORM_CLOCK_H
#define PLATFORM_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define SECOND INT64_C(1000000)
#define MILLISECOND INT64_C(1000)

/* Microseconds since 1970 UTC: for what is stored or shown. */
int64_t clock_wall(void);
/* Microseconds that never go back: for deadlines and durations. */
int64_t clock_monotonic(void);
/* For tests: from now on both clocks stand at these; negative frees them. */
void clock_set(int64_t wall, int64_t monotonic);

/* "2026-11-22T13:48:59.927737Z", the fraction absent when zero, as DRF. */
#define TIME_TEXT_SIZE 32
void time_format(int64_t wall, char text[TIME_TEXT_SIZE]);
/* ISO 8601 as DRF reads it: offset, Z or none (UTC), or a date alone. */
bool time_parse(const char *text, int64_t *wall);

#endif
