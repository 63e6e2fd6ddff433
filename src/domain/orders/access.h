/* access.h - the door of a guest to an order: a link by mail. */
#ifndef DOMAIN_ORDERS_ACCESS_H
#define DOMAIN_ORDERS_ACCESS_H

#include <platform/jobs.h>
#include <rest/request.h>

/* POST orders/lookup/ */
async bool order_lookup(struct request *req);
/* Looks the order up, makes the secret, emits order.link_requested. */
async enum job_verdict order_link_job(struct work *w,
				      const struct json_t *payload);
/* Forgets secrets that open nothing any more. */
async bool order_access_prune(struct work *w);

#endif
