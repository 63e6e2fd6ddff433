/* mail.c - one mail over SMTP, judged by the server's own code. */
#include <platform/client.h>

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/text.h>

#include "address.h"
#include "lane.h"
#include "mime.h"
#include "multi.h"

static const struct peer smtp = {
	.name = "smtp",
	.connect_ms = 5000,
	.total_ms = 60000,
	.in_flight_max = 4,
};

/* How far the dialogue came: what a 5xx means hangs on it. */
enum phase { PHASE_GREETING, PHASE_SENDER, PHASE_RECIPIENT, PHASE_DATA };

struct delivery {
	const struct mail *mail;
	struct mailbox from;
	struct text letter;
	size_t sent; /* bytes of the letter */
	enum phase phase;
	char said[120]; /* the server's last refusal */
	char server[280];
	struct transfer transfer;
	struct curl_slist *recipients;
};

static size_t on_read(char *room, size_t one, size_t count, void *argument)
{
	struct delivery *d = argument;
	size_t length = d->letter.length - d->sent;

	if (length > one * count)
		length = one * count;
	memcpy(room, d->letter.bytes + d->sent, length);
	d->sent += length;
	if (length > 0)
		d->phase = PHASE_DATA;
	return length;
}

/* Printable ASCII only: it goes to the log and to staff. */
static void keep_line(struct delivery *d, const char *line, size_t length)
{
	size_t kept = 0;

	while (kept < length && kept < sizeof(d->said) - 1 &&
	       line[kept] != '\r' && line[kept] != '\n') {
		d->said[kept] = line[kept] >= ' ' && line[kept] <= '~'
					? line[kept]
					: '?';
		kept++;
	}
	d->said[kept] = '\0';
}

static int on_debug(CURL *easy, curl_infotype type, char *line, size_t length,
		    void *argument)
{
	struct delivery *d = argument;

	(void)easy;
	if (type == CURLINFO_HEADER_IN && length > 0 && line[0] >= '4')
		keep_line(d, line, length);
	else if (type == CURLINFO_HEADER_OUT && length > 4 &&
		 strncasecmp(line, "MAIL", 4) == 0)
		d->phase = PHASE_SENDER;
	else if (type == CURLINFO_HEADER_OUT && length > 4 &&
		 strncasecmp(line, "RCPT", 4) == 0)
		d->phase = PHASE_RECIPIENT;
	return 0;
}

static bool has_prefix(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* A password never goes in the clear over a network. */
static bool settings_are_good(struct delivery *d, struct arena *arena,
			      char error[160])
{
	const char *url = config->smtp_url;
	char *host = NULL;
	CURLU *parts = curl_url();
	bool is_open;

	if (parts == NULL || (!has_prefix(url, "smtp://") &&
			      !has_prefix(url, "smtps://")) ||
	    curl_url_set(parts, CURLUPART_URL, url, 0) != CURLUE_OK ||
	    curl_url_get(parts, CURLUPART_HOST, &host, 0) != CURLUE_OK) {
		curl_url_cleanup(parts);
		snprintf(error, 160, "smtp_url is not smtp:// or smtps://");
		return false;
	}
	is_open = has_prefix(url, "smtp://") && !config->smtp_starttls &&
		  config->smtp_user[0] != '\0' && !host_is_loopback(host);
	curl_free(host);
	curl_url_cleanup(parts);
	snprintf(d->server, sizeof(d->server), "%s", url);
	if (is_open) {
		snprintf(error, 160, "smtp_user without encryption is refused");
		return false;
	}
	if (mailbox_read(arena, config->mail_from, &d->from))
		return true;
	snprintf(error, 160, "mail_from is no address");
	return false;
}

static void set_login(const struct delivery *d)
{
	CURL *easy = d->transfer.easy;

	if (config->smtp_user[0] == '\0')
		return;
	curl_easy_setopt(easy, CURLOPT_USERNAME, config->smtp_user);
	curl_easy_setopt(easy, CURLOPT_PASSWORD, config->smtp_password);
}

static bool set_options(struct delivery *d)
{
	CURL *easy = d->transfer.easy;

	d->recipients = curl_slist_append(NULL, d->mail->to);
	curl_easy_setopt(easy, CURLOPT_URL, d->server);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	/* Never CURLUSESSL_TRY: who can cut STARTTLS out would read along. */
	curl_easy_setopt(easy, CURLOPT_USE_SSL,
			 (long)(config->smtp_starttls ? CURLUSESSL_ALL
						      : CURLUSESSL_NONE));
	curl_easy_setopt(easy, CURLOPT_MAIL_FROM, d->from.address);
	curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, d->recipients);
	curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(easy, CURLOPT_READDATA, d);
	curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE,
			 (curl_off_t)d->letter.length);
	curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_debug);
	curl_easy_setopt(easy, CURLOPT_DEBUGDATA, d);
	set_login(d);
	return d->recipients != NULL;
}

