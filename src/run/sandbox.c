#include "run/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/limits.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static int
landlock_abi(void)
{
	return (int)syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
}

int
sandbox_has_landlock(void)
{
	return landlock_abi() >= 1;
}

/* Files at and below path may be read. */
static int
landlock_allow(int rules, const char *path)
{
	struct landlock_path_beneath_attr below = {
	    .allowed_access =
		LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	    .parent_fd = open(path, O_PATH | O_CLOEXEC)};
	int r;

	if (below.parent_fd < 0)
		return -1;
	r = (int)syscall(SYS_landlock_add_rule, rules,
	    LANDLOCK_RULE_PATH_BENEATH, &below, 0);
	close(below.parent_fd);
	return r;
}

/* A rule set that handles every access to files and allows none, but reading
 * at and below path (NULL: nowhere). */
static int
landlock_enter(const char *path)
{
	struct landlock_ruleset_attr attr = {
	    .handled_access_fs = (1ull << 13) - 1};
	int fd, r;

	if (!sandbox_has_landlock())
		return 0;
	fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (fd < 0)
		return 0;
	r = path != NULL ? landlock_allow(fd, path) : 0;
	if (r == 0)
		r = (int)syscall(SYS_landlock_restrict_self, fd, 0);
	close(fd);
	return r == 0;
}

/*
 * Calls without which a worker cannot read, write its results, have memory and
 * end.  Those with a condition follow below.
 */
static const int allowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(readv),
    SCMP_SYS(preadv),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),
    SCMP_SYS(close),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(getrandom),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(sched_yield),
#if SANITIZED
    /* What the sanitizers' run-time asks for in checked builds only. */
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(getrlimit),
    SCMP_SYS(prlimit64),
    SCMP_SYS(readlink),
    SCMP_SYS(clone),
    SCMP_SYS(wait4),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(tgkill),
#endif
};

/*
 * What pthread_create() asks of clone(), exactly: a thread of this process,
 * which has all that this process has and the same filter.  CLONE_DETACHED
 * has had no meaning since Linux 2.6.2, but musl sets it.
 */
#define THREAD_FLAGS                                                           \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |    \
	    CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID |               \
	    CLONE_CHILD_CLEARTID)

/* For looking files up and listing folders. */
static const int reading[] = {SCMP_SYS(stat), SCMP_SYS(lstat),
    SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(access),
    SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink),
    SCMP_SYS(readlinkat), SCMP_SYS(getdents64), SCMP_SYS(getcwd),
    SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
    SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(pwrite64)};

static int
rules_add(scmp_filter_ctx ctx, const int *calls, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n; i++)
		r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0);
	return r;
}

static int
rules_reading(scmp_filter_ctx ctx)
{
	int r = rules_add(ctx, reading, sizeof(reading) / sizeof(reading[0]));

	r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
	    SCMP_A2(
		SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY));
	r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
	    SCMP_A1(SCMP_CMP_EQ, F_GETFD, 0));
	r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
	    SCMP_A1(SCMP_CMP_EQ, F_SETFD, 0));
	return r;
}

/* Threads.  The flags of clone3() stand in memory, which a filter cannot see:
 * the C library takes clone() where there is none.  rseq() is about memory of
 * the thread alone, and the C library ends the process where it fails; without
 * set_robust_list() it does well. */
static int
rules_thread(scmp_filter_ctx ctx)
{
	int r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
	    SCMP_A0(SCMP_CMP_MASKED_EQ, ~(scmp_datum_t)CLONE_DETACHED,
		THREAD_FLAGS));

	r |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	r |= seccomp_rule_add(
	    ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(set_robust_list), 0);
	r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(rseq), 0);
	return r;
}

static int
filter_load(scmp_filter_ctx ctx, bool reads_files, struct err *e)
{
	int r = rules_add(ctx, allowed, sizeof(allowed) / sizeof(allowed[0]));

	/* Memory, never executable.  PCRE2 asks for some when its own is used
	 * up, and does without where it gets none. */
	r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	r |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOMEM), SCMP_SYS(mmap), 1,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC));
	r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	/* fstat() of glibc is newfstatat(), which could be asked about any
	 * path; stdio does well without. */
	r |= reads_files ? rules_reading(ctx)
			 : seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM),
			       SCMP_SYS(newfstatat), 0);
	if (!reads_files)
		r |= rules_thread(ctx);
	/* Abort: a broken invariant must end the worker as what it is. */
	r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(rt_sigprocmask), 0);
	r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(gettid), 0);
	r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(getpid), 0);
	r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
	    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
	r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(rt_sigaction), 0);
	if (r != 0)
		return err_set(e, "cannot build the seccomp filter");
	r = seccomp_load(ctx);
	if (r != 0) {
		errno = -r;
		return err_sys(e, "cannot load the seccomp filter");
	}
	return 0;
}

/* What is mapped already is shared with the parent, which may hold much. */
static rlim_t
mapped_bytes(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	unsigned long long pages = 0;

	if (f == NULL)
		return 0;
	if (fscanf(f, "%llu", &pages) != 1 || pages > SIZE_MAX >> 13)
		pages = 0;
	fclose(f);
	return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* path: NULL, or where files may be read. */
static int
enter(const char *path, struct err *e)
{
	rlim_t most = mapped_bytes() + LIMIT_WORKER_MEMORY;
	struct rlimit none = {0, 0}, memory = {most, most};
	scmp_filter_ctx ctx;
	int parts = 0, r;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    setrlimit(RLIMIT_CORE, &none) != 0)
		return err_sys(e, "cannot drop privileges");
	if (!SANITIZED && setrlimit(RLIMIT_AS, &memory) != 0)
		return err_sys(e, "cannot limit memory");
	/* The checked builds' run-time reads /proc when it reports. */
	if (!SANITIZED && landlock_enter(path))
		parts |= SANDBOX_LANDLOCK;
	ctx = seccomp_init(
	    path != NULL ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS);
	if (ctx == NULL)
		return err_set(e, "cannot build the seccomp filter");
	r = filter_load(ctx, path != NULL, e);
	seccomp_release(ctx);
	if (r != 0)
		return -1;
	return parts | SANDBOX_SECCOMP;
}

int
sandbox_enter(struct err *e)
{
	return enter(NULL, e);
}

int
sandbox_enter_reading(const char *path, struct err *e)
{
	return enter(path, e);
}

void
sandbox_keep(int keep)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null >= 0) {
		dup2(null, 0);
		dup2(null, 1);
	}
	if (keep > 3)
		close_range(3, (unsigned)keep - 1, 0);
	close_range((unsigned)keep + 1, ~0u, 0);
}
