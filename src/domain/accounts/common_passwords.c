/* common_passwords.c - passwords that are tried first: the 30,000 most common
 * of zxcvbn 4.4.2 (docs/dependencies.md) and some of ours, and what a shop's
 * own name gives. Compared without case, as Django does with its 20,000. */
#include "accounts.h"

#include <ctype.h>
#include <string.h>

#include <platform/config.h>

enum { LENGTH_MAX = 64, NAME_MIN = 4 };

/* A password a line, in lower case, sorted by bytes; 230 KiB that all workers
 * share, and that are only read. */
__asm__(".section .rodata\n"
	"\t.global common_passwords\ncommon_passwords:\n"
	"\t.incbin \"" COMMON_PASSWORDS "\"\n"
	"\t.global common_passwords_end\ncommon_passwords_end:\n"
	"\t.byte 0\n.previous\n");
extern const char common_passwords[];
extern const char common_passwords_end[];

/* Below, at or above the word that ends at the line's end. */
static int compare(const char *word, size_t length, const char *line)
{
	size_t line_length = strcspn(line, "\n");
	int order = memcmp(word, line,
			   length < line_length ? length : line_length);

	return order != 0	       ? order
	       : length == line_length ? 0
	       : length < line_length  ? -1
				       : 1;
}

/* By halves of the bytes, each time at the start of a line. */
static bool is_listed(const char *word, size_t length)
{
	const char *from = common_passwords;
	const char *to = from + ((uintptr_t)common_passwords_end -
				 (uintptr_t)common_passwords);

	while (from < to) {
		const char *line = from + (to - from) / 2;
		int order;

		while (line > from && line[-1] != '\n')
			line--;
		order = compare(word, length, line);
		if (order == 0)
			return true;
		if (order < 0)
			to = line;
		else
			from = line + strcspn(line, "\n") + 1;
	}
	return false;
}

/* Letters and digits, in lower case; letters beyond ASCII stay. */
static size_t plain(const char *text, size_t length, char word[LENGTH_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < length && count < LENGTH_MAX; i++)
		if (isalnum((unsigned char)text[i]) || (text[i] & 0x80))
			word[count++] = (char)tolower((unsigned char)text[i]);
	return count;
}

/* The name, with nothing but digits around it: "DemoShop!2026". */
static bool is_made_of(const char *password, const char *name, size_t length)
{
	char word[LENGTH_MAX];
	char wanted[LENGTH_MAX];
	size_t end = plain(password, strlen(password), word);
	size_t wanted_length = plain(name, length, wanted);
	size_t from = 0;

	if (wanted_length < NAME_MIN)
		return false;
	while (end > from && end - from > wanted_length &&
	       isdigit((unsigned char)word[end - 1]))
		end--;
	while (end > from && end - from > wanted_length &&
	       isdigit((unsigned char)word[from]))
		from++;
	return end - from == wanted_length &&
	       memcmp(word + from, wanted, wanted_length) == 0;
}

/* "https://www.shop.example": shop.example, and its first label. */
static bool is_of_domain(const char *password, const char *url)
{
	const char *host = strstr(url, "://");
	size_t length;

	if (!host)
		return false;
	host += 3;
	if (strncmp(host, "www.", 4) == 0)
		host += 4;
	length = strcspn(host, ":/");
	return is_made_of(password, host, length) ||
	       is_made_of(password, host, strcspn(host, ".:/"));
}

bool password_is_common(const char *password)
{
	char word[LENGTH_MAX];
	size_t length = strlen(password);

	if (is_made_of(password, config->shop_name,
		       strlen(config->shop_name)) ||
	    is_of_domain(password, config->public_url) ||
	    is_of_domain(password, config->storefront_url))
		return true;
	if (length >= LENGTH_MAX)
		return false;
	for (size_t i = 0; i < length; i++)
		word[i] = (char)tolower((unsigned char)password[i]);
	return is_listed(word, length);
}
