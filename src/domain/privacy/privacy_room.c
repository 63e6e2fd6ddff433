/* privacy_room.c - the routes and jobs of what is known of somebody. */
#include "privacy.h"

#include <domain/privacy.h>
#include <queries.h>

#define EXPORTS "/api/v1/account/data-exports/"
#define ERASURES "/api/v1/account/erasure-requests/"
#define CUSTOMER "/api/v1/admin/customers/{id}/"

#define MINE(kind, where, handle)                                  \
	.method = METHOD_##kind, .path = (where), .handler = (handle), \
	.access = ACCESS_CUSTOMER
/* People ask for it, no API key. */
#define STAFF(where, handle)                                       \
	.method = METHOD_POST, .path = (where), .handler = (handle), \
	.access = ACCESS_STAFF, .permission = PERMISSION_CUSTOMERS_PRIVACY, \
	.is_for_people = true, .needs_step_up = true

static const struct route routes[] = {
	{MINE(GET, EXPORTS, data_export_list), .answer = &data_export_resource,
	 .listing = &data_export_listing, .budget = 1,
	 .name = "account_data_export_list",
	 .summary = "Archives of your data."},
	{MINE(POST, EXPORTS, data_export_create),
	 .answer = &data_export_resource, .status = 202, .needs_step_up = true,
	 .budget = 4, .name = "account_data_export_create",
	 .summary = "Ask for all that is known of you; a mail tells when it is "
		    "ready. One at a time, five a day."},
	{MINE(GET, EXPORTS "{id}/", data_export_show),
	 .answer = &data_export_resource, .budget = 1,
	 .name = "account_data_export_retrieve",
	 .summary = "How far an archive is."},
	{MINE(GET, EXPORTS "{id}/file/", data_export_file),
	 .answer = &archive_resource, .needs_step_up = true,
	 .shows_personal = true, .budget = 1,
	 .name = "account_data_export_file", .summary = "The archive itself."},
	{MINE(GET, ERASURES, erasure_list), .answer = &erasure_resource,
	 .listing = &erasure_listing, .budget = 1,
	 .name = "account_erasure_request_list",
	 .summary = "Your wish to be erased, if there is one."},
	{MINE(POST, ERASURES, erasure_create), .answer = &erasure_resource,
	 .status = 202, .may_repeat = true, .needs_step_up = true, .budget = 5,
	 .name = "account_erasure_request_create",
	 .summary = "Have the account and all personal data erased, after some "
		    "days in which it can be called off."},
	{MINE(GET, ERASURES "{id}/", erasure_show),
	 .answer = &erasure_resource, .budget = 1,
	 .name = "account_erasure_request_retrieve",
	 .summary = "How far the erasure is."},
	{MINE(DELETE, ERASURES "{id}/", erasure_cancel), .budget = 1,
	 .name = "account_erasure_request_destroy",
	 .summary = "Call the erasure off."},
	{STAFF(CUSTOMER "export/", customer_export),
	 .answer = &data_export_resource, .status = 202, .budget = 4,
	 .name = "admin_customer_export",
	 .summary = "Have an archive made of a customer's data, for the "
		    "customer to fetch."},
	{STAFF(CUSTOMER "erase/", customer_erase), .budget = 3,
	 .status = 204, .name = "admin_customer_erase",
	 .summary = "Erase a customer as soon as no order is open."},
	{0},
};

static const struct job_kind jobs[] = {
	{"privacy.export", data_export_make, 8, 0, 60000},
	{"privacy.erase", erasure_run, 20, 0, 60000},
	{0},
};

static const struct periodic periodics[] = {
	{"privacy.due", INT64_C(15000), erasures_start},
	{"privacy.retention", INT64_C(600000), retention_round},
	{0},
};

static const struct invariant invariants[] = {
	{"E1", "Who was erased is not there.", &q_privacy_come_back},
	{"E2", "Who is to be erased is erased when it is time.",
	 &q_privacy_overdue},
	{0},
};

const struct room privacy_room = {
	.name = "privacy",
	.routes = routes,
	.jobs = jobs,
	.periodics = periodics,
	.invariants = invariants,
};
