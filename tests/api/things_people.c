/* things_people.c - things of accounts: factors, sessions, addresses, roles,
 * invitations, customers, keys. */
#include "authenticator.h"
#include "keys.h"
#include "things.h"

#include <stddef.h>

/* Each of an account of its own. */
static void make_begun_totp(struct target *target, struct words *words)
{
	const struct caller owner = {.bearer = a_member().access};

	target->owner.bearer = owner.bearer;
	words->totp = code_shown(
		text_at(ask(201, "POST", TOTP, &owner, NULL), "secret"), 0);
}

static void make_totp(struct target *target, struct words *words)
{
	const struct member member = a_protected_member();

	target->owner.bearer = member.access;
	words->totp = code_shown(member.secret, 0);
	words->email = member.email;
}

static void make_challenge(struct target *target, struct words *words)
{
	make_totp(target, words);
	words->challenge = a_challenge(words->email, GOOD_PASSWORD);
}

static const char *a_passkey_of(const char *account)
{
	return sql("WITH u AS (INSERT INTO passkey_user (account_id, handle) "
		   "VALUES ('%s', sha256(uuid_send(uuid_v7()))) ON CONFLICT "
		   "(account_id) DO NOTHING) INSERT INTO passkey (account_id, "
		   "credential_id, public_key, algorithm, aaguid, name, "
		   "sign_count, is_backup_eligible, is_backed_up) VALUES "
		   "('%s', sha256(uuid_send(uuid_v7())), 'k', -7, uuid_v7(), "
		   "'Key', 0, false, false) RETURNING id",
		   account, account);
}

static void make_passkey(struct target *target, struct words *words)
{
	words->id = a_passkey_of(text_at(
		ask(200, "GET", "/api/v1/account/", &target->owner, NULL),
		"id"));
}

/* An account of its own, since what is done ends its sessions. */
static void make_member(struct target *target, struct words *words)
{
	make_login(target, words);
	target->owner.bearer = words->access;
}

static const char *id_of(const struct words *words)
{
	return sql("SELECT id FROM account WHERE email = '%s'", words->email);
}

static void make_other_session(struct target *target, struct words *words)
{
	make_member(target, words);
	ask(200, "POST", "/api/v1/auth/token/", &nobody,
	    fmt("{\"email\":\"%s\",\"password\":\"lantern-quiet-47\"}",
		words->email));
	words->id = sql("SELECT id FROM session WHERE account_id = '%s' ORDER BY "
			"id DESC LIMIT 1", id_of(words));
}

/* The secret is the address: what is mailed only the mail has. */
static void make_reset_link(struct target *target, struct words *words)
{
	make_login(target, words);
	sql("INSERT INTO password_reset (account_id, token_hash, name_hash, "
	    "expires_at) VALUES ('%s', sha256('%s'), sha256('%s'), now() + "
	    "interval '10 minutes')", id_of(words), words->email, words->email);
}

static void make_email_change(struct target *target, struct words *words)
{
	make_login(target, words);
	sql("INSERT INTO email_change (id, account_id, old_email, new_email, "
	    "confirm_hash, cancel_hash) VALUES (uuid_v7(), '%s', '%s', 'new%s', "
	    "sha256('%s'), sha256('not %s'))", id_of(words), words->email,
	    words->email, words->email, words->email);
}

static void make_address(struct target *target, struct words *words)
{
	make_member(target, words); /* one account keeps a hundred of them */
	words->id = text_at(ask(201, "POST", "/api/v1/account/addresses/",
				&target->owner, ADDRESS),
			    "id");
}

/* An owner whose address is known to be theirs. */
static void make_verified(struct target *target, struct words *words)
{
	(void)words;
	sql("UPDATE account SET email_verified_at = now() WHERE id = '%s'",
	    text_at(ask(200, "GET", "/api/v1/account/", &target->owner, NULL),
		    "id"));
}

