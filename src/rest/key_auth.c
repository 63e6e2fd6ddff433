/* key_auth.c - who calls by an API key: at once when this worker has met the
 * key, else after the database was asked. */
#include "keys.h"

#include <stdio.h>
#include <string.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/db.h>
#include <platform/fiber.h>
#include <queries.h>

#include "dispatch.h"

static const struct fault_kind malformed = {
	401, "api_key_malformed",
	"That is no API key: it is cut short, or has a typing error."};
static const struct fault_kind wrong_mode = {
	401, "api_key_wrong_mode", "The API key is of the other mode."};
static const struct fault_kind not_valid = {
	401, "api_key_not_valid", "There is no such API key."};
static const struct fault_kind wrong_network = {
	403, "api_key_network",
	"The API key may not be used from this network."};

/* What the database finds wrong with a key whose secret is right. */
static const struct {
	const char *flaw;
	struct fault_kind kind;
} flaws[] = {
	{"revoked", {401, "api_key_revoked", "The API key was revoked."}},
	{"expired", {401, "api_key_expired", "The API key has expired."}},
	{"rotated", {401, "api_key_rotated",
		     "The API key was rotated: use its new secret."}},
};

enum { LOAD_TIMEOUT_MS = 2000 };
enum column { ID, SCOPES, NETWORKS, RATE, UNTIL, FLAW, HASH };

/* The key is good: is it from here? */
static bool key_enter(struct request *req, struct known_key *known)
{
	if (known->networks != NULL &&
	    !address_is_listed(req->client_address, known->networks))
		return refuse(&req->http.work, &wrong_network, NULL);
	req->who = (struct principal){
		.is_known = true,
		.key = known->id,
		.permissions = known->scopes,
	};
	memcpy(req->key->rate, known->rate, KEY_RATE_SIZE);
	known->is_used = true;
	return true;
}

bool key_take(struct request *req, const char *text)
{
	struct work *w = &req->http.work;
	struct known_key *known;
	struct key_parts parts;

	if (!key_read(text, &parts))
		return refuse(w, &malformed, NULL);
	req->key = arena_new(&w->arena, struct key_call);
	memcpy(req->key->public_id, parts.public_id,
	       sizeof(parts.public_id));
	if (parts.is_live != config->is_production)
		return refuse(w, &wrong_mode, "This is a %s key; this server "
			      "takes %s keys only.",
			      parts.is_live ? "live" : "test",
			      config->is_production ? "live" : "test");
	secret_hash(text, req->key->hash);
	known = key_find(req->key->hash);
	req->key->is_unmet = known == NULL;
	return known == NULL || key_enter(req, known);
}

static bool refuse_flaw(struct work *w, const char *flaw)
{
	for (size_t i = 0; i < sizeof(flaws) / sizeof(flaws[0]); i++)
		if (strcmp(flaws[i].flaw, flaw) == 0)
			return refuse(w, &flaws[i].kind, NULL);
	return refuse(w, &not_valid, NULL);
}

/* Its networks stay in `rows`. */
static void known_fill(struct known_key *known, const struct rows *rows, int i)
{
	const char *networks = row_text(rows, i, NETWORKS);

	known->id = row_uuid(rows, i, ID);
	known->scopes = scopes_parse(row_text(rows, i, SCOPES));
	known->networks = *networks ? (char *)(uintptr_t)networks : NULL;
	known->until = row_is_null(rows, i, UNTIL) ? INT64_MAX
						   : row_time(rows, i, UNTIL);
	snprintf(known->rate, KEY_RATE_SIZE, "%s", row_text(rows, i, RATE));
}

/* What was told may have changed on the way: then it is good for this
 * request, and not remembered. */
static void keep(struct known_key known, uint64_t generation)
{
	if (keys_generation() != generation || !standing_is_sure()) {
		if (known.is_used)
			key_used(&known.id);
		return;
	}
	if (known.networks != NULL)
		known.networks = strdup(known.networks);
	key_keep(&known);
}

async bool key_meet(struct request *req)
{
	struct work *w = &req->http.work;
	uint64_t generation = keys_generation();
	struct known_key known = {0};
	struct rows rows;
	bool is_let_in;

	if (!db_query(w, &q_key_find,
		      params(p_bytes(&w->arena, req->key->hash,
				     SECRET_HASH_SIZE)),
		      &rows))
		return false;
	w->statements--; /* of the house, not of the route */
	if (rows.count == 0)
		return refuse(w, &not_valid, NULL);
	if (!row_is_null(&rows, 0, FLAW))
		return refuse_flaw(w, row_text(&rows, 0, FLAW));
	memcpy(known.hash, req->key->hash, SECRET_HASH_SIZE);
	known_fill(&known, &rows, 0);
	is_let_in = key_enter(req, &known);
	keep(known, generation);
	return is_let_in;
}

async void keys_meet_all(void *nothing)
{
	struct work w = {.fiber = fiber_current(),
			 .deadline = clock_monotonic() +
				     LOAD_TIMEOUT_MS * MILLISECOND};
	const char *mode = config->is_production ? "live" : "test";
	uint64_t generation = keys_generation();
	struct rows rows = {0};

	(void)nothing;
	if (!db_query(&w, &q_keys_active, params(p_text(mode)), &rows))
		rows.count = 0; /* they are met when they come */
	for (int i = 0; i < rows.count; i++) {
		struct known_key known = {0};

		if (!hex_decode(row_text(&rows, i, HASH), known.hash,
				SECRET_HASH_SIZE))
			continue;
		known_fill(&known, &rows, i);
		keep(known, generation);
	}
	work_finish(&w);
	keys_loaded();
}
