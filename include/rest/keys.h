/* rest/keys.h - API keys as they are written: sk_live_ or sk_test_, a public
 * id, a secret, a checksum. Never waits. */
#ifndef REST_KEYS_H
#define REST_KEYS_H

#include <stdbool.h>

/*
 * sk_test_ 12 _ 43 6, all letters and digits: the public id, which may be
 * shown and logged; the secret, of 256 random bits; and CRC-32 (IEEE 802.3)
 * of all before it as a number to the base of 62, so that typos and scanners
 * need no database.
 */
enum { KEY_ID_LENGTH = 12, KEY_TEXT_LENGTH = 70 };

struct key_parts {
	bool is_live; /* else a test key */
	char public_id[KEY_ID_LENGTH + 1];
};

/* Whether somebody means it to be one; it may be damaged. */
bool key_is_meant(const char *text);
/* False when it is no key, or its checksum is wrong. */
bool key_read(const char *text, struct key_parts *parts);
/* A new public id. */
void key_id_make(char public_id[KEY_ID_LENGTH + 1]);
/* A key with a new secret for those parts. secret_hash() makes what is
 * stored of it. */
void key_make(const struct key_parts *parts, char text[KEY_TEXT_LENGTH + 1]);

/* An address or a network: "192.0.2.1", "10.0.0.0/8", "2001:db8::/32". */
bool network_is_sound(const char *text);
/* "100/minute"; of second, minute, hour and day, up to a million. */
bool rate_is_sound(const char *text);

#endif
