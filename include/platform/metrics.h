/* platform/metrics.h - counters and histograms shared by all workers, in
 * memory mapped before the fork; written as Prometheus text (format 0.0.4). */
#ifndef PLATFORM_METRICS_H
#define PLATFORM_METRICS_H

#include <stdint.h>

#include <platform/text.h>

enum metric_kind {
	METRIC_COUNTER,
	METRIC_GAUGE, /* shown: the sum of what the living workers say */
	METRIC_LARGEST, /* a gauge of which the largest is shown */
	METRIC_HISTOGRAM
};

/* In the parent, before the fork and before any metric_new. */
void metrics_start(void);
/* A series; labels like  route="/api/v1/products/",status="200"  or "".
 * The same name and labels give the same series in every worker. At most
 * 4,096 series; past them all share one named overflow. */
struct metric;
struct metric *metric_get(enum metric_kind kind, const char *name,
			  const char *labels, const char *help);
void metric_add(struct metric *metric, int64_t amount);
void metric_set(struct metric *metric, int64_t value); /* of this worker */
/* Seconds are shown; buckets from 0.5 ms to 10 s. */
void metric_observe(struct metric *metric, int64_t microseconds);
void metrics_write(struct text *text);

#endif
