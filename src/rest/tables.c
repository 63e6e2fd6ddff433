/* tables.c - what must be true of the rooms' tables before anything starts,
 * and `shopd routes`. Never waits. */
#include "dispatch.h"

#include <rest/service.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <rest/listing.h>
#include <rest/schema.h>

static const char *const access_names[] = {
	[ACCESS_NONE_GIVEN] = "-",	 [ACCESS_PUBLIC] = "public",
	[ACCESS_CUSTOMER] = "customer", [ACCESS_TOKEN] = "token",
	[ACCESS_STAFF] = "staff",	 [ACCESS_GATEWAY] = "gateway",
};
static const char *const idempotency_names[] = {
	[IDEMPOTENCY_NONE] = "-",
	[IDEMPOTENCY_ACCEPTED] = "accepted",
	[IDEMPOTENCY_REQUIRED] = "required",
	[IDEMPOTENCY_PHASED] = "phased",
};

struct verdict {
	const struct route *route;
	bool is_sound;
};

static void blame(struct verdict *verdict, const char *sentence)
{
	fprintf(stderr, "%s %s: %s.\n", method_name(verdict->route->method),
		verdict->route->path, sentence);
	verdict->is_sound = false;
}

static void check_access(struct verdict *verdict)
{
	const struct route *route = verdict->route;

	if (route->access <= ACCESS_NONE_GIVEN ||
	    route->access > ACCESS_GATEWAY)
		blame(verdict, "it has no access rule");
	if (route->access == ACCESS_STAFF &&
	    route->permission >= PERMISSIONS)
		blame(verdict, "its permission does not exist");
	if (route->spares_keys &&
	    (!route->needs_step_up || route->is_for_people ||
	     route->access != ACCESS_STAFF))
		blame(verdict, "it spares keys what it does not ask of them");
	if (route->cache == CACHE_PUBLIC && route->access != ACCESS_PUBLIC)
		blame(verdict, "only a public route may be cached publicly");
}

static bool has_address(const struct resource *resource, int depth)
{
	const struct field *field = resource ? resource->fields : NULL;

	for (; field != NULL && field->name != NULL && depth < 8; field++)
		if (field->type == FIELD_EMAIL ||
		    has_address(field->resource, depth + 1))
			return true;
	return false;
}

/* Whom an address belongs to may ask who has read it. */
static void check_reading(struct verdict *verdict)
{
	const struct route *route = verdict->route;

	if (route->access == ACCESS_STAFF && route->method == METHOD_GET &&
	    !route->shows_personal && has_address(route->answer, 0))
		blame(verdict, "it shows an address of others, and its reading "
			       "is not audited (shows_personal)");
}

static void check_words(struct verdict *verdict)
{
	const struct route *route = verdict->route;

	if (route->handler == NULL)
		blame(verdict, "it has no handler");
	if (route->name == NULL || *route->name == '\0')
		blame(verdict, "it has no name");
	if (route->summary == NULL || *route->summary == '\0')
		blame(verdict, "it has no summary");
	if (route->body_max > REST_BODY_MAX)
		blame(verdict, "its body_max is more than the server takes");
}

static void check_method(struct verdict *verdict)
{
	const struct route *route = verdict->route;
	bool is_safe = route->method == METHOD_GET;

	if (route->method == METHOD_HEAD || route->method == METHOD_OPTIONS ||
	    route->method >= METHODS)
		blame(verdict, "HEAD and OPTIONS come by themselves");
	if (is_safe && (route->body != NULL ||
			route->idempotency != IDEMPOTENCY_NONE))
		blame(verdict, "a GET has no body and needs no key");
	if (route->needs_version && is_safe)
		blame(verdict, "a GET has nothing to guard by a version");
	if (is_safe && !route->is_hidden && route->answer == NULL &&
	    route->content_type == NULL)
		blame(verdict, "it has no answer resource");
	if (route->cache != CACHE_PRIVATE && !is_safe)
		blame(verdict, "only a GET may be cached");
}

static void check_listing(struct verdict *verdict)
{
	const struct listing *listing = verdict->route->listing;
	const char *text;

	if (listing == NULL)
		return;
	if (verdict->route->answer == NULL)
		blame(verdict, "its listing has no answer resource");
	if (listing->query == NULL || listing->query->text == NULL ||
	    listing->query->kind != QUERY_PAGE) {
		blame(verdict, "its listing is no :page query");
		return;
	}
	text = listing->query->text;
	if (strstr(text, "[[order]]") == NULL ||
	    strstr(text, "[[page]]") == NULL)
		blame(verdict, "its query lacks [[order]] or [[page]]");
	if (listing->filters != NULL && listing->filters[0].name != NULL &&
	    strstr(text, "[[filters]]") == NULL)
		blame(verdict, "it has filters and its query no [[filters]]");
	if (strstr(text, "total_count") == NULL)
		blame(verdict, "its query has no column total_count");
	if (listing->tie_break == NULL)
		blame(verdict, "its listing has no tie-break");
}

