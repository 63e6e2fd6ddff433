/* staff.h - what the files of this room share. */
#ifndef STAFF_STAFF_H
#define STAFF_STAFF_H

#include <stdbool.h>
#include <stdint.h>

#include <domain/staff.h>
#include <platform/auth.h>
#include <platform/db.h>
#include <rest/listing.h>
#include <rest/request.h>
#include <rest/resource.h>

/* ---- staff_wire.c, customer_wire.c ---- */

struct role_in {
	const char *name;
	const char *description;
	struct field_list permissions; /* of const char * */
};
struct staff_in {
	struct field_list roles; /* of const char *: names */
	bool is_active;
};
struct invitation_in {
	const char *email;
	struct field_list roles;
};
struct acceptance_in {
	const char *token;
	const char *password;
	const char *first_name;
	const char *last_name;
};
struct customer_in {
	const char *first_name;
	const char *last_name;
	const char *phone;
	bool is_active;
};
struct note_in {
	const char *body;
};
extern const struct resource permission_resource;
extern const struct resource role_resource;
extern const struct resource staff_resource;
extern const struct resource invitation_resource;
extern const struct resource acceptance_resource;
extern const struct resource joining_resource; /* of who has an account */
extern const struct resource staff_detail_resource;
extern const struct resource customer_row_resource;
extern const struct resource customer_resource;
extern const struct resource sessions_ended_resource;
extern const struct resource customer_note_resource;

extern const struct listing role_listing;
extern const struct listing staff_listing;
extern const struct listing invitation_listing;
extern const struct listing customer_listing;
extern const struct listing customer_note_listing;

/* ---- grant.c: who may give and take what ---- */

/* Who asks, as the database knows them now; 403 when they are no staff any
 * more. Locked until the end of the transaction. */
async bool grant_actor(struct request *req, uint32_t *permissions);
/* Permissions as bits, and one more for the role of owners. */
uint32_t grant_bits(const char *permissions, bool is_owner);
/* 403 beyond_own_permissions when `wanted` has more than `own`. */
bool grant_within(struct work *w, uint32_t own, uint32_t wanted);
/* The names of a body's field "permissions" as bits. */
bool grant_permissions(struct work *w, const struct field_list *names,
		       uint32_t *permissions);
/* Roles found by name, and what they allow together. */
struct role_set {
	struct uuid *ids;
	size_t count;
	uint32_t permissions;
};
async bool grant_roles(struct work *w, const struct field_list *names,
		       struct role_set *set);

/* ---- the handlers ---- */

async bool permission_list(struct request *req);

async bool role_list(struct request *req);
async bool role_show(struct request *req);
async bool role_create(struct request *req);
async bool role_update(struct request *req);
async bool role_delete(struct request *req);

async bool staff_list(struct request *req);
async bool staff_show(struct request *req);
async bool staff_update(struct request *req);
async bool staff_reset_factor(struct request *req);

async bool invitation_list(struct request *req);
async bool invitation_create(struct request *req);
async bool invitation_delete(struct request *req);
async bool invitation_accept(struct request *req); /* makes an account */
async bool invitation_join(struct request *req);   /* has one */
async bool invitation_prune(struct work *w);

async bool customer_list(struct request *req);
async bool customer_show(struct request *req);
async bool customer_update(struct request *req);
async bool customer_sessions_end(struct request *req);
async bool customer_note_list(struct request *req);
async bool customer_note_create(struct request *req);
async bool customer_note_delete(struct request *req);

#endif
