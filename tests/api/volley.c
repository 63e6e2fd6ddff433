/* volley.c - requests in numbers: sent, judged, counted. */
#include "volley.h"

#include "operations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <strings.h>

#include <curl/curl.h>

enum { LANES = 12, REPORTS_MAX = 60 };

struct lane {
	int tries; /* of a request that was cut off */
	CURL *curl;
	struct curl_slist *list;
	struct shot shot; /* its path, body and what are copies */
	char *path;
	char *body;
	char *what;
	char *key;
	char *answer_body;
	size_t length;
	char *headers;
	size_t headers_length;
	bool is_busy;
};

static struct {
	CURLM *multi;
	struct lane lanes[LANES];
	size_t sent;
	size_t wrong;
} volley;

static size_t gather(char **to, size_t *used, const char *bytes, size_t count)
{
	*to = realloc(*to, *used + count + 1);
	memcpy(*to + *used, bytes, count);
	*used += count;
	(*to)[*used] = '\0';
	return count;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *argument)
{
	struct lane *lane = argument;

	return gather(&lane->answer_body, &lane->length, bytes, size * count);
}

static size_t on_header(char *bytes, size_t size, size_t count, void *argument)
{
	struct lane *lane = argument;

	return gather(&lane->headers, &lane->headers_length, bytes,
		      size * count);
}

/* ---- judging ---- */

static const char *const inner_words[] = {
	"SELECT ", "INSERT ", "UPDATE \"", "relation ", "violates", "pg_",
	"postgres", "libpq", "SQLSTATE", "src/", ".c:", "/tmp/", "/usr/",
	"src/domain/", "jansson", "fiber", "assert", "<html", "<!doctype",
	"Traceback", "stack"};

/* {"detail": text, "code": text}, or {"field": [texts] or nested, ...}. */
static bool is_errors(const json_t *json)
{
	const char *key;
	json_t *value;
	size_t i;

	if (json_is_string(json))
		return true;
	if (json_is_array(json)) {
		json_array_foreach(json, i, value) {
			if (!json_is_string(value) && !json_is_object(value))
				return false;
		}
		return true;
	}
	json_object_foreach((json_t *)json, key, value) {
		if (!json_is_array(value) && !json_is_object(value))
			return false;
		if (!is_errors(value))
			return false;
	}
	return json_is_object(json);
}

const char *refusal_flaw(const struct answer *answer)
{
	const char *type = header_of(answer, "Content-Type");

	if (type == NULL || strncmp(type, "application/json", 16) != 0)
		return "is not JSON by its type";
	if (!json_is_object(answer->json))
		return "is no JSON object";
	for (size_t i = 0; i < sizeof(inner_words) / sizeof(inner_words[0]); i++)
		if (strstr(answer->body, inner_words[i]) != NULL)
			return fmt("leaks \"%s\"", inner_words[i]);
	if (json_object_get(answer->json, "detail") != NULL)
		return json_is_string(json_object_get(answer->json, "detail")) &&
				       json_is_string(json_object_get(
					       answer->json, "code"))
			       ? NULL
			       : "has a detail without a code";
	if (json_object_size(answer->json) == 0 || !is_errors(answer->json))
		return "has neither detail nor field errors";
	return header_of(answer, "X-Request-Id") ? NULL : "has no request id";
}

static bool is_wanted(const struct shot *shot, int status)
{
	char text[16];

	if (shot->want == NULL)
		return status >= 200 && status < 500;
	if (strstr(shot->want, "4xx") != NULL && status >= 400 && status < 500)
		return true;
	snprintf(text, sizeof(text), "%d", status);
	return strstr(shot->want, text) != NULL;
}

static const char *flaw_of(const struct shot *shot,
			   const struct answer *answer)
{
	const char *flaw = NULL;

	if (!is_wanted(shot, answer->status))
		return fmt("not %s", shot->want ? shot->want : "under 500");
	if (answer->status >= 400 && strcmp(shot->method, "HEAD") != 0)
		flaw = refusal_flaw(answer);
	if (flaw == NULL && shot->key != NULL && answer->status == 400 &&
	    json_object_get(answer->json, shot->key) == NULL)
		flaw = fmt("does not name \"%s\"", shot->key);
	return flaw;
}

