/* peer.c - the client's address, host and scheme. X-Forwarded-* and an
 * incoming X-Request-Id count only from peers in config->trusted_proxies. */
#include "dispatch.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <platform/config.h>
#include <platform/uuid.h>
#include <rest/keys.h>

static const struct fault_kind invalid_host = {
	400, "invalid_host", "The Host header is not one of this shop's."};

struct address {
	int family; /* AF_INET, AF_INET6 */
	uint8_t bytes[16];
};

static bool address_parse(const char *text, struct address *address)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	address->family = AF_INET;
	if (inet_pton(AF_INET, text, address->bytes) == 1)
		return true;
	address->family = AF_INET6;
	if (inet_pton(AF_INET6, text, address->bytes) != 1)
		return false;
	/* ::ffff:10.0.0.1 is 10.0.0.1. */
	if (memcmp(address->bytes, mapped, sizeof(mapped)) == 0) {
		address->family = AF_INET;
		memmove(address->bytes, address->bytes + 12, 4);
	}
	return true;
}

static bool bits_equal(const uint8_t *a, const uint8_t *b, int bits)
{
	int whole = bits / 8;
	int mask = 0xff00 >> bits % 8 & 0xff;

	return memcmp(a, b, (size_t)whole) == 0 &&
	       (bits % 8 == 0 || ((a[whole] ^ b[whole]) & mask) == 0);
}

/* "10.1.2.3", "10.0.0.0/8", "::1". */
static bool network_parse(const char *entry, struct address *network,
			  int *bits)
{
	size_t length = strcspn(entry, "/");
	char text[64];
	char *end;
	long given;

	if (length >= sizeof(text))
		return false;
	memcpy(text, entry, length);
	text[length] = '\0';
	if (!address_parse(text, network))
		return false;
	*bits = network->family == AF_INET ? 32 : 128;
	if (entry[length] == '\0')
		return true;
	given = strtol(entry + length + 1, &end, 10);
	if (*end != '\0' || given < 0 || given > *bits)
		return false;
	*bits = (int)given;
	return true;
}

static bool entry_has(const char *entry, const struct address *address)
{
	struct address network;
	int bits;

	return network_parse(entry, &network, &bits) &&
	       network.family == address->family &&
	       bits_equal(network.bytes, address->bytes, bits);
}

/* As PostgreSQL takes it, too: strtol() would take a sign or a blank. */
bool network_is_sound(const char *text)
{
	const char *slash = strchr(text, '/');
	struct address network;
	int bits;

	return network_parse(text, &network, &bits) &&
	       (slash == NULL ||
		(slash[1] >= '0' && slash[1] <= '9' &&
		 (slash[1] != '0' || slash[2] == '\0')));
}

/* Copies the next entry of a comma list, trimmed; false at its end. */
static bool list_next(const char **list, char *entry, size_t room)
{
	const char *start = *list + strspn(*list, ", \t");
	size_t length = strcspn(start, ", \t");

	if (*start == '\0')
		return false;
	*list = start + length;
	if (length >= room)
		length = 0;
	memcpy(entry, start, length);
	entry[length] = '\0';
	return true;
}

bool address_is_listed(const char *text, const char *list)
{
	struct address address;
	char entry[80];

	if (list == NULL || *list == '\0' || !address_parse(text, &address))
		return false;
	while (list_next(&list, entry, sizeof(entry))) {
		if (entry_has(entry, &address))
			return true;
	}
	return false;
}

bool peer_is_loopback(const struct request *req)
{
	/* Not what a proxy on this machine passes on. */
	return address_is_listed(req->http.peer, "127.0.0.0/8, ::1") &&
	       strcmp(req->client_address, req->http.peer) == 0 &&
	       http_header(&req->http, "x-forwarded-for") == NULL &&
	       http_header(&req->http, "forwarded") == NULL;
}

/* From the right, the first address that is no proxy of ours. What stands
 * left of it was written by the client and proves nothing. */
static const char *forwarded_for(struct request *req)
{
	struct arena *arena = &req->http.work.arena;
	const char *client = req->http.peer;
	struct text all;
	char *at;

	text_init(&all, arena, 64);
	text_add(&all, "");
	for (size_t i = 0; i < req->http.header_count; i++) {
		if (strcasecmp(req->http.headers[i].name,
			       "x-forwarded-for") != 0)
			continue;
		text_add(&all, req->http.headers[i].value);
		text_add(&all, ",");
	}
	while (all.length > 0) {
		struct address address;

		while (all.length > 0 &&
		       strchr(", \t", all.bytes[all.length - 1]) != NULL)
			all.bytes[--all.length] = '\0';
		at = all.bytes + all.length;
		while (at > all.bytes && strchr(", \t", at[-1]) == NULL)
			at--;
		if (!address_parse(at, &address))
			break;
		client = arena_text(arena, at);
		if (!address_is_listed(client, config->trusted_proxies))
			break;
		all.length = (size_t)(at - all.bytes);
		*at = '\0';
	}
	return client;
}

static bool is_only_of(const char *text, const char *marks, size_t longest)
{
	size_t i;

	for (i = 0; text[i] != '\0'; i++) {
		bool is_plain = (text[i] >= 'a' && text[i] <= 'z') ||
				(text[i] >= 'A' && text[i] <= 'Z') ||
				(text[i] >= '0' && text[i] <= '9');

		if (i == longest || (!is_plain && !strchr(marks, text[i])))
			return false;
	}
	return i > 0;
}

static void forwarded_read(struct request *req)
{
	const char *proto = http_header(&req->http, "x-forwarded-proto");
	const char *host = http_header(&req->http, "x-forwarded-host");
	const char *id = http_header(&req->http, "x-request-id");

	if (http_header(&req->http, "x-forwarded-for") != NULL)
		req->client_address = forwarded_for(req);
	if (proto != NULL && strcasecmp(proto, "https") == 0)
		req->scheme = "https";
	if (host != NULL && is_only_of(host, ".-:[]", 255))
		req->http.host = host;
	if (id != NULL &&
	    is_only_of(id, "-._", sizeof(req->http.work.id) - 1))
		memcpy(req->http.work.id, id, strlen(id) + 1);
}

void peer_read(struct request *req)
{
	struct uuid id;

	req->client_address = req->http.peer;
	req->scheme = "http";
	req->http.work.id[0] = '\0';
	if (address_is_listed(req->http.peer, config->trusted_proxies))
		forwarded_read(req);
	if (req->http.work.id[0] != '\0')
		return;
	id = uuid_make();
	uuid_format(&id, req->http.work.id);
}

static bool host_is_listed(const char *host, const char *list)
{
	char entry[256];
	size_t length = host[0] == '[' ? strcspn(host, "]") + 1
				       : strcspn(host, ":");

	if (list == NULL || *list == '\0')
		return true;
	while (list_next(&list, entry, sizeof(entry))) {
		if (strlen(entry) == length &&
		    strncasecmp(entry, host, length) == 0)
			return true;
	}
	return false;
}

bool host_check(struct request *req)
{
	/* Health checks come by address. */
	if (strncmp(req->http.path, "/api/", 5) != 0 ||
	    host_is_listed(req->http.host ? req->http.host : "",
			   config->allowed_hosts))
		return true;
	return refuse(&req->http.work, &invalid_host, NULL);
}
