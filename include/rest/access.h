/* rest/access.h - who calls, and what each may do. */
#ifndef REST_ACCESS_H
#define REST_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include <platform/uuid.h>

/* Staff permissions, resource.verb; the bit's place is its number. */
enum permission {
	PERMISSION_CATALOG_READ,
	PERMISSION_CATALOG_WRITE,
	PERMISSION_STOCK_READ,
	PERMISSION_STOCK_WRITE,
	PERMISSION_ORDERS_READ,
	PERMISSION_ORDERS_WRITE,
	PERMISSION_PAYMENTS_CAPTURE,
	PERMISSION_PAYMENTS_REFUND,
	PERMISSION_JOBS_READ,
	PERMISSION_JOBS_WRITE,
	PERMISSION_OPERATIONS,
	PERMISSION_REVIEWS_READ,
	PERMISSION_REVIEWS_WRITE,
	PERMISSION_CUSTOMERS_READ,
	PERMISSION_CUSTOMERS_WRITE,
	PERMISSION_CUSTOMERS_PRIVACY, /* export and erase a customer's data */
	PERMISSION_STAFF_READ,
	PERMISSION_STAFF_WRITE, /* roles and invitations, too */
	PERMISSION_KEYS_READ,
	PERMISSION_KEYS_WRITE,
	PERMISSION_AUDIT_READ,
	PERMISSIONS
};
/* "catalog.read" ... ; as stored in account.permissions. */
const char *permission_name(enum permission permission);
/* What it allows, for people. */
const char *permission_sentence(enum permission permission);
/* False for an unknown name. */
bool permission_find(const char *name, enum permission *permission);
/* "catalog.read,orders.write" as bits; unknown names are left out. */
uint32_t scopes_parse(const char *list);

struct principal {
	bool is_known; /* false: anonymous */
	bool is_staff;
	struct uuid account; /* nil for an API key */
	struct uuid session; /* nil for an API key */
	struct uuid key;     /* an API key of an integrator; else nil */
	uint32_t permissions; /* of staff; the scopes of a key */
	uint32_t epoch;	      /* of the account, as the token says */
	int64_t proved;	      /* seconds since 1970: the first factor, */
	int64_t second;	      /* the second factor; 0: never shown */
};

/* The rule of a route. 0 is no rule: such a route does not start. */
enum access {
	ACCESS_NONE_GIVEN,
	ACCESS_PUBLIC,	  /* anyone; a bad bearer token is 401 all the same */
	ACCESS_CUSTOMER,  /* any account that is logged in */
	ACCESS_TOKEN,	  /* bearer of the object's secret (X-Cart-Token,
			   * X-Order-Token) or its owner: the handler's store
			   * looks it up by both; else 404 */
	ACCESS_STAFF,	  /* staff with the route's permission, or an API key
			   * with that scope */
	ACCESS_GATEWAY	  /* a signature over the raw body; handler verifies */
};

#endif
