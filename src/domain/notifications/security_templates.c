/* security_templates.c - what mails say of changes to the ways into an account.
 * Nobody can switch them off: they are how an owner learns of a thief. */
#include "notice.h"

#include <platform/config.h>
#include <platform/json.h>

static const char *of(const struct json_t *data, const char *path)
{
	return json_text_at(data, path, "");
}

/* When it was; a mail may be late. */
static void add_time(struct letter *letter, struct arena *arena,
		     const struct json_t *data)
{
	const char *at = of(data, "at");

	if (*at)
		letter_paragraph(letter,
				 arena_format(arena, "It was done on %s (UTC).",
					      at));
}

static const char advice[] =
	"If it was not you, set a new password at once by \"forgotten "
	"password\", which ends every session, and look through the ways to log "
	"in that your account has.";

static void tell(struct letter *letter, struct arena *arena,
		 const struct json_t *data, const char *subject,
		 const char *what)
{
	const char *name = of(data, "first_name");

	letter_begin(letter, arena,
		     arena_format(arena, "%s at %s", subject,
				  config->shop_name));
	letter_heading(letter, letter->subject);
	letter_paragraph(letter, *name ? arena_format(arena, "Hello %s,", name)
				       : "Hello,");
	letter_paragraph(letter, what);
	add_time(letter, arena, data);
	letter_paragraph(letter, advice);
	letter_end(letter, config->shop_name);
}

#define WRITER(name)                                         \
	void name(struct letter *letter, struct arena *arena, \
		  const struct json_t *data)

WRITER(write_passkey_added)
{
	tell(letter, arena, data, "A new passkey",
	     arena_format(arena, "The passkey \"%s\" was added to your account: "
			  "it is a way to log in.",
			  of(data, "passkey")));
}

WRITER(write_passkey_removed)
{
	tell(letter, arena, data, "A passkey was removed",
	     arena_format(arena, "The passkey \"%s\" was removed from your "
			  "account.",
			  of(data, "passkey")));
}

WRITER(write_passkey_suspected)
{
	tell(letter, arena, data, "A passkey was refused",
	     arena_format(arena, "Somebody tried to log in to your account with "
			  "the passkey \"%s\" and was refused, because there "
			  "may be a copy of it. Log in another way and remove "
			  "it.",
			  of(data, "passkey")));
}

WRITER(write_factor_added)
{
	tell(letter, arena, data, "The second factor is on",
	     "From now on your account asks for a code of your authenticator "
	     "app besides the password.");
}

WRITER(write_factor_removed)
{
	tell(letter, arena, data, "The second factor is off",
	     "Your account no longer asks for codes of an authenticator app.");
}

WRITER(write_factor_reset)
{
	tell(letter, arena, data, "Your second factor was taken off",
	     "The shop has taken every second factor off your account, as is "
	     "done for who has lost theirs: authenticator app, recovery codes "
	     "and passkeys are void, and every session was ended. Log in and set "
	     "up a new one. If you did not ask for it, tell the shop at once.");
}

WRITER(write_code_used)
{
	tell(letter, arena, data, "A recovery code was used",
	     "Somebody logged in to your account, or confirmed who they are, "
	     "with one of your recovery codes. It works no more.");
}

WRITER(write_codes_renewed)
{
	tell(letter, arena, data, "New recovery codes",
	     "New recovery codes were made for your account. The older ones work "
	     "no more.");
}

WRITER(write_social_linked)
{
	tell(letter, arena, data, "A new way to log in",
	     arena_format(arena, "Your account can now be logged in to with %s.",
			  of(data, "provider")));
}

WRITER(write_social_unlinked)
{
	tell(letter, arena, data, "A way to log in was removed",
	     arena_format(arena, "Your account can no longer be logged in to "
			  "with %s.",
			  of(data, "provider")));
}
