/* account.c - which passwords are good, and what permissions say. Never waits.
 * The validators and their texts are Django's
 * (django/contrib/auth/password_validation.py). */
#include "accounts.h"

#include <ctype.h>
#include <string.h>

enum { PASSWORD_LENGTH_MIN = 8 };

/* Characters, not bytes. */
static size_t length_of(const char *text)
{
	size_t length = 0;

	for (; *text; text++)
		length += (*text & 0xc0) != 0x80;
	return length;
}

static bool is_numeric(const char *password)
{
	return *password && password[strspn(password, "0123456789")] == '\0';
}

/* What difflib's quick_ratio() tells: the letters that both have, twice, over
 * all letters. At least 0.7 is too much. */
static bool is_alike(const char *password, const char *part, size_t length)
{
	size_t password_length = strlen(password);
	int balance[256] = {0};
	size_t matches = 0;

	/* A part this short proves nothing beside a long password. */
	if (length == 0 || (password_length >= 10 * length &&
			    20 * length < 7 * password_length))
		return false;
	for (size_t i = 0; i < length; i++)
		balance[tolower((unsigned char)part[i])]++;
	for (const char *at = password; *at; at++)
		matches += balance[tolower((unsigned char)*at)]-- > 0;
	return 10 * 2 * matches >= 7 * (password_length + length);
}

/* The whole value, and each word of it. */
static bool is_similar(const char *password, const char *value)
{
	if (!value)
		return false;
	if (is_alike(password, value, strlen(value)))
		return true;
	while (*value) {
		size_t length = 0;

		while (isalnum((unsigned char)value[length]) ||
		       value[length] == '_' || (value[length] & 0x80))
			length++;
		if (is_alike(password, value, length))
			return true;
		value += length + (value[length] != '\0');
	}
	return false;
}

static const char *similar_to(const char *password,
			      const struct password_owner *owner)
{
	return is_similar(password, owner->first_name)	? "first name"
	       : is_similar(password, owner->last_name) ? "last name"
	       : is_similar(password, owner->email)	? "email address"
							: NULL;
}

bool password_is_good(struct work *w, const char *field, const char *password,
		      const struct password_owner *owner)
{
	const char *similar = similar_to(password, owner);
	bool is_good = true;

	if (similar)
		is_good = refuse_field(w, field, "The password is too similar "
				       "to the %s.", similar);
	if (length_of(password) < PASSWORD_LENGTH_MIN)
		is_good = refuse_field(w, field, "This password is too short. "
				       "It must contain at least %d "
				       "characters.", PASSWORD_LENGTH_MIN);
	if (password_is_common(password))
		is_good = refuse_field(w, field,
				       "This password is too common.");
	if (is_numeric(password))
		is_good = refuse_field(w, field,
				       "This password is entirely numeric.");
	return is_good;
}

uint32_t permissions_parse(const char *names)
{
	uint32_t bits = 0;

	while (names && *names) {
		size_t length = strcspn(names, ",");
		enum permission permission;
		char name[64];

		if (length == 3 && strncmp(names, "all", 3) == 0)
			bits |= (UINT32_C(1) << PERMISSIONS) - 1;
		if (length < sizeof(name)) {
			memcpy(name, names, length);
			name[length] = '\0';
			if (permission_find(name, &permission))
				bits |= UINT32_C(1) << permission;
		}
		names += length + (names[length] == ',');
	}
	return bits;
}
