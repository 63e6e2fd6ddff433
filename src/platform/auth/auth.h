/* auth.h - what the files of this room share. */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include <stdbool.h>
#include <stddef.h>

/* The ring of token keys, from config; a sentence on stderr when wrong. */
bool token_ring_load(void);
/* The ring of data keys; the same. */
bool data_ring_load(void);

/* A new Argon2id hash by config; false when memory ran out. */
#define PASSWORD_HASH_SIZE 128
bool password_make(const char *password, char hash[PASSWORD_HASH_SIZE]);
/* Of any format we know. hash NULL: as dear as any other, never true. */
bool password_check(const char *hash, const char *password, bool *is_stale);
/* The hash that NULL is checked against; before the threads start. */
bool password_dummy_make(void);

#endif
