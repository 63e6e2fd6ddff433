/* mime.c - RFC 5322, 2045 and 2047: mails that hold any text safely. */
#include "mime.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <platform/clock.h>

enum {
	ADDRESS_MAX = 254, /* RFC 5321, 4.5.3.1.3 less the brackets */
	LOCAL_MAX = 64,
	PLAIN_MAX = 70, /* longer headers are encoded, and folded by that */
	WORD_BYTES = 45, /* of UTF-8 in one encoded word of 75 characters */
	LINE_LENGTH_MAX = 76
};

static bool is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/* Atoms of those characters, with single dots between. */
static bool is_dotted(const char *text, size_t length, const char *others)
{
	for (size_t i = 0; i < length; i++) {
		bool is_end = i == 0 || i == length - 1;

		if (text[i] == '.' ? is_end || text[i - 1] == '.'
				   : !is_alphanumeric(text[i]) &&
					     strchr(others, text[i]) == NULL)
			return false;
	}
	return length > 0;
}

bool address_is_mailable(const char *address)
{
	const char *at = strrchr(address, '@');
	size_t length = strlen(address);

	if (at == NULL || length > ADDRESS_MAX || at - address > LOCAL_MAX)
		return false;
	return is_dotted(address, (size_t)(at - address),
			 "!#$%&'*+-/=?^_`{|}~") &&
	       is_dotted(at + 1, strlen(at + 1), "-");
}

bool mailbox_read(struct arena *arena, const char *text,
		  struct mailbox *mailbox)
{
	const char *open = strrchr(text, '<');
	size_t length;

	if (open == NULL) {
		*mailbox = (struct mailbox){"", text};
		return address_is_mailable(text);
	}
	length = strlen(open + 1);
	if (length < 2 || open[length] != '>')
		return false;
	mailbox->address = arena_copy(arena, open + 1, length - 1);
	while (open > text && open[-1] == ' ')
		open--;
	mailbox->name = arena_copy(arena, text, (size_t)(open - text));
	return address_is_mailable(mailbox->address) &&
	       strpbrk(mailbox->name, "\r\n") == NULL;
}

static void add_base64(struct text *text, const void *bytes, size_t length)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint8_t *at = bytes;

	for (size_t i = 0; i < length; i += 3) {
		uint32_t three = (uint32_t)at[i] << 16;

		if (i + 1 < length)
			three |= (uint32_t)at[i + 1] << 8;
		if (i + 2 < length)
			three |= at[i + 2];
		text_add_char(text, digits[three >> 18]);
		text_add_char(text, digits[three >> 12 & 63]);
		text_add_char(text, i + 1 < length ? digits[three >> 6 & 63]
						   : '=');
		text_add_char(text, i + 2 < length ? digits[three & 63] : '=');
	}
}

static bool is_plain(const char *value)
{
	if (strlen(value) > PLAIN_MAX || strstr(value, "=?") != NULL ||
	    value[0] == ' ')
		return false;
	for (; *value != '\0'; value++)
		if (*value < ' ' || *value > '~')
			return false;
	return true;
}

/* No character is split between two words. */
static size_t word_length(const char *value)
{
	size_t length = strlen(value);

	if (length <= WORD_BYTES)
		return length;
	for (length = WORD_BYTES; length > WORD_BYTES - 4; length--)
		if (((uint8_t)value[length] & 0xc0) != 0x80)
			return length;
	return WORD_BYTES; /* no UTF-8 */
}

void mime_add_words(struct text *text, const char *value)
{
	if (is_plain(value)) {
		text_add(text, value);
		return;
	}
	while (*value != '\0') {
		size_t length = word_length(value);

		text_add(text, "=?UTF-8?B?");
		add_base64(text, value, length);
		text_add(text, "?=");
		value += length;
		if (*value != '\0')
			text_add(text, "\r\n ");
	}
}

static bool is_line_end(const char *at)
{
	return at[0] == '\n' || (at[0] == '\r' && at[1] == '\n');
}

/* A blank at the end of a line would be lost. */
static bool is_literal(const char *at)
{
	if (*at == ' ' || *at == '\t')
		return at[1] != '\0' && !is_line_end(at + 1);
	return *at > ' ' && *at <= '~' && *at != '=';
}

