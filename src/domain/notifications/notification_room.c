/* notification_room.c - which events are told to people, and what was told. */
#include "notice.h"

#include <rest/listing.h>
#include <rest/room.h>
#include <queries.h>

extern const struct room notifications_room;

static const struct choice states[] = {
	{"queued", "Queued"},
	{"sent", "Sent"},
	{"failed", "Failed"},
	{"skipped", "Skipped"},
	{0},
};

static const struct field fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY,
	 .help = "Its id, and the left part of the Message-ID."},
	{"template", FIELD_TEXT, FIELD_READ_ONLY, .help = "Which mail it is."},
	{"recipient", FIELD_EMAIL, FIELD_READ_ONLY, .help = "To whom."},
	{"subject", FIELD_TEXT, FIELD_READ_ONLY, .help = "Its subject."},
	{"state", FIELD_CHOICE, FIELD_READ_ONLY, .choices = states,
	 .help = "How far it came."},
	{"attempts", FIELD_INTEGER, FIELD_READ_ONLY, .help = "Tries so far."},
	{"last_error", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "What the mail server said last."},
	{"sent_at", FIELD_TIME, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "When the mail server took it."},
	{"created_at", FIELD_TIME, FIELD_READ_ONLY,
	 .help = "When it was made."},
	{0},
};

static const struct resource notification_resource = {
	.name = "Notification",
	.fields = fields,
	.help = "A mail that an event asked for.",
};

static const struct filter filters[] = {
	{"state", FIELD_CHOICE, 0, "n.state = $?", .choices = states,
	 .help = "In this state."},
	{"template", FIELD_TEXT, 0, "n.template = $?", .help = "This mail."},
	{"recipient", FIELD_TEXT, 0, "lower(n.recipient) = lower($?)",
	 .help = "To this address."},
	{0},
};

static const struct ordering orderings[] = {
	{"created_at", "n.created_at"},
	{0},
};

static const struct listing listing = {
	.query = &q_notification_list,
	.filters = filters,
	.orderings = orderings,
	.order = "-created_at",
	.tie_break = "n.id",
};

static async bool notification_list(struct request *req)
{
	return reply_page(req, &listing, no_params);
}

static const struct route routes[] = {
	{METHOD_GET, "/api/v1/admin/notifications/", notification_list,
	 ACCESS_STAFF, PERMISSION_ORDERS_READ, .answer = &notification_resource,
	 .listing = &listing, .shows_personal = true, .budget = 1,
	 .name = "admin_notification_list",
	 .summary = "Mails to customers, and how far they came."},
	{0},
};

/* SMTP may be away for days: tried for three, by providers section 10. */
#define MAIL_BY(kind, send) {kind, send, 0, 72 * 3600, 75000}
#define MAIL(kind) MAIL_BY(kind, notice_send)

static const struct job_kind jobs[] = {
	MAIL("mail.account_registered"),
	MAIL("mail.account_exists"),
	MAIL("mail.password_reset"),
	MAIL("mail.password_changed"),
	MAIL("mail.verification"),
	MAIL("mail.email_change"),
	MAIL("mail.email_change_notice"),
	MAIL("mail.email_changed"),
	MAIL_BY("mail.security", notice_security),
	MAIL("mail.export_ready"),
	MAIL("mail.erasure_requested"),
	MAIL("mail.order_placed"),
	MAIL("mail.order_link"),
	MAIL_BY("mail.review_accepted", notice_review),
	MAIL_BY("mail.review_rejected", notice_review),
	MAIL_BY("mail.review_replied", notice_review),
	MAIL("mail.staff_invited"),
	{0},
};

static const struct subscription subscriptions[] = {
	{"account.registered", "mail.account_registered"},
	{"account.register_existing", "mail.account_exists"},
	{"account.password_reset_requested", "mail.password_reset"},
	{"account.password_changed", "mail.password_changed"},
	{"account.verification_requested", "mail.verification"},
	{"account.email_change_requested", "mail.email_change"},
	{"account.email_change_noticed", "mail.email_change_notice"},
	{"account.email_changed", "mail.email_changed"},
	{"account.passkey_added", "mail.security"},
	{"account.passkey_removed", "mail.security"},
	{"account.passkey_suspected", "mail.security"},
	{"account.second_factor_added", "mail.security"},
	{"account.second_factor_removed", "mail.security"},
	{"account.second_factor_reset", "mail.security"},
	{"account.recovery_code_used", "mail.security"},
	{"account.recovery_codes_renewed", "mail.security"},
	{"account.social_linked", "mail.security"},
	{"account.social_unlinked", "mail.security"},
	{"account.export_ready", "mail.export_ready"},
	{"account.erasure_requested", "mail.erasure_requested"},
	{"order.placed", "mail.order_placed"},
	{"order.link_requested", "mail.order_link"},
	{"review.accepted", "mail.review_accepted"},
	{"review.rejected", "mail.review_rejected"},
	{"review.replied", "mail.review_replied"},
	{"staff.invited", "mail.staff_invited"},
	{0},
};

const struct room notifications_room = {
	.name = "notifications",
	.routes = routes,
	.jobs = jobs,
	.subscriptions = subscriptions,
};
