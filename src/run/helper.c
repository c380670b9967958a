#include "run/helper.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
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

ssize_t
helper_read(
    int sock, struct buf *in, size_t most, unsigned seconds, struct err *e)
{
	char *room = buf_room(in, most);
	ssize_t n;

	if (room == NULL)
		return err_set(e, "it sent nonsense");
	if (fd_wait(sock, (int)seconds * 1000) <= 0)
		return err_set(e, "no word for %u seconds", seconds);
	n = fd_read(sock, room, most);
	if (n <= 0)
		return 0;
	in->n += (size_t)n;
	return n;
}

int
helper_collect(pid_t *pid)
{
	int status = 0;

	while (*pid != 0 && waitpid(*pid, &status, 0) < 0 && errno == EINTR)
		;
	*pid = 0;
	return status;
}

int
helper_died(pid_t *pid, const char *who, struct err *e)
{
	int status = helper_collect(pid);

	if (WIFSIGNALED(status))
		return err_set(e, "%s ended by signal %d (%s)", who,
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
	return err_set(e, "%s ended with status %d", who, WEXITSTATUS(status));
}

int
helper_kill(pid_t *pid, const char *who, struct err *e)
{
	if (*pid != 0)
		kill(*pid, SIGKILL);
	return helper_died(pid, who, e);
}
