/* config.c - reads settings from default, file and environment. */
#include <platform/config.h>

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <platform/money.h>

#include "settings.h"

struct config config_values;
struct config_origin config_origin;
const struct config *const config = &config_values;

extern char **environ;

/* "shopd.conf:12: port: must be a whole number from 1 to 65535" */
static bool complain(const char *origin, const char *key, const char *format,
		     ...) __attribute__((format(printf, 3, 4)));
static bool complain(const char *origin, const char *key, const char *format,
		     ...)
{
	char sentence[512];
	va_list list;

	va_start(list, format);
	vsnprintf(sentence, sizeof(sentence), format, list);
	va_end(list);
	fprintf(stderr, "%s: %s %s.\n", origin, key, sentence);
	return false;
}

static const struct setting *setting_find(const char *key)
{
	for (const struct setting *s = settings; s->key; s++)
		if (strcmp(s->key, key) == 0)
			return s;
	return NULL;
}

static bool parse_number(const char *text, int64_t min, int64_t max,
			 int64_t *number)
{
	char *end;
	long long value;

	if (!isdigit((unsigned char)*text) && *text != '-')
		return false;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno || *end || value < min || value > max)
		return false;
	*number = value;
	return true;
}

static bool parse_switch(const char *text, bool *is_on)
{
	static const char *const on[] = {"on", "true", "yes", "1"};
	static const char *const off[] = {"off", "false", "no", "0"};

	for (size_t i = 0; i < 4; i++) {
		if (strcasecmp(text, on[i]) == 0)
			return *is_on = true;
		if (strcasecmp(text, off[i]) == 0) {
			*is_on = false;
			return true;
		}
	}
	return false;
}

static bool has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	while (words) {
		if (strncmp(words, word, length) == 0 &&
		    (words[length] == ' ' || !words[length]))
			return length > 0;
		words = strchr(words, ' ');
		words += words ? 1 : 0;
	}
	return false;
}

/* "100/minute", or nothing. */
static bool is_rate(const char *text)
{
	const char *slash = strchr(text, '/');
	char digits[12];
	int64_t number;

	if (!*text)
		return true;
	if (!slash || (size_t)(slash - text) >= sizeof(digits))
		return false;
	memcpy(digits, text, (size_t)(slash - text));
	digits[slash - text] = '\0';
	return parse_number(digits, 1, 1000000000, &number) &&
	       has_word("second minute hour day", slash + 1);
}

/* Every value that ever held: nobody knows who still reads an old one. */
struct kept {
	struct kept *next;
	char text[];
};
static struct kept *all_kept;

static void text_set(size_t offset, const char *value)
{
	size_t size = strlen(value) + 1;
	struct kept *kept = malloc(sizeof(*kept) + size);
	const char *copy;

	if (!kept)
		abort();
	kept->next = all_kept;
	all_kept = kept;
	copy = memcpy(kept->text, value, size);
	memcpy((char *)&config_values + offset, &copy, sizeof(copy));
}

static bool set_text(const struct setting *s, const char *value,
		     const char *origin)
{
	size_t length = strlen(value);

	if (s->type == SETTING_RATE && !is_rate(value))
		return complain(origin, s->key, "must be empty or a number "
				"over second, minute, hour or day, such as "
				"100/minute");
	if (s->type == SETTING_WORD && !has_word(s->words, value))
		return complain(origin, s->key, "must be one of: %s", s->words);
	if (s->type == SETTING_TEXT &&
	    (length < (size_t)s->min || length > (size_t)s->max))
		return complain(origin, s->key,
				"must have from %d to %d characters",
				(int)s->min, (int)s->max);
	if (s->type == SETTING_CURRENCY && !currency_find(value))
		return complain(origin, s->key, "must be a code of ISO 4217, "
				"such as EUR");
	text_set(s->offset, value);
	return true;
}

static bool set_bool(const struct setting *s, const char *value,
		     const char *origin)
{
	bool *is_on = (bool *)((char *)&config_values + s->offset);

	if (s->type == SETTING_BOOL)
		return parse_switch(value, is_on) ||
		       complain(origin, s->key, "must be on or off");
	if (strcmp(value, "production") != 0 &&
	    strcmp(value, "development") != 0)
		return complain(origin, s->key,
				"must be production or development");
	*is_on = value[0] == 'p';
	return true;
}