static void judge(struct lane *lane)
{
	struct answer answer = {
		.body = lane->answer_body ? lane->answer_body : "",
		.length = lane->length,
		.headers = lane->headers ? lane->headers : ""};
	const struct shot *shot = &lane->shot;
	const char *flaw;
	long status = 0;

	curl_easy_getinfo(lane->curl, CURLINFO_RESPONSE_CODE, &status);
	answer.status = (int)status;
	answer.json = json_loads(answer.body, JSON_DECODE_ANY, NULL);
	flaw = flaw_of(shot, &answer);
	json_decref(answer.json);
	if (flaw == NULL)
		return;
	if (volley.wrong++ < REPORTS_MAX)
		print_error("%s (%s): %s %.200s answered %d, %s: %.300s\n"
			    "  sent: %.200s\n",
			    shot->operation, shot->what, shot->method,
			    shot->path, answer.status, flaw, answer.body,
			    lane->body ? lane->body : "");
}

/* ---- sending ---- */

/*
 * Who is refused before his body has been read may be cut off while he sends,
 * and never see the answer (RFC 9112 section 9.6): he tries again.
 */
static bool was_cut_off(struct lane *lane)
{
	long status = 0;

	curl_easy_getinfo(lane->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status != 0 || lane->shot.want == NULL ||
	    strncmp(lane->shot.want, "413", 3) != 0 || ++lane->tries > 3)
		return false;
	curl_multi_remove_handle(volley.multi, lane->curl);
	curl_multi_add_handle(volley.multi, lane->curl);
	return true;
}

static void lane_clear(struct lane *lane)
{
	curl_multi_remove_handle(volley.multi, lane->curl);
	curl_slist_free_all(lane->list);
	free(lane->path);
	free(lane->body);
	free(lane->what);
	free(lane->key);
	free(lane->answer_body);
	free(lane->headers);
	curl_easy_reset(lane->curl);
	*lane = (struct lane){.curl = lane->curl};
}

static void drive(void)
{
	CURLMsg *message;
	int running;
	int left;

	curl_multi_perform(volley.multi, &running);
	while ((message = curl_multi_info_read(volley.multi, &left)) != NULL) {
		struct lane *lane = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &lane);
		if (was_cut_off(lane)) {
			running++;
			continue;
		}
		judge(lane);
		lane_clear(lane);
	}
	if (running > 0)
		curl_multi_poll(volley.multi, NULL, 0, 100, NULL);
}

static struct lane *free_lane(void)
{
	if (volley.multi == NULL)
		volley.multi = curl_multi_init();
	for (;;) {
		for (size_t i = 0; i < LANES; i++)
			if (!volley.lanes[i].is_busy)
				return &volley.lanes[i];
		drive();
	}
}

static struct curl_slist *header(struct curl_slist *list, const char *name,
				 const char *value)
{
	char text[8192];

	if (value == NULL)
		return list;
	snprintf(text, sizeof(text), value[0] != '\0' ? "%s: %s" : "%s;", name,
		 value);
	return curl_slist_append(list, text);
}

static struct curl_slist *headers(const struct shot *shot)
{
	const struct caller *caller = &shot->caller;
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");
	char text[8192];

	list = header(list, "Content-Type",
		      shot->type   ? shot->type
		      : shot->body ? "application/json"
				   : NULL);
	if (caller->bearer != NULL) {
		snprintf(text, sizeof(text), "Bearer %s", caller->bearer);
		list = header(list, "Authorization", text);
	}
	list = header(list, "X-Cart-Token", caller->cart_token);
	list = header(list, "X-Order-Token", caller->order_token);
	snprintf(text, sizeof(text), "volley-%zu", volley.sent);
	if (caller->key != NULL)
		list = header(list, "Idempotency-Key",
			      caller->key[0] ? caller->key : text);
	if (caller->header != NULL)
		list = curl_slist_append(list, caller->header);
	return list;
}

