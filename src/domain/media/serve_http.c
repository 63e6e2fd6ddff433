/* serve_http.c - renditions over HTTP. A name never changes its content, so
 * whoever has it once need not ask again. */
#include "media.h"

#include <string.h>

#include <platform/images.h>
#include <platform/storage.h>

#include "range.h"

/* Only what is written as a rendition; others are not looked for. */
static const char *type_of(const char *name)
{
	const char *suffix = strchr(name, '.') + 1;

	if (strcmp(suffix, image_suffix(IMAGE_WEBP)) == 0)
		return image_type(IMAGE_WEBP);
	if (strcmp(suffix, image_suffix(IMAGE_JPEG)) == 0)
		return image_type(IMAGE_JPEG);
	return NULL;
}

/* RFC 9110 13.1.5: a date never matches, for we tell none. */
static const char *range_wanted(const struct request *req, const char *etag)
{
	const char *range = http_header(&req->http, "range");
	const char *only_if = http_header(&req->http, "if-range");

	if (req->http.method != METHOD_GET ||
	    http_header_count(&req->http, "range") != 1 ||
	    (only_if != NULL && strcmp(only_if, etag) != 0))
		return NULL;
	return range;
}

static bool reply_part(struct request *req, const struct storage_file *file,
		       size_t first, size_t last)
{
	http_answer_header(&req->http, "Content-Range",
			   arena_format(&req->http.work.arena,
					"bytes %zu-%zu/%zu", first, last,
					file->length));
	req->http.answer.bytes = (char *)(uintptr_t)file->bytes + first;
	req->http.answer.length = last - first + 1;
	return reply(req, 206);
}

/* Not as a fault: the answer of one keeps no header of ours. */
static bool reply_beyond(struct request *req, const struct storage_file *file)
{
	struct http_call *call = &req->http;

	http_answer_header(call, "Content-Range",
			   arena_format(&call->work.arena, "bytes */%zu",
					file->length));
	call->content_type = "application/json";
	text_add(&call->answer,
		 "{\"detail\":\"The file is shorter than that.\","
		 "\"code\":\"range_not_satisfiable\"}");
	return reply(req, 416);
}

static bool reply_file(struct request *req, const struct storage_file *file,
		       const char *etag)
{
	struct http_call *call = &req->http;
	size_t first;
	size_t last;

	switch (range_read(range_wanted(req, etag), file->length, &first,
			   &last)) {
	case RANGE_PART:
		return reply_part(req, file, first, last);
	case RANGE_BEYOND:
		return reply_beyond(req, file);
	default:
		call->answer.bytes = (char *)(uintptr_t)file->bytes;
		call->answer.length = file->length;
		return reply(req, 200);
	}
}

static void headers_add(struct http_call *call, const char *etag)
{
	http_answer_header(call, "ETag", etag);
	http_answer_header(call, "Accept-Ranges", "bytes");
	http_answer_header(call, "Content-Disposition", "inline");
	http_answer_header(call, "Content-Security-Policy",
			   "default-src 'none'; sandbox");
	http_answer_header(call, "Cross-Origin-Resource-Policy",
			   "cross-origin");
}

async bool media_serve(struct request *req)
{
	struct work *w = &req->http.work;
	const char *name = path_text(req, "name");
	struct storage_file file;
	enum storage_finding finding;
	const char *etag;
	bool is_known;

	if (!storage_name_is_sound(name) || type_of(name) == NULL)
		return refuse(w, &fault_not_found, NULL);
	etag = arena_format(&w->arena, "\"%.*s\"", (int)strcspn(name, "."),
			    name);
	is_known = etag_is_known(req, etag);
	finding = storage_get(w, STORAGE_PUBLIC, name,
			      is_known || req->http.method == METHOD_HEAD,
			      &file);
	if (finding == STORAGE_MISSING)
		return refuse(w, &fault_not_found, NULL);
	if (finding == STORAGE_DOWN)
		return false;
	headers_add(&req->http, etag);
	req->http.content_type = type_of(name);
	return is_known ? reply(req, 304) : reply_file(req, &file, etag);
}
