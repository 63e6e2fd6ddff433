/* test_proxy.c - an attacker and a victim share HAProxy's connections to the
 * server: the victim must never see an answer that is not its own. */
#include "wire.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUESTS = 20000, SKIPPED = 77, STEPS = 16 };

static struct server server;
static pid_t proxy = -1;
static int port;

static const char haproxy[] = "/usr/sbin/haproxy";
static const char configuration[] =
	"global\n\tmaxconn 200\n"
	"defaults\n\tmode http\n\toption accept-invalid-http-request\n"
	"\ttimeout connect 2s\n\ttimeout client 10s\n\ttimeout server 10s\n"
	"\tretry-on conn-failure empty-response\n"
	"\tretries 3\n"
	"listen all\n\tbind 127.0.0.1:%d\n\thttp-reuse always\n"
	"\tserver one 127.0.0.1:%d pool-max-conn 4\n";

/* What HAProxy lets through, and what would desynchronise a loose server. */
static const char *const hostile[] = {
	"GET /evil HTTP/1.1\r\nHost: a\r\nContent-Length: 35\r\n\r\n"
	"GET /stolen HTTP/1.1\r\nHost: stolen\r\n\r\n",
	"DELETE /evil HTTP/1.1\r\nHost: a\r\nContent-Length: 35\r\n\r\n"
	"GET /stolen HTTP/1.1\r\nHost: stolen\r\n\r\n",
	"POST /evil HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	"26\r\nGET /stolen HTTP/1.1\r\nHost: stolen\r\n\r\n\r\n0\r\n\r\n",
	"POST /evil HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n"
	"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /stolen HTTP/1.1\r\n",
	"POST /evil HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n"
	"Content-Length: 3\r\n\r\nabc",
	"POST /evil HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
	"GET /evil HTTP/1.1\r\nHost: a\r\nA: b\x01\r\n\r\n",
	"GET /evil HTTP/1.1\r\nHost: a\r\nHostile: b\r\n\r\n",
	"HEAD /large?5000 HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /status?304 HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /evil\xff HTTP/1.1\r\nHost: a\r\n\r\n",
	"POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n"
	"GET /stolen HTTP/1.1\r\nHost: stolen\r\n\r\n0123456789",
	"POST /forbidden HTTP/1.1\r\nHost: a\r\nContent-Length: 35\r\n\r\n"
	"GET /stolen HTTP/1.1\r\nHost: stolen\r\n\r\n",
	"GET /evil HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
	"Content-Length: 3\r\n\r\nabc",
	"GET /evil HTTP/1.1\nHost: a\n\n",
};

/* For ever: each stream, whole or cut, and often abandoned. */
static void attack(void)
{
	char junk[4096];

	for (size_t i = 0;; i++) {
		const char *bytes = hostile[i % (sizeof(hostile) /
						 sizeof(hostile[0]))];
		size_t length = strlen(bytes);
		size_t cut = i % STEPS * length / STEPS;
		int fd = wire_try(port);

		if (fd < 0)
			continue;
		wire_push(fd, bytes, cut);
		usleep(i % 3 == 0 ? 1000 : 0);
		wire_push(fd, bytes + cut, length - cut);
		usleep(i % 5 == 0 ? 2000 : 200);
		if (i % 4 != 0)
			(void)recv(fd, junk, sizeof(junk), MSG_DONTWAIT);
		close(fd);
	}
}

static pid_t attacker_start(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	attack();
	_exit(0);
}

/* True when answered; its answer is then its own. */
static bool victim_asks(int *fd, unsigned number)
{
	struct answer answer;
	char request[128];
	char wanted[64];
	bool is_served;

	if (*fd < 0)
		*fd = wire_connect(port);
	snprintf(request, sizeof(request),
		 "GET /v?n=%u HTTP/1.1\r\nHost: victim\r\n\r\n", number);
	snprintf(wanted, sizeof(wanted),
		 "path=/v\nquery=n=%u\nhost=victim\n", number);
	wire_push(*fd, request, strlen(request));
	answer_read(*fd, &answer, false);
	is_served = answer.status == 200;
	if (is_served && strstr(answer.body, wanted) == NULL)
		fail_msg("request %u got: %s", number, answer.body);
	/* A gateway error is no answer of ours; anything else is wrong. */
	if (!is_served && answer.status != 0 && answer.status < 502)
		fail_msg("request %u got %d", number, answer.status);
	if (!is_served || answer_field(&answer, "Connection") != NULL) {
		close(*fd);
		*fd = -1;
	}
	answer_free(&answer);
	return is_served;
}

static void a_victim_never_gets_an_answer_of_others(void **state)
{
	pid_t attackers[2] = {attacker_start(), attacker_start()};
	unsigned served = 0;
	int fd = -1;

	(void)state;
	for (unsigned i = 0; i < REQUESTS; i++)
		served += victim_asks(&fd, i);
	for (int i = 0; i < 2; i++) {
		kill(attackers[i], SIGKILL);
		process_wait(attackers[i], 1000);
	}
	print_message("%u of %u served\n", served, (unsigned)REQUESTS);
	assert_true(served > REQUESTS * 99 / 100);
}

static void proxy_start(const char *file)
{
	FILE *out = fopen(file, "we");

	assert_non_null(out);
	port = free_port();
	fprintf(out, configuration, port, server.port);
	fclose(out);
	proxy = fork();
	assert_true(proxy >= 0);
	if (proxy == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl(haproxy, "haproxy", "-db", "-q", "-f", file,
		      (char *)NULL);
		_exit(127);
	}
}

static int start(void **state)
{
	char file[] = "/tmp/shopd-wire-XXXXXX";
	int64_t deadline = now_ms() + 5000;
	int fd = mkstemp(file);

	(void)state;
	close(fd);
	server_start(&server, NULL);
	proxy_start(file);
	do {
		usleep(10000);
		fd = wire_try(port);
	} while (fd < 0 && now_ms() < deadline);
	unlink(file);
	if (fd >= 0)
		close(fd);
	return fd >= 0 ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	kill(proxy, SIGKILL);
	process_wait(proxy, 2000);
	return 0;
}

static void the_server_ends_cleanly(void **state)
{
	(void)state;
	assert_int_equal(server_stop(&server), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_victim_never_gets_an_answer_of_others),
		cmocka_unit_test(the_server_ends_cleanly),
	};

	if (access(haproxy, X_OK) != 0) {
		puts("skipped: haproxy is not installed");
		return SKIPPED;
	}
	return cmocka_run_group_tests_name("wire/proxy", tests, start, stop);
}
