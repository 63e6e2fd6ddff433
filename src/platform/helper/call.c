/* call.c - an errand as its worker sees it: bytes out, bytes in, a verdict,
 * and none of it holds the loop. */
#include "helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <platform/clock.h>
#include <platform/fiber.h>
#include <platform/loop.h>

enum { STEP = 1 << 16 };

/* A loop may look at a watch until its turn ends, so they have memory of
 * their own, freed in the next turn. */
struct errand_call {
	struct loop_watch stream; /* stays first */
	struct loop_watch verdict;
	struct waiter waiter;
	const struct helper_ask *ask;
	struct text *answer;
	size_t piece;	/* of the ask, being sent */
	size_t sent;	/* of that piece */
	bool has_answer; /* up to its end */
	bool is_too_much;
	bool has_verdict;
	struct helper_verdict said;
};

static struct errand_call *of_verdict(struct loop_watch *watch)
{
	return (struct errand_call *)(void *)((char *)watch -
		offsetof(struct errand_call, verdict));
}

static void finish_if_over(struct errand_call *call)
{
	if (call->has_answer && !call->verdict.is_active)
		waiter_done(&call->waiter);
	fibers_run();
}

static void watch_end(struct loop_watch *watch)
{
	int fd = watch->fd;

	if (!watch->is_active)
		return;
	loop_unwatch(watch, false);
	close(fd);
}

/* True when all is sent, or nobody reads on. */
static bool send_more(struct errand_call *call)
{
	while (call->piece < 2) {
		const struct helper_piece *piece =
			&call->ask->pieces[call->piece];
		ssize_t sent;

		if (call->sent == piece->length) {
			call->piece++;
			call->sent = 0;
			continue;
		}
		sent = send(call->stream.fd,
			    (const char *)piece->bytes + call->sent,
			    piece->length - call->sent,
			    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0)
			return errno != EAGAIN && errno != EINTR;
		call->sent += (size_t)sent;
	}
	return true;
}

/* False at the end of the answer. */
static bool read_more(struct errand_call *call)
{
	struct text *answer = call->answer;
	ssize_t got;

	if (answer->length > call->ask->answer_max) {
		call->is_too_much = true;
		return false;
	}
	got = recv(call->stream.fd, text_grow(answer, STEP), STEP,
		   MSG_DONTWAIT);
	if (got > 0)
		answer->length += (size_t)got;
	return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

static void on_stream(struct loop_watch *watch, bool can_read, bool can_write,
		      bool error)
{
	struct errand_call *call = (struct errand_call *)(void *)watch;

	if (!watch->is_active)
		return;
	if (can_write && send_more(call)) {
		shutdown(watch->fd, SHUT_WR);
		loop_watch(watch, watch->fd, LOOP_READ);
	}
	if ((can_read || error) && !read_more(call)) {
		watch_end(watch);
		call->has_answer = true;
	}
	finish_if_over(call);
}

static void on_verdict(struct loop_watch *watch, bool can_read, bool can_write,
		       bool error)
{
	struct errand_call *call = of_verdict(watch);

	(void)can_read;
	(void)can_write;
	(void)error;
	if (!watch->is_active)
		return;
	call->has_verdict = read(watch->fd, &call->said, sizeof(call->said)) ==
			    sizeof(call->said);
	watch_end(watch);
	finish_if_over(call);
}

/* Hands the other ends over; false when the line is full. */
static bool enlist(enum errand errand, int stream, int verdict)
{
	struct helper_message said = {HELPER_MAGIC, (uint32_t)errand};
	struct iovec part = {&said, sizeof(said)};
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(2 * sizeof(int))];
	} control;
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	struct cmsghdr *head;
	int fds[2] = {stream, verdict};

	memset(&control, 0, sizeof(control));
	head = CMSG_FIRSTHDR(&message);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(head), fds, sizeof(fds));
	return sendmsg(helper_line(errand), &message,
		       MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof(said);
}

/* Both streams made, and their far ends on the way to the helper. */
static bool open_streams(enum errand errand, int near[2])
{
	int stream[2];
	int verdict[2];
	bool is_enlisted;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, stream) < 0)
		return false;
	if (pipe2(verdict, O_CLOEXEC) < 0) {
		close(stream[0]);
		close(stream[1]);
		return false;
	}
	is_enlisted = enlist(errand, stream[1], verdict[1]);
	close(stream[1]);
	close(verdict[1]);
	near[0] = stream[0];
	near[1] = verdict[0];
	if (is_enlisted)
		return true;
	close(near[0]);
	close(near[1]);
	return false;
}

static enum helper_outcome judge(const struct errand_call *call)
{
	if (call->is_too_much)
		return HELPER_TOO_MUCH;
	if (!call->has_verdict)
		return HELPER_LOST;
	switch (call->said.how) {
	case VERDICT_EXIT:
		if (call->said.code == ERRAND_LATER)
			return HELPER_LOST;
		return call->said.code == 0 ? HELPER_DONE : HELPER_CRASHED;
	case VERDICT_SIGNAL:
		return call->said.code == SIGKILL ? HELPER_KILLED
						  : HELPER_CRASHED;
	default:
		return HELPER_LATE;
	}
}

async enum helper_outcome helper_call(struct work *w,
				      const struct helper_ask *ask,
				      struct text *answer)
{
	struct errand_call *call;
	enum helper_outcome outcome = HELPER_BUSY;
	int near[2];

	text_init(answer, &w->arena, 0);
	if (!helper_start())
		return HELPER_LOST;
	if (!open_streams(ask->errand, near))
		return HELPER_BUSY;
	call = calloc(1, sizeof(*call));
	if (call == NULL)
		abort();
	call->ask = ask;
	call->answer = answer;
	waiter_init(&call->waiter);
	call->stream.ready = on_stream;
	call->verdict.ready = on_verdict;
	loop_watch(&call->stream, near[0], LOOP_READ | LOOP_WRITE);
	loop_watch(&call->verdict, near[1], LOOP_READ);
	if (waiter_wait(&call->waiter,
			w->deadline != 0 ? w->deadline : INT64_MAX))
		outcome = judge(call);
	watch_end(&call->stream);
	watch_end(&call->verdict);
	loop_after(0, free, call);
	return outcome;
}

const char *helper_outcome_name(enum helper_outcome outcome)
{
	static const char *const names[] = {
		[HELPER_DONE] = "done",	      [HELPER_BUSY] = "busy",
		[HELPER_LOST] = "lost",	      [HELPER_KILLED] = "killed",
		[HELPER_LATE] = "late",	      [HELPER_CRASHED] = "crashed",
		[HELPER_TOO_MUCH] = "too_much",
	};

	return names[outcome];
}
