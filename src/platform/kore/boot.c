/* boot.c - Kore set up by program, without a file, and its hooks. */
#include "room.h"

#include <sched.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <platform/config.h>
#include <platform/log.h>
#include <platform/metrics.h>

enum {
	HEADER_BYTES = 16384,
	HEADER_SECONDS = 3,
	BODY_SECONDS = 5, /* and a second for each 16,000 bytes */
	IDLE_SECONDS = 75, /* above what a proxy keeps idle connections */
	SPARE_FILES = 1024, /* descriptors beside the clients' */
	WORKERS_LEAST = 2, /* with one, a full worker spins on its listener */
	WORKERS_MOST = 64,
	KILL_MS = 3000 /* after the drain's deadline */
};

extern int kore_seccomp_tracing;
extern int kore_seccomp_filtering;
int kore_main(int argc, char **argv);

/* Kore's embedded configuration: empty. */
extern u_int8_t asset_builtin_kore_conf[];
extern u_int32_t asset_len_builtin_kore_conf;
extern const char *kore_version;
u_int8_t asset_builtin_kore_conf[] = "";
u_int32_t asset_len_builtin_kore_conf = 0;
const char *kore_version = "4.1.0";

static const struct http_service *service;

/* The cgroup's share, "max 100000" or "200000 100000"; 0 for no limit. */
static long quota_cores(void)
{
	FILE *file = fopen("/sys/fs/cgroup/cpu.max", "re");
	long quota = 0;
	long period = 0;

	if (file == NULL)
		return 0;
	if (fscanf(file, "%ld %ld", &quota, &period) != 2 || period <= 0)
		quota = 0;
	fclose(file);
	return quota > 0 ? (quota + period - 1) / period : 0;
}

static u_int8_t workers_wanted(void)
{
	cpu_set_t set;
	long count = (long)config->workers;
	long quota = quota_cores();

	if (count == 0 && sched_getaffinity(0, sizeof(set), &set) == 0) {
		count = CPU_COUNT(&set);
		if (quota > 0 && quota < count)
			count = quota;
	}
	if (count < WORKERS_LEAST)
		count = WORKERS_LEAST;
	return (u_int8_t)(count > WORKERS_MOST ? WORKERS_MOST : count);
}

static void limits_set(void)
{
	http_header_max = HEADER_BYTES;
	http_header_timeout = HEADER_SECONDS;
	http_body_timeout = BODY_SECONDS;
	http_body_max = service->body_max;
	http_keepalive_time = IDLE_SECONDS;
	http_request_ms = 1000;
	http_hsts_enable = 0;
	worker_count = workers_wanted();
	worker_max_connections = (u_int32_t)config->connections_max;
	http_request_limit = worker_max_connections;
	worker_rlimit_nofiles = worker_max_connections + SPARE_FILES;
	worker_accept_threshold = 1;
	worker_set_affinity = 0;
	worker_shutdown_ms = (u_int64_t)config->drain_timeout_ms + KILL_MS;
#ifdef SHOPD_SANITIZE
	kore_seccomp_filtering = 0; /* the runtime's calls are not in our list */
#else
	kore_seccomp_filtering = config->seccomp;
#endif
	kore_seccomp_tracing = kore_seccomp_filtering && config->seccomp_tracing;
}

static void listen_start(void)
{
	struct kore_server *server = kore_server_create("shopd");
	struct kore_domain *domain = kore_domain_new("*");
	char port[16];

	server->tls = 0;
	snprintf(port, sizeof(port), "%d", (int)config->port);
	if (!kore_domain_attach(domain, server) ||
	    !kore_module_handler_new(domain, "/", "serve_request", NULL,
				     HANDLER_TYPE_STATIC))
		fatal("the server could not be set up");
	if (!kore_server_bind(server, config->bind, port, NULL))
		fatal("cannot listen on %s:%s", config->bind, port);
	log_line(LOG_INFO_LINE, "listening", "address", config->bind, "port",
		 port, NULL);
}

void kore_parent_configure(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	metrics_start();
	log_level_set(config->log_level);
	limits_set();
	serve_start(service);
	listen_start();
	if (service->parent_start != NULL && !service->parent_start())
		fatal("the service did not start");
}

/* Kept rather than given back and fetched again with every few pages. */
enum { HEAP_SLACK = 4 * 1024 * 1024, HEAP_STEP = 256 * 1024 };

void kore_worker_configure(void)
{
	mallopt(M_TRIM_THRESHOLD, HEAP_SLACK);
	mallopt(M_TOP_PAD, HEAP_STEP);
	log_gather();
	loop_start();
	if (service->worker_start != NULL && !service->worker_start()) {
		log_line(LOG_ERROR_LINE, "the worker did not start", NULL);
		kore_shutdown();
	}
}

void kore_worker_teardown(void)
{
	drain_run(service);
	log_flush();
}

void kore_seccomp_hook(void)
{
	sandbox_install();
}

/* Kore finds its hooks by name. */
void *kore_symbol(const char *name)
{
	static const struct {
		const char *name;
		void (*call)(void);
	} symbols[] = {
		{"kore_parent_configure", (void (*)(void))kore_parent_configure},
		{"kore_worker_configure", kore_worker_configure},
		{"kore_worker_teardown", kore_worker_teardown},
		{"kore_seccomp_hook", kore_seccomp_hook},
		{"serve_request", (void (*)(void))serve_request},
	};
	void *address = NULL;

	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++)
		if (strcmp(symbols[i].name, name) == 0)
			memcpy(&address, &symbols[i].call, sizeof(address));
	return address;
}

void kore_log_line(int priority, const char *line)
{
	enum log_level level = LOG_DEBUG_LINE;

	if (priority <= LOG_ERR)
		level = LOG_ERROR_LINE;
	else if (priority == LOG_WARNING)
		level = LOG_WARNING_LINE;
	else if (priority <= LOG_NOTICE)
		level = LOG_INFO_LINE;
	log_line(level, line, "from", "kore", NULL);
}

int server_run(const struct http_service *wanted)
{
	static char name[] = "shopd";
	static char *argv[] = {name, NULL};

	service = wanted;
	kore_foreground = 1;
	kore_quiet = 1;
	skip_chroot = 1;
	skip_runas = 1;
	return kore_main(1, argv);
}
