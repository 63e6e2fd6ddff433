/* head.c - one strict reading of a request's head, so that no proxy in front
 * of us can read it otherwise. */
#include "head.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LENGTH_DIGITS = 18 }; /* fits 64 bits; longer is more than any limit */

/* What a byte may be part of. A table: each byte of every request is looked
 * at, and there is little else to do for an answer from memory. */
enum {
	IN_TOKEN = 1, /* RFC 9110 5.6.2 */
	IN_HOST = 2
};
static const unsigned char kinds[256] = { /* sums of these */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 1, 0, 1, 1, 1, 1, 1, 0, 0, 1, 1, 0, 3, 3, 0,
	3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 2, 0, 0, 0, 0, 0,
	0, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
	3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 2, 0, 2, 1, 3,
	1, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
	3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0, 1, 0, 1, 0,
};

static bool is_all(const char *text, unsigned kind)
{
	unsigned found = kind;

	for (; *text != '\0'; text++)
		found &= kinds[(unsigned char)*text];
	return found == kind;
}

static bool is_token(const char *text)
{
	return *text != '\0' && is_all(text, IN_TOKEN);
}

static bool is_host(const char *text)
{
	return *text != '\0' && is_all(text, IN_HOST) &&
	       strlen(text) < HEAD_HOST;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The upper bit of each byte that is 0, and maybe of those above one. */
static uint64_t zeros(uint64_t word)
{
	return (word - EACH(1)) & ~word & EACH(0x80);
}

/* Any control but HTAB; eight bytes at a time, as most of a request are
 * values. A word that may hold one is looked at again, byte by byte. */
static bool has_control(const char *bytes, size_t length)
{
	uint64_t found = 0;

	for (size_t at = 0; at < length; at += sizeof(uint64_t)) {
		size_t left = length - at;
		uint64_t word = EACH('a');

		if (left >= sizeof(word))
			memcpy(&word, bytes + at, sizeof(word));
		else
			memcpy(&word, bytes + at, left);
		found |= ((word - EACH(' ')) & ~word & EACH(0x80)) |
			 zeros(word ^ EACH(0x7f));
	}
	for (size_t at = 0; found != 0 && at < length; at++)
		if (((unsigned char)bytes[at] < ' ' && bytes[at] != '\t') ||
		    bytes[at] == 0x7f)
			return true;
	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

int head_scan(const char *bytes, size_t length, size_t *seen, size_t *end)
{
	const char *line = bytes + *seen;
	const char *stop = bytes + length;
	const char *feed;

	while ((feed = memchr(line, '\n', (size_t)(stop - line))) != NULL) {
		if (feed == line || feed[-1] != '\r' ||
		    memchr(line, '\r', (size_t)(feed - line)) != feed - 1 ||
		    memchr(line, '\0', (size_t)(feed - line)) != NULL)
			return 400;
		*end = (size_t)(feed + 1 - bytes);
		if (feed - 1 == line)
			return line == bytes ? 400 : HEAD_DONE;
		line = feed + 1;
		*seen = *end;
	}
	if (line == stop)
		return HEAD_MORE;
	feed = memchr(line, '\r', (size_t)(stop - line));
	if (memchr(line, '\0', (size_t)(stop - line)) != NULL ||
	    (feed != NULL && (feed != stop - 1 || feed == bytes)))
		return 400;
	return HEAD_MORE;
}

/* Cuts the line at *rest off; *rest moves behind it. */
static char *line_cut(char **rest)
{
	char *line = *rest;
	char *end = strchr(line, '\r'); /* head_scan: no other CR */

	*end = '\0';
	*rest = end + 2;
	return line;
}

/* RFC 9112 3.2.2: an absolute target carries the authority. One that names
 * another host than Host does is refused, though the RFC would let it win. */
static int absolute_split(char **target, const char **authority)
{
	char *start = *target;
	char *path;
	size_t length;

	start += strncasecmp(start, "http://", 7) == 0 ? 7 : 8;
	path = start + strcspn(start, "/?");
	length = (size_t)(path - start);
	/* The scheme's room takes the authority: the path keeps its place. */
	memmove(*target, start, length);
	(*target)[length] = '\0';
	*authority = *target;
	if (*path == '?')
		*--path = '/';
	*target = *path == '\0' ? NULL : path;
	return is_host(*authority) ? HEAD_DONE : 400;
}

static int target_parse(struct head *head, char *target)
{
	const char *authority = NULL;
	char *query;
	int status = HEAD_DONE;

	if (strlen(target) > HEAD_TARGET)
		return 414;
	for (const char *c = target; *c != '\0'; c++)
		if (*c <= ' ' || *c == 0x7f || *c == '#')
			return 400;
	if (*target != '/' && (strncasecmp(target, "http://", 7) == 0 ||
			       strncasecmp(target, "https://", 8) == 0))
		status = absolute_split(&target, &authority);
	if (status != HEAD_DONE)
		return status;
	head->host = authority;
	head->path = target != NULL ? target : "/";
	head->query = "";
	if (*head->path != '/' && (strcmp(head->path, "*") != 0 ||
				   strcmp(head->method, "OPTIONS") != 0))
		return 400;
	query = target != NULL ? strchr(target, '?') : NULL;
	if (query != NULL) {
		*query = '\0';
		head->query = query + 1;
	}
	return HEAD_DONE;
}

/* RFC 9112 3: method SP target SP version, one space each. */
static int request_line(struct head *head, char *line)
{
	char *target = strchr(line, ' ');
	char *version;

	if (target == NULL)
		return 400;
	*target++ = '\0';
	version = strchr(target, ' ');
	if (version == NULL || version == target)
		return strlen(target) > HEAD_TARGET ? 414 : 400;
	*version++ = '\0';
	head->method = line;
	if (!is_token(line))
		return 400;
	if (strcmp(version, "HTTP/1.1") == 0)
		head->minor = 1;
	else if (strcmp(version, "HTTP/1.0") != 0)
		return strncmp(version, "HTTP/", 5) == 0 &&
			       strlen(version) == 8 ? 505 : 400;
	head->must_close = head->minor == 0;
	return target_parse(head, target);
}

/* RFC 9112 6.3: one Content-Length of digits; a list, even of equal numbers,
 * is refused. */
static int length_read(struct head *head, const char *value)
{
	if (head->has_length || *value == '\0' ||
	    value[strspn(value, "0123456789")] != '\0')
		return 400;
	head->has_length = true;
	value += strspn(value, "0");
	head->length = strlen(value) > LENGTH_DIGITS ? UINT64_MAX
						     : strtoull(value, NULL, 10);
	return HEAD_DONE;
}

static int host_read(struct head *head, const char *value, bool *has_host)
{
	if (*has_host || !is_host(value))
		return 400;
	*has_host = true;
	if (head->host != NULL && strcasecmp(head->host, value) != 0)
		return 400;
	head->host = value;
	return HEAD_DONE;
}

static bool list_has(const char *list, const char *word)
{
	size_t length = strlen(word);

	while (*list != '\0') {
		size_t part;

		list += strspn(list, ", \t");
		part = strcspn(list, ", \t");
		if (part == length && strncasecmp(list, word, part) == 0)
			return true;
		list += part;
	}
	return false;
}

/* What of a field concerns framing. */
static int field_read(struct head *head, const struct head_field *field,
		      bool *has_host)
{
	switch (*field->name | 0x20) {
	case 'h':
	case 'c':
	case 't':
	case 'e':
		break;
	default: /* most: none of them begins so */
		return HEAD_DONE;
	}
	if (strcasecmp(field->name, "host") == 0)
		return host_read(head, field->value, has_host);
	if (strcasecmp(field->name, "content-length") == 0)
		return length_read(head, field->value);
	if (strcasecmp(field->name, "transfer-encoding") == 0) {
		if (head->is_chunked || strcasecmp(field->value, "chunked") != 0)
			return strcasecmp(field->value, "chunked") ? 501 : 400;
		head->is_chunked = true;
	} else if (strcasecmp(field->name, "connection") == 0) {
		head->must_close |= list_has(field->value, "close");
	} else if (strcasecmp(field->name, "expect") == 0) {
		if (strcasecmp(field->value, "100-continue") != 0)
			return 417;
		head->expects_continue = head->minor == 1;
	}
	return HEAD_DONE;
}

/* RFC 9112 5: no space before the colon, no folded line; the value may be
 * empty, may hold HTAB and bytes above 0x7f, and no other control. */
static int field_parse(char *line, struct head_field *field)
{
	char *value = strchr(line, ':');
	char *end;

	if (value == NULL)
		return 400;
	*value++ = '\0';
	if (!is_token(line))
		return 400;
	while (is_blank(*value))
		value++;
	end = value + strlen(value);
	while (end > value && is_blank(end[-1]))
		*--end = '\0';
	if (has_control(value, (size_t)(end - value)))
		return 400;
	field->name = line;
	field->value = value;
	return HEAD_DONE;
}

/* RFC 9112 6.1: both kinds of length, or a coding in HTTP/1.0, is an attack. */
static int framing_check(const struct head *head, bool has_host)
{
	if (head->is_chunked && (head->has_length || head->minor == 0))
		return 400;
	if (head->minor == 1 && !has_host)
		return 400;
	return HEAD_DONE;
}

int head_parse(char *bytes, size_t end, struct head *head)
{
	char *rest = bytes;
	char *stop = bytes + end - 2;
	bool has_host = false;
	int status;

	memset(head, 0, offsetof(struct head, fields));
	*stop = '\0'; /* the CR of the empty line */
	status = request_line(head, line_cut(&rest));
	while (status == HEAD_DONE && rest < stop) {
		struct head_field *field = &head->fields[head->count];

		if (head->count == HEAD_FIELDS)
			return 431;
		head->count++;
		status = field_parse(line_cut(&rest), field);
		if (status == HEAD_DONE)
			status = field_read(head, field, &has_host);
	}
	if (status == HEAD_DONE)
		status = framing_check(head, has_host);
	if (head->host == NULL)
		head->host = "";
	return status;
}
