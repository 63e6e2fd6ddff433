/* log.c - one JSON object a line on stderr. A line is never torn: it leaves in
 * one write(2), alone or together with the lines before it. */
#include <platform/log.h>

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <platform/clock.h>

enum {
	LINE_MAX_BYTES = 4096, /* PIPE_BUF: such a write is never torn */
	TAIL = 16	       /* kept for the end of a line cut short */
};

struct line {
	char bytes[LINE_MAX_BYTES];
	size_t length;
	bool is_cut;
};

static const char *const level_names[] = {"debug", "info", "warning", "error"};
static enum log_level least = LOG_INFO_LINE;
static _Thread_local char context[64];

/* Of the thread that called log_gather: what waits for the turn to end. Into a
 * pipe at most PIPE_BUF, so that the lines of several processes do not mix;
 * writes to a file do not in any case. */
static _Thread_local bool gathers;
static char gathered[4 * LINE_MAX_BYTES];
static size_t gathered_length;
static size_t gathered_max = LINE_MAX_BYTES;
static char known_pid[16]; /* as it stands in a line */

static void line_add(struct line *line, const char *bytes, size_t length)
{
	if (line->is_cut || line->length + length > LINE_MAX_BYTES - TAIL) {
		line->is_cut = true;
		return;
	}
	memcpy(line->bytes + line->length, bytes, length);
	line->length += length;
}

