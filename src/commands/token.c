/* token.c - shopd token inspect: what is it, and does it hold? */
#include "commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <platform/auth.h>
#include <platform/clock.h>
#include <platform/config.h>
#include <platform/db.h>
#include <platform/uuid.h>
#include <queries.h>
#include <rest/keys.h>

enum { TEXT_MAX = 4096 };

struct inspection {
	char text[TEXT_MAX];
	bool holds; /* it would be let in */
};

static void line(const char *name, const char *value)
{
	printf("%-10s %s\n", name, value);
}

static void time_line(const char *name, int64_t seconds)
{
	int64_t away = seconds - clock_wall() / SECOND;
	char text[TIME_TEXT_SIZE];

	if (seconds == 0) {
		line(name, "never");
		return;
	}
	time_format(seconds * SECOND, text);
	printf("%-10s %s (%s%" PRId64 " s%s)\n", name, text,
	       away >= 0 ? "in " : "", away >= 0 ? away : -away,
	       away >= 0 ? "" : " ago");
}

/* ---- access tokens ---- */

static async bool judge_standing(struct work *w, struct inspection *it,
				 const struct claims *claims)
{
	enum column { KNOWN, ACTIVE, EPOCH, HAS_SESSION, END, LIVES };
	struct rows rows;
	bool has_epoch;
	bool has_session;

	if (!db_query(w, &q_token_standing,
		      params(p_uuid(&claims->user), p_uuid(&claims->session)),
		      &rows))
		return false;
	has_epoch = row_int(&rows, 0, EPOCH) == claims->epoch;
	has_session = row_bool(&rows, 0, HAS_SESSION) &&
		      row_is_null(&rows, 0, END) && row_bool(&rows, 0, LIVES);
	line("account", !row_bool(&rows, 0, KNOWN)    ? "there is none"
			: row_bool(&rows, 0, ACTIVE) ? "active"
						     : "closed");
	line("epoch", has_epoch ? "holds" : "was raised: the token is void");
	line("session", has_session			     ? "lives"
			: !row_bool(&rows, 0, HAS_SESSION) ? "there is none"
			: row_is_null(&rows, 0, END)	     ? "is over"
						     : row_text(&rows, 0, END));
	it->holds &= row_bool(&rows, 0, ACTIVE) && has_epoch && has_session;
	return true;
}

static async bool inspect_token(struct work *w, struct inspection *it)
{
	static const char *const verdicts[] = {
		[TOKEN_VALID] = "hold",
		[TOKEN_EXPIRED] = "it has expired",
		[TOKEN_INVALID] = ("not believed: signature, issuer, audience, "
				   "times or members are wrong"),
		[TOKEN_WRONG_TYPE] = "of another type",
	};
	struct token_look look;

	token_look(&w->arena, it->text, &look);
	line("kind", "JSON Web Token");
	line("header", look.header ? look.header : "unreadable");
	line("key", look.is_of_ring ? "one of token_keys"
				    : "none of token_keys writes such a header");
	line("signature", look.is_signed ? "right" : "wrong");
	line("claims", look.payload ? look.payload : "unreadable");
	line("checks", verdicts[look.verdict]);
	it->holds = look.verdict == TOKEN_VALID;
	if (look.verdict != TOKEN_VALID && look.verdict != TOKEN_EXPIRED)
		return true;
	time_line("issued", look.claims.issued);
	time_line("expires", look.claims.expires);
	time_line("factor 1", look.claims.proved);
	time_line("factor 2", look.claims.second);
	return judge_standing(w, it, &look.claims);
}

/* ---- refresh tokens ---- */

