/* cage.c - what a process that decodes a stranger's picture may still do:
 * compute, and read and write what it has open. */
#include "images.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#endif

#if defined(ARCH) && !defined(SHOPD_SANITIZE)
#define NUMBER offsetof(struct seccomp_data, nr)
#define ARGUMENT(n) (offsetof(struct seccomp_data, args) + 8 * (n))
#define LOAD(at) {BPF_LD | BPF_W | BPF_ABS, 0, 0, (unsigned)(at)}
#define JUMP(what, value, yes, no) {BPF_JMP | (what) | BPF_K, yes, no, value}
#define RETURN(what) {BPF_RET | BPF_K, 0, 0, (what)}
#define ALLOW(name)                            \
	JUMP(BPF_JEQ, (unsigned)SYS_##name, 0, 1), \
		RETURN(SECCOMP_RET_ALLOW)
#define FAIL(name, error)                      \
	JUMP(BPF_JEQ, (unsigned)SYS_##name, 0, 1), \
		RETURN(SECCOMP_RET_ERRNO | (error))
/* Allowed unless (argument n & bits), which kills. */
#define WITHOUT(name, n, bits)                     \
	JUMP(BPF_JEQ, (unsigned)SYS_##name, 0, 4), \
		LOAD(ARGUMENT(n)),                 \
		JUMP(BPF_JSET, bits, 0, 1),        \
		RETURN(SECCOMP_RET_KILL_PROCESS),  \
		RETURN(SECCOMP_RET_ALLOW)

static const struct sock_filter list[] = {
	LOAD(offsetof(struct seccomp_data, arch)),
	JUMP(BPF_JEQ, ARCH, 1, 0),
	RETURN(SECCOMP_RET_KILL_PROCESS),
	LOAD(NUMBER),
	ALLOW(read),
	ALLOW(write),
	ALLOW(futex),
	ALLOW(munmap),
	ALLOW(mremap),
	ALLOW(madvise),
	ALLOW(brk),
	/* Nothing that is written becomes code. */
	WITHOUT(mmap, 2, PROT_EXEC),
	WITHOUT(mprotect, 2, PROT_EXEC),
	/* Threads, by clone alone: clone3 hides its flags. */
	FAIL(clone3, ENOSYS),
	JUMP(BPF_JEQ, SYS_clone, 0, 4),
	LOAD(ARGUMENT(0)),
	JUMP(BPF_JSET, 0x00010000 /* CLONE_THREAD */, 1, 0),
	RETURN(SECCOMP_RET_KILL_PROCESS),
	RETURN(SECCOMP_RET_ALLOW),
	ALLOW(set_robust_list),
	ALLOW(rseq),
	ALLOW(sched_yield),
	ALLOW(sched_getaffinity),
	ALLOW(gettid),
	ALLOW(getpid),
	ALLOW(tgkill),
	ALLOW(rt_sigprocmask),
	ALLOW(rt_sigaction),
	ALLOW(rt_sigreturn),
	ALLOW(sigaltstack),
	ALLOW(clock_gettime),
	ALLOW(clock_nanosleep),
	ALLOW(gettimeofday),
	ALLOW(getrandom),
	ALLOW(getrusage),
	ALLOW(sysinfo),
	ALLOW(close),
	ALLOW(exit),
	ALLOW(exit_group),
	/* Libraries look around; they find nothing. */
	FAIL(openat, EACCES),
	FAIL(newfstatat, EACCES),
	FAIL(fstat, EACCES),
	FAIL(faccessat, EACCES),
	FAIL(readlinkat, EACCES),
	FAIL(lseek, ESPIPE),
	FAIL(ioctl, ENOTTY),
	FAIL(prctl, EPERM),
	FAIL(prlimit64, EPERM),
	FAIL(sched_setscheduler, EPERM),
	FAIL(sched_getattr, EPERM),
	FAIL(sched_setattr, EPERM),
#ifdef SYS_open
	FAIL(open, EACCES),
	FAIL(stat, EACCES),
	FAIL(lstat, EACCES),
	FAIL(access, EACCES),
	FAIL(readlink, EACCES),
	ALLOW(arch_prctl),
	ALLOW(nanosleep),
#endif
	RETURN(SECCOMP_RET_KILL_PROCESS),
};

static bool filter(void)
{
	struct sock_fprog program = {
		.len = sizeof(list) / sizeof(list[0]),
		.filter = (struct sock_filter *)(uintptr_t)list,
	};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* Bytes of address space that are taken already. */
static rlim_t taken(void)
{
	unsigned long long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (file != NULL) {
		if (fscanf(file, "%llu", &pages) != 1)
			pages = 0;
		fclose(file);
	}
	return pages * (rlim_t)sysconf(_SC_PAGESIZE);
}
#else
/* The sanitizers reserve all there is, and make calls of their own. */
static bool filter(void)
{
	return true;
}

static rlim_t taken(void)
{
	return RLIM_INFINITY - ((rlim_t)1 << 60);
}
#endif

static bool limit(__rlimit_resource_t what, rlim_t most)
{
	const struct rlimit both = {most, most};

	return setrlimit(what, &both) == 0;
}

bool cage_enter(int64_t memory_mib, int64_t seconds)
{
	rlim_t memory = taken() + ((rlim_t)memory_mib << 20);

	mallopt(M_ARENA_MAX, 1); /* each reserves 64 MiB */
	return limit(RLIMIT_AS, memory) &&
	       limit(RLIMIT_CPU, (rlim_t)seconds) &&
	       limit(RLIMIT_FSIZE, 0) &&
	       limit(RLIMIT_CORE, 0) &&
	       limit(RLIMIT_NOFILE, 0) &&
	       prctl(PR_SET_DUMPABLE, 0) == 0 &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       filter();
}
