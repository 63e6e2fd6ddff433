/* staff_room.c - the routes and promises of the staff. */
#include "staff.h"

#include <queries.h>

#define ADMIN "/api/v1/admin/"

/* Who may do what is for people to say: no API key changes it. */
#define STAFF(kind, where, handle, rank)                           \
	.method = METHOD_##kind, .path = (where), .handler = (handle), \
	.access = ACCESS_STAFF, .permission = PERMISSION_STAFF_##rank, \
	.is_for_people = true
#define CUSTOMERS(kind, where, handle, rank)                       \
	.method = METHOD_##kind, .path = (where), .handler = (handle), \
	.access = ACCESS_STAFF, .permission = PERMISSION_CUSTOMERS_##rank

static const struct route routes[] = {
	{STAFF(GET, ADMIN "permissions/", permission_list, READ),
	 .answer = &permission_resource, .is_array = true,
	 .name = "admin_permission_list",
	 .summary = "All that staff may be allowed to do."},
	{STAFF(GET, ADMIN "roles/", role_list, READ), .answer = &role_resource,
	 .listing = &role_listing, .budget = 1, .name = "admin_role_list",
	 .summary = "Sets of permissions."},
	{STAFF(POST, ADMIN "roles/", role_create, WRITE),
	 .body = &role_resource, .answer = &role_resource, .status = 201,
	 .needs_step_up = true, .budget = 3, .name = "admin_role_create",
	 .summary = "A new role; it allows nothing that you may not do."},
	{STAFF(GET, ADMIN "roles/{id}/", role_show, READ),
	 .answer = &role_resource, .budget = 1, .name = "admin_role_retrieve",
	 .summary = "One role."},
	{STAFF(PATCH, ADMIN "roles/{id}/", role_update, WRITE),
	 .body = &role_resource, .answer = &role_resource,
	 .needs_version = true, .needs_step_up = true, .budget = 4,
	 .name = "admin_role_partial_update",
	 .summary = "Change a role; who has it is bound by it within a second."},
	{STAFF(DELETE, ADMIN "roles/{id}/", role_delete, WRITE),
	 .needs_version = true, .needs_step_up = true, .budget = 3,
	 .name = "admin_role_destroy",
	 .summary = "Remove a role that nobody has."},
	{STAFF(GET, ADMIN "staff/", staff_list, READ),
	 .answer = &staff_resource, .listing = &staff_listing,
	 .shows_personal = true, .budget = 2,
	 .name = "admin_staff_list", .summary = "Who works for the shop."},
	{STAFF(GET, ADMIN "staff/invitations/", invitation_list, READ),
	 .answer = &invitation_resource, .listing = &invitation_listing,
	 .shows_personal = true, .budget = 1,
	 .name = "admin_staff_invitation_list",
	 .summary = "Who shall be of the staff."},
	{STAFF(POST, ADMIN "staff/invitations/", invitation_create, WRITE),
	 .body = &invitation_resource, .answer = &invitation_resource,
	 .status = 201, .needs_step_up = true, .budget = 7,
	 .name = "admin_staff_invitation_create",
	 .summary = "Mails a link that makes its reader one of the staff; a "
		    "new one makes the older one worthless."},
	{STAFF(DELETE, ADMIN "staff/invitations/{id}/", invitation_delete,
	       WRITE),
	 .needs_step_up = true, .budget = 1,
	 .name = "admin_staff_invitation_destroy",
	 .summary = "Takes an invitation back."},
	{STAFF(GET, ADMIN "staff/{id}/", staff_show, READ),
	 .answer = &staff_resource, .shows_personal = true, .budget = 1,
	 .name = "admin_staff_retrieve", .summary = "One of the staff."},
	{STAFF(PATCH, ADMIN "staff/{id}/", staff_update, WRITE),
	 .body = &staff_resource, .answer = &staff_resource,
	 .needs_version = true, .needs_step_up = true, .budget = 6,
	 .name = "admin_staff_partial_update",
	 .summary = "Give and take roles, close an account or open it again; "
		    "the last active owner stays."},
	{STAFF(POST, ADMIN "staff/{id}/reset-second-factor/",
	       staff_reset_factor, WRITE),
	 .answer = &staff_resource, .needs_step_up = true, .budget = 6,
	 .name = "admin_staff_reset_second_factor",
	 .summary = "Takes the second factors off one of the staff who has lost "
		    "theirs; all their sessions end, and a mail tells them."},
	{METHOD_POST, "/api/v1/auth/invitations/accept/", invitation_accept,
	 ACCESS_PUBLIC, .body = &acceptance_resource,
	 .answer = &staff_detail_resource, .status = 201,
	 .throttle = THROTTLE_LOGIN, .budget = 4,
	 .name = "auth_invitation_accept",
	 .summary = "Become one of the staff with a new account."},
	{METHOD_POST, "/api/v1/account/invitations/accept/", invitation_join,
	 ACCESS_CUSTOMER, .body = &joining_resource,
	 .answer = &staff_detail_resource, .throttle = THROTTLE_LOGIN,
	 .budget = 2, .name = "account_invitation_accept",
	 .summary = "Become one of the staff with the account that is logged "
		    "in."},

	{CUSTOMERS(GET, ADMIN "customers/", customer_list, READ),
	 .answer = &customer_row_resource, .listing = &customer_listing,
	 .shows_personal = true, .budget = 2, .name = "admin_customer_list",
	 .summary = "Customers; ?search= in address, name and telephone."},
	{CUSTOMERS(GET, ADMIN "customers/{id}/", customer_show, READ),
	 .answer = &customer_resource, .shows_personal = true, .budget = 1,
	 .name = "admin_customer_retrieve", .summary = "One customer."},
	{CUSTOMERS(PATCH, ADMIN "customers/{id}/", customer_update, WRITE),
	 .body = &customer_resource, .answer = &customer_resource,
	 .needs_version = true, .budget = 3,
	 .name = "admin_customer_partial_update",
	 .summary = "Mend a name or number, close the account or open it "
		    "again."},
	{CUSTOMERS(POST, ADMIN "customers/{id}/sessions/end/",
		   customer_sessions_end, WRITE),
	 .answer = &sessions_ended_resource, .budget = 1,
	 .name = "admin_customer_sessions_end",
	 .summary = "Logs a customer out everywhere."},
	{CUSTOMERS(GET, ADMIN "customers/{id}/notes/", customer_note_list,
		   READ),
	 .answer = &customer_note_resource, .listing = &customer_note_listing,
	 .shows_personal = true, .budget = 3,
	 .name = "admin_customer_note_list",
	 .summary = "What staff wrote of a customer."},
	{CUSTOMERS(POST, ADMIN "customers/{id}/notes/", customer_note_create,
		   WRITE),
	 .body = &customer_note_resource, .answer = &customer_note_resource,
	 .status = 201, .budget = 1, .name = "admin_customer_note_create",
	 .summary = "Write something of a customer, for staff alone."},
	{CUSTOMERS(DELETE, ADMIN "customers/{id}/notes/{note}/",
		   customer_note_delete, WRITE),
	 .budget = 1, .name = "admin_customer_note_destroy",
	 .summary = "Remove a note."},
	{0},
};

static const struct periodic periodics[] = {
	{"staff.invitations_prune", INT64_C(3600000), invitation_prune},
	{0},
};

static const struct invariant invariants[] = {
	{"W1", "There is an active owner.", &q_staff_without_owner},
	{"W2", "Staff may do what their roles and direct permissions allow.",
	 &q_staff_permissions_differ},
	{0},
};

const struct room staff_room = {
	.name = "staff",
	.routes = routes,
	.periodics = periodics,
	.invariants = invariants,
};