static async bool inspect_refresh(struct work *w, struct inspection *it,
				  const struct param hash)
{
	enum column { ACCOUNT, SESSION, EXPIRES, EXPIRED, USED, REVOKED };
	struct rows rows;

	if (!db_query(w, &q_refresh_token_standing, params(hash), &rows))
		return false;
	if (rows.count == 0) {
		line("kind", "none that this shop knows");
		return true;
	}
	line("kind", "refresh token");
	line("account", row_text(&rows, 0, ACCOUNT));
	line("session", row_text(&rows, 0, SESSION));
	line("expires", row_text(&rows, 0, EXPIRES));
	line("state", row_bool(&rows, 0, REVOKED)   ? "revoked"
		      : row_bool(&rows, 0, USED)    ? "used"
		      : row_bool(&rows, 0, EXPIRED) ? "expired"
						    : "not used yet");
	it->holds = !row_bool(&rows, 0, REVOKED) && !row_bool(&rows, 0, USED) &&
		    !row_bool(&rows, 0, EXPIRED);
	return true;
}

/* ---- API keys ---- */

static async bool show_key(struct work *w, const struct rows *found)
{
	static const char *const names[] = {
		"name", "scopes", "networks", "rate", "status", "expires_at",
		"overlap_until", "rotated_at", "last_used_at"};
	struct uuid id = row_uuid(found, 0, 0);
	struct rows rows;

	if (!db_query(w, &q_key_show, params(p_uuid(&id)), &rows) ||
	    rows.count == 0)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = row_text(&rows, 0,
					     rows_column(&rows, names[i]));

		if (value != NULL && *value != '\0')
			printf("%-13s %s\n", names[i], value);
	}
	return true;
}

static async bool inspect_key(struct work *w, struct inspection *it,
			      const struct param hash)
{
	struct key_parts parts;
	struct rows rows;
	int flaw;

	line("kind", "API key");
	if (!key_read(it->text, &parts)) {
		line("checksum", "wrong: it is cut short, or has a typing error");
		return true;
	}
	line("checksum", "right");
	line("public id", parts.public_id);
	line("mode", parts.is_live ? "live" : "test");
	it->holds = parts.is_live == config->is_production;
	if (!it->holds)
		line("", "this server takes only keys of the other mode");
	if (!db_query(w, &q_key_find, params(hash), &rows))
		return false;
	if (rows.count == 0) {
		line("state", "this shop knows no such key");
		it->holds = false;
		return true;
	}
	flaw = rows_column(&rows, "flaw");
	line("state", row_is_null(&rows, 0, flaw) ? "works"
						  : row_text(&rows, 0, flaw));
	it->holds &= row_is_null(&rows, 0, flaw);
	return show_key(w, &rows);
}

static async bool inspect(struct work *w, void *argument)
{
	struct inspection *it = argument;
	uint8_t bytes[SECRET_HASH_SIZE];
	struct param hash;

	secret_hash(it->text, bytes);
	hash = p_bytes(&w->arena, bytes, sizeof(bytes));
	if (key_is_meant(it->text))
		return inspect_key(w, it, hash);
	if (strchr(it->text, '.') != NULL)
		return inspect_token(w, it);
	return inspect_refresh(w, it, hash);
}

static bool read_text(struct inspection *it, const char *word)
{
	if (word != NULL && strcmp(word, "-") != 0)
		snprintf(it->text, sizeof(it->text), "%s", word);
	else if (fgets(it->text, sizeof(it->text), stdin) == NULL)
		return false;
	it->text[strcspn(it->text, " \t\r\n")] = '\0';
	return it->text[0] != '\0';
}

int token_command(int argc, char **argv)
{
	struct inspection it = {.text = ""};

	if (argc < 2 || argc > 3 || strcmp(argv[1], "inspect") != 0)
		return command_misused("token", "expected: inspect", NULL);
	if (!read_text(&it, argc == 3 ? argv[2] : NULL))
		return command_misused("token", "there is nothing to inspect",
				       NULL);
	if (!auth_parent_start())
		return EXIT_FAILED;
	if (!command_run(inspect, &it)) {
		fprintf(stderr, "shopd token: the database does not answer as "
				"it should; see the log lines above\n");
		return EXIT_FAILED;
	}
	printf("verdict    %s\n", it.holds ? "it would be let in"
					   : "it would not be let in");
	return it.holds ? EXIT_DONE : EXIT_UNHEALTHY;
}
