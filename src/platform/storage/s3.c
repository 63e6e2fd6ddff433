/* s3.c - files in a bucket of an S3-compatible service, addressed by path and
 * signed with SigV4. */
#include "storage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <platform/auth.h>
#include <platform/client.h>
#include <platform/clock.h>
#include <platform/config.h>
#include <platform/log.h>
#include <platform/offload.h>

static const struct peer peer = {
	.name = "s3",
	.connect_ms = 3000,
	.total_ms = 30000,
	.in_flight_max = 16,
	.answer_max = (size_t)128 << 20,
};

/* The SHA-256 of nothing. */
static const char hash_of_nothing[] =
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

struct digest {
	const void *bytes;
	size_t length;
	char hex[65];
};

static void digest_make(void *argument)
{
	struct digest *digest = argument;
	uint8_t hash[32];

	sha256(digest->bytes, digest->length, hash);
	hex_encode(hash, sizeof(hash), digest->hex);
}

static bool complain(struct work *w, const char *what, const char *why)
{
	log_line(LOG_ERROR_LINE, "storage", "deed", what, "reason", why, "work",
		 w->id, NULL);
	return refuse(w, &fault_unavailable, "The storage does not answer.");
}

static const char *url_of(struct work *w, enum storage_area area,
			  const char *name)
{
	size_t length = strlen(config->s3_url);

	while (length > 0 && config->s3_url[length - 1] == '/')
		length--;
	return arena_format(&w->arena, "%.*s/%s/%s/%s", (int)length,
			    config->s3_url, config->s3_bucket,
			    storage_area_name(area), name);
}

/* The headers are the caller's, the hash of its body first. */
static async void call(struct work *w, struct client_request *request,
		       struct client_answer *answer)
{
	struct arena *arena = &w->arena;

	request->sigv4 = arena_format(arena, "aws:amz:%s:s3",
				      config->s3_region);
	request->sigv4_key = arena_format(arena, "%s:%s",
					  config->s3_access_key,
					  config->s3_secret_key);
	client_call(w, &peer, request, answer);
}

/* What went wrong, in words. */
static const char *wrong(struct work *w, const struct client_answer *answer)
{
	return answer->outcome == CLIENT_ANSWERED
		       ? arena_format(&w->arena, "status %d: %.200s",
				      answer->status, answer->body)
		       : answer->error;
}

static async bool s3_put(struct work *w, enum storage_area area,
			 const char *name, const char *type, const void *bytes,
			 size_t length)
{
	struct digest digest = {.bytes = bytes, .length = length};
	const struct http_header headers[] = {
		{"X-Amz-Content-Sha256", digest.hex},
		{"Content-Type", type},
		{"Cache-Control", "public, max-age=31536000, immutable"},
	};
	struct client_request request = {
		.method = METHOD_PUT,
		.url = url_of(w, area, name),
		.headers = headers,
		.header_count = area == STORAGE_PUBLIC ? 3 : 2,
		.body = bytes,
		.body_length = length,
	};
	struct client_answer answer;

	offload(digest_make, &digest);
	call(w, &request, &answer);
	return (answer.outcome == CLIENT_ANSWERED && answer.status == 200) ||
	       complain(w, "put", wrong(w, &answer));
}

static const struct http_header bare[] = {
	{"X-Amz-Content-Sha256", hash_of_nothing}};

static size_t length_told(const struct client_answer *answer)
{
	for (size_t i = 0; i < answer->header_count; i++)
		if (strcasecmp(answer->headers[i].name, "content-length") == 0)
			return strtoull(answer->headers[i].value, NULL, 10);
	return answer->body_length;
}

static async enum storage_finding s3_get(struct work *w, enum storage_area area,
					 const char *name, bool size_only,
					 struct storage_file *file)
{
	struct client_request request = {
		.method = size_only ? METHOD_HEAD : METHOD_GET,
		.url = url_of(w, area, name),
		.headers = bare,
		.header_count = 1,
	};
	struct client_answer answer;

	call(w, &request, &answer);
	if (answer.outcome == CLIENT_ANSWERED && answer.status == 404)
		return STORAGE_MISSING;
	if (answer.outcome != CLIENT_ANSWERED || answer.status != 200) {
		complain(w, "get", wrong(w, &answer));
		return STORAGE_DOWN;
	}
	if (!size_only)
		file->bytes = answer.body;
	file->length = size_only ? length_told(&answer) : answer.body_length;
	return STORAGE_FOUND;
}

