/* privacy.h - what is known of somebody: told, and forgotten. */
#ifndef DOMAIN_PRIVACY_PRIVACY_H
#define DOMAIN_PRIVACY_PRIVACY_H

#include <stdbool.h>

#include <platform/jobs.h>
#include <platform/uuid.h>
#include <platform/work.h>
#include <rest/listing.h>
#include <rest/request.h>
#include <rest/resource.h>

/* data_export_http.c */
extern const struct resource data_export_resource;
extern const struct resource archive_resource;
extern const struct listing data_export_listing;
async bool data_export_list(struct request *req);
async bool data_export_create(struct request *req);
async bool data_export_show(struct request *req);
async bool data_export_file(struct request *req);
async bool customer_export(struct request *req);

/* data_export_job.c */
async enum job_verdict data_export_make(struct work *w,
					const struct json_t *payload);

/* erasure_http.c */
extern const struct resource erasure_resource;
extern const struct listing erasure_listing;
async bool erasure_list(struct request *req);
async bool erasure_create(struct request *req);
async bool erasure_show(struct request *req);
async bool erasure_cancel(struct request *req);
async bool customer_erase(struct request *req);

/* erasure_job.c */
/* In the open transaction, or on its own. */
async bool erasure_job_add(struct work *w, const struct uuid *account);
async enum job_verdict erasure_run(struct work *w,
				   const struct json_t *payload);
/* Starts those whose time has come. */
async bool erasures_start(struct work *w);

/* retention.c */
async bool retention_round(struct work *w);

extern const struct fault_kind no_customer; /* 404 */

/* An event that becomes a mail to whose account it is, with a number of days
 * and the date that they end at. In the open transaction. */
async bool privacy_tell(struct work *w, const char *topic,
			const struct uuid *account, int64_t days);

#endif
