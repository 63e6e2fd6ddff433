/* shop.c - the scenario helper over libcurl and jansson. */
#include "shop.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <curl/curl.h>

const struct caller nobody = {0};

struct buffer {
	char *bytes;
	size_t length;
};

static size_t collect(char *bytes, size_t size, size_t count, void *argument)
{
	struct buffer *buffer = argument;

	buffer->bytes = realloc(buffer->bytes, buffer->length + size * count + 1);
	memcpy(buffer->bytes + buffer->length, bytes, size * count);
	buffer->length += size * count;
	buffer->bytes[buffer->length] = '\0';
	return size * count;
}

const char *fmt(const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	if (vasprintf(&text, format, list) < 0)
		abort();
	va_end(list);
	return text;
}

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	if (value == NULL)
		fail_msg("%s is not set: run this through tests/with-shop", name);
	return value;
}

const char *shop_url(void)
{
	return environment("SHOP_URL");
}

const char *sandbox_url(void)
{
	return environment("SANDBOX_URL");
}

static const char *fresh_key(void)
{
	static unsigned number;

	return fmt("key-%d-%u-%ld", (int)getpid(), number++, random());
}

static struct curl_slist *headers_of(const struct caller *caller,
				     const char *body)
{
	struct curl_slist *list = NULL;

	list = curl_slist_append(list, "Expect:");
	if (body != NULL)
		list = curl_slist_append(list, "Content-Type: application/json");
	if (caller->bearer != NULL)
		list = curl_slist_append(list, fmt("Authorization: Bearer %s",
						   caller->bearer));
	if (caller->cart_token != NULL)
		list = curl_slist_append(list, fmt("X-Cart-Token: %s",
						   caller->cart_token));
	if (caller->order_token != NULL)
		list = curl_slist_append(list, fmt("X-Order-Token: %s",
						   caller->order_token));
	if (caller->key != NULL)
		list = curl_slist_append(list, fmt("Idempotency-Key: %s",
						   caller->key[0] != '\0' ? caller->key : fresh_key()));
	if (caller->header != NULL)
		list = curl_slist_append(list, caller->header);
	for (const char *const *at = caller->headers; at != NULL && *at != NULL;
	     at++)
		list = curl_slist_append(list, *at);
	return list;
}

/* A transfer under way. */
struct transfer {
	CURL *curl;
	struct curl_slist *list;
	struct buffer body;
	struct buffer headers;
};

static void transfer_begin(struct transfer *transfer,
			   const struct request_line *line)
{
	CURL *curl = curl_easy_init();
	const char *url = line->path[0] == '/'
				  ? fmt("%s%s", shop_url(), line->path)
				  : line->path;

	*transfer = (struct transfer){.curl = curl};
	transfer->list = headers_of(&line->caller, line->body);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, line->method);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer->list);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer->body);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, collect);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer->headers);
	if (strcmp(line->method, "HEAD") == 0)
		curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	if (line->body != NULL)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, line->body);
}

static void transfer_end(struct transfer *transfer, struct answer *answer)
{
	long status = 0;

	curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
	answer->status = (int)status;
	answer->body = transfer->body.bytes == NULL ? "" : transfer->body.bytes;
	answer->length = transfer->body.length;
	answer->headers = transfer->headers.bytes == NULL
				  ? ""
				  : transfer->headers.bytes;
	answer->json = json_loads(answer->body, JSON_DECODE_ANY, NULL);
	curl_slist_free_all(transfer->list);
	curl_easy_cleanup(transfer->curl);
}

void ask_all(struct request_line *requests, size_t count)
{
	struct transfer *transfers = calloc(count, sizeof(*transfers));
	CURLM *multi = curl_multi_init();
	int running = 1;

	for (size_t i = 0; i < count; i++) {
		transfer_begin(&transfers[i], &requests[i]);
		curl_multi_add_handle(multi, transfers[i].curl);
	}
	while (running > 0) {
		curl_multi_perform(multi, &running);
		if (running > 0)
			curl_multi_poll(multi, NULL, 0, 100, NULL);
	}
	for (size_t i = 0; i < count; i++) {
		curl_multi_remove_handle(multi, transfers[i].curl);
		transfer_end(&transfers[i], &requests[i].answer);
	}
	curl_multi_cleanup(multi);
	free(transfers);
}

struct answer *ask(int status, const char *method, const char *path,
		   const struct caller *caller, const char *body)
{
	struct request_line line = {method, path, *caller, body, {0}};
	struct answer *answer = malloc(sizeof(*answer));
	struct transfer transfer;

	transfer_begin(&transfer, &line);
	curl_easy_perform(transfer.curl);
	transfer_end(&transfer, answer);
	if (status != 0 && answer->status != status)
		fail_msg("%s %s answered %d, not %d: %.1500s\n  sent: %.500s",
			 method, path, answer->status, status, answer->body,
			 body == NULL ? "" : body);
	return answer;
}

struct answer *askf(int status, const char *method, const char *path,
		    const struct caller *caller, const char *format, ...)
{
	struct answer *answer;
	va_list list;
	char *body;

	va_start(list, format);
	if (vasprintf(&body, format, list) < 0)
		abort();
	va_end(list);
	answer = ask(status, method, path, caller, body);
	free(body);
	return answer;
}

void ask_at_once(size_t times, const char *method, const char *path,
		 const struct caller *caller, const char *body, int counts[600])
{
	struct request_line *lines = calloc(times, sizeof(*lines));

	for (size_t i = 0; i < times; i++)
		lines[i] = (struct request_line){method, path, *caller, body, {0}};
	ask_all(lines, times);
	memset(counts, 0, sizeof(int) * 600);
	for (size_t i = 0; i < times; i++)
		counts[lines[i].answer.status % 600]++;
	free(lines);
}

json_t *node_at(const struct answer *answer, const char *path)
{
	char *copy = strdup(path);
	json_t *node = answer->json;
	char *rest = copy;

	for (char *step; (step = strsep(&rest, ".")) != NULL && node != NULL;)
		node = isdigit((unsigned char)step[0]) && json_is_array(node)
			       ? json_array_get(node, strtoul(step, NULL, 10))
			       : json_object_get(node, step);
	free(copy);
	return node;
}

const char *text_at(const struct answer *answer, const char *path)
{
	const json_t *node = node_at(answer, path);

	if (!json_is_string(node))
		fail_msg("no text at %s in: %.1500s", path, answer->body);
	return json_string_value(node);
}

int64_t int_at(const struct answer *answer, const char *path)
{
	const json_t *node = node_at(answer, path);

	if (!json_is_integer(node))
		fail_msg("no integer at %s in: %.1500s", path, answer->body);
	return json_integer_value(node);
}

bool bool_at(const struct answer *answer, const char *path)
{
	const json_t *node = node_at(answer, path);

	if (!json_is_boolean(node))
		fail_msg("no boolean at %s in: %.1500s", path, answer->body);
	return json_is_true(node);
}

const char *header_of(const struct answer *answer, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = answer->headers; line != NULL && *line != '\0';) {
		const char *end = strpbrk(line, "\r\n");

		if (end == NULL)
			return NULL;
		if (strncasecmp(line, name, length) == 0 && line[length] == ':')
			return fmt("%.*s", (int)(end - line - (int)length - 2),
				   line + length + 2);
		line = end + strspn(end, "\r\n");
	}
	return NULL;
}