/* The tables of fields and filters that the route names. */
static void check_tables(struct verdict *verdict)
{
	const struct route *route = verdict->route;
	struct arena arena = {0};
	const char *flaws[] = {
		route->body ? resource_flaw(&arena, route->body, true) : NULL,
		route->answer ? resource_flaw(&arena, route->answer, false)
			      : NULL,
		route->listing ? listing_flaw(&arena, route->listing) : NULL,
	};

	for (size_t i = 0; i < sizeof(flaws) / sizeof(*flaws); i++) {
		if (flaws[i] != NULL)
			blame(verdict, flaws[i]);
	}
	arena_finish(&arena);
}

/* operationId must be unique; two GETs of one view too. */
static void check_name_is_only(struct verdict *verdict,
			       const struct room *const *all)
{
	const char *name = verdict->route->name;

	for (; *all != NULL; all++) {
		const struct route *other = (*all)->routes;

		for (; other != NULL && other->path != NULL; other++) {
			if (other == verdict->route)
				return;
			if (name && other->name &&
			    strcmp(other->name, name) == 0) {
				blame(verdict, "another route has its name");
				return;
			}
		}
	}
}

/* "/a/{id}/" and "/a/{slug}/" are one place. */
static bool shape_is_same(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		if (*a == '{') {
			a += strcspn(a, "}");
			b += strcspn(b, "}");
		}
		a++;
		b++;
	}
	return *a == *b;
}

/* A client, and OpenAPI, know a place by one name. */
static void check_path_is_only(struct verdict *verdict,
			       const struct room *const *all)
{
	const char *path = verdict->route->path;

	for (; *all != NULL; all++) {
		const struct route *other = (*all)->routes;

		for (; other != NULL && other->path != NULL; other++) {
			if (other == verdict->route)
				return;
			if (strcmp(other->path, path) == 0 ||
			    !shape_is_same(other->path, path))
				continue;
			blame(verdict, "another route names the values of "
				       "this path differently");
			return;
		}
	}
}

/* What `shopd doctor` finds is known by its name. */
static bool promise_is_only(const struct room *const *all,
			    const struct invariant *promise)
{
	for (; *all != NULL; all++) {
		const struct invariant *other = (*all)->invariants;

		for (; other != NULL && other->name != NULL; other++) {
			if (other == promise)
				return true;
			if (strcmp(other->name, promise->name) == 0)
				break;
		}
		if (other != NULL && other->name != NULL)
			break;
	}
	fprintf(stderr, "invariant %s: another one has its name\n",
		promise->name);
	return false;
}

bool tables_check(const struct room *const *all)
{
	bool is_sound = true;

	for (size_t i = 0; all[i] != NULL; i++) {
		const struct route *route = all[i]->routes;

		for (; route != NULL && route->path != NULL; route++) {
			struct verdict verdict = {route, true};

			check_access(&verdict);
			check_reading(&verdict);
			check_words(&verdict);
			check_method(&verdict);
			check_listing(&verdict);
			check_tables(&verdict);
			check_name_is_only(&verdict, all);
			check_path_is_only(&verdict, all);
			is_sound &= verdict.is_sound;
		}
		for (const struct invariant *promise = all[i]->invariants;
		     promise != NULL && promise->name != NULL; promise++)
			is_sound &= promise_is_only(all, promise);
	}
	return is_sound;
}

static void route_print(const struct route *route)
{
	const char *permission = "-";

	if (route->access == ACCESS_STAFF)
		permission = permission_name(route->permission);
	printf("%-7s %-52s %-9s %-17s %-7s %-9s %6u  %s\n",
	       method_name(route->method), route->path,
	       access_names[route->access], permission,
	       route->needs_step_up ? "step-up" : "-",
	       idempotency_names[route->idempotency], route->budget,
	       route->name);
}

void routes_print(const struct room *const *all)
{
	printf("%-7s %-52s %-9s %-17s %-7s %-9s %6s  %s\n", "METHOD", "PATH",
	       "ACCESS", "PERMISSION", "PROOF", "KEY", "BUDGET", "NAME");
	for (; *all != NULL; all++) {
		const struct route *route = (*all)->routes;

		for (; route != NULL && route->path != NULL; route++)
			route_print(route);
	}
}