static void take_country(struct target *target, struct words *words)
{
	(void)target;
	words->id = "DE";
}

static void make_role(struct target *target, struct words *words)
{
	make_of_staff(target, words, "/api/v1/admin/roles/", ROLE);
}

/* Open, and its mail says $secret. */
static void make_invitation(struct target *target, struct words *words)
{
	const struct caller owner = target->owner;

	make_of_staff(target, words, "/api/v1/admin/staff/invitations/",
		      "{\"email\":\"i$n@example.com\",\"roles\":[]}");
	target->owner = owner;
	words->secret = fmt("secret-%s", fresh_number());
	sql("UPDATE staff_invitation SET secret_hash = sha256('%s') WHERE id = '%s'",
	    words->secret, words->id);
}

/* For a customer who comes just for that. */
static void make_invited_customer(struct target *target, struct words *words)
{
	make_invitation(target, words);
	target->owner.bearer = a_customer();
	sql("UPDATE staff_invitation SET email = '%s' WHERE id = '%s'",
	    text_at(ask(200, "GET", "/api/v1/account/", &target->owner, NULL),
		    "email"),
	    words->id);
}

static void make_customer(struct target *target, struct words *words)
{
	const struct caller customer = {.bearer = a_customer()};

	words->id = text_at(
		ask(200, "GET", "/api/v1/account/", &customer, NULL), "id");
	target->owner.header = fmt(
		"If-Match: \"v%s\"",
		sql("SELECT version FROM account WHERE id = '%s'", words->id));
}

static void make_customer_note(struct target *target, struct words *words)
{
	const struct caller staff = {.bearer = the_staff()};

	make_customer(target, words);
	words->second = text_at(
		ask(201, "POST", fmt("/api/v1/admin/customers/%s/notes/", words->id),
		    &staff, "{\"body\":\"calls on Mondays\"}"),
		"id");
}

static void make_staff_member(struct target *target, struct words *words)
{
	make_customer(target, words);
	sql("UPDATE account SET is_staff = true WHERE id = '%s'", words->id);
}

static void make_protected_staff_member(struct target *target,
					struct words *words)
{
	make_staff_member(target, words);
	sql("INSERT INTO second_factor (account_id, kind, object_id) VALUES "
	    "('%s', 'passkey', '%s')", words->id, a_passkey_of(words->id));
}

static void make_key(struct target *target, struct words *words)
{
	words->id = a_key("[\"keys.write\"]").id;
	target->owner.header = "If-Match: \"v1\"";
}

static void make_data_export(struct target *target, struct words *words)
{
	make_member(target, words);
	words->id = sql("INSERT INTO data_export (account_id, state, archive, "
			"bytes, ready_at, expires_at) VALUES ('%s', 'ready', "
			"'{\"format\":\"f\",\"shop\":\"s\",\"data\":{}}', "
			"40, now(), now() + interval '1 day') RETURNING id",
			id_of(words));
}

static void make_erasure_request(struct target *target, struct words *words)
{
	make_member(target, words);
	words->id = text_at(ask(202, "POST", "/api/v1/account/erasure-requests/",
				&target->owner, NULL),
			    "id");
}

const struct maker people_makers[] = {
	{"data export", make_data_export},
	{"erasure request", make_erasure_request},
	{"member", make_member},
	{"other session", make_other_session},
	{"reset link", make_reset_link},
	{"e-mail change", make_email_change},
	{"begun totp", make_begun_totp},
	{"totp", make_totp},
	{"challenge", make_challenge},
	{"address", make_address},
	{"verified", make_verified},
	{"country", take_country},
	{"key", make_key},
	{"passkey", make_passkey},
	{"role", make_role},
	{"invitation", make_invitation},
	{"invited customer", make_invited_customer},
	{"customer", make_customer},
	{"customer note", make_customer_note},
	{"staff member", make_staff_member},
	{"protected staff member", make_protected_staff_member},
	{NULL, NULL},
};
