/* print.c - writes the settings as a file that config_load reads. */
#include <platform/config.h>

#include <stdio.h>
#include <string.h>

#include "settings.h"

static const char *text_of(const struct setting *s)
{
	const char *text;

	memcpy(&text, (const char *)&config_values + s->offset, sizeof(text));
	return text;
}

static void print_value(const struct setting *s)
{
	const char *at = (const char *)&config_values + s->offset;
	int64_t number;

	switch (s->type) {
	case SETTING_INT:
		memcpy(&number, at, sizeof(number));
		printf("%lld", (long long)number);
		break;
	case SETTING_BOOL:
		fputs(*(const bool *)at ? "on" : "off", stdout);
		break;
	case SETTING_MODE:
		fputs(*(const bool *)at ? "production" : "development", stdout);
		break;
	case SETTING_TEXT:
	case SETTING_RATE:
	case SETTING_WORD:
	case SETTING_CURRENCY:
		fputs(text_of(s), stdout);
		break;
	}
}

/* The URL of the database and the ring of keys hold secrets too. */
static bool is_private(const struct setting *s)
{
	return s->is_secret || strcmp(s->key, "token_keys") == 0 ||
	       strcmp(s->key, "database_url") == 0;
}

/* At most 78 columns a line, broken at spaces. */
static void print_comment(const char *help)
{
	while (*help) {
		size_t length = strlen(help);

		if (length > 76) {
			length = 76;
			while (length > 1 && help[length] != ' ')
				length--;
		}
		printf("# %.*s\n", (int)length, help);
		help += length;
		help += *help == ' ';
	}
}

static void print_setting(const struct setting *s, bool with_values)
{
	if (s->section)
		printf("\n# ---- %s ----\n", s->section);
	putchar('\n');
	print_comment(s->help);
	if (s->type == SETTING_INT)
		printf("# From %lld to %lld.\n", (long long)s->min,
		       (long long)s->max);
	if (!with_values) {
		printf("#%s = %s\n", s->key, s->fallback);
		return;
	}
	if (is_private(s)) {
		printf("#%s = (not shown)\n", s->key);
		return;
	}
	printf("%s = ", s->key);
	print_value(s);
	putchar('\n');
}

void config_print(bool with_values)
{
	puts("# shopd.conf - every setting of shopd. A line is key = value; a "
	     "comment has\n# a line of its own. The environment wins over this "
	     "file: SHOPD_ and the key\n# in upper case, such as "
	     "SHOPD_DATABASE_URL. `shopd config` writes this page.");
	for (const struct setting *s = settings; s->key; s++)
		print_setting(s, with_values);
}
