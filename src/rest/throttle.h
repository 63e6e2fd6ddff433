/* throttle.h - rates and buckets, without a request around them. */
#ifndef REST_THROTTLE_H
#define REST_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

struct rate {
	int64_t count;
	int64_t period; /* microseconds */
};
/* "100/minute", "5/s": as DRF, the first letter of the unit counts. */
bool rate_parse(const char *text, struct rate *rate);

struct allowance {
	bool is_granted;
	int64_t limit;
	int64_t left;
	int64_t wait;  /* microseconds until one more is granted */
	int64_t reset; /* microseconds until all are */
};
/* Takes one from the bucket of that name. */
void throttle_take(const char *name, const struct rate *rate, int64_t now,
		   struct allowance *allowance);

#endif
