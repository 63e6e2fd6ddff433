/* slug.c - a name as it stands in a URL. Never waits. */
#include <domain/catalog.h>

#include <ctype.h>
#include <string.h>

/* U+00C0 to U+00FF in ASCII; "" where there is no letter. */
static const char latin[64][3] = {
	"a", "a", "a", "a", "ae", "a", "ae", "c", "e", "e", "e", "e", "i", "i",
	"i", "i", "d", "n", "o", "o", "o", "o", "oe", "", "o", "u", "u", "u",
	"ue", "y", "th", "ss", "a", "a", "a", "a", "ae", "a", "ae", "c", "e",
	"e", "e", "e", "i", "i", "i", "i", "d", "n", "o", "o", "o", "o", "oe",
	"", "o", "u", "u", "u", "ue", "y", "th", "y"};

/* The ASCII of the character at *at, which is moved past it; "" for none. */
static const char *letters(const unsigned char **at, char plain[2])
{
	unsigned char first = *(*at)++;

	plain[0] = (char)tolower(first);
	plain[1] = '\0';
	if (first < 0x80)
		return isalnum(first) ? plain : "";
	if (first == 0xc3 && **at >= 0x80 && **at < 0xc0)
		return latin[*(*at)++ - 0x80];
	while ((**at & 0xc0) == 0x80)
		(*at)++;
	return "";
}

/* "women's" is one word. */
static bool is_apostrophe(const unsigned char *at)
{
	return *at == '\'' ||
	       strncmp((const char *)at, "\xe2\x80\x99", 3) == 0;
}

void slug_make(const char *name, char slug[SLUG_MAX])
{
	const unsigned char *at = (const unsigned char *)name;
	size_t length = 0;
	bool dash = false;

	while (*at != '\0' && length < SLUG_MAX - 4) {
		bool apostrophe = is_apostrophe(at);
		char plain[2];
		const char *more = letters(&at, plain);

		if (*more == '\0') {
			dash = dash || !apostrophe;
			continue;
		}
		if (dash && length > 0)
			slug[length++] = '-';
		dash = false;
		memcpy(slug + length, more, strlen(more));
		length += strlen(more);
	}
	slug[length] = '\0';
	if (length == 0)
		strcpy(slug, "item");
}