static async bool s3_remove(struct work *w, enum storage_area area,
			    const char *name)
{
	struct client_request request = {
		.method = METHOD_DELETE,
		.url = url_of(w, area, name),
		.headers = bare,
		.header_count = 1,
	};
	struct client_answer answer;

	call(w, &request, &answer);
	return (answer.outcome == CLIENT_ANSWERED &&
		(answer.status / 100 == 2 || answer.status == 404)) ||
	       complain(w, "remove", wrong(w, &answer));
}

/* ---- listing: ListObjects ---- */

/* The text between the next <tag> and </tag>; *at moves behind it. */
static const char *element(const char **at, const char *tag, size_t *length)
{
	char open_tag[32];
	char close_tag[32];
	const char *start;
	const char *end;

	snprintf(open_tag, sizeof(open_tag), "<%s>", tag);
	snprintf(close_tag, sizeof(close_tag), "</%s>", tag);
	start = strstr(*at, open_tag);
	if (start == NULL)
		return NULL;
	start += strlen(open_tag);
	end = strstr(start, close_tag);
	if (end == NULL)
		return NULL;
	*length = (size_t)(end - start);
	*at = end + strlen(close_tag);
	return start;
}

/* Names in <Key> are ours or of no interest: no XML escape is to be undone. */
static void take_object(struct work *w, enum storage_area area,
			const char *object, size_t length, int64_t before,
			struct storage_list *list)
{
	const char *copy = arena_copy(&w->arena, object, length);
	const char *area_name = storage_area_name(area);
	const char *at = copy;
	const char *key = element(&at, "Key", &length);
	size_t key_length = length;
	const char *changed;
	int64_t when;

	at = copy;
	changed = element(&at, "LastModified", &length);
	if (key == NULL || changed == NULL ||
	    !time_parse(arena_copy(&w->arena, changed, length), &when) ||
	    when > before || key_length <= strlen(area_name) + 1)
		return;
	/* The prefix that was asked for, and its slash. */
	key += strlen(area_name) + 1;
	storage_list_add(w, list, key, key_length - strlen(area_name) - 1);
}

/* Every object of the answer, and where the last one was: the cursor. */
static void take_objects(struct work *w, enum storage_area area,
			 const char *body, int64_t before,
			 struct storage_list *list)
{
	const char *at = body;
	const char *object;
	size_t length;

	list->cursor[0] = '\0';
	while ((object = element(&at, "Contents", &length)) != NULL) {
		const char *inside = object;
		size_t key_length;
		const char *key = element(&inside, "Key", &key_length);

		take_object(w, area, object, length, before, list);
		if (key != NULL && key_length < sizeof(list->cursor)) {
			memcpy(list->cursor, key, key_length);
			list->cursor[key_length] = '\0';
		}
	}
	if (strstr(body, "<IsTruncated>true</IsTruncated>") == NULL)
		list->cursor[0] = '\0';
}

/* %2F and the like: the query is signed as it stands, sorted by name. */
static const char *escaped(struct work *w, const char *text)
{
	struct text out;

	text_init(&out, &w->arena, 64);
	for (; *text != '\0'; text++) {
		bool is_plain = strchr("abcdefghijklmnopqrstuvwxyz"
				       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "0123456789-._~", *text) != NULL;

		if (is_plain)
			text_add_char(&out, *text);
		else
			text_format(&out, "%%%02X", (unsigned char)*text);
	}
	text_add(&out, "");
	return out.bytes;
}

static async bool s3_list(struct work *w, enum storage_area area,
			  int64_t older_than_seconds,
			  struct storage_list *list)
{
	struct client_request request = {
		.method = METHOD_GET,
		.headers = bare,
		.header_count = 1,
	};
	const char *base = url_of(w, area, "");
	struct client_answer answer;

	/* Without "public/": the bucket itself. */
	base = arena_copy(&w->arena, base,
			  strlen(base) - strlen(storage_area_name(area)) - 2);
	request.url = arena_format(&w->arena,
				   "%s?%s%s%smax-keys=%d&prefix=%s%%2F", base,
				   list->cursor[0] != '\0' ? "marker=" : "",
				   escaped(w, list->cursor),
				   list->cursor[0] != '\0' ? "&" : "",
				   STORAGE_LIST_MAX, storage_area_name(area));
	call(w, &request, &answer);
	if (answer.outcome != CLIENT_ANSWERED || answer.status != 200)
		return complain(w, "list", wrong(w, &answer));
	take_objects(w, area, answer.body,
		     clock_wall() - older_than_seconds * SECOND, list);
	return true;
}

const struct storage_driver s3_driver = {
	.put_file = s3_put,
	.get_file = s3_get,
	.remove_file = s3_remove,
	.list_files = s3_list,
};
