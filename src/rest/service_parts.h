/* service_parts.h - the life of a process that serves. */
#ifndef REST_SERVICE_PARTS_H
#define REST_SERVICE_PARTS_H

#include <stdbool.h>

/* From now on the metrics tell of this worker's pool and queues. */
void gauges_start(void);
bool rest_parent_start(void);
bool rest_worker_start(void);
bool rest_worker_drain(void);
/* True once the drain has begun: /readyz/ says no. */
bool rest_is_draining(void);

#endif