/* Failures that no second try will mend. */
static bool is_broken(CURLcode result)
{
	switch (result) {
	case CURLE_LOGIN_DENIED:
	case CURLE_USE_SSL_FAILED:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return true;
	default:
		return false;
	}
}

static enum mail_outcome judge(const struct delivery *d, long code)
{
	if (d->transfer.result == CURLE_OK)
		return MAIL_SENT;
	if (code >= 400 && code < 500)
		return MAIL_RETRY;
	if (is_broken(d->transfer.result) || code == 530 || code == 535)
		return MAIL_BROKEN;
	if (code < 500 || d->phase == PHASE_GREETING)
		return MAIL_RETRY;
	return d->phase == PHASE_SENDER ? MAIL_BROKEN : MAIL_REFUSED;
}

static void explain(const struct delivery *d, long code, char error[160])
{
	if (code >= 400)
		snprintf(error, 160, "SMTP %s", d->said);
	else
		snprintf(error, 160, "%.159s",
			 d->transfer.error[0]
				 ? d->transfer.error
				 : curl_easy_strerror(d->transfer.result));
}

static async enum mail_outcome deliver(struct work *w, struct delivery *d,
				       struct lane *lane, char error[160])
{
	int64_t started = clock_monotonic();
	enum mail_outcome outcome = MAIL_RETRY;
	bool is_answer;
	long code = 0;

	if (!transfer_prepare(&d->transfer, smtp.connect_ms, smtp.total_ms) ||
	    !set_options(d)) {
		lane_leave(lane, LANE_NOTHING);
		return MAIL_RETRY;
	}
	transfer_run_aside(w, &d->transfer, smtp.total_ms);
	curl_easy_getinfo(d->transfer.easy, CURLINFO_RESPONSE_CODE, &code);
	outcome = judge(d, code);
	if (outcome != MAIL_SENT)
		explain(d, code, error);
	/* 421: it closes. Any other code is an answer to this mail alone. */
	is_answer = outcome == MAIL_SENT ||
		    (code >= 400 && code != 421 && d->phase > PHASE_GREETING);
	lane_measure(lane,
		     is_answer ? CLIENT_ANSWERED
		     : d->phase == PHASE_DATA ? CLIENT_AMBIGUOUS
					      : CLIENT_NOT_SENT,
		     clock_monotonic() - started);
	lane_leave(lane, is_answer ? LANE_GOOD : LANE_BAD);
	return outcome;
}

async enum mail_outcome mail_send(struct work *w, const struct mail *mail,
				  char error[160])
{
	struct delivery *d = arena_new(&w->arena, struct delivery);
	enum mail_outcome outcome = MAIL_RETRY;
	int64_t until = clock_monotonic() + smtp.total_ms * MILLISECOND;
	const char *why;
	struct lane *lane;

	assert(w->transaction == NULL);
	error[0] = '\0';
	d->mail = mail;
	if (!settings_are_good(d, &w->arena, error))
		return MAIL_BROKEN;
	text_init(&d->letter, &w->arena, 4096);
	if (!mime_compose(&d->letter, mail, &d->from, clock_wall(), &why)) {
		snprintf(error, 160, "%s", why);
		return MAIL_REFUSED;
	}
	lane = lane_find(&smtp, d->server);
	if (w->deadline != 0 && w->deadline < until)
		until = w->deadline;
	if (lane_enter(lane, until, error))
		outcome = deliver(w, d, lane, error);
	curl_easy_cleanup(d->transfer.easy);
	curl_slist_free_all(d->recipients);
	return outcome;
}
