/* templates.c - what each mail says. */
#include "notice.h"

#include <stdio.h>
#include <string.h>

#include <platform/config.h>
#include <platform/json.h>

static const char *of(const struct json_t *data, const char *path)
{
	return json_text_at(data, path, "");
}

/* "Hello Ada," or "Hello,". */
static void greet(struct letter *letter, struct arena *arena, const char *name)
{
	const char *hello = "Hello,";

	if (name[0] != '\0')
		hello = arena_format(arena, "Hello %s,", name);
	letter_paragraph(letter, hello);
}

static void write_registered(struct letter *letter, struct arena *arena,
			     const struct json_t *data)
{
	letter_begin(letter, arena,
		     arena_format(arena, "Welcome to %s", config->shop_name));
	letter_heading(letter, letter->subject);
	/* Not by name: nobody knows yet whose words that are. */
	letter_paragraph(letter, "Hello,");
	letter_paragraph(letter, "An account was made for this address. Please "
				 "confirm that it is yours.");
	letter_secret(letter, arena, data, "Confirm the address",
		      "verify-email");
	letter_paragraph(letter, "If it was not you who made it, do not open "
				 "the link: it would give your address to "
				 "the account of somebody else.");
	letter_end(letter, config->shop_name);
}

/* The answer to the form must not tell that the address is known; this mail
 * to its owner may. */
static void write_existing(struct letter *letter, struct arena *arena,
			   const struct json_t *data)
{
	(void)data;
	letter_begin(letter, arena,
		     arena_format(arena, "Your account at %s",
				  config->shop_name));
	letter_heading(letter, letter->subject);
	letter_paragraph(letter, "Hello,");
	letter_paragraph(letter,
			 "Somebody, perhaps you, tried to make an account with "
			 "this address. There is one already: log in, or reset "
			 "the password if you have forgotten it.");
	letter_paragraph(letter, "If it was not you, there is nothing to do.");
	letter_end(letter, config->shop_name);
}

static const char *amount(struct arena *arena, const struct json_t *data,
			  const struct json_t *from, const char *member)
{
	return arena_format(arena, "%s %s", of(from, member),
			    of(data, "currency"));
}

static void write_lines(struct letter *letter, struct arena *arena,
			const struct json_t *data)
{
	const struct json_t *lines = json_member(data, "lines");

	for (size_t i = 0; i < json_count(lines); i++) {
		const struct json_t *line = json_item(lines, i);

		letter_row(letter,
			   arena_format(arena, "%lld x %s (%s)",
					(long long)json_int_at(line, "quantity",
							       0),
					of(line, "name"), of(line, "sku")),
			   amount(arena, data, line, "total"), false);
	}
}

static void write_placed(struct letter *letter, struct arena *arena,
			 const struct json_t *data)
{
	letter_begin(letter, arena,
		     arena_format(arena, "Your order %s at %s",
				  of(data, "number"), config->shop_name));
	letter_heading(letter, "Thank you for your order");
	greet(letter, arena, of(data, "name"));
	letter_paragraph(letter,
			 arena_format(arena, "We have received your order %s.",
				      of(data, "number")));
	letter_table(letter, "What you ordered");
	write_lines(letter, arena, data);
	if (of(data, "shipping_total")[0] != '\0')
		letter_row(letter, "Shipping",
			   amount(arena, data, data, "shipping_total"), false);
	if (of(data, "tax_total")[0] != '\0')
		letter_row(letter, "Tax",
			   amount(arena, data, data, "tax_total"), false);
	letter_row(letter, "Total", amount(arena, data, data, "total"), true);
	letter_table_end(letter);
	letter_end(letter, config->shop_name);
}

static void write_order_link(struct letter *letter, struct arena *arena,
			     const struct json_t *data)
{
	letter_begin(letter, arena,
		     arena_format(arena, "The link to your order %s at %s",
				  of(data, "number"), config->shop_name));
	letter_heading(letter, "Your order");
	greet(letter, arena, of(data, "name"));
	letter_paragraph(letter,
			 arena_format(arena,
				      "Somebody, perhaps you, asked for the way "
				      "to order %s. This link shows it for seven "
				      "days to whoever has it: keep it to "
				      "yourself.",
				      of(data, "number")));
	letter_secret(letter, arena, data, "Show the order", "order-link");
	letter_paragraph(letter, "If it was not you, there is nothing to do.");
	letter_end(letter, config->shop_name);
}

