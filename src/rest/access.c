/* access.c - the names of the staff permissions. */
#include <rest/access.h>

#include <assert.h>
#include <string.h>

static const char *const names[PERMISSIONS] = {
	[PERMISSION_CATALOG_READ] = "catalog.read",
	[PERMISSION_CATALOG_WRITE] = "catalog.write",
	[PERMISSION_STOCK_READ] = "stock.read",
	[PERMISSION_STOCK_WRITE] = "stock.write",
	[PERMISSION_ORDERS_READ] = "orders.read",
	[PERMISSION_ORDERS_WRITE] = "orders.write",
	[PERMISSION_PAYMENTS_CAPTURE] = "payments.capture",
	[PERMISSION_PAYMENTS_REFUND] = "payments.refund",
	[PERMISSION_JOBS_READ] = "jobs.read",
	[PERMISSION_JOBS_WRITE] = "jobs.write",
	[PERMISSION_OPERATIONS] = "operations",
	[PERMISSION_REVIEWS_READ] = "reviews.read",
	[PERMISSION_REVIEWS_WRITE] = "reviews.write",
	[PERMISSION_CUSTOMERS_READ] = "customers.read",
	[PERMISSION_CUSTOMERS_WRITE] = "customers.write",
	[PERMISSION_CUSTOMERS_PRIVACY] = "customers.privacy",
	[PERMISSION_STAFF_READ] = "staff.read",
	[PERMISSION_STAFF_WRITE] = "staff.write",
	[PERMISSION_KEYS_READ] = "keys.read",
	[PERMISSION_KEYS_WRITE] = "keys.write",
	[PERMISSION_AUDIT_READ] = "audit.read",
};

const char *permission_name(enum permission permission)
{
	assert(permission < PERMISSIONS);
	return names[permission];
}

bool permission_find(const char *name, enum permission *permission)
{
	for (int i = 0; i < PERMISSIONS; i++) {
		if (strcmp(names[i], name) == 0) {
			*permission = (enum permission)i;
			return true;
		}
	}
	return false;
}