static bool setting_set(const struct setting *s, const char *value,
			const char *origin)
{
	int64_t number;

	switch (s->type) {
	case SETTING_BOOL:
	case SETTING_MODE:
		return set_bool(s, value, origin);
	case SETTING_INT:
		if (!parse_number(value, s->min, s->max, &number))
			return complain(origin, s->key,
					"must be a whole number from %lld to "
					"%lld", (long long)s->min,
					(long long)s->max);
		memcpy((char *)&config_values + s->offset, &number,
		       sizeof(number));
		return true;
	case SETTING_TEXT:
	case SETTING_RATE:
	case SETTING_WORD:
	case SETTING_CURRENCY:
		return set_text(s, value, origin);
	}
	return false;
}

static char *trim(char *text)
{
	char *end = text + strlen(text);

	while (end > text && isspace((unsigned char)end[-1]))
		*--end = '\0';
	while (isspace((unsigned char)*text))
		text++;
	return text;
}

/* A comment is a line of its own: a secret may have a # in it. */
static bool read_line(char *line, const char *origin)
{
	const struct setting *s;
	char *key = trim(line);
	char *equals;

	if (!*key || *key == '#')
		return true;
	equals = strchr(key, '=');
	if (!equals)
		return complain(origin, key, "is no line of the form key = "
				"value");
	*equals = '\0';
	key = trim(key);
	s = setting_find(key);
	if (!s)
		return complain(origin, key, "is not a setting");
	if (s->is_secret || strcmp(key, "token_keys") == 0)
		config_origin.is_world_readable = true; /* see read_file */
	return setting_set(s, trim(equals + 1), origin);
}

static bool read_file(const char *file)
{
	static char line[8192]; /* once, before the workers */
	char origin[600];
	struct stat status;
	unsigned number = 0;
	bool is_right = true;
	FILE *in = fopen(file, "r");

	if (!in || fstat(fileno(in), &status) < 0 || S_ISDIR(status.st_mode)) {
		fprintf(stderr, "%s: cannot be read: %s.\n", file,
			in && errno == 0 ? "a folder" : strerror(errno));
		if (in)
			fclose(in);
		return false;
	}
	while (fgets(line, sizeof(line), in)) {
		snprintf(origin, sizeof(origin), "%s:%u", file, ++number);
		if (!strchr(line, '\n') && !feof(in))
			is_right = complain(origin, "this line", "is too long");
		is_right &= read_line(line, origin);
	}
	fclose(in);
	/* Until here it said whether the file holds a secret. */
	config_origin.is_world_readable &= (status.st_mode & S_IROTH) != 0;
	snprintf(config_origin.file, sizeof(config_origin.file), "%s", file);
	return is_right;
}

/* An unknown variable is only mentioned: Kubernetes adds SHOPD_SERVICE_HOST
 * and its like by itself for a service of our name. */
static bool read_environment(void)
{
	char origin[128];
	char key[64];
	bool is_right = true;

	for (char **entry = environ; *entry; entry++) {
		const char *equals = strchr(*entry, '=');
		const struct setting *s;
		size_t length = equals ? (size_t)(equals - *entry) : 0;

		if (strncmp(*entry, "SHOPD_", 6) != 0 || length < 7 ||
		    length - 6 >= sizeof(key))
			continue;
		for (size_t i = 6; i <= length; i++)
			key[i - 6] = (char)tolower((unsigned char)(*entry)[i]);
		key[length - 6] = '\0';
		snprintf(origin, sizeof(origin), "%.*s", (int)length, *entry);
		s = setting_find(key);
		if (s)
			is_right &= setting_set(s, equals + 1, origin);
		else if (strncmp(key, "test_", 5) != 0 &&
			 strcmp(key, "config") != 0)
			complain(origin, key, "is not a setting: ignored");
	}
	return is_right;
}

bool config_load(const char *file)
{
	bool is_right = true;

	memset(&config_origin, 0, sizeof(config_origin));
	for (const struct setting *s = settings; s->key; s++)
		is_right &= setting_set(s, s->fallback, "built-in default");
	if (file)
		is_right &= read_file(file);
	is_right &= read_environment();
	return is_right && config_logins_are_whole(config);
}

bool config_set(const char *key, const char *value)
{
	const struct setting *s = setting_find(key);

	return s ? setting_set(s, value, "config_set")
		 : complain("config_set", key, "is not a setting");
}

/* Before config_load too, the defaults are there: tests, early failures. */
__attribute__((constructor)) static void set_defaults(void)
{
	for (const struct setting *s = settings; s->key; s++)
		setting_set(s, s->fallback, "built-in default");
}
