/* upload_read.c - a picture out of a request: its body, or a form's file. */
#include "media.h"

#include <string.h>

#include "multipart.h"

static const struct fault_kind unsupported = {
	415, "unsupported_media_type",
	"Send the picture itself, as image/jpeg, image/png, image/webp or "
	"image/gif, or a form, as multipart/form-data."};
static const struct fault_kind malformed = {
	400, "parse_error", "Multipart form parse error."};

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* As a field of text: without blanks around it, none of it too much. */
static bool take_alt(struct work *w, const char *bytes, size_t length,
		     struct upload *upload)
{
	size_t letters = 0;

	while (length > 0 && is_blank(bytes[length - 1]))
		length--;
	for (; length > 0 && is_blank(*bytes); length--)
		bytes++;
	if (!text_is_utf8(bytes, length))
		return refuse_field(w, "alt", "Not a valid string.");
	if (memchr(bytes, '\0', length) != NULL)
		return refuse_field(w, "alt",
				    "Null characters are not allowed.");
	for (size_t i = 0; i < length; i++)
		letters += (bytes[i] & 0xc0) != 0x80;
	if (letters > ALT_MAX)
		return refuse_field(w, "alt",
				    "Ensure this field has no more than %d "
				    "characters.", ALT_MAX);
	upload->alt = arena_copy(&w->arena, bytes, length);
	return true;
}

static bool take_file(struct work *w, const struct multipart_part *part,
		      struct upload *upload)
{
	if (upload->bytes != NULL)
		return refuse_field(w, "file", "Send one file at a time.");
	upload->bytes = part->bytes;
	upload->length = part->length;
	/* What a form says of a file that it does not know. */
	if (strcmp(part->type, "application/octet-stream") != 0)
		upload->type = arena_text(&w->arena, part->type);
	return true;
}

static bool read_form(struct request *req, const char *type,
		      struct upload *upload)
{
	struct work *w = &req->http.work;
	struct multipart_part part;
	struct multipart form;
	bool is_fine = true;

	if (!multipart_begin(&form, type, req->http.body,
			     req->http.body_length))
		return refuse(w, &malformed, NULL);
	while (is_fine && multipart_next(&form, &part)) {
		if (part.is_file)
			is_fine = take_file(w, &part, upload);
		else if (strcmp(part.name, "alt") == 0)
			is_fine = take_alt(w, part.bytes, part.length, upload);
	}
	if (is_fine && !form.is_over)
		return refuse(w, &malformed, NULL);
	if (is_fine && upload->bytes == NULL)
		return refuse_field(w, "file", "No file was submitted.");
	return is_fine;
}

static bool read_raw(struct request *req, const char *type,
		     struct upload *upload)
{
	const char *alt = query_text(req, "alt");

	upload->bytes = req->http.body;
	upload->length = req->http.body_length;
	upload->type = type;
	return alt == NULL ||
	       take_alt(&req->http.work, alt, strlen(alt), upload);
}

bool upload_read(struct request *req, struct upload *upload)
{
	struct work *w = &req->http.work;
	const char *header = http_header(&req->http, "content-type");
	char type[MULTIPART_WORD];

	*upload = (struct upload){.type = "", .alt = ""};
	if (header == NULL || !media_type_read(header, type))
		return refuse(w, &unsupported, NULL);
	if (strcmp(type, "multipart/form-data") == 0)
		return read_form(req, header, upload);
	if (strncmp(type, "image/", 6) != 0)
		return refuse(w, &unsupported, NULL);
	return read_raw(req, arena_text(&w->arena, type), upload);
}
