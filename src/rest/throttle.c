/* throttle.c - rates by address, account or API key, in one table that all workers
 * share: mapped before the fork, written with atomic operations only. Each
 * bucket is one number, the time at which it is full again (GCRA, the token
 * bucket told as a clock): a refused request does not move it. */
#include "throttle.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <arpa/inet.h>

#include <platform/auth.h>
#include <platform/clock.h>
#include <platform/config.h>

#include "dispatch.h"
#include "keys.h"

enum { SLOTS = 1 << 15, PROBES = 8 };

struct slot {
	_Atomic uint64_t key; /* 0: never used */
	_Atomic int64_t full; /* clock_monotonic when the bucket is full */
};

struct table {
	uint64_t seed; /* so that nobody can choose who shares a slot */
	struct slot slots[SLOTS];
};

static struct table *table; /* mapped once, before the fork */

static const struct fault_kind throttled = {
	429, "throttled", "Request was throttled."};

bool throttle_start(void)
{
	void *memory;

	if (table != NULL)
		return true;
	memory = mmap(NULL, sizeof(struct table), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED) {
		fprintf(stderr, "There is no memory for the throttles.\n");
		return false;
	}
	table = memory;
	random_bytes(&table->seed, sizeof(table->seed));
	return true;
}

bool rate_parse(const char *text, struct rate *rate)
{
	char *end;
	long count = strtol(text, &end, 10);

	if (count <= 0 || count > 1000000 || *end != '/')
		return false;
	rate->count = count;
	switch (end[1]) {
	case 's':
		rate->period = SECOND;
		return true;
	case 'm':
		rate->period = 60 * SECOND;
		return true;
	case 'h':
		rate->period = 3600 * SECOND;
		return true;
	case 'd':
		rate->period = 86400 * SECOND;
		return true;
	default:
		return false;
	}
}

static uint64_t key_of(const char *text)
{
	uint64_t hash = table->seed ^ UINT64_C(0xcbf29ce484222325);

	for (; *text != '\0'; text++) {
		hash = (hash ^ (unsigned char)*text) *
		       UINT64_C(0x9fb21c651e98df25);
		hash ^= hash >> 32;
	}
	return hash == 0 ? 1 : hash;
}

struct candidate {
	struct slot *slot;
	uint64_t owner;
	int64_t full;
};

/* Both numbers of one moment: who saw the old owner beside what the new one has
 * taken would look for another slot, and the key had two. */
static struct candidate slot_read(struct slot *slot)
{
	uint64_t owner = atomic_load(&slot->key);
	int64_t full = atomic_load(&slot->full);
	uint64_t again = atomic_load(&slot->key);

	while (again != owner) {
		owner = again;
		full = atomic_load(&slot->full);
		again = atomic_load(&slot->key);
	}
	return (struct candidate){slot, owner, owner == 0 ? -1 : full};
}

/* The slot of the key: its own, else a free one, else the one of its
 * neighbours that is full soonest (most are full already, and then nothing
 * is lost: a full bucket and no bucket are the same). */
static struct candidate best_slot(uint64_t key)
{
	struct candidate best = {.full = INT64_MAX};

	for (uint64_t i = 0; i < PROBES; i++) {
		struct candidate it =
			slot_read(&table->slots[(key + i) % SLOTS]);

		if (it.owner == key)
			return it;
		if (it.full < best.full)
			best = it;
	}
	return best;
}

/* Of the workers that want a slot at once one gets it, and the others look
 * again: with the same key they share it. What has been taken from it since
 * stays taken. */
static struct slot *slot_of(uint64_t key)
{
	struct candidate chosen = best_slot(key);

	while (chosen.owner != key) {
		if (atomic_compare_exchange_strong(&chosen.slot->key,
						   &chosen.owner, key)) {
			atomic_compare_exchange_strong(&chosen.slot->full,
						       &chosen.full, 0);
			break;
		}
		chosen = best_slot(key);
	}
	return chosen.slot;
}

void throttle_take(const char *name, const struct rate *rate, int64_t now,
		   struct allowance *allowance)
{
	struct slot *slot;
	int64_t step = rate->period / rate->count;
	int64_t full;
	int64_t next;

