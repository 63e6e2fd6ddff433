/* load.c - shoppers with a journal, each on a connection of its own. */
#include "load.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>
#include <jansson.h>

enum { SHOPPERS_MAX = 32, TRIES = 600, PAUSE_MS = 25 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct load load;
static struct purchase *journal;
static pthread_t threads[SHOPPERS_MAX + 1];
static int thread_count;
static bool is_over;

int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void sleep_ms(int64_t milliseconds)
{
	const struct timespec pause = {
		.tv_sec = milliseconds / 1000,
		.tv_nsec = milliseconds % 1000 * 1000000};

	nanosleep(&pause, NULL);
}

struct shopper {
	CURL *curl;
	int number;
	int keys;
	char token[128];
	char *body;
	size_t length;
	bool is_told_when; /* Retry-After */
};

static size_t on_body(char *bytes, size_t size, size_t count, void *argument)
{
	struct shopper *s = argument;

	s->body = realloc(s->body, s->length + size * count + 1);
	memcpy(s->body + s->length, bytes, size * count);
	s->length += size * count;
	s->body[s->length] = '\0';
	return size * count;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *argument)
{
	struct shopper *s = argument;

	if (size * count > 12 && strncasecmp(bytes, "retry-after:", 12) == 0)
		s->is_told_when = true;
	return size * count;
}

static struct curl_slist *headers(const struct shopper *s)
{
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");
	char text[256];

