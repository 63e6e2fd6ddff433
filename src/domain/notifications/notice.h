/* notice.h - the mails of the shop, inside the room. */
#ifndef DOMAIN_NOTIFICATIONS_NOTICE_H
#define DOMAIN_NOTIFICATIONS_NOTICE_H

#include <stdbool.h>

#include <platform/jobs.h>
#include <platform/text.h>
#include <platform/work.h>
#include <rest/route.h>

struct json_t;

/* A mail being written: the same words twice, as text and as HTML. */
struct letter {
	const char *to;
	const char *subject;
	struct text text;
	struct text html;
};

/* Values may be anybody's: letter_* puts them on one line and escapes them. */
void letter_begin(struct letter *letter, struct arena *arena,
		  const char *subject);
void letter_heading(struct letter *letter, const char *words);
void letter_paragraph(struct letter *letter, const char *words);
/* A link that stands alone; url is http or https, else only its text shows. */
void letter_link(struct letter *letter, const char *words, const char *url);
/* A table of what and how much; both texts of a row are shown. */
void letter_table(struct letter *letter, const char *caption);
void letter_row(struct letter *letter, const char *what, const char *much,
		bool is_sum);
void letter_table_end(struct letter *letter);
void letter_end(struct letter *letter, const char *shop);

/* Of one topic; the data are the event's. */
struct template {
	const char *topic;
	const char *name; /* kept with the notification */
	void (*write)(struct letter *letter, struct arena *arena,
		      const struct json_t *data);
};
extern const struct template templates[]; /* ended by a NULL topic */
/* False: no such topic, or the event tells no address. */
bool letter_write(struct letter *letter, struct arena *arena,
		  const struct template *template, const struct json_t *data);

/* account_templates.c, security_templates.c */
#define WRITER(name)                                         \
	void name(struct letter *letter, struct arena *arena, \
		  const struct json_t *data)
WRITER(write_password_reset);
WRITER(write_password_changed);
WRITER(write_verification);
WRITER(write_email_requested);
WRITER(write_email_noticed);
WRITER(write_email_changed);
WRITER(write_passkey_added);
WRITER(write_passkey_removed);
WRITER(write_passkey_suspected);
WRITER(write_factor_added);
WRITER(write_factor_removed);
WRITER(write_factor_reset);
WRITER(write_code_used);
WRITER(write_codes_renewed);
WRITER(write_social_linked);
WRITER(write_social_unlinked);
WRITER(write_export_ready);
WRITER(write_erasure_requested);
#undef WRITER

/* secret.c: the event's link with the secret that follows from its seed. When
 * no key of ours gives the one that is stored, a sentence says so. */
void letter_secret(struct letter *letter, struct arena *arena,
		   const struct json_t *data, const char *words,
		   const char *purpose);

/* Sends the mail of the event's topic, at most once as far as SMTP can. */
async enum job_verdict notice_send(struct work *w,
				   const struct json_t *payload);
/* The same to the author of the event's review. */
async enum job_verdict notice_review(struct work *w,
				     const struct json_t *payload);
/* The same to the owner of the event's account, whose address may stand in the
 * database alone. */
async enum job_verdict notice_security(struct work *w,
				       const struct json_t *payload);

#endif
