/*
 * A stream is instructions, each with an operand or two: copy so many bytes
 * that stand as they are, or so many from so far back in what came out.  After
 * a copy from behind come up to three literals; how many there were says what
 * the lowest instructions mean.
 */
#include "read/flow/lzo.h"

/* The number of literals that came last, as instructions ask for it; longer
 * runs of them count as four. */
enum { LONG_RUN = 4 };

/* Where copies from far behind begin; the first of them is the end mark. */
#define FAR 16384

/* Runs up to this long are copied as a block where there is room for it. */
#define STRIDE 16

struct unpacking {
	const unsigned char *in, *in_end;
	unsigned char *out, *out_start, *out_end;
	unsigned state; /* 0..3 literals came last, or LONG_RUN */
	bool ended;
};

static inline size_t
in_left(const struct unpacking *u)
{
	return (size_t)(u->in_end - u->in);
}

static inline size_t
out_left(const struct unpacking *u)
{
	return (size_t)(u->out_end - u->out);
}

static inline bool
literals(struct unpacking *u, size_t n)
{
	if (n > in_left(u) || n > out_left(u))
		return false;
	if (n <= STRIDE && in_left(u) >= STRIDE && out_left(u) >= STRIDE)
		memcpy(u->out, u->in, STRIDE);
	else
		memcpy(u->out, u->in, n);
	u->in += n;
	u->out += n;
	return true;
}

/* The source may reach into what is being written: then it repeats. */
static inline bool
behind(struct unpacking *u, size_t distance, size_t n)
{
	const unsigned char *from;

	if (distance > (size_t)(u->out - u->out_start) || n > out_left(u))
		return false;
	from = u->out - distance;
	if (distance >= STRIDE && n + STRIDE <= out_left(u)) {
		for (size_t i = 0; i < n; i += STRIDE)
			memcpy(u->out + i, from + i, STRIDE);
	} else {
		for (size_t i = 0; i < n; i++)
			u->out[i] = from[i];
	}
	u->out += n;
	return true;
}

/* A length that its bits had no room for: bytes of zero stand for 255.  No
 * more of them are read than could come out. */
static bool
length_more(struct unpacking *u, size_t *n)
{
	while (u->in < u->in_end && *u->in == 0) {
		*n += 255;
		u->in++;
		if (*n > out_left(u))
			return false;
	}
	if (u->in == u->in_end)
		return false;
	*n += *u->in++;
	return true;
}

/* n: the bits of the length, mask where all of them are set. */
static inline bool
length_read(struct unpacking *u, unsigned bits, unsigned mask, size_t *n)
{
	*n = bits & mask;
	if (*n != 0)
		return true;
	*n = mask;
	return length_more(u, n);
}

static inline bool
state_next(struct unpacking *u, unsigned n)
{
	u->state = n;
	return literals(u, n);
}

/* 0000....: what it means depends on the literals before. */
static bool
low_run(struct unpacking *u, unsigned op)
{
	unsigned distance;
	size_t n;

	if (u->state == 0) {
		u->state = LONG_RUN;
		return length_read(u, op, 15, &n) && literals(u, n + 3);
	}
	if (in_left(u) < 1)
		return false;
	distance = (unsigned)(*u->in++ << 2) + (op >> 2) + 1;
	if (u->state == LONG_RUN)
		return behind(u, distance + 2048, 3) && state_next(u, op & 3);
	return behind(u, distance, 2) && state_next(u, op & 3);
}

/* Two bytes: 14 bits of distance, 2 of literals. */
static inline bool
pair_read(struct unpacking *u, unsigned *pair)
{
	if (in_left(u) < 2)
		return false;
	*pair = u->in[0] | (unsigned)u->in[1] << 8;
	u->in += 2;
	return true;
}

/* 0001HLLL */
static bool
far_run(struct unpacking *u, unsigned op)
{
	unsigned pair, distance;
	size_t n;

	if (!length_read(u, op, 7, &n) || !pair_read(u, &pair))
		return false;
	distance = FAR + ((op & 8) << 11) + (pair >> 2);
	if (distance == FAR) {
		u->ended = true;
		return true;
	}
	return behind(u, distance, n + 2) && state_next(u, pair & 3);
}

/* 001LLLLL */
static inline bool
middle_run(struct unpacking *u, unsigned op)
{
	unsigned pair;
	size_t n;

	return length_read(u, op, 31, &n) && pair_read(u, &pair) &&
	       behind(u, (pair >> 2) + 1, n + 2) && state_next(u, pair & 3);
}

/* 01LDDDSS and 1LLDDDSS */
static inline bool
near_run(struct unpacking *u, unsigned op)
{
	unsigned distance, n = op < 128 ? 3 + (op >> 5 & 1) : 5 + (op >> 5 & 3);

	if (in_left(u) < 1)
		return false;
	distance = (unsigned)(*u->in++ << 3) + (op >> 2 & 7) + 1;
	return behind(u, distance, n) && state_next(u, op & 3);
}

/* The first byte may be a count of literals. */
static bool
first_run(struct unpacking *u)
{
	unsigned n;

	if (in_left(u) == 0)
		return false;
	if (*u->in <= 17)
		return true;
	n = *u->in++ - 17u;
	u->state = n < LONG_RUN ? n : LONG_RUN;
	return literals(u, n);
}

long
lzo_unpack(struct span packed, char *room, size_t n)
{
	struct unpacking u = {.in = (const unsigned char *)packed.p,
	    .in_end = (const unsigned char *)packed.p + packed.n,
	    .out = (unsigned char *)room,
	    .out_start = (unsigned char *)room,
	    .out_end = (unsigned char *)room + n};
	bool good = first_run(&u);

	while (good && !u.ended) {
		unsigned op;

		if (in_left(&u) == 0)
			return -1;
		op = *u.in++;
		if (op >= 64)
			good = near_run(&u, op);
		else if (op >= 32)
			good = middle_run(&u, op);
		else if (op >= 16)
			good = far_run(&u, op);
		else
			good = low_run(&u, op);
	}
	return good && in_left(&u) == 0 ? (long)(u.out - u.out_start) : -1;
}