	list = curl_slist_append(list, "Content-Type: application/json");
	if (s->token[0] != '\0') {
		snprintf(text, sizeof(text), "X-Cart-Token: %s", s->token);
		list = curl_slist_append(list, text);
	}
	/* the same for each repetition of a step */
	snprintf(text, sizeof(text), "Idempotency-Key: load-%d-%d", s->number,
		 s->keys);
	return curl_slist_append(list, text);
}

/* The status; 0 for no answer. */
static long send_once(struct shopper *s, const char *method, const char *path,
		      const char *body)
{
	struct curl_slist *list = headers(s);
	char url[512];
	long status = 0;

	snprintf(url, sizeof(url), "%s%s", getenv("SHOP_URL"), path);
	free(s->body);
	s->body = NULL;
	s->length = 0;
	s->is_told_when = false;
	curl_easy_reset(s->curl);
	curl_easy_setopt(s->curl, CURLOPT_URL, url);
	curl_easy_setopt(s->curl, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(s->curl, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(s->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(s->curl, CURLOPT_TIMEOUT, 30L);
	curl_easy_setopt(s->curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(s->curl, CURLOPT_WRITEDATA, s);
	curl_easy_setopt(s->curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(s->curl, CURLOPT_HEADERDATA, s);
	if (body != NULL)
		curl_easy_setopt(s->curl, CURLOPT_POSTFIELDS, body);
	if (curl_easy_perform(s->curl) == CURLE_OK)
		curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(list);
	return status;
}

static void count(const struct shopper *s, const char *path, long status,
		  int64_t took)
{
	pthread_mutex_lock(&lock);
	if (status >= 200 && status < 300 && status != 202) {
		load.acknowledged++;
		load.last_at = now_ms();
	} else if (status == 0) {
		load.cut++;
	} else if (status == 503 && s->is_told_when) {
		load.refused++;
	} else if (status != 202 && status != 409) {
		if (load.wrong++ == 0)
			fprintf(stderr, "%s answered %ld: %.300s\n", path, status,
				s->body ? s->body : "");
	}
	if (status != 0 && took > load.slowest_ms)
		load.slowest_ms = took;
	pthread_mutex_unlock(&lock);
}

static bool stopping(void)
{
	bool is;

	pthread_mutex_lock(&lock);
	is = is_over;
	pthread_mutex_unlock(&lock);
	return is;
}

/* Again and again, with one key, until it is done. NULL: given up. */
static json_t *step(struct shopper *s, const char *method, const char *path,
		    const char *body)
{
	s->keys++;
	for (int i = 0; i < TRIES && !(i > 0 && stopping()); i++) {
		int64_t start = now_ms();
		long status = send_once(s, method, path, body);

		count(s, path, status, now_ms() - start);
		if (status >= 200 && status < 300 && status != 202)
			return json_loads(s->body ? s->body : "null",
					  JSON_DECODE_ANY, NULL);
		if (status >= 400 && status < 500 && status != 409 && status != 429)
			return NULL;
		sleep_ms(PAUSE_MS);
	}
	return NULL;
}

static const char *text(json_t *json, const char *name)
{
	const char *value = json_string_value(json_object_get(json, name));

	return value == NULL ? "" : value;
}

static struct purchase *write_down(const char *cart)
{
	struct purchase *purchase = calloc(1, sizeof(*purchase));

	snprintf(purchase->cart, sizeof(purchase->cart), "%s", cart);
	pthread_mutex_lock(&lock);
	purchase->next = journal;
	journal = purchase;
	pthread_mutex_unlock(&lock);
	return purchase;
}

static const char address[] =
	"{\"first_name\":\"Ada\",\"last_name\":\"Lovelace\","
	"\"line1\":\"Unter den Linden 1\",\"city\":\"Berlin\","
	"\"postal_code\":\"10117\",\"country\":\"DE\"}";

/* Each returns its answer, which the next needs; NULL ends the purchase. */
static void pay(struct shopper *s, struct purchase *p, json_t *rates)
{
	char path[256];
	char body[256];
	json_t *cart;
	json_t *order;

	snprintf(path, sizeof(path), "/api/v1/carts/%s/shipping-method/", p->cart);
	snprintf(body, sizeof(body), "{\"rate\":\"%s\"}",
		 text(json_array_get(rates, 0), "id"));
	cart = step(s, "PUT", path, body);
	if (cart == NULL)
		return;
	snprintf(path, sizeof(path), "/api/v1/carts/%s/complete/", p->cart);
	snprintf(body, sizeof(body),
		 "{\"expected_total\":\"%s\",\"gateway\":\"stripe\","
		 "\"payment_method\":\"pm_card_visa\"}",
		 text(cart, "total"));
	json_decref(cart);
	order = step(s, "POST", path, body);
	if (order != NULL)
		snprintf(p->order, sizeof(p->order), "%s", text(order, "id"));
	json_decref(order);
}

static void buy(struct shopper *s)
{
	struct purchase *p;
	char path[256];
	json_t *answer;

	s->token[0] = '\0';
	answer = step(s, "POST", "/api/v1/carts/",
		      "{\"email\":\"load@example.com\"}");
	if (answer == NULL)
		return;
	p = write_down(text(answer, "id"));
	snprintf(s->token, sizeof(s->token), "%s", text(answer, "token"));
	json_decref(answer);
	snprintf(path, sizeof(path), "/api/v1/carts/%s/items/", p->cart);
	answer = step(s, "POST", path,
		      "{\"product\":\"enamel-teapot\",\"quantity\":2}");
	if (answer == NULL)
		return;
	p->quantity = 2;
	json_decref(answer);
	snprintf(path, sizeof(path), "/api/v1/carts/%s/shipping-address/", p->cart);
	json_decref(step(s, "PUT", path, address));
	snprintf(path, sizeof(path), "/api/v1/carts/%s/shipping-rates/", p->cart);
	answer = step(s, "GET", path, NULL);
	if (answer != NULL)
		pay(s, p, answer);
	json_decref(answer);
}

static void *shop(void *argument)
{
	struct shopper s = {.curl = curl_easy_init(),
			    .number = (int)(intptr_t)argument};

	while (!stopping())
		buy(&s);
	curl_easy_cleanup(s.curl);
	free(s.body);
	return NULL;
}

/* On a new connection each time: so every worker is asked. */
static void *watch(void *argument)
{
	struct shopper s = {.curl = NULL};

	(void)argument;
	while (!stopping()) {
		int64_t start = now_ms();
		int64_t took;
		long status;

		s.curl = curl_easy_init();
		status = send_once(&s, "GET", "/healthz/", NULL);
		curl_easy_cleanup(s.curl);
		took = now_ms() - start;
		pthread_mutex_lock(&lock);
		load.probes++;
		load.probes_bad += status != 200;
		if (took > load.slowest_probe_ms)
			load.slowest_probe_ms = took;
		pthread_mutex_unlock(&lock);
		sleep_ms(10);
	}
	free(s.body);
	return NULL;
}

void load_start(int shoppers)
{
	static int first_number;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	load = (struct load){0};
	is_over = false;
	journal = NULL;
	thread_count = 0;
	for (int i = 0; i < shoppers && i < SHOPPERS_MAX; i++)
		pthread_create(&threads[thread_count++], NULL, shop,
			       (void *)(intptr_t)first_number++);
	pthread_create(&threads[thread_count++], NULL, watch, NULL);
}

void load_mark(void)
{
	pthread_mutex_lock(&lock);
	load.slowest_ms = load.slowest_probe_ms = 0;
	load.probes = load.probes_bad = 0;
	pthread_mutex_unlock(&lock);
}

struct load load_now(void)
{
	struct load copy;

	pthread_mutex_lock(&lock);
	copy = load;
	pthread_mutex_unlock(&lock);
	return copy;
}

struct purchase *load_stop(void)
{
	pthread_mutex_lock(&lock);
	is_over = true;
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < thread_count; i++)
		pthread_join(threads[i], NULL);
	thread_count = 0;
	return journal;
}

bool load_is_on(void)
{
	return thread_count > 0;
}