	assert(table != NULL);
	slot = slot_of(key_of(name));
	full = atomic_load(&slot->full);
	do {
		next = (full > now ? full : now) + step;
		allowance->is_granted = next - now <= rate->period;
		if (!allowance->is_granted)
			break;
	} while (!atomic_compare_exchange_weak(&slot->full, &full, next));
	if (!allowance->is_granted) {
		allowance->wait = next - now - rate->period;
		next -= step;
	}
	allowance->limit = rate->count;
	allowance->left = (rate->period - (next - now)) / step;
	allowance->reset = next - now;
}

/* An IPv6 customer owns a whole /64. */
static void address_name(char name[80], char scope, const char *address)
{
	unsigned char bytes[16];
	size_t length = strnlen(address, 78);

	if (strchr(address, ':') != NULL &&
	    inet_pton(AF_INET6, address, bytes) == 1) {
		memset(bytes + 8, 0, 8);
		snprintf(name, 80, "%c", scope);
		inet_ntop(AF_INET6, bytes, name + 1, 79);
		return;
	}
	/* Of every request: by hand, snprintf took a fifteenth of an answer. */
	name[0] = scope;
	memcpy(name + 1, address, length);
	name[1 + length] = '\0';
}

static const char *rate_text(const struct request *req, char name[80])
{
	enum throttle_scope scope = req->route != NULL ? req->route->throttle
						       : THROTTLE_DEFAULT;

	switch (scope) {
	case THROTTLE_LOGIN:
		address_name(name, 'l', req->client_address);
		return config->throttle_login;
	case THROTTLE_REGISTER:
		address_name(name, 'r', req->client_address);
		return config->throttle_register;
	case THROTTLE_NONE:
		return "";
	case THROTTLE_DEFAULT:
	default:
		break;
	}
	if (!req->who.is_known) {
		address_name(name, 'a', req->client_address);
		return config->throttle_anon;
	}
	if (req->key != NULL) {
		name[0] = 'k';
		uuid_format(&req->who.key, name + 1);
		return *req->key->rate ? req->key->rate
				       : config->throttle_key;
	}
	name[0] = 'u';
	uuid_format(&req->who.account, name + 1);
	return config->throttle_user;
}

static int64_t whole_seconds(int64_t microseconds)
{
	return (microseconds + SECOND - 1) / SECOND;
}

static void number_header(struct request *req, const char *name, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)number);
	http_answer_header(&req->http, name, text);
}

static void tell(struct request *req, const struct allowance *allowance)
{
	number_header(req, "RateLimit-Limit", allowance->limit);
	number_header(req, "RateLimit-Remaining", allowance->left);
	number_header(req, "RateLimit-Reset", whole_seconds(allowance->reset));
}

static bool refuse_for(struct work *w, int64_t wait)
{
	refuse(w, &throttled,
	       "Request was throttled. Expected available in %lld second%s.",
	       (long long)wait, wait == 1 ? "" : "s");
	w->fault.retry_after = (int)wait;
	return false;
}

/* False: there is no such rate. */
static bool take(const char *name, const char *text,
		 struct allowance *allowance)
{
	struct rate rate;

	if (text == NULL || *text == '\0' || !rate_parse(text, &rate))
		return false;
	throttle_take(name, &rate, clock_monotonic(), allowance);
	return true;
}

bool throttle_check(struct request *req)
{
	struct allowance allowance;
	char name[80] = "";
	const char *text = rate_text(req, name);

	if (!take(name, text, &allowance))
		return true;
	tell(req, &allowance);
	return allowance.is_granted ||
	       refuse_for(&req->http.work, whole_seconds(allowance.wait));
}

bool throttle_unmet(struct request *req)
{
	struct allowance allowance;
	char name[80];

	address_name(name, 'a', req->client_address);
	if (!take(name, config->throttle_anon, &allowance) ||
	    allowance.is_granted)
		return true;
	tell(req, &allowance);
	return refuse_for(&req->http.work, whole_seconds(allowance.wait));
}
