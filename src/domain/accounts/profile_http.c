/* profile_http.c - the own profile, and the guest orders that are theirs. */
#include "profile.h"

#include <string.h>

#include <domain/accounts.h>
#include <platform/config.h>
#include <platform/money.h>

#include <queries.h>

const struct fault_kind fault_user_inactive = {
	401, "user_inactive", "User is inactive"};
static const struct fault_kind not_verified = {
	403, "email_not_verified", "Verify the e-mail address first."};

async bool account_profile(struct request *req)
{
	struct work *w = &req->http.work;
	struct rows rows;

	if (!db_query(w, &q_profile_show, params(p_uuid(&req->who.account)),
		      &rows))
		return false;
	return rows.count ? reply_row(req, 200, &rows)
			  : refuse(w, &fault_user_inactive, NULL);
}

struct change {
	struct request *req;
	struct profile profile;
	bool tells_consent;
	struct rows rows;
};

static bool given(const struct change *change, size_t offset)
{
	return change->req->route->body == &account_resource &&
	       field_was_given(change->req, offset);
}
#define was_told(change, member) given((change), offsetof(struct profile, member))

static bool check_language(struct work *w, struct profile *profile)
{
	char *tag;

	if (profile->language == NULL)
		return true;
	tag = arena_copy(&w->arena, profile->language,
			 strlen(profile->language));
	profile->language = tag;
	return language_tag_form(tag) ||
	       refuse_field(w, "language",
			    "Use a language tag of BCP 47, as de-CH.");
}

/* The shop's own, or one that something has a price in. */
static async bool check_currency(struct work *w, const char *code)
{
	struct rows rows;

	if (code == NULL || strcmp(code, config->currency) == 0)
		return true;
	if (currency_find(code) == NULL)
		return refuse_field(w, "currency",
				    "\"%s\" is not an ISO 4217 currency.", code);
	return db_query(w, &q_profile_sold_in, params(p_text(code)), &rows) &&
	       (rows.count == 1 ||
		refuse_field(w, "currency", "Nothing is sold in %s.", code));
}

/* Whoever shows a consent later must know to which words it was given. */
static bool check_consent(struct work *w, const struct change *change)
{
	const char *version = change->profile.marketing_consent_version;

	if (change->tells_consent)
		return !change->profile.marketing_consent || version != NULL ||
		       refuse_field(w, "marketing_consent_version",
				    "Say which text was agreed to.");
	return version == NULL ||
	       refuse_field(w, "marketing_consent", "This field is required.");
}

static async bool change_step(struct work *w, void *argument)
{
	struct change *change = argument;
	const struct profile *in = &change->profile;
	struct param id = p_uuid(&change->req->who.account);
	struct rows rows;

	if (!db_query(w, &q_account_lock, params(id), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &fault_user_inactive, NULL);
	return check_version(change->req, row_int(&rows, 0, 0)) &&
	       db_query(w, &q_profile_update,
			params(id, p_text(in->first_name),
			       p_text(in->last_name), p_text(in->phone),
			       p_bool(was_told(change, language)),
			       p_text(in->language),
			       p_bool(was_told(change, currency)),
			       p_text(in->currency),
			       p_bool(was_told(change, time_zone)),
			       p_text(in->time_zone),
			       change->tells_consent
				       ? p_bool(in->marketing_consent)
				       : p_null(),
			       p_text(in->marketing_consent_version)),
			&change->rows);
}

static async bool save(struct work *w, struct change *change)
{
	if (db_transact(w, change_step, change))
		return true;
	if (!db_violates(w, "account_time_zone_known"))
		return false;
	forgive(w);
	return refuse_field(w, "time_zone",
			    "Use a name of the IANA database, as Europe/Berlin.");
}

async bool account_change(struct request *req)
{
	struct work *w = &req->http.work;
	struct change change = {.req = req};

	if (!read_body(req, &change.profile))
		return false;
	change.tells_consent = was_told(&change, marketing_consent);
	return phone_check(w, &change.profile.phone) &&
	       check_language(w, &change.profile) &&
	       check_consent(w, &change) &&
	       check_currency(w, change.profile.currency) &&
	       save(w, &change) && reply_row(req, 200, &change.rows);
}

async bool order_claim(struct request *req)
{
	struct work *w = &req->http.work;
	struct rows rows;

	if (!db_query(w, &q_order_claim_own, params(p_uuid(&req->who.account)),
		      &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &fault_user_inactive, NULL);
	return row_bool(&rows, 0, 0) ? reply_row(req, 200, &rows)
				     : refuse(w, &not_verified, NULL);
}
