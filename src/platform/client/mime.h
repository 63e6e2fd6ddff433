/* mime.h - a mail as it goes over the wire. Pure. */
#ifndef PLATFORM_CLIENT_MIME_H
#define PLATFORM_CLIENT_MIME_H

#include <stdbool.h>
#include <stdint.h>

#include <platform/client.h>
#include <platform/text.h>

/* A sender: "Shop <shop@example.org>" or the bare address. */
struct mailbox {
	const char *name; /* "" for none */
	const char *address;
};
bool mailbox_read(struct arena *arena, const char *text,
		  struct mailbox *mailbox);
/* local@domain in ASCII, as RFC 5321 has it without quotes and literals. */
bool address_is_mailable(const char *address);

/* A header's value: as it stands if plain ASCII, else encoded words
 * (RFC 2047), folded. */
void mime_add_words(struct text *text, const char *value);
/* RFC 2045 6.7, CR LF lines of at most 76. */
void mime_add_quoted(struct text *text, const char *value);
/* Headers and body (RFC 5322), CR LF, not dot-stuffed. False when CR, LF or
 * NUL in a header, or a bad address, make it a danger; why says which. */
bool mime_compose(struct text *text, const struct mail *mail,
		  const struct mailbox *from, int64_t wall, const char **why);

#endif
