#include "run/helper.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/sandbox.h"

int
helper_start(pid_t *pid, int *sock, void (*run)(void *ctx, int sock), void *ctx,
    struct err *e)
{
	int pair[2];
	pid_t p;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return err_sys(e, "cannot make a socket pair");
	fflush(NULL);
	p = fork();
	if (p < 0) {
		err_sys(e, "cannot start a process");
		close(pair[0]);
		close(pair[1]);
		return -1;
	}
	if (p == 0) {
		signal(SIGINT, SIG_IGN);
		sandbox_keep(pair[1]);
		run(ctx, pair[1]);
		_exit(0);
	}
	close(pair[1]);
	*pid = p;
	*sock = pair[0];
	return 0;
}

static ssize_t
send_once(int sock, struct span bytes, int fd)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec iov = {(char *)bytes.p, bytes.n};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	struct cmsghdr *c;

	if (fd >= 0) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	return sendmsg(sock, &msg, MSG_NOSIGNAL);
}

bool
helper_send(int sock, struct span bytes, int fd)
{
	while (bytes.n > 0) {
		ssize_t w = send_once(sock, bytes, fd);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return false;
		bytes = span_from(bytes, (size_t)w);
		fd = -1;
	}
	return true;
}

int
helper_died(pid_t *pid, const char *who, struct err *e)
{
	int status = 0;

	while (*pid != 0 && waitpid(*pid, &status, 0) < 0 && errno == EINTR)
		;
	*pid = 0;
	if (WIFSIGNALED(status))
		return err_set(e, "%s ended by signal %d (%s)", who,
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
	return err_set(e, "%s ended with status %d", who, WEXITSTATUS(status));
}
