/* auth.c - what it costs to know who calls and whether the route lets them:
 * nanoseconds of CPU for one request with an access token, with an API key,
 * and with nothing. Prints the least, the median and the most of the rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <platform/auth.h>
#include <platform/clock.h>
#include <platform/config.h>

#include "dispatch.h"
#include "keys.h"

enum { ROUNDS = 15, TIMES = 100000 };

static bool nothing(struct request *req)
{
	(void)req;
	return true;
}

static const struct route route = {
	.method = METHOD_GET, .path = "/api/v1/admin/products/",
	.handler = nothing, .access = ACCESS_STAFF,
	.permission = PERMISSION_CATALOG_READ, .name = "bench",
};
static struct http_header headers[] = {
	{"Host", "shop.example"},
	{"User-Agent", "bench"},
	{"Accept", "application/json"},
	{"Authorization", NULL},
};

static int64_t cpu_nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static bool check_once(struct request *req)
{
	*req = (struct request){.route = &route,
				.client_address = "192.0.2.7"};
	req->http.headers = headers;
	req->http.header_count = sizeof(headers) / sizeof(headers[0]);
	return authenticate(req) && (req->key == NULL || !req->key->is_unmet) &&
	       permit(req);
}

/* With the arena that a request has, made and freed each time. */
static int64_t round_of(bool wanted)
{
	static struct request req;
	int64_t begun = cpu_nanoseconds();

	for (int i = 0; i < TIMES; i++) {
		if (check_once(&req) != wanted) {
			fprintf(stderr, "not as expected: %s\n",
				req.http.work.fault.kind
					? req.http.work.fault.kind->code
					: "let in");
			exit(1);
		}
		work_finish(&req.http.work);
	}
	return (cpu_nanoseconds() - begun) / TIMES;
}

static int by_size(const void *a, const void *b)
{
	const int64_t *one = a;
	const int64_t *other = b;

	return (*one > *other) - (*one < *other);
}

static void measure(const char *name, const char *authorization, bool wanted)
{
	int64_t took[ROUNDS];

	headers[3].value = authorization;
	for (int i = 0; i < ROUNDS; i++)
		took[i] = round_of(wanted);
	qsort(took, ROUNDS, sizeof(took[0]), by_size);
	printf("| %-42s | %5lld | %5lld | %5lld |\n", name, (long long)took[0],
	       (long long)took[ROUNDS / 2], (long long)took[ROUNDS - 1]);
}

static void make_token(char *header, size_t size)
{
	struct arena arena = {0};
	struct claims claims = {.user = uuid_make(),
				.session = uuid_make(),
				.is_staff = true,
				.permissions = UINT32_MAX,
				.proved = clock_wall() / SECOND,
				.second = clock_wall() / SECOND};

	snprintf(header, size, "Bearer %s", token_sign(&arena, &claims));
	arena_finish(&arena);
}

static void make_key(char *header, size_t size, const char *networks)
{
	struct key_parts parts = {.is_live = false};
	struct known_key known = {.id = uuid_make(), .scopes = UINT32_MAX,
				  .until = INT64_MAX};
	char text[KEY_TEXT_LENGTH + 1];

	key_id_make(parts.public_id);
	key_make(&parts, text);
	secret_hash(text, known.hash);
	known.networks = networks ? strdup(networks) : NULL;
	key_keep(&known);
	snprintf(header, size, "Bearer %s", text);
}

int main(void)
{
	char token[1024];
	char key[128];
	char bound[128];

	if (!config_set("token_keys", "b:0123456789abcdef0123456789abcdef0123456789") ||
	    !auth_parent_start())
		return 1;
	make_token(token, sizeof(token));
	make_key(key, sizeof(key), NULL);
	make_key(bound, sizeof(bound),
		 "10.0.0.0/8,172.16.0.0/12,2001:db8::/32,192.0.2.0/24");
	printf("| nanoseconds of CPU a request               | least | median | most  |\n"
	       "|---|---|---|---|\n");
	measure("access token, permission", token, true);
	measure("API key, scope", key, true);
	measure("API key bound to four networks, scope", bound, true);
	measure("no credentials: refused", "Basic eDp5", false);
	return 0;
}
