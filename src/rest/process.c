/* process.c - the rooms and their router, and what a process starts before
 * its first request. Written by rest_start, then only read, but for the flag
 * of the drain. */
#include "dispatch.h"
#include "keys.h"
#include "service_parts.h"

#include <rest/service.h>

#include <stdio.h>
#include <stdlib.h>

#include <platform/auth.h>
#include <platform/client.h>
#include <platform/db.h>
#include <platform/jobs.h>
#include <platform/metrics.h>

static struct {
	const struct room *const *rooms;
	struct arena arena;
	struct router router;
	struct text schema;
	struct text page;
	bool is_draining;
} process;

const struct room *const *rest_rooms(void)
{
	return process.rooms;
}

struct router *rest_router(void)
{
	return &process.router;
}

const struct text *rest_schema(void)
{
	return &process.schema;
}

const struct text *rest_docs(void)
{
	return &process.page;
}

bool rest_start(const struct room *const *all)
{
	bool is_sound = tables_check(all);
	const char *why;

	arena_finish(&process.arena);
	router_init(&process.router, &process.arena);
	process.rooms = all;
	for (; *all != NULL; all++) {
		const struct route *route = (*all)->routes;

		for (; route != NULL && route->path != NULL; route++) {
			if (router_add(&process.router, route, &why))
				continue;
			fprintf(stderr, "%s %s: %s.\n",
				method_name(route->method), route->path, why);
			is_sound = false;
		}
	}
	return is_sound;
}

bool rest_parent_start(void)
{
	metrics_start();
	text_init(&process.schema, &process.arena, 1 << 16);
	openapi_write(&process.schema, process.rooms);
	text_init(&process.page, &process.arena, 1 << 16);
	docs_page_write(&process.page, process.rooms);
	return auth_parent_start() && throttle_start() && db_resolve();
}

static size_t room_count(void)
{
	size_t count = 0;

	while (process.rooms[count] != NULL)
		count++;
	return count;
}

/* The rooms' tables of jobs, each list ended by NULL. */
static bool start_jobs(void)
{
	size_t size = room_count() + 1;
	const struct job_kind **kinds =
		arena_array(&process.arena, const struct job_kind *, size);
	const struct subscription **subscriptions =
		arena_array(&process.arena, const struct subscription *, size);
	const struct periodic **periodics =
		arena_array(&process.arena, const struct periodic *, size);
	struct job_tables *tables =
		arena_new(&process.arena, struct job_tables);
	size_t used[3] = {0};

	for (size_t i = 0; process.rooms[i] != NULL; i++) {
		const struct room *room = process.rooms[i];

		if (room->jobs != NULL)
			kinds[used[0]++] = room->jobs;
		if (room->subscriptions != NULL)
			subscriptions[used[1]++] = room->subscriptions;
		if (room->periodics != NULL)
			periodics[used[2]++] = room->periodics;
	}
	*tables = (struct job_tables){kinds, subscriptions, periodics};
	return jobs_start(tables);
}

bool rest_worker_start(void)
{
	if (!auth_worker_start() || !db_start() || !client_start() ||
	    !start_jobs())
		return false;
	cache_start();
	standing_start();
	keys_start();
	gauges_start();
	return true;
}

bool rest_worker_drain(void)
{
	process.is_draining = true;
	return jobs_drain();
}

bool rest_is_draining(void)
{
	return process.is_draining;
}
