/* notice.c - from an event to a mail sent. */
#include "notice.h"

#include <string.h>

#include <platform/client.h>
#include <platform/config.h>
#include <platform/db.h>
#include <platform/json.h>
#include <platform/log.h>
#include <queries.h>

static const struct fault_kind bad_event = {
	500, "bad_event", "The event cannot be made into a mail."};
static const struct fault_kind not_sent = {
	503, "mail_not_sent", "The mail was not sent."};

/* What a try came to, in the table and for the job. */
static const struct {
	const char *state;
	enum job_verdict verdict;
} ends[] = {
	[MAIL_SENT] = {"sent", JOB_DONE},
	[MAIL_RETRY] = {"queued", JOB_RETRY},
	[MAIL_REFUSED] = {"failed", JOB_DEAD},
	/* Once the settings are mended it shall go. */
	[MAIL_BROKEN] = {"queued", JOB_RETRY},
};

static const struct template *template_find(const char *topic)
{
	for (const struct template *t = templates; t->topic != NULL; t++)
		if (strcmp(t->topic, topic) == 0)
			return t;
	return NULL;
}

/* The id of the notification at the sender's host: the same on each retry, so
 * that a mail that came twice can be recognised. */
static const char *message_id(struct arena *arena, const struct uuid *id)
{
	char text[UUID_TEXT_LENGTH + 1];
	const char *at = strrchr(config->mail_from, '@');
	size_t length = at != NULL ? strcspn(at + 1, "> ") : 0;

	uuid_format(id, text);
	if (length == 0)
		return arena_format(arena, "%s@localhost", text);
	return arena_format(arena, "%s@%.*s", text, (int)length, at + 1);
}

static async bool end(struct work *w, const struct uuid *id, const char *state,
		      const char *error)
{
	return db_query(w, &q_notification_end,
			params(p_uuid(id), p_text(state), p_text(error)), NULL);
}

static async enum job_verdict deliver(struct work *w, const struct uuid *id,
				      const struct letter *letter)
{
	char error[160] = "";
	struct mail mail = {
		.message_id = message_id(&w->arena, id),
		.to = letter->to,
		.subject = letter->subject,
		.text = letter->text.bytes,
		.html = letter->html.bytes,
	};
	enum mail_outcome outcome;

	if (config->smtp_url[0] == '\0')
		return end(w, id, "skipped", "No smtp_url is set.")
			       ? JOB_DONE
			       : JOB_RETRY;
	outcome = mail_send(w, &mail, error);
	if (outcome == MAIL_BROKEN)
		log_line(LOG_ERROR_LINE, "mail is not set up right", "reason",
			 error, NULL);
	/* Sent but not noted: the job runs again, and a second mail bears the
	 * same Message-ID. SMTP allows no better. */
	if (!end(w, id, ends[outcome].state, error))
		return JOB_RETRY;
	if (outcome != MAIL_SENT)
		refuse(w, &not_sent, "%s", error);
	return ends[outcome].verdict;
}

/* Mails that can be done without, by the topic of account/notification-
 * preferences/ that switches them off. The rest is about orders and the safety
 * of accounts. */
static const struct {
	const char *template;
	const char *topic;
} optional[] = {
	{"review_accepted", "reviews"},
	{"review_rejected", "reviews"},
	{"review_replied", "reviews"},
};

static const char *topic_of(const struct template *template)
{
	for (size_t i = 0; i < sizeof(optional) / sizeof(optional[0]); i++)
		if (strcmp(optional[i].template, template->name) == 0)
			return optional[i].topic;
	return NULL;
}

static async enum job_verdict send(struct work *w,
				   const struct json_t *payload,
				   const struct template *template,
				   const struct json_t *data)
{
	struct letter letter;
	struct rows rows;
	struct uuid event;
	struct uuid id;

	if (template == NULL ||
	    !uuid_parse(json_text_at(payload, "event_id", ""), &event) ||
	    !letter_write(&letter, &w->arena, template, data)) {
		refuse(w, &bad_event, NULL);
		return JOB_DEAD;
	}
	if (!db_query(w, &q_notification_begin,
		      params(p_uuid(&event), p_text(template->name),
			     p_text(letter.to), p_text(letter.subject),
			     p_text(topic_of(template))),
		      &rows))
		return JOB_RETRY;
	if (rows.count == 0 || !row_bool(&rows, 0, 1))
		return JOB_DONE; /* sent before, or not wanted */
	id = row_uuid(&rows, 0, 0);
	return deliver(w, &id, &letter);
}

async enum job_verdict notice_send(struct work *w,
				   const struct json_t *payload)
{
	return send(w, payload,
		    template_find(json_text_at(payload, "topic", "")),
		    json_member(payload, "data"));
}

/* What the mail says is the row's one column. */
static async enum job_verdict send_row(struct work *w,
				       const struct json_t *payload,
				       const struct rows *rows)
{
	const char *data = row_text(rows, 0, 0);

	return send(w, payload,
		    template_find(json_text_at(payload, "topic", "")),
		    json_read_quietly(&w->arena, data, strlen(data)));
}

/* Whose review it is stands in the database alone, not in the event. */
async enum job_verdict notice_review(struct work *w,
				     const struct json_t *payload)
{
	const char *topic = json_text_at(payload, "topic", "");
	struct uuid review = {{0}};
	struct rows rows;

	uuid_parse(json_text_at(payload, "aggregate_id", ""), &review);
	if (!db_query(w, &q_notification_review,
		      params(p_uuid(&review), p_text(topic)), &rows))
		return JOB_RETRY;
	if (rows.count == 0)
		return JOB_DONE; /* it has gone, or its author has */
	return send_row(w, payload, &rows);
}

async enum job_verdict notice_security(struct work *w,
				       const struct json_t *payload)
{
	struct uuid account = {{0}};
	struct rows rows;

	uuid_parse(json_text_at(payload, "aggregate_id", ""), &account);
	if (!db_query(w, &q_notification_security,
		      params(p_uuid(&account),
			     p_text(json_text_at(payload, "at", NULL)),
			     p_text(json_text_at(payload, "data.passkey", "")),
			     p_text(json_text_at(payload, "data.provider", ""))),
		      &rows))
		return JOB_RETRY;
	if (rows.count == 0)
		return JOB_DONE; /* its owner has gone */
	return send_row(w, payload, &rows);
}