void fire(const struct shot *shot)
{
	struct lane *lane = free_lane();
	size_t length = shot->length ? shot->length
			: shot->body ? strlen(shot->body)
				     : 0;

	if (lane->curl == NULL)
		lane->curl = curl_easy_init();
	lane->is_busy = true;
	lane->shot = *shot;
	lane->shot.path = lane->path = strdup(shot->path);
	lane->shot.what = lane->what = strdup(shot->what);
	lane->shot.key = lane->key = shot->key ? strdup(shot->key) : NULL;
	lane->list = headers(shot);
	if (shot->body != NULL) {
		lane->body = calloc(1, length + 1);
		memcpy(lane->body, shot->body, length);
		curl_easy_setopt(lane->curl, CURLOPT_POSTFIELDSIZE, (long)length);
		curl_easy_setopt(lane->curl, CURLOPT_POSTFIELDS, lane->body);
	}
	curl_easy_setopt(lane->curl, CURLOPT_URL,
			 fmt("%s%s", shop_url(), shot->path));
	curl_easy_setopt(lane->curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(lane->curl, CURLOPT_CUSTOMREQUEST, shot->method);
	if (strcmp(shot->method, "HEAD") == 0)
		curl_easy_setopt(lane->curl, CURLOPT_NOBODY, 1L);
	curl_easy_setopt(lane->curl, CURLOPT_HTTPHEADER, lane->list);
	curl_easy_setopt(lane->curl, CURLOPT_TIMEOUT, 60L);
	curl_easy_setopt(lane->curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(lane->curl, CURLOPT_WRITEDATA, lane);
	curl_easy_setopt(lane->curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(lane->curl, CURLOPT_HEADERDATA, lane);
	curl_easy_setopt(lane->curl, CURLOPT_PRIVATE, lane);
	curl_multi_add_handle(volley.multi, lane->curl);
	volley.sent++;
}

void volley_end(void)
{
	size_t wrong;
	bool is_busy = true;

	while (is_busy) {
		is_busy = false;
		for (size_t i = 0; i < LANES; i++)
			is_busy |= volley.lanes[i].is_busy;
		if (is_busy)
			drive();
	}
	wrong = volley.wrong;
	volley.wrong = 0;
	if (wrong > 0)
		fail_msg("%zu answers were wrong", wrong);
}

struct shot shot_at(const struct target *target, const char *what)
{
	return (struct shot){
		.operation = target->operation->name,
		.what = what,
		.method = target->operation->method,
		.path = target->path,
		.caller = target->owner,
		.body = target->body,
	};
}

size_t volley_count(void)
{
	return volley.sent;
}

/* ---- what the database holds ---- */

/* Events of the sandbox and jobs of earlier requests still change things. */
static void settle(void)
{
	const struct timespec pause = {.tv_nsec = 50000000};
	const char *health = fmt("%s/__emu/health", sandbox_url());

	for (int i = 0; i < 200; i++) {
		if (int_at(ask(200, "GET", health, &nobody, NULL), "waiting") == 0 &&
		    strcmp(sql("SELECT (SELECT count(*) FROM outbox WHERE dispatched_at IS NULL)"
			       " + (SELECT count(*) FROM job WHERE state IN ('queued', 'running')"
			       " AND run_at < now() + interval '2 seconds')"),
			   "0") == 0)
			return;
		nanosleep(&pause, NULL);
	}
	fail_msg("the shop and its sandbox never came to rest");
}

const char *digest(void)
{
	settle();
	return sql("SELECT string_agg(t.tablename || '=' || md5(query_to_xml("
		   "'SELECT (to_jsonb(x) - ''{checked_at,updated_at,version,last_used_at}''"
		   "::text[])::text FROM ' || t.tablename || ' x ORDER BY 1', "
		   "false, false, '')::text), ' ' ORDER BY t.tablename) "
		   "FROM pg_tables t WHERE schemaname = 'public' AND "
		   "tablename NOT IN ('job', 'outbox', 'periodic', 'login_try', "
		   "'idempotency_key', 'notification', "
		   /* refused or not, that it was asked for is logged */
		   "'audit_log', 'audit_head', "
		   /* what rounds of their own keep true */
		   "'change_log', 'facet', 'facet_group', 'product_turn', "
		   "'search_document', 'search_stale', 'search_tier', "
		   "'search_heat', 'search_word', 'search_miss')");
}

void assert_unchanged(const char *before, const char *what)
{
	const char *after = digest();
	char *copy = strdup(before);
	char *rest = copy;

	if (strcmp(before, after) == 0) {
		free(copy);
		return;
	}
	for (char *table; (table = strsep(&rest, " ")) != NULL;)
		if (strstr(after, table) == NULL)
			print_error("%s changed %.*s\n", what,
				    (int)strcspn(table, "="), table);
	free(copy);
	fail_msg("%s: what was refused changed something", what);
}
