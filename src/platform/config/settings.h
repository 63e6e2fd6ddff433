/* settings.h - the table behind struct config, private to this room. */
#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/config.h>

enum setting_type {
	SETTING_TEXT,
	SETTING_INT,
	SETTING_BOOL,
	SETTING_MODE, /* bool: production or development */
	SETTING_RATE, /* text: N/second, minute, hour or day; "" is off */
	SETTING_WORD, /* text: one of `words` */
	SETTING_CURRENCY /* text: an ISO 4217 code */
};

struct setting {
	const char *key;
	enum setting_type type;
	size_t offset; /* in struct config */
	const char *fallback;
	int64_t min; /* SETTING_INT; least length of a text */
	int64_t max;
	const char *words; /* "debug info" */
	bool is_secret;	   /* never printed */
	const char *help;
	const char *section; /* set where a new one begins */
};
/* Ends with a NULL key. */
extern const struct setting settings[];

/* What config_load saw, for config_is_safe. */
struct config_origin {
	char file[512];	       /* "" when none was read */
	bool is_world_readable; /* and the file holds a secret */
};
extern struct config config_values;
extern struct config_origin config_origin;

/* A sentence on stderr for each login provider that is half set. */
bool config_logins_are_whole(const struct config *c);
/* The setting by which a login would travel in clear; NULL: none. */
const char *config_login_in_clear(const struct config *c);

#endif
