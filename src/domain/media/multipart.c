/* multipart.c - a form with files, part by part. */
#include "multipart.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { FIELDS_MAX = 8, FIELD_MAX = 1024 };

/* Of RFC 2046; the space that it allows too nobody sends. */
static const char boundary_marks[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	"'()+_,-./:=?";
static const char token_marks[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	"!#$%&'*+-.^_`|~";

static size_t blanks(const char *text)
{
	return strspn(text, " \t");
}

bool media_type_read(const char *header, char type[MULTIPART_WORD])
{
	size_t major = strspn(header, token_marks);
	size_t minor = header[major] == '/'
			       ? strspn(header + major + 1, token_marks) : 0;
	size_t length = major + 1 + minor;
	const char *rest = header + length;

	if (major == 0 || minor == 0 || length >= MULTIPART_WORD)
		return false;
	rest += blanks(rest);
	if (*rest != '\0' && *rest != ';')
		return false;
	for (size_t i = 0; i < length; i++)
		type[i] = (char)(header[i] >= 'A' && header[i] <= 'Z'
					 ? header[i] + 32 : header[i]);
	type[length] = '\0';
	return true;
}

/* A parameter's value, a token or quoted; NULL when it is malformed, too long
 * or absent. *is_there tells the last from the others. */
static bool parameter(const char *header, const char *name, char *value,
		      size_t room, bool *is_there)
{
	const char *at = strchr(header, ';');
	size_t wanted = strlen(name);

	*is_there = false;
	while (at != NULL && *at == ';') {
		size_t length;
		size_t value_length;
		bool is_quoted;
		const char *key;

		key = at + 1 + blanks(at + 1);
		length = strspn(key, token_marks);
		at = key + length;
		if (length == 0 || *at != '=')
			return false;
		is_quoted = at[1] == '"';
		at += 1 + is_quoted;
		value_length = is_quoted ? strcspn(at, "\"\\")
					 : strspn(at, boundary_marks);
		if (is_quoted && at[value_length] != '"')
			return false;
		if (length == wanted && strncasecmp(key, name, length) == 0) {
			if (*is_there || value_length >= room)
				return false;
			*is_there = true;
			memcpy(value, at, value_length);
			value[value_length] = '\0';
		}
		at += value_length + is_quoted;
		at += blanks(at);
	}
	return at == NULL || *at == '\0';
}

bool multipart_begin(struct multipart *form, const char *content_type,
		     const char *body, size_t length)
{
	char type[MULTIPART_WORD];
	char *boundary = form->mark + 4;
	size_t mark;
	bool is_there;

	memset(form, 0, sizeof(*form));
	memcpy(form->mark, "\r\n--", 4);
	if (!media_type_read(content_type, type) ||
	    strcmp(type, "multipart/form-data") != 0 ||
	    !parameter(content_type, "boundary", boundary,
		       MULTIPART_BOUNDARY + 1, &is_there) ||
	    !is_there || *boundary == '\0' ||
	    strspn(boundary, boundary_marks) != strlen(boundary))
		return false;
	/* The first mark has no line before it. */
	mark = strlen(form->mark) - 2;
	if (length < mark || memcmp(body, form->mark + 2, mark) != 0)
		return false;
	form->at = body + mark;
	form->end = body + length;
	return true;
}

static bool begins(const struct multipart *form, const char *text)
{
	size_t length = strlen(text);

	return (size_t)(form->end - form->at) >= length &&
	       memcmp(form->at, text, length) == 0;
}

/* "form-data; name=x; filename=y". */
static bool read_disposition(const char *value, struct multipart_part *part)
{
	char file[FIELD_MAX];
	bool has_name;

	if (strncasecmp(value, "form-data", 9) != 0 ||
	    (value[9] != ';' && value[9] != ' ' && value[9] != '\t'))
		return false;
	return parameter(value, "name", part->name, sizeof(part->name),
			 &has_name) && has_name &&
	       parameter(value, "filename", file, sizeof(file),
			 &part->is_file);
}

/* Only what RFC 7578 knows; others are passed over. */
static bool read_field(const char *line, struct multipart_part *part,
		       bool *has_disposition)
{
	size_t name = strspn(line, token_marks);
	const char *value = line + name + 1;

	if (name == 0 || line[name] != ':')
		return false;
	value += blanks(value);
	if (name == 19 && strncasecmp(line, "content-disposition", 19) == 0) {
		if (*has_disposition)
			return false;
		*has_disposition = true;
		return read_disposition(value, part);
	}
	if (name == 12 && strncasecmp(line, "content-type", 12) == 0)
		return part->type[0] == '\0' &&
		       media_type_read(value, part->type);
	if (name == 25 &&
	    strncasecmp(line, "content-transfer-encoding", 25) == 0)
		return strcasecmp(value, "binary") == 0 ||
		       strcasecmp(value, "8bit") == 0 ||
		       strcasecmp(value, "7bit") == 0;
	return true;
}

/* One line of the head, without its end; false when there is none. */
static bool take_line(struct multipart *form, char line[FIELD_MAX])
{
	const char *end = memchr(form->at, '\r',
				 (size_t)(form->end - form->at));
	size_t length = end == NULL ? FIELD_MAX : (size_t)(end - form->at);

	if (length >= FIELD_MAX || end + 1 >= form->end || end[1] != '\n' ||
	    memchr(form->at, '\0', length) != NULL ||
	    memchr(form->at, '\n', length) != NULL)
		return false;
	memcpy(line, form->at, length);
	line[length] = '\0';
	form->at = end + 2;
	return true;
}

static bool read_head(struct multipart *form, struct multipart_part *part)
{
	char line[FIELD_MAX];
	bool has_disposition = false;

	for (int i = 0; i <= FIELDS_MAX; i++) {
		if (!take_line(form, line))
			return false;
		if (line[0] == '\0')
			return has_disposition;
		if (!read_field(line, part, &has_disposition))
			return false;
	}
	return false;
}

bool multipart_next(struct multipart *form, struct multipart_part *part)
{
	const char *next;

	memset(part, 0, sizeof(*part));
	if (form->is_over)
		return false;
	if (begins(form, "--")) {
		form->at += 2;
		form->is_over = form->at == form->end || begins(form, "\r\n");
		return false;
	}
	if (!begins(form, "\r\n"))
		return false;
	form->at += 2;
	if (!read_head(form, part))
		return false;
	/* An empty part's mark begins with the head's last line end. */
	part->bytes = form->at;
	next = memmem(form->at - 2, (size_t)(form->end - form->at) + 2,
		      form->mark, strlen(form->mark));
	if (next == NULL)
		return false;
	form->at = next + strlen(form->mark);
	part->length = next < part->bytes ? 0 : (size_t)(next - part->bytes);
	return true;
}

bool text_is_utf8(const char *bytes, size_t length)
{
	const uint8_t *at = (const uint8_t *)bytes;
	const uint8_t *end = at + length;

	while (at < end) {
		size_t more = *at < 0x80 ? 0 : *at >= 0xf0 ? 3
					       : *at >= 0xe0 ? 2 : 1;
		uint32_t point = *at & (0x7f >> (more + (more > 0)));

		if ((*at >= 0x80 && *at < 0xc2) || *at > 0xf4 ||
		    more >= (size_t)(end - at))
			return false;
		for (size_t i = 1; i <= more; i++) {
			if ((at[i] & 0xc0) != 0x80)
				return false;
			point = point << 6 | (at[i] & 0x3f);
		}
		if ((more == 2 && point < 0x800) ||
		    (more == 3 && (point < 0x10000 || point > 0x10ffff)) ||
		    (point >= 0xd800 && point <= 0xdfff))
			return false;
		at += more + 1;
	}
	return true;
}
