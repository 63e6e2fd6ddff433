/* keys.h - what the files about callers by API key know of one another. */
#ifndef REST_KEYS_PRIVATE_H
#define REST_KEYS_PRIVATE_H

#include <platform/auth.h>
#include <rest/keys.h>
#include <rest/request.h>

enum { KEY_RATE_SIZE = 24 };

/* Of a request that came with a key. */
struct key_call {
	bool is_unmet; /* this worker does not know it: key_meet() */
	uint8_t hash[SECRET_HASH_SIZE];
	char public_id[KEY_ID_LENGTH + 1];
	char rate[KEY_RATE_SIZE]; /* "": the setting's */
};

/* A good key, as the database told it. */
struct known_key {
	uint8_t hash[SECRET_HASH_SIZE];
	struct uuid id; /* nil: an empty place */
	uint32_t scopes;
	char rate[KEY_RATE_SIZE];
	char *networks; /* comma separated, of malloc; NULL: from anywhere */
	int64_t until;	/* microseconds since 1970; it is good before */
	int64_t met;	/* clock_monotonic */
	int64_t noted;	/* clock_monotonic: its use was last written down */
	bool is_used;	/* since then */
};

/* ---- key_auth.c ---- */
/* 401 for what is no key; else who calls, or that it must be met. */
bool key_take(struct request *req, const char *text);
/* On a fiber: asks the database. 401 when the key is not good, 403 when it
 * may not be used from there. */
async bool key_meet(struct request *req);
/* A fiber: meets all there are before they come. */
async void keys_meet_all(void *nothing);

/* ---- key_memory.c: keys that this worker has met ---- */
void keys_start(void);
/* Now: there may be new ones. */
void keys_load(void);
/* By keys_meet_all, at its end. */
void keys_loaded(void);
/* NULL: not known, or not surely good any more. */
struct known_key *key_find(const uint8_t hash[SECRET_HASH_SIZE]);
/* Changes with whatever is forgotten: what was asked before is not kept. */
uint64_t keys_generation(void);
/* It was used, and is not kept. */
void key_used(const struct uuid *id);
/* Takes over known->networks. */
void key_keep(const struct known_key *known);
/* It was revoked or changed. */
void key_forget(const struct uuid *id);
void keys_forget(void);

#endif