void mime_add_quoted(struct text *text, const char *value)
{
	size_t column = 0;

	for (; *value != '\0'; value++) {
		size_t width = is_literal(value) ? 1 : 3;

		if (is_line_end(value)) {
			value += *value == '\r';
			text_add(text, "\r\n");
			column = 0;
			continue;
		}
		if (column + width > LINE_LENGTH_MAX - 1) {
			text_add(text, "=\r\n");
			column = 0;
		}
		if (width == 1)
			text_add_char(text, *value);
		else
			text_format(text, "=%02X", (unsigned)(uint8_t)*value);
		column += width;
	}
	text_add(text, "\r\n");
}

/* "Sun, 22 Nov 2026 16:32:32 +0000", whatever the locale: RFC 5322, 3.3. */
static void mime_add_date(struct text *text, int64_t wall)
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed",
				       "Thu", "Fri", "Sat"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr",
					 "May", "Jun", "Jul", "Aug",
					 "Sep", "Oct", "Nov", "Dec"};
	time_t seconds = (time_t)(wall / SECOND);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	text_format(text, "%s, %d %s %d %02d:%02d:%02d +0000", days[tm.tm_wday],
		    tm.tm_mday, months[tm.tm_mon], 1900 + tm.tm_year,
		    tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* RFC 5322, 3.2.4: in it every special stands for itself. */
static void add_quoted_string(struct text *text, const char *value)
{
	text_add_char(text, '"');
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			text_add_char(text, '\\');
		text_add_char(text, *value);
	}
	text_add_char(text, '"');
}

static void add_from(struct text *text, const struct mailbox *from)
{
	text_add(text, "From: ");
	if (from->name[0] == '\0') {
		text_format(text, "%s\r\n", from->address);
		return;
	}
	if (is_plain(from->name))
		add_quoted_string(text, from->name);
	else
		mime_add_words(text, from->name);
	text_format(text, " <%s>\r\n", from->address);
}

static void add_headers(struct text *text, const struct mail *mail,
			const struct mailbox *from, int64_t wall)
{
	text_add(text, "Date: ");
	mime_add_date(text, wall);
	text_add(text, "\r\n");
	add_from(text, from);
	text_format(text, "To: %s\r\nMessage-ID: <%s>\r\nSubject: ", mail->to,
		    mail->message_id);
	mime_add_words(text, mail->subject);
	/* RFC 3834: nobody is away from this letter. */
	text_add(text, "\r\nAuto-Submitted: auto-generated\r\n"
		       "MIME-Version: 1.0\r\n");
}

static void add_part(struct text *text, const char *type, const char *value)
{
	text_format(text,
		    "Content-Type: text/%s; charset=utf-8\r\n"
		    "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
		    type);
	mime_add_quoted(text, value);
}

static bool is_header_safe(const char *value)
{
	return strpbrk(value, "\r\n") == NULL;
}

bool mime_compose(struct text *text, const struct mail *mail,
		  const struct mailbox *from, int64_t wall, const char **why)
{
	/* "=_" cannot occur in quoted-printable (RFC 2045, 6.7). */
	static const char mark[] = "=_shopd_alternative_=";

	*why = NULL;
	if (!address_is_mailable(mail->to))
		*why = "The address cannot be mailed to.";
	else if (!is_header_safe(mail->subject))
		*why = "The subject has a line break.";
	else if (!address_is_mailable(mail->message_id))
		*why = "The message id is bad.";
	if (*why != NULL)
		return false;
	add_headers(text, mail, from, wall);
	if (mail->html == NULL) {
		add_part(text, "plain", mail->text);
		return true;
	}
	text_format(text,
		    "Content-Type: multipart/alternative; boundary=\"%s\"\r\n"
		    "\r\n--%s\r\n",
		    mark, mark);
	add_part(text, "plain", mail->text);
	text_format(text, "--%s\r\n", mark);
	add_part(text, "html", mail->html);
	text_format(text, "--%s--\r\n", mark);
	return true;
}
