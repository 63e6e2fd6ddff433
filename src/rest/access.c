/* access.c - the staff permissions: their names, and what they allow. */
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

static const char *const sentences[PERMISSIONS] = {
	[PERMISSION_CATALOG_READ] =
		"See unpublished products, and what belongs to them.",
	[PERMISSION_CATALOG_WRITE] =
		"Change products, categories, prices, media and search.",
	[PERMISSION_STOCK_READ] = "See stock and what moved it.",
	[PERMISSION_STOCK_WRITE] = "Adjust stock.",
	[PERMISSION_ORDERS_READ] = "See all orders, and mails about them.",
	[PERMISSION_ORDERS_WRITE] = "Change, send and cancel orders.",
	[PERMISSION_PAYMENTS_CAPTURE] = "Capture and void payments.",
	[PERMISSION_PAYMENTS_REFUND] = "Give money back.",
	[PERMISSION_JOBS_READ] = "See jobs that run behind requests.",
	[PERMISSION_JOBS_WRITE] = "Run failed jobs again, or drop them.",
	[PERMISSION_OPERATIONS] = "Read the figures of the running program.",
	[PERMISSION_REVIEWS_READ] = "See reviews that are not shown.",
	[PERMISSION_REVIEWS_WRITE] = "Accept, reject and answer reviews.",
	[PERMISSION_CUSTOMERS_READ] = "See customers and notes on them.",
	[PERMISSION_CUSTOMERS_WRITE] = "Change and close customers' accounts.",
	[PERMISSION_CUSTOMERS_PRIVACY] = "Export and erase a customer's data.",
	[PERMISSION_STAFF_READ] = "See staff, roles and invitations.",
	[PERMISSION_STAFF_WRITE] = "Invite staff, give roles, close accounts.",
	[PERMISSION_KEYS_READ] = "See API keys.",
	[PERMISSION_KEYS_WRITE] = "Make, change and revoke API keys.",
	[PERMISSION_AUDIT_READ] = "Read the audit log.",
};

const char *permission_name(enum permission permission)
{
	assert(permission < PERMISSIONS);
	return names[permission];
}

const char *permission_sentence(enum permission permission)
{
	assert(permission < PERMISSIONS);
	return sentences[permission];
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

uint32_t scopes_parse(const char *list)
{
	enum permission permission;
	uint32_t bits = 0;
	char name[64];

	while (*list != '\0') {
		size_t length = strcspn(list, ",");

		if (length < sizeof(name)) {
			memcpy(name, list, length);
			name[length] = '\0';
			if (permission_find(name, &permission))
				bits |= UINT32_C(1) << permission;
		}
		list += length + (list[length] == ',');
	}
	return bits;
}
