/* profile_room.c - the routes of profiles, addresses and preferences. */
#include "profile.h"

#include <domain/accounts.h>
#include <rest/room.h>

#define PROFILE "/api/v1/account/"
#define USER "/api/v1/auth/user/"
#define ADDRESSES "/api/v1/account/addresses/"
#define PREFERENCES "/api/v1/account/notification-preferences/"

static const struct route routes[] = {
	{.method = METHOD_GET, .path = PROFILE, .handler = account_profile,
	 .access = ACCESS_CUSTOMER, .answer = &account_resource, .budget = 1,
	 .name = "account_retrieve", .summary = "Who is logged in."},
	{.method = METHOD_PATCH, .path = PROFILE, .handler = account_change,
	 .access = ACCESS_CUSTOMER, .body = &account_resource,
	 .answer = &account_resource, .budget = 5,
	 .name = "account_partial_update",
	 .summary = "Changes the own name, telephone number, language, "
		    "currency, time zone or consent to marketing."},
	{.method = METHOD_GET, .path = USER, .handler = account_profile,
	 .access = ACCESS_CUSTOMER, .answer = &user_resource, .budget = 1,
	 .name = "auth_user_retrieve",
	 .summary = "Who is logged in, for clients of dj-rest-auth."},
	{.method = METHOD_PUT, .path = USER, .handler = account_change,
	 .access = ACCESS_CUSTOMER, .body = &user_resource,
	 .answer = &user_resource, .budget = 4, .name = "auth_user_update",
	 .summary = "Changes the own name, both parts of it."},
	{.method = METHOD_PATCH, .path = USER, .handler = account_change,
	 .access = ACCESS_CUSTOMER, .body = &user_resource,
	 .answer = &user_resource, .budget = 4,
	 .name = "auth_user_partial_update",
	 .summary = "Changes the own name."},
	{.method = METHOD_GET, .path = ADDRESSES, .handler = address_list,
	 .access = ACCESS_CUSTOMER, .answer = &saved_address_resource,
	 .listing = &address_listing, .budget = 2,
	 .name = "account_address_list",
	 .summary = "The own addresses, oldest first."},
	{.method = METHOD_POST, .path = ADDRESSES, .handler = address_create,
	 .access = ACCESS_CUSTOMER, .body = &saved_address_resource,
	 .answer = &saved_address_resource, .status = 201, .budget = 5,
	 .name = "account_address_create",
	 .summary = "Saves an address that any checkout takes; 100 at the "
		    "most."},
	{.method = METHOD_GET, .path = ADDRESSES "{id}/",
	 .handler = address_show, .access = ACCESS_CUSTOMER,
	 .answer = &saved_address_resource, .budget = 1,
	 .name = "account_address_retrieve", .summary = "An own address."},
	{.method = METHOD_PATCH, .path = ADDRESSES "{id}/",
	 .handler = address_change, .access = ACCESS_CUSTOMER,
	 .body = &saved_address_resource, .answer = &saved_address_resource,
	 .budget = 5, .name = "account_address_partial_update",
	 .summary = "Changes an own address; a default takes the place of the "
		    "one before."},
	{.method = METHOD_DELETE, .path = ADDRESSES "{id}/",
	 .handler = address_delete, .access = ACCESS_CUSTOMER, .status = 204,
	 .budget = 3, .name = "account_address_destroy",
	 .summary = "Forgets an own address; orders keep theirs."},
	{.method = METHOD_GET, .path = PREFERENCES,
	 .handler = preferences_show, .access = ACCESS_CUSTOMER,
	 .answer = &preferences_resource, .budget = 1,
	 .name = "account_notification_preferences_retrieve",
	 .summary = "What the customer wants to hear of, by which way, since "
		    "when."},
	{.method = METHOD_PATCH, .path = PREFERENCES,
	 .handler = preferences_change, .access = ACCESS_CUSTOMER,
	 .body = &preferences_resource, .answer = &preferences_resource,
	 .budget = 2, .name = "account_notification_preferences_partial_update",
	 .summary = "Switches notices on or off; mail about orders and safety "
		    "stays on."},
	{.method = METHOD_POST, .path = "/api/v1/account/orders/claim/",
	 .handler = order_claim, .access = ACCESS_CUSTOMER,
	 .answer = &order_claim_resource, .budget = 1,
	 .name = "account_order_claim",
	 .summary = "Takes in guest orders that were placed with the verified "
		    "address of the account."},
	{0},
};

const struct room profile_room = {
	.name = "profile",
	.routes = routes,
};
