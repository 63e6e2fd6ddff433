/* platform/webauthn.h - what an authenticator has signed, checked as W3C
 * WebAuthn Level 3 sections 7.1 (registration) and 7.2 (assertion) say. Pure:
 * no database, nothing waits; which challenges are ours is the caller's
 * business. */
#ifndef PLATFORM_WEBAUTHN_H
#define PLATFORM_WEBAUTHN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/arena.h>

struct octets {
	const uint8_t *bytes;
	size_t length;
};

/* COSE algorithms that we take, the preferred first; ends with 0. */
extern const int webauthn_algorithms[];

/* What must be true of any answer. */
struct webauthn_rules {
	const char *rp_id;     /* "shop.example" */
	const char *origins;   /* comma separated; compared byte for byte */
	const char *challenge; /* as it was given out, base64url */
	bool needs_verified;   /* the user by PIN or body, not only present */
};

/* The first thing that is wrong. */
enum webauthn_flaw {
	WEBAUTHN_SOUND,
	WEBAUTHN_CLIENT_DATA, /* unreadable */
	WEBAUTHN_TYPE,	      /* of another ceremony */
	WEBAUTHN_CHALLENGE,
	WEBAUTHN_ORIGIN, /* not on the list, or in a frame of another */
	WEBAUTHN_AUTHENTICATOR_DATA, /* unreadable */
	WEBAUTHN_RP,
	WEBAUTHN_NOT_PRESENT,
	WEBAUTHN_NOT_VERIFIED,
	WEBAUTHN_BACKUP, /* flags that contradict each other */
	WEBAUTHN_CREDENTIAL,
	WEBAUTHN_KEY, /* none of our algorithms, or malformed */
	WEBAUTHN_ATTESTATION,
	WEBAUTHN_SIGNATURE
};
/* A few words, for the log. */
const char *webauthn_flaw_text(enum webauthn_flaw flaw);

/* What the authenticator says of itself and of its user. */
struct webauthn_facts {
	bool is_verified;
	bool is_backup_eligible; /* for ever the same of one credential */
	bool is_backed_up;
	uint32_t sign_count; /* 0 of those that do not count */
};

/* A credential that was just made; points into its attestation object. */
struct webauthn_credential {
	struct octets id;  /* 1 to 1023 bytes */
	struct octets key; /* COSE_Key, as webauthn_assert() takes it */
	int algorithm;
	uint8_t aaguid[16]; /* the model; zero when it does not tell */
	struct webauthn_facts facts;
};

/*
 * Section 7.1. Attestation "none", and "packed" by the key itself, whose
 * signature must be right; any other is WEBAUTHN_ATTESTATION: we ask for none
 * and trust no maker. The arena is for what is parsed.
 */
enum webauthn_flaw webauthn_register(struct arena *arena,
				     const struct webauthn_rules *rules,
				     struct octets client_data,
				     struct octets attestation,
				     struct webauthn_credential *made);

struct webauthn_assertion {
	struct octets client_data;
	struct octets authenticator_data;
	struct octets signature;
};
/* Section 7.2, but for the sign count and the backup eligibility: those the
 * caller compares with what is kept. facts are only told of what is sound. */
enum webauthn_flaw webauthn_assert(struct arena *arena,
				   const struct webauthn_rules *rules,
				   struct octets key,
				   const struct webauthn_assertion *assertion,
				   struct webauthn_facts *facts);

/* The challenge that the client data answers to, to look it up; NULL when it
 * cannot be read. In the arena. */
const char *webauthn_challenge(struct arena *arena, struct octets client_data);

/* base64url without padding, in its one canonical form; "" is no octets. The
 * octets are in the arena. */
bool octets_read(struct arena *arena, const char *text, struct octets *octets);
/* In the arena. */
const char *octets_text(struct arena *arena, struct octets octets);

#endif
