/* account_templates.c - what mails about accounts say. */
#include "notice.h"

#include <platform/config.h>
#include <platform/json.h>

static const char *of(const struct json_t *data, const char *path)
{
	return json_text_at(data, path, "");
}

static void begin(struct letter *letter, struct arena *arena,
		  const struct json_t *data, const char *subject)
{
	const char *name = of(data, "first_name");

	letter_begin(letter, arena,
		     arena_format(arena, "%s at %s", subject,
				  config->shop_name));
	letter_heading(letter, letter->subject);
	letter_paragraph(letter, *name ? arena_format(arena, "Hello %s,", name)
				       : "Hello,");
}

static void add_life(struct letter *letter, struct arena *arena,
		     const struct json_t *data)
{
	letter_paragraph(letter,
			 arena_format(arena, "The link works once, for %s "
				      "minutes. Keep it to yourself.",
				      of(data, "minutes")));
}

void write_password_reset(struct letter *letter, struct arena *arena,
			  const struct json_t *data)
{
	begin(letter, arena, data, "A new password");
	letter_paragraph(letter, "Somebody, perhaps you, asked to set a new "
				 "password for this address.");
	letter_secret(letter, arena, data,
		      "Set a new password", "password-reset");
	add_life(letter, arena, data);
	letter_paragraph(letter, "If it was not you, there is nothing to do: "
				 "the password stays as it is.");
	letter_end(letter, config->shop_name);
}

void write_password_changed(struct letter *letter, struct arena *arena,
			    const struct json_t *data)
{
	begin(letter, arena, data, "Your password was changed");
	letter_paragraph(letter, "The password of your account was changed, and "
				 "every other session was ended.");
	letter_paragraph(letter, "If it was not you, set a new password at once "
				 "by \"forgotten password\".");
	letter_end(letter, config->shop_name);
}

void write_verification(struct letter *letter, struct arena *arena,
			const struct json_t *data)
{
	begin(letter, arena, data, "Your address");
	letter_paragraph(letter, "Please confirm that this address is yours.");
	letter_secret(letter, arena, data,
		      "Confirm the address", "verify-email");
	letter_paragraph(letter, "If it was not you, there is nothing to do.");
	letter_end(letter, config->shop_name);
}

void write_email_requested(struct letter *letter, struct arena *arena,
			   const struct json_t *data)
{
	begin(letter, arena, data, "Your new address");
	letter_paragraph(letter, "An account asks to be reached at this address "
				 "from now on. Please confirm that it is "
				 "yours.");
	letter_secret(letter, arena, data,
		      "Confirm the address", "change-email");
	add_life(letter, arena, data);
	letter_paragraph(letter, "If it was not you, there is nothing to do.");
	letter_end(letter, config->shop_name);
}

void write_email_noticed(struct letter *letter, struct arena *arena,
			 const struct json_t *data)
{
	begin(letter, arena, data, "Your address is to change");
	letter_paragraph(letter,
			 arena_format(arena, "Your account is to be reached at "
				      "%s from now on, once that address is "
				      "confirmed.",
				      of(data, "other")));
	letter_paragraph(letter, "If it was you, there is nothing to do. If it "
				 "was not, call it off: this works for seven "
				 "days, also when the address has changed "
				 "already, and ends every session.");
	letter_secret(letter, arena, data,
		      "Call it off", "keep-email");
	letter_end(letter, config->shop_name);
}

void write_email_changed(struct letter *letter, struct arena *arena,
			 const struct json_t *data)
{
	begin(letter, arena, data, "Your address was changed");
	letter_paragraph(letter, "Your account is now reached at another "
				 "address. If it was not you, use the link in "
				 "our mail before this one.");
	letter_end(letter, config->shop_name);
}

void write_export_ready(struct letter *letter, struct arena *arena,
			const struct json_t *data)
{
	begin(letter, arena, data, "Your data");
	letter_paragraph(letter,
			 arena_format(arena, "The archive of all that we know "
				      "of you is ready. Log in to fetch it "
				      "until %s; then it is deleted.",
				      of(data, "until")));
	letter_paragraph(letter, "If it was not you who asked for it, set a new "
				 "password at once.");
	letter_end(letter, config->shop_name);
}

void write_erasure_requested(struct letter *letter, struct arena *arena,
			     const struct json_t *data)
{
	begin(letter, arena, data, "Your account will be erased");
	letter_paragraph(letter,
			 arena_format(arena, "On %s your account and all "
				      "personal data of it will be erased, or "
				      "as soon as no order is open any more.",
				      of(data, "until")));
	letter_paragraph(letter, "Until then it can be called off: log in to do "
				 "so. If it was not you who asked for it, set "
				 "a new password at once, too.");
	letter_end(letter, config->shop_name);
}
