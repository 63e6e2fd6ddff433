/* smtp.c - a sink for mail (RFC 5321): takes all, delivers none. */
#include "emulator.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 2048, MAIL_MAX = 1024 * 1024 };

struct session {
	FILE *in;
	FILE *out;
	struct arena arena;
	char from[320];
	char to[320];
};

static void answer(const struct session *session, const char *line)
{
	fprintf(session->out, "%s\r\n", line);
	fflush(session->out);
}

/* The address between the angle brackets of MAIL FROM:<...>. */
static void read_address(const char *line, char address[320])
{
	const char *open = strchr(line, '<');
	size_t length = open == NULL ? 0 : strcspn(open + 1, ">\r\n");

	if (length >= 320)
		length = 0;
	memcpy(address, open == NULL ? "" : open + 1, length);
	address[length] = '\0';
}

static void keep_mail(const struct session *session, const char *data)
{
	struct mail_kept *mail;

	world_lock();
	mail = arena_new(&world.arena, struct mail_kept);
	mail->number = ++world.mail_count;
	mail->from = arena_text(&world.arena, session->from);
	mail->to = arena_text(&world.arena, session->to);
	mail->data = arena_text(&world.arena, data);
	mail->at = world_now();
	mail->next = world.mails;
	world.mails = mail;
	world_unlock();
}

/* The lines up to the lone dot, dots unstuffed. */
static bool read_data(struct session *session)
{
	char line[LINE_MAX_BYTES];
	struct text data;

	text_init(&data, &session->arena, 4096);
	while (fgets(line, sizeof(line), session->in) != NULL) {
		if (strcmp(line, ".\r\n") == 0) {
			keep_mail(session, data.bytes);
			return true;
		}
		if (data.length < MAIL_MAX)
			text_add(&data, line[0] == '.' ? line + 1 : line);
	}
	return false;
}

static bool refuses(const struct session *session)
{
	int64_t status = 0;

	world_lock();
	if (world.smtp_fails > 0) {
		world.smtp_fails--;
		status = world.smtp_status == 0 ? 451 : world.smtp_status;
	}
	world_unlock();
	if (status == 0)
		return false;
	fprintf(session->out, "%d the sandbox was told to refuse\r\n", (int)status);
	fflush(session->out);
	return true;
}

/* False ends the session. */
static bool command(struct session *session, const char *line)
{
	if (strncasecmp(line, "EHLO", 4) == 0)
		answer(session, "250-sandbox\r\n250-8BITMIME\r\n250 SIZE 1048576");
	else if (strncasecmp(line, "HELO", 4) == 0)
		answer(session, "250 sandbox");
	else if (strncasecmp(line, "MAIL", 4) == 0) {
		read_address(line, session->from);
		answer(session, "250 ok");
	} else if (strncasecmp(line, "RCPT", 4) == 0) {
		read_address(line, session->to);
		if (!refuses(session))
			answer(session, "250 ok");
	} else if (strncasecmp(line, "DATA", 4) == 0) {
		answer(session, "354 go on");
		if (!read_data(session))
			return false;
		answer(session, "250 kept");
	} else if (strncasecmp(line, "QUIT", 4) == 0) {
		answer(session, "221 bye");
		return false;
	} else if (strncasecmp(line, "RSET", 4) == 0 ||
		   strncasecmp(line, "NOOP", 4) == 0) {
		answer(session, "250 ok");
	} else {
		answer(session, "502 not here");
	}
	return true;
}

static void *serve(void *argument)
{
	int fd = (int)(intptr_t)argument;
	struct session session = {.in = fdopen(fd, "r"),
				  .out = fdopen(dup(fd), "w")};
	char line[LINE_MAX_BYTES];

	answer(&session, "220 sandbox ESMTP");
	while (fgets(line, sizeof(line), session.in) != NULL &&
	       command(&session, line))
		;
	fclose(session.in);
	fclose(session.out);
	arena_finish(&session.arena);
	return NULL;
}

static void *listen_on(void *argument)
{
	int listener = (int)(intptr_t)argument;

	for (;;) {
		int fd = accept(listener, NULL, NULL);
		pthread_t thread;

		if (fd < 0)
			continue;
		if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd) == 0)
			pthread_detach(thread);
		else
			close(fd);
	}
	return NULL;
}

bool smtp_start(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int yes = 1;
	pthread_t thread;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(fd, 64) != 0) {
		perror("shopd emulate: the SMTP port");
		close(fd);
		return false;
	}
	return pthread_create(&thread, NULL, listen_on, (void *)(intptr_t)fd) == 0 &&
	       pthread_detach(thread) == 0;
}
