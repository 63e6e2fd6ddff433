/* profile.h - what the files about profiles, addresses and preferences share. */
#ifndef ACCOUNTS_PROFILE_H
#define ACCOUNTS_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include <domain/addresses.h>
#include <rest/listing.h>
#include <rest/request.h>
#include <rest/resource.h>

extern const struct fault_kind fault_user_inactive;

/* ---- profile.c ---- */

enum { LANGUAGE_TAG_MAX = 35 };
/*
 * Whether the text is a well-formed language tag of RFC 5646 (section 2.1, but
 * for the irregular tags of old), and not too long. Then its letters get the
 * case of section 2.1.1: de-CH, zh-Hant-TW.
 */
bool language_tag_form(char *tag);

/* ---- profile_wire.c ---- */

struct profile {
	const char *first_name;
	const char *last_name;
	const char *phone;
	const char *language;  /* given and NULL: the shop's */
	const char *currency;  /* likewise */
	const char *time_zone; /* likewise */
	bool marketing_consent;
	const char *marketing_consent_version; /* of the text agreed to */
};
extern const struct resource account_resource;
extern const struct resource user_resource; /* dj-rest-auth's */

enum { ADDRESSES_MAX = 100 };
struct saved_address {
	struct address address; /* stays first */
	bool is_default_shipping;
	bool is_default_billing;
};
extern const struct resource saved_address_resource;

struct preference {
	const char *channel;
	const char *topic;
	bool is_enabled;
	const char *text_version; /* NULL: not told */
};
struct preferences {
	struct field_list preferences; /* of struct preference */
};
extern const struct resource preferences_resource;
extern const struct resource order_claim_resource;

/* ---- the handlers ---- */

async bool account_profile(struct request *req); /* profile_http.c */
async bool account_change(struct request *req);
async bool order_claim(struct request *req);

extern const struct listing address_listing; /* address_http.c */
async bool address_list(struct request *req);
async bool address_create(struct request *req);
async bool address_show(struct request *req);
async bool address_change(struct request *req);
async bool address_delete(struct request *req);

async bool preferences_show(struct request *req); /* preference_http.c */
async bool preferences_change(struct request *req);

#endif
