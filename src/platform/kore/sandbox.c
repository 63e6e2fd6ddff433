/* sandbox.c - the system calls a worker may make; any other kills it. Kore's
 * own list is not used: it lacks what libpq, libcurl and threads need. */
#include "room.h"

#include <fcntl.h>
#include <sys/mman.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wundef"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <seccomp.h>

/* Reading only: no bit outside these in the flags of an open. */
#define READ_FLAGS                                                         \
	(O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_DIRECTORY | O_NOFOLLOW | \
	 O_PATH | 0100000 /* O_LARGEFILE of the kernel */)

static struct sock_filter list[] = {
	/* The hot path first: the list is walked from the top. */
	KORE_SYSCALL_ALLOW(epoll_wait),
	KORE_SYSCALL_ALLOW(recvfrom),
	KORE_SYSCALL_ALLOW(sendto),
	KORE_SYSCALL_ALLOW(epoll_ctl),
	KORE_SYSCALL_ALLOW(futex),
	KORE_SYSCALL_ALLOW(rt_sigprocmask),
	KORE_SYSCALL_ALLOW(clock_gettime),
	KORE_SYSCALL_ALLOW(read),
	KORE_SYSCALL_ALLOW(write),
	KORE_SYSCALL_ALLOW(writev),
	KORE_SYSCALL_ALLOW(close),

	/* Files: for reading. */
	KORE_SYSCALL_ALLOW_MASK(openat, 2, READ_FLAGS),
	KORE_SYSCALL_DENY(openat, EACCES),
#ifdef SYS_open
	KORE_SYSCALL_ALLOW_MASK(open, 1, READ_FLAGS),
	KORE_SYSCALL_DENY(open, EACCES),
#endif
	KORE_SYSCALL_ALLOW(fstat),
	KORE_SYSCALL_ALLOW(newfstatat),
	KORE_SYSCALL_ALLOW(statx),
#ifdef SYS_stat
	KORE_SYSCALL_ALLOW(stat),
	KORE_SYSCALL_ALLOW(lstat),
	KORE_SYSCALL_ALLOW(access),
	KORE_SYSCALL_ALLOW(readlink),
#endif
	KORE_SYSCALL_ALLOW(faccessat),
	KORE_SYSCALL_ALLOW(faccessat2),
	KORE_SYSCALL_ALLOW(readlinkat),
	KORE_SYSCALL_ALLOW(getdents64),
	KORE_SYSCALL_ALLOW(getcwd),
	KORE_SYSCALL_ALLOW(lseek),
	KORE_SYSCALL_ALLOW(pread64),
	KORE_SYSCALL_ALLOW(preadv2), /* what is cached, without a wait */
	KORE_SYSCALL_ALLOW(readv),
	KORE_SYSCALL_ALLOW(fcntl),
	KORE_SYSCALL_DENY(ioctl, EACCES),

	/* Memory: nothing that is written becomes code. */
	KORE_SYSCALL_DENY_WITH_FLAG(mmap, 2, PROT_EXEC | PROT_WRITE, EINVAL),
	KORE_SYSCALL_DENY_WITH_FLAG(mprotect, 2, PROT_EXEC, EINVAL),
	KORE_SYSCALL_ALLOW(mmap),
	KORE_SYSCALL_ALLOW(mprotect),
	KORE_SYSCALL_ALLOW(munmap),
	KORE_SYSCALL_ALLOW(mremap),
	KORE_SYSCALL_ALLOW(madvise),
	KORE_SYSCALL_ALLOW(brk),
	KORE_SYSCALL_ALLOW(mlock),   /* libsodium's guarded memory */
	KORE_SYSCALL_ALLOW(munlock),

	/* Sockets. */
	KORE_SYSCALL_ALLOW(accept),
	KORE_SYSCALL_ALLOW(accept4),
	KORE_SYSCALL_ALLOW(shutdown),
	KORE_SYSCALL_ALLOW(socket),
	KORE_SYSCALL_ALLOW(socketpair),
	KORE_SYSCALL_ALLOW(connect),
	KORE_SYSCALL_ALLOW(bind), /* the resolver's netlink socket */
	KORE_SYSCALL_ALLOW(getsockname),
	KORE_SYSCALL_ALLOW(getpeername),
	KORE_SYSCALL_ALLOW(getsockopt),
	KORE_SYSCALL_ALLOW(setsockopt),
	KORE_SYSCALL_ALLOW(sendmsg),
	KORE_SYSCALL_ALLOW(sendmmsg),
	KORE_SYSCALL_ALLOW(recvmsg),
	KORE_SYSCALL_ALLOW(epoll_pwait),
	KORE_SYSCALL_ALLOW(epoll_create1),
	KORE_SYSCALL_ALLOW(eventfd2),
	KORE_SYSCALL_ALLOW(pipe2),
#ifdef SYS_poll
	KORE_SYSCALL_ALLOW(poll),
	KORE_SYSCALL_ALLOW(pipe),
#endif
	KORE_SYSCALL_ALLOW(ppoll),

	/* Threads: clone3 hides its flags from a filter, so glibc is sent to
	 * clone, which may make threads and nothing else. */
	KORE_SYSCALL_DENY(clone3, ENOSYS),
	KORE_SYSCALL_ALLOW_WITH_FLAG(clone, 0, 0x00010000 /* CLONE_THREAD */),
	KORE_SYSCALL_DENY(clone, EPERM),
	KORE_SYSCALL_ALLOW(rseq),
	KORE_SYSCALL_ALLOW(set_robust_list),
	KORE_SYSCALL_ALLOW(set_tid_address),
	KORE_SYSCALL_ALLOW(sched_yield),
	KORE_SYSCALL_ALLOW(sched_getaffinity),
	KORE_SYSCALL_ALLOW(setpriority), /* hashing gives way */
	KORE_SYSCALL_ALLOW(prctl),
	KORE_SYSCALL_ALLOW(gettid),
	KORE_SYSCALL_ALLOW(tgkill),

	/* The process. */
	KORE_SYSCALL_ALLOW(exit),
	KORE_SYSCALL_ALLOW(exit_group),
	KORE_SYSCALL_ALLOW(kill),
	KORE_SYSCALL_ALLOW(getpid),
	KORE_SYSCALL_ALLOW(getppid),
	KORE_SYSCALL_ALLOW(getuid),
	KORE_SYSCALL_ALLOW(geteuid),
	KORE_SYSCALL_ALLOW(getgid),
	KORE_SYSCALL_ALLOW(getegid),
	KORE_SYSCALL_ALLOW(uname),
	KORE_SYSCALL_ALLOW(sysinfo),
	KORE_SYSCALL_ALLOW(getrusage),
	KORE_SYSCALL_ALLOW(prlimit64),
	KORE_SYSCALL_ALLOW(nanosleep),
	KORE_SYSCALL_ALLOW(clock_nanosleep),
	KORE_SYSCALL_ALLOW(clock_getres),
	KORE_SYSCALL_ALLOW(gettimeofday),
	KORE_SYSCALL_ALLOW(sigaltstack),
	KORE_SYSCALL_ALLOW(rt_sigreturn),
	KORE_SYSCALL_ALLOW(rt_sigaction),
	KORE_SYSCALL_ALLOW(rt_sigtimedwait),
	KORE_SYSCALL_ALLOW(restart_syscall),
	KORE_SYSCALL_ALLOW(getrandom),
};

void sandbox_install(void)
{
	if (!kore_seccomp_filter("shopd", list, KORE_FILTER_LEN(list)))
		fatal("the sandbox could not be built");
}
#pragma GCC diagnostic pop
