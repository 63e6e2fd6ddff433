/* secret_mail.c - secrets that go out by mail, and what their events say. */
#include "passwords.h"

#include <platform/config.h>
#include <platform/json.h>
#include <platform/text.h>

bool mail_secret_make(struct work *w, const char *purpose,
		      struct mail_secret *secret)
{
	char seed[UUID_TEXT_LENGTH + 1];
	char text[SECRET_TEXT_SIZE];

	secret->seed = uuid_make();
	uuid_format(&secret->seed, seed);
	if (!secret_derive(purpose, seed, 0, text))
		return refuse(w, &fault_internal, NULL);
	secret_hash(text, secret->hash);
	return true;
}

struct param mail_secret_hash(struct work *w, const struct mail_secret *secret)
{
	return p_bytes(&w->arena, secret->hash, sizeof(secret->hash));
}

static void put(struct out *out, const char *name, const char *value)
{
	if (!value)
		return;
	out_key(out, name);
	out_text(out, value);
}

/* Links in mails go to the configured origin, never to where a Host header
 * says (reliability S16). Development does without one. */
static const char *whole_link(struct work *w, const char *path)
{
	if (*config->public_url)
		return arena_format(&w->arena, "%s%s", config->public_url,
				    path);
	return arena_format(&w->arena, "http://%s:%lld%s", config->bind,
			    (long long)config->port, path);
}

void mail_secret_put(struct work *w, struct out *out, const char *path,
		     const struct mail_secret *secret)
{
	char text[2 * SECRET_HASH_SIZE + 1];

	put(out, "link", whole_link(w, path));
	uuid_format(&secret->seed, text);
	put(out, "seed", text);
	hex_encode(secret->hash, SECRET_HASH_SIZE, text);
	put(out, "proof", text);
}

const char *mail_facts_json(struct work *w, const struct mail_facts *facts)
{
	struct text json;
	struct out out;

	text_init(&json, &w->arena, 512);
	out_init(&out, &json);
	out_object(&out);
	put(&out, "email", facts->email);
	put(&out, "first_name", facts->first_name);
	put(&out, "other", facts->other);
	if (facts->minutes)
		put(&out, "minutes",
		    arena_format(&w->arena, "%lld", (long long)facts->minutes));
	if (facts->secret)
		mail_secret_put(w, &out, facts->link, facts->secret);
	out_object_end(&out);
	return json.bytes;
}