static void begin_review(struct letter *letter, struct arena *arena,
			 const struct json_t *data, const char *what)
{
	letter_begin(letter, arena,
		     arena_format(arena, "Your review of %s",
				  of(data, "product")));
	letter_heading(letter, letter->subject);
	greet(letter, arena, of(data, "first_name"));
	letter_paragraph(letter, what);
}

static void end_review(struct letter *letter)
{
	letter_paragraph(letter, "Which mails you get about reviews is up to "
				 "you: see the settings of your account.");
	letter_end(letter, config->shop_name);
}

static void write_accepted(struct letter *letter, struct arena *arena,
			   const struct json_t *data)
{
	begin_review(letter, arena, data,
		     "Thank you: your review is on show now.");
	end_review(letter);
}

static void write_rejected(struct letter *letter, struct arena *arena,
			   const struct json_t *data)
{
	begin_review(letter, arena, data,
		     "Your review cannot be shown as it stands.");
	if (of(data, "reason")[0] != '\0')
		letter_paragraph(letter, of(data, "reason"));
	end_review(letter);
}

static void write_replied(struct letter *letter, struct arena *arena,
			  const struct json_t *data)
{
	begin_review(letter, arena, data, "We have replied to your review:");
	letter_paragraph(letter, of(data, "reply"));
	end_review(letter);
}

static void write_invited(struct letter *letter, struct arena *arena,
			  const struct json_t *data)
{
	letter_begin(letter, arena,
		     arena_format(arena, "Work with %s", config->shop_name));
	letter_heading(letter, letter->subject);
	letter_paragraph(letter, "Hello,");
	letter_paragraph(letter,
			 "You are invited to the staff of this shop. The link "
			 "works once, for 72 hours, and for nobody but you.");
	letter_secret(letter, arena, data, "Accept the invitation",
		      "staff-invitation");
	letter_paragraph(letter,
			 "If you did not expect it, there is nothing to do.");
	letter_end(letter, config->shop_name);
}

const struct template templates[] = {
	{"account.registered", "account_registered", write_registered},
	{"account.register_existing", "account_exists", write_existing},
	{"account.password_reset_requested", "password_reset",
	 write_password_reset},
	{"account.password_changed", "password_changed",
	 write_password_changed},
	{"account.verification_requested", "verification", write_verification},
	{"account.email_change_requested", "email_change",
	 write_email_requested},
	{"account.email_change_noticed", "email_change_notice",
	 write_email_noticed},
	{"account.email_changed", "email_changed", write_email_changed},
	{"account.passkey_added", "passkey_added", write_passkey_added},
	{"account.passkey_removed", "passkey_removed", write_passkey_removed},
	{"account.passkey_suspected", "passkey_suspected",
	 write_passkey_suspected},
	{"account.second_factor_added", "second_factor_added",
	 write_factor_added},
	{"account.second_factor_removed", "second_factor_removed",
	 write_factor_removed},
	{"account.second_factor_reset", "second_factor_reset",
	 write_factor_reset},
	{"account.recovery_code_used", "recovery_code_used", write_code_used},
	{"account.recovery_codes_renewed", "recovery_codes_renewed",
	 write_codes_renewed},
	{"account.social_linked", "social_linked", write_social_linked},
	{"account.social_unlinked", "social_unlinked", write_social_unlinked},
	{"account.export_ready", "export_ready", write_export_ready},
	{"account.erasure_requested", "erasure_requested",
	 write_erasure_requested},
	{"order.placed", "order_placed", write_placed},
	{"order.link_requested", "order_link", write_order_link},
	{"review.accepted", "review_accepted", write_accepted},
	{"review.rejected", "review_rejected", write_rejected},
	{"review.replied", "review_replied", write_replied},
	{"staff.invited", "staff_invited", write_invited},
	{0},
};

bool letter_write(struct letter *letter, struct arena *arena,
		  const struct template *template, const struct json_t *data)
{
	memset(letter, 0, sizeof(*letter));
	letter->to = of(data, "email");
	if (letter->to[0] == '\0')
		return false;
	template->write(letter, arena, data);
	return true;
}
