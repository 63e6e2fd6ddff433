/* retention.c - what is needed no longer goes by its age. Other rooms see to
 * what is their own: docs/privacy.md lists all of it. */
#include "privacy.h"

#include <platform/config.h>
#include <queries.h>

/* Takes an age in days; 0 keeps for ever. */
struct rule {
	const struct query *query;
	size_t setting; /* of struct config */
};
#define DAYS(member) offsetof(struct config, member)

static const struct rule rules[] = {
	{&q_retain_mails, DAYS(retention_mail_days)},
	{&q_retain_webhooks, DAYS(retention_webhook_days)},
	{&q_retain_dead_jobs, DAYS(retention_job_days)},
	{&q_retain_ordered_carts, DAYS(retention_cart_days)},
	{&q_retain_unpaid_orders, DAYS(retention_cart_days)},
	{&q_retain_unverified, DAYS(retention_unverified_days)},
};
static const struct query *const always[] = {
	&q_retain_left_carts, &q_retain_invitations, &q_retain_exports,
	&q_retain_lost_exports};

static int64_t days_of(const struct rule *rule)
{
	return *(const int64_t *)((const char *)config + rule->setting);
}

/* What there is more of than one round takes goes with the next ones. */
async bool retention_round(struct work *w)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		int64_t days = days_of(&rules[i]);

		if (days > 0 &&
		    !db_query(w, rules[i].query, params(p_int(days)), NULL))
			return false;
	}
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		if (!db_query(w, always[i], no_params, NULL))
			return false;
	return true;
}
