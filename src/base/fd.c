#include "base/fd.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* Room for one descriptor beside a message. */
union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int))];
};

ssize_t
fd_read(int fd, void *room, size_t n)
{
	ssize_t r;

	do
		r = read(fd, room, n);
	while (r < 0 && errno == EINTR);
	return r;
}

bool
fd_read_all(int fd, void *room, size_t n)
{
	char *at = room;

	while (n > 0) {
		ssize_t r = fd_read(fd, at, n);

		if (r <= 0)
			return false;
		at += r;
		n -= (size_t)r;
	}
	return true;
}

bool
fd_write_all(int fd, struct span bytes)
{
	while (bytes.n > 0) {
		ssize_t w = write(fd, bytes.p, bytes.n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return false;
		bytes = span_from(bytes, (size_t)w);
	}
	return true;
}

bool
fd_write_at(int fd, struct span bytes, off_t at)
{
	while (bytes.n > 0) {
		ssize_t w = pwrite(fd, bytes.p, bytes.n, at);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return false;
		bytes = span_from(bytes, (size_t)w);
		at += w;
	}
	return true;
}

int
fd_wait(int fd, int milliseconds)
{
	struct pollfd p = {fd, POLLIN, 0};
	int ready;

	do
		ready = poll(&p, 1, milliseconds);
	while (ready < 0 && errno == EINTR);
	return ready;
}

static ssize_t
send_once(int sock, struct span bytes, int fd)
{
	union control control = {0};
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
fd_send(int sock, struct span bytes, int fd)
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

bool
fd_receive(int sock, void *room, size_t n, int *fd)
{
	union control control;
	struct iovec iov = {room, n};
	struct msghdr msg = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof(control)};
	struct cmsghdr *c;
	ssize_t got;

	*fd = -1;
	do
		got = recvmsg(sock, &msg, 0);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return false;
	c = CMSG_FIRSTHDR(&msg);
	if (c != NULL && c->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(c), sizeof(*fd));
	return fd_read_all(sock, (char *)room + got, n - (size_t)got);
}
