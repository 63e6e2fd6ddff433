/* router.c - a trie over the rooms' route tables. Never waits. */
#include "router.h"

#include <string.h>

static const enum method allow_order[] = {METHOD_GET, METHOD_POST, METHOD_PUT,
					  METHOD_PATCH, METHOD_DELETE};

void router_init(struct router *router, struct arena *arena)
{
	*router = (struct router){.arena = arena};
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The length of the UTF-8 sequence at p, 0 when it is none (RFC 3629: no
 * overlong forms, no surrogates, nothing past U+10FFFF). */
static size_t utf8_length(const unsigned char *p)
{
	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		return (p[1] & 0xc0) == 0x80 ? 2 : 0;
	if (p[0] >= 0xe0 && p[0] <= 0xef) {
		if ((p[0] == 0xe0 && p[1] < 0xa0) ||
		    (p[0] == 0xed && p[1] > 0x9f))
			return 0;
		return (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80 ? 3 : 0;
	}
	if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		if ((p[0] == 0xf0 && p[1] < 0x90) ||
		    (p[0] == 0xf4 && p[1] > 0x8f))
			return 0;
		return (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80 &&
				       (p[3] & 0xc0) == 0x80
			       ? 4
			       : 0;
	}
	return 0;
}

/* NUL-terminated text without control bytes, whole UTF-8. */
static bool text_is_clean(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t step;

	for (; *p != '\0'; p += step) {
		step = utf8_length(p);
		if (step == 0 || *p < 0x20 || *p == 0x7f || *p == '/')
			return false;
	}
	return true;
}

/* Percent-decodes once. NULL for a broken escape, a control byte, a slash,
 * bytes that are no UTF-8. */
static const char *segment_decode(struct arena *arena, const char *raw,
				  size_t length)
{
	char *text = arena_alloc(arena, length + 1);
	size_t used = 0;
	size_t i = 0;

	while (i < length) {
		char c = raw[i++];

		if (c == '%') {
			int high = i + 1 < length ? hex_value(raw[i]) : -1;
			int low = high < 0 ? -1 : hex_value(raw[i + 1]);

			if (low < 0 || high * 16 + low == 0)
				return NULL;
			c = (char)(high * 16 + low);
			i += 2;
		}
		text[used++] = c;
	}
	text[used] = '\0';
	return text_is_clean(text) ? text : NULL;
}

static struct place *place_child(struct router *router, struct place *parent,
				 const char *segment, size_t length)
{
	struct place *child;

	if (segment[0] == '{') {
		if (parent->value == NULL)
			parent->value = arena_new(router->arena, struct place);
		return parent->value;
	}
	for (child = parent->children; child != NULL; child = child->next) {
		if (child->length == length &&
		    memcmp(child->literal, segment, length) == 0)
			return child;
	}
	child = arena_new(router->arena, struct place);
	child->literal = segment;
	child->length = length;
	child->next = parent->children;
	parent->children = child;
	return child;
}

static void place_list_allow(struct place *place)
{
	size_t used = 0;

	for (size_t i = 0; i < sizeof(allow_order) / sizeof(allow_order[0]);
	     i++) {
		const char *name = method_name(allow_order[i]);

		if (place->ways[allow_order[i]].route == NULL)
			continue;
		memcpy(place->allow + used, name, strlen(name));
		used += strlen(name);
		memcpy(place->allow + used, ", ", 2);
		used += 2;
	}
	strcpy(place->allow + used,
	       place->ways[METHOD_GET].route ? "HEAD, OPTIONS" : "OPTIONS");
}

/* "/" and then segments of plain letters or one {name}. */
static bool segment_is_sound(const char *segment, size_t length)
{
	bool is_value = segment[0] == '{';

	if (length == 0 || (is_value && (length < 3 ||
					 segment[length - 1] != '}')))
		return false;
	for (size_t i = is_value; i < length - is_value; i++) {
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-_.",
			   segment[i]) == NULL)
			return false;
	}
	return true;
}

static bool way_set(struct router *router, struct place *place,
		    struct way *way, const char **why)
{
	const struct route *route = way->route;
	bool has_slash = route->path[strlen(route->path) - 1] == '/';

	if (place->ways[route->method].route != NULL) {
		*why = "another route has this method and path";
		return false;
	}
	if (place->is_end && place->has_slash != has_slash) {
		*why = "written with and without the slash at its end";
		return false;
	}
	place->ways[route->method] = *way;
	place->is_end = true;
	place->has_slash = has_slash;
	place_list_allow(place);
	router->route_count++;
	return true;
}

bool router_add(struct router *router, const struct route *route,
		const char **why)
{
	struct place *place = &router->root;
	struct way way = {.route = route};
	const char *rest = route->path + 1;
	size_t values = 0;

	*why = "the path is no template";
	if (route->path[0] != '/')
		return false;
	while (*rest != '\0') {
		size_t length = strcspn(rest, "/");

		if (!segment_is_sound(rest, length) ||
		    (rest[0] == '{' && values == PATH_VALUES_MAX))
			return false;
		if (rest[0] == '{')
			way.names[values++] = arena_copy(router->arena,
							 rest + 1, length - 2);
		place = place_child(router, place, rest, length);
		rest += length + (rest[length] == '/');
	}
	return way_set(router, place, &way, why);
}

/* Literals win over values; a value is tried when they lead nowhere. Literals
 * are compared as they came: what a proxy in front allowed or denied by its
 * own reading of the path is what is found here. */
static struct place *walk(struct place *place, const char *rest,
			  struct arena *arena, struct found *found)
{
	size_t length = strcspn(rest, "/");
	const char *next = rest + length + (rest[length] == '/');
	struct place *end;
	const char *text;

	if (*rest == '\0')
		return place->is_end ? place : NULL;
	if (length == 0)
		return NULL;
	for (struct place *child = place->children; child != NULL;
	     child = child->next) {
		if (child->length != length ||
		    memcmp(child->literal, rest, length) != 0)
			continue;
		end = walk(child, next, arena, found);
		if (end != NULL)
			return end;
	}
	if (place->value == NULL || found->value_count == PATH_VALUES_MAX)
		return NULL;
	text = segment_decode(arena, rest, length);
	if (text == NULL || strcmp(text, ".") == 0 || strcmp(text, "..") == 0)
		return NULL;
	found->values[found->value_count++] = text;
	end = walk(place->value, next, arena, found);
	if (end == NULL)
		found->value_count--;
	return end;
}

static bool path_is_malformed(struct arena *arena, const char *path)
{
	while (*path != '\0') {
		size_t length = strcspn(path, "/");

		if (segment_decode(arena, path, length) == NULL)
			return true;
		path += length + (path[length] == '/');
	}
	return false;
}

enum finding router_find(struct router *router, struct arena *arena,
			 const char *path, struct found *found)
{
	*found = (struct found){0};
	if (path[0] != '/')
		return FINDING_MALFORMED;
	found->place = walk(&router->root, path + 1, arena, found);
	if (found->place == NULL)
		return path_is_malformed(arena, path) ? FINDING_MALFORMED
						      : FINDING_NOTHING;
	found->lacks_slash = found->place->has_slash &&
			     path[strlen(path) - 1] != '/';
	return FINDING_PLACE;
}

struct way *place_way(const struct place *place, enum method method)
{
	const struct way *way;

	if (method == METHOD_HEAD)
		method = METHOD_GET;
	if (method >= METHODS)
		return NULL;
	way = &place->ways[method];
	/* The trie is the router's own, only lent as const. */
	return way->route == NULL ? NULL : (struct way *)(uintptr_t)way;
}
