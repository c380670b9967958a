/*
 * Whole reads and writes, and descriptors sent over sockets: calls that a
 * signal cuts short go on.
 */
#ifndef TIDEMARK_BASE_FD_H
#define TIDEMARK_BASE_FD_H

#include <sys/types.h>

#include "base/span.h"

/* Up to n bytes, as read(2) gives them: 0 at the end, -1 and errno. */
ssize_t fd_read(int fd, void *room, size_t n);

/* Just n bytes, or false: they end before, or cannot be read. */
bool fd_read_all(int fd, void *room, size_t n);

bool fd_write_all(int fd, struct span bytes);

/* At a place of a file; where the descriptor stands does not matter. */
bool fd_write_at(int fd, struct span bytes, off_t at);

/* Something to read, or the end: 1; nothing in so many milliseconds: 0; -1 and
 * errno. */
int fd_wait(int fd, int milliseconds);

/* Send over a socket, and with the first byte a descriptor (-1: none).  false:
 * nobody is there any more, which is no signal for us. */
bool fd_send(int sock, struct span bytes, int fd);

/* Just n bytes of what fd_send sent; *fd is the caller's to close, -1: none
 * came.  false: the other side has gone. */
bool fd_receive(int sock, void *room, size_t n, int *fd);

#endif
