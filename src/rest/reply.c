/* reply.c - what handlers read from path and headers, and short answers. */
#include "dispatch.h"

#include <string.h>

#include <platform/auth.h>

bool path_uuid(struct request *req, const char *name, struct uuid *uuid)
{
	const char *text = path_text(req, name);

	return (text != NULL && uuid_parse(text, uuid)) ||
	       refuse(&req->http.work, &fault_not_found, NULL);
}

const char *path_text(const struct request *req, const char *name)
{
	for (size_t i = 0; i < req->value_count; i++) {
		if (strcmp(req->values[i].name, name) == 0)
			return req->values[i].text;
	}
	return NULL;
}

bool request_secret(const struct request *req, const char *name,
		    uint8_t hash[32])
{
	const char *secret = http_header(&req->http, name);

	memset(hash, 0, SECRET_HASH_SIZE);
	if (secret == NULL || strlen(secret) != SECRET_TEXT_SIZE - 1)
		return false;
	secret_hash(secret, hash);
	return true;
}

bool reply(struct request *req, int status)
{
	req->http.status = status;
	if (req->http.content_type == NULL)
		req->http.content_type = "application/json";
	return true;
}

bool reply_nothing(struct request *req)
{
	req->http.status = 204;
	req->http.content_type = NULL;
	req->http.answer.length = 0;
	return true;
}

bool reply_detail(struct request *req, int status, const char *detail)
{
	struct out out;

	req->http.answer.length = 0;
	out_init(&out, &req->http.answer);
	out_object(&out);
	out_key(&out, "detail");
	out_text(&out, detail);
	out_object_end(&out);
	return reply(req, status);
}

const char *absolute_url(struct request *req, const char *path)
{
	return arena_format(&req->http.work.arena, "%s://%s%s",
			    req->scheme ? req->scheme : "http",
			    req->http.host ? req->http.host : "localhost",
			    path);
}
