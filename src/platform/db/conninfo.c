/* conninfo.c - how to reach the database, made up once, hosts resolved. */
#include "pool.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <platform/config.h>
#include <platform/log.h>

#define KEYS_MAX 64

/* Read by the parent before the fork, where names can still be resolved. */
static const char *keys[KEYS_MAX + 1];
static const char *values[KEYS_MAX + 1];
static size_t key_count;
static char application[64];
static char options[512];
static char addresses[512];

static const char **find(const char *key)
{
	for (size_t i = 0; i < key_count; i++)
		if (strcmp(keys[i], key) == 0)
			return &values[i];
	return NULL;
}

static void set(const char *key, const char *value)
{
	const char **at = find(key);

	if (at == NULL && key_count < KEYS_MAX) {
		keys[key_count] = key;
		at = &values[key_count++];
	}
	if (at != NULL)
		*at = value;
}

static void set_default(const char *key, const char *value)
{
	if (find(key) == NULL)
		set(key, value);
}

/* Adds the address of one host; a socket's directory has none. */
static bool resolve(const char *host, char *out, size_t room)
{
	const struct addrinfo hints = {.ai_family = AF_UNSPEC,
				       .ai_socktype = SOCK_STREAM};
	struct addrinfo *found;
	size_t used = strlen(out);
	int error;

	if (host[0] == '/' || host[0] == '@' || host[0] == '\0')
		return true;
	error = getaddrinfo(host, NULL, &hints, &found);
	if (error != 0) {
		log_line(LOG_ERROR_LINE, "cannot resolve the database's host",
			 "host", host, "why", gai_strerror(error), NULL);
		return false;
	}
	error = getnameinfo(found->ai_addr, found->ai_addrlen, out + used,
			    (socklen_t)(room - used), NULL, 0, NI_NUMERICHOST);
	freeaddrinfo(found);
	return error == 0;
}

/* libpq would call getaddrinfo on the loop; hostaddr spares it that. */
static bool resolve_all(void)
{
	const char **host = find("host");
	char list[512];
	char *rest = list;
	char *name;

	if (host == NULL || find("hostaddr") != NULL)
		return true;
	addresses[0] = '\0';
	snprintf(list, sizeof(list), "%s", *host);
	while ((name = strsep(&rest, ",")) != NULL) {
		if (!resolve(name, addresses, sizeof(addresses) - 2))
			return false;
		if (rest != NULL)
			strcat(addresses, ",");
	}
	if (strspn(addresses, ",") != strlen(addresses))
		set("hostaddr", addresses);
	return true;
}

/* Kept for the life of the process: the values point into it. */
static PQconninfoOption *parsed;
static bool is_resolved;

bool db_resolve(void)
{
	char *why = NULL;

	if (is_resolved)
		return true;
	if (parsed != NULL)
		PQconninfoFree(parsed);
	key_count = 0;
	parsed = PQconninfoParse(config->database_url, &why);
	if (parsed == NULL) {
		log_line(LOG_ERROR_LINE, "database_url cannot be read", "why",
			 why != NULL ? why : "", NULL);
		PQfreemem(why);
		return false;
	}
	for (const PQconninfoOption *o = parsed; o->keyword != NULL; o++)
		if (o->val != NULL && o->val[0] != '\0')
			set(o->keyword, o->val);
	set("client_encoding", "UTF8");
	set_default("gssencmode", "disable");
	set_default("keepalives_idle", "5");
	set_default("keepalives_interval", "2");
	set_default("keepalives_count", "3");
	set_default("tcp_user_timeout", "5000");
	set("application_name", application);
	/* As startup parameters of their own they pass pgBouncer as well. */
	setenv("PGTZ", "UTC", 1);
	setenv("PGDATESTYLE", "ISO", 1);
	is_resolved = resolve_all();
	return is_resolved;
}

/* pgBouncer refuses `options`; there the role's settings must serve. */
static void set_limits(bool is_slow)
{
	int64_t limit = config->database_timeout_ms * (is_slow ? 4 : 1);
	const char **own = find("options");
	static const char *given;

	if (own != NULL && *own != options)
		given = *own;
	if (!config->database_prepare)
		return;
	/* Shorter than our own deadline: a cancelled statement is better
	 * than a connection torn down. Statements are written so that one
	 * plan fits all values; made anew for each it cost up to ten times
	 * what running a quick one does, and 3 ms of a search.
	 * With pages at 4 (the price of a turning disk) a small table that
	 * lives fast, such as reservation, is read whole. */
	if (db_pool.is_command)
		snprintf(options, sizeof(options), "%s",
			 given != NULL ? given : "");
	else
		snprintf(options, sizeof(options),
			 "-c statement_timeout=%lld -c lock_timeout=%lld "
			 "-c idle_in_transaction_session_timeout=10000 "
			 "-c random_page_cost=1.1 -c jit=off "
			 "-c plan_cache_mode=force_generic_plan %s",
			 (long long)(limit - limit / 10),
			 (long long)(limit - limit / 4),
			 given != NULL ? given : "");
	set("options", options);
}

PGconn *conninfo_connect(const char *name, bool is_slow)
{
	snprintf(application, sizeof(application), "%s", name);
	set_limits(is_slow);
	keys[key_count] = NULL;
	values[key_count] = NULL;
	return PQconnectStartParams(keys, values, 0);
}