/* Length of the UTF-8 sequence at `at` (RFC 3629), 0 if it is none. */
static size_t utf8_length(const unsigned char *at)
{
	size_t length = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0
				       : at[0] < 0xe0   ? 2
				       : at[0] < 0xf0   ? 3
				       : at[0] < 0xf5   ? 4
							: 0;

	for (size_t i = 1; i < length; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	if ((at[0] == 0xe0 && at[1] < 0xa0) ||
	    (at[0] == 0xed && at[1] > 0x9f) ||
	    (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
		return 0;
	return length;
}

static size_t line_add_char(struct line *line, const unsigned char *at)
{
	size_t length = utf8_length(at);
	char escape[8];

	if (length == 0) {
		line_add(line, "\\ufffd", 6);
		return 1;
	}
	if (*at == '"' || *at == '\\') {
		escape[0] = '\\';
		escape[1] = (char)*at;
		line_add(line, escape, 2);
	} else if (*at < 0x20 || *at == 0x7f) {
		snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)*at);
		line_add(line, escape, 6);
	} else {
		line_add(line, (const char *)at, length);
	}
	return length;
}

/* Bytes that stand for themselves. */
static size_t plain_length(const unsigned char *at)
{
	const unsigned char *end = at;

	while (*end >= 0x20 && *end < 0x7f && *end != '"' && *end != '\\')
		end++;
	return (size_t)(end - at);
}

static void line_add_text(struct line *line, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	line_add(line, "\"", 1);
	if (line->is_cut)
		return;
	while (*at && !line->is_cut) {
		size_t length = plain_length(at);

		/* As much as there is room for, were it cut here. */
		if (length > 0 &&
		    line->length + length <= LINE_MAX_BYTES - TAIL) {
			line_add(line, (const char *)at, length);
			at += length;
		} else {
			at += line_add_char(line, at);
		}
	}
	line->bytes[line->length++] = '"'; /* there is room in the tail */
}

static void line_add_pair(struct line *line, const char *key, const char *value)
{
	size_t start = line->length;
	size_t middle;

	if (line->is_cut)
		return;
	line_add(line, ",", 1);
	line_add_text(line, key);
	line_add(line, ":", 1);
	middle = line->length;
	if (line->is_cut)
		line->length = start; /* no half pair */
	else if (value)
		line_add_text(line, value);
	else
		line_add(line, "null", 4);
	if (line->length == middle)
		line->length = start;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The upper bit of each byte of `word` that is 0, and maybe of its followers. */
static uint64_t zeros(uint64_t word)
{
	return (word - EACH(1)) & ~word & EACH(0x80);
}

/* That nothing in it needs an escape, eight bytes at a time. */
static bool is_plain(const char *text, size_t length)
{
	uint64_t found = 0;

	for (size_t at = 0; at < length; at += sizeof(uint64_t)) {
		size_t left = length - at;
		uint64_t word = EACH('a');

		if (left >= sizeof(word))
			memcpy(&word, text + at, sizeof(word));
		else
			memcpy(&word, text + at, left);
		found |= word | ((word - EACH(' ')) & ~word) |
			 zeros(word ^ EACH('"')) | zeros(word ^ EACH('\\')) |
			 zeros(word ^ EACH(0x7f));
	}
	return (found & EACH(0x80)) == 0;
}

static void line_add_field(struct line *line, const struct log_field *field)
{
	size_t length = strlen(field->value);
	char *to = line->bytes + line->length;

	if (line->is_cut)
		return;
	if (length <= LINE_MAX_BYTES &&
	    line->length + field->head_length + length < LINE_MAX_BYTES - TAIL &&
	    (field->is_plain || is_plain(field->value, length))) {
		memcpy(to, field->head, field->head_length);
		memcpy(to + field->head_length, field->value, length);
		to[field->head_length + length] = '"';
		line->length += field->head_length + length + 1;
		return;
	}
	/* The text brings its own quote. */
	line_add(line, field->head, field->head_length - 1);
	if (!line->is_cut)
		line_add_text(line, field->value);
}

static bool is_secret(const char *key)
{
	static const char *const secrets[] = {
		"password", "token", "secret", "authorization", "cookie",
		"database_url"};

	/* Every key of every line: by hand, strcasestr took a microsecond. */
	for (; *key; key++)
		for (size_t i = 0; i < sizeof(secrets) / sizeof(*secrets); i++)
			if ((*key | 0x20) == secrets[i][0] &&
			    (key[1] | 0x20) == secrets[i][1] &&
			    strncasecmp(key, secrets[i], strlen(secrets[i])) == 0)
				return true;
	return false;
}

static void write_all(const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n = write(STDERR_FILENO, bytes, length);

		if (n < 0 && errno != EINTR)
			return; /* there is nobody to tell */
		bytes += n > 0 ? n : 0;
		length -= n > 0 ? (size_t)n : 0;
	}
}

static void pid_format(char pid[16])
{
	snprintf(pid, 16, ",\"pid\":%d", (int)getpid());
}

void log_gather(void)
{
	struct stat status;

	gathers = true;
	pid_format(known_pid);
	if (fstat(STDERR_FILENO, &status) == 0 && S_ISREG(status.st_mode))
		gathered_max = sizeof(gathered);
}

void log_flush(void)
{
	write_all(gathered, gathered_length);
	gathered_length = 0;
}

static void line_write(struct line *line, enum log_level level)
{
	if (line->is_cut) {
		memcpy(line->bytes + line->length, ",\"cut\":true", 11);
		line->length += 11;
	}
	line->bytes[line->length++] = '}';
	line->bytes[line->length++] = '\n';
	if (!gathers) {
		write_all(line->bytes, line->length);
		return;
	}
	if (gathered_length + line->length > gathered_max)
		log_flush();
	memcpy(gathered + gathered_length, line->bytes, line->length);
	gathered_length += line->length;
	if (level >= LOG_WARNING_LINE)
		log_flush();
}

/* The calendar is asked once a second. */
static void line_add_time(struct line *line)
{
	static _Thread_local char second[TIME_TEXT_SIZE];
	static _Thread_local int64_t shown = -1;
	int64_t now = clock_wall();
	int64_t fraction = now % SECOND;
	char text[] = ".000000Z\"";

	if (now / SECOND != shown) {
		shown = now / SECOND;
		time_format(shown * SECOND, second);
	}
	for (int i = 6; i > 0; i--, fraction /= 10)
		text[i] = (char)('0' + fraction % 10);
	line_add(line, "{\"time\":\"", 9);
	line_add(line, second, strlen(second) - 1); /* without its Z */
	line_add(line, text, sizeof(text) - 1);
}

static void line_begin(struct line *line, enum log_level level,
		       const char *message)
{
	char own[sizeof(known_pid)];
	const char *pid = known_pid;

	line->length = 0; /* its bytes need no zeroing */
	line->is_cut = false;
	line_add_time(line);
	line_add_field(line, &LOG_PLAIN("level", level_names[level]));
	if (!gathers) {
		pid_format(own);
		pid = own;
	}
	line_add(line, pid, strlen(pid));
	if (context[0])
		line_add_field(line, &LOG_FIELD("id", context));
	line_add_field(line, &LOG_FIELD("message", message));
}

void log_line(enum log_level level, const char *message, ...)
{
	struct line line;
	const char *key;
	va_list list;

	if (level < least)
		return;
	line_begin(&line, level, message);
	va_start(list, message);
	while ((key = va_arg(list, const char *)) != NULL) {
		const char *value = va_arg(list, const char *);

		line_add_pair(&line, key, is_secret(key) ? "***" : value);
	}
	va_end(list);
	line_write(&line, level);
}

void log_fields(enum log_level level, const char *message,
		const struct log_field *fields, size_t count)
{
	struct line line;

	if (level < least)
		return;
	line_begin(&line, level, message);
	for (size_t i = 0; i < count; i++)
		line_add_field(&line, &fields[i]);
	line_write(&line, level);
}

void log_context(const char *id)
{
	size_t length = strnlen(id ? id : "", sizeof(context) - 1);

	if (length > 0)
		memcpy(context, id, length);
	context[length] = '\0';
}

void log_level_set(const char *name)
{
	for (size_t i = 0; i < 4; i++)
		if (strcmp(level_names[i], name) == 0)
			least = (enum log_level)i;
}
