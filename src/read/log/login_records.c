/*
 * Who logged in, as Linux keeps it in binary: wtmp, btmp and utmp (utmp(5), the
 * layout of glibc for x86-64, 384 bytes a record) and lastlog (lastlog(8), 292
 * bytes for each user number).  btmp holds what failed; it is known by its name
 * alone.
 */
#include <inttypes.h>

#include "base/cursor.h"
#include "base/limits.h"
#include "read/identify.h"
#include "read/log/message_scan.h"
#include "read/reader.h"

#define UTMP_BYTES 384
#define LASTLOG_BYTES 292

/* Records of the head that a guess looks at. */
#define GUESS_RECORDS 32
#define SEVERAL 4

enum { BOOT_TIME = 2, LOGIN_PROCESS = 6, USER_PROCESS = 7, DEAD_PROCESS = 8 };

/* Seconds: 2001 to 2100. */
#define SECOND_LEAST 978307200
#define SECOND_MOST 4102444800

struct login {
	unsigned type;
	struct span line, user, host;
	int64_t seconds;
	struct addr from; /* family 0: none */
	uint64_t uid;	  /* lastlog */
};

/* A field of that size, up to its NUL; false when it is no text. */
static bool
text_take(struct cursor *c, size_t n, struct span *out)
{
	struct span s = cursor_take(c, n);
	size_t nul;

	if (c->failed)
		return false;
	nul = span_find_byte(s, '\0');
	*out = span_head(s, nul);
	for (size_t i = 0; i < out->n; i++)
		if ((unsigned char)out->p[i] < ' ' || out->p[i] == 0x7f)
			return false;
	return true;
}

static void
address_take(struct cursor *c, struct addr *out)
{
	struct span s = cursor_take(c, 16);
	bool four = true, any = false;

	*out = (struct addr){0};
	if (c->failed)
		return;
	for (size_t i = 0; i < 16; i++) {
		any |= s.p[i] != 0;
		four &= i < 4 || s.p[i] == 0;
	}
	if (!any)
		return;
	out->family = four ? 4 : 6;
	memcpy(out->bytes, s.p, four ? 4 : 16);
	if (four) {
		struct cursor v4 = cursor_of(s);

		*out = addr_from_v4(cursor_be32(&v4));
	}
}

static bool
seconds_fit(int64_t s)
{
	return s >= SECOND_LEAST && s < SECOND_MOST;
}

static bool
utmp_read(struct span bytes, struct login *l)
{
	struct cursor c = cursor_of(bytes);
	struct span id;

	*l = (struct login){.type = cursor_le16(&c)};
	(void)cursor_take(&c, 6); /* pid */
	if (!text_take(&c, 32, &l->line))
		return false;
	id = cursor_take(&c, 4);
	if (!text_take(&c, 32, &l->user) || !text_take(&c, 256, &l->host))
		return false;
	(void)id;
	(void)cursor_take(&c, 8); /* exit status, session */
	l->seconds = cursor_le32(&c);
	(void)cursor_take(&c, 4);
	address_take(&c, &l->from);
	return !c.failed && l->type <= 9 &&
	       (l->seconds == 0 || seconds_fit(l->seconds));
}

static bool
lastlog_read(struct span bytes, struct login *l)
{
	struct cursor c = cursor_of(bytes);

	*l = (struct login){.type = USER_PROCESS};
	l->seconds = cursor_le32(&c);
	return text_take(&c, 32, &l->line) && text_take(&c, 256, &l->host) &&
	       (seconds_fit(l->seconds) ||
		   (l->seconds == 0 && l->line.n == 0 && l->host.n == 0));
}

/* ---- guessing ---- */

typedef bool read_fn(struct span bytes, struct login *l);

static bool
all_read(const struct probe *p, size_t size, read_fn *fn)
{
	unsigned some = 0;
	struct span rest = p->head;
	struct login l;

	/* Fields are padded with NULs: text is something else. */
	if (looks_text(p->head))
		return false;
	/* Several records speak for themselves, one or two by the size. */
	if (p->size != UINT64_MAX && p->size % size != 0 &&
	    p->size < SEVERAL * size)
		return false;
	for (int i = 0; i < GUESS_RECORDS && rest.n >= size; i++) {
		if (!fn(span_head(rest, size), &l))
			return false;
		some += l.seconds != 0 && (l.line.n > 0 || l.user.n > 0);
		rest = span_from(rest, size);
	}
	return some > 0;
}

static struct guess
utmp_guess(const struct probe *p)
{
	if (all_read(p, UTMP_BYTES, utmp_read))
		return (struct guess){
		    95, "records of utmp: type, terminal, user, host, time"};
	return (struct guess){0, "no records of utmp"};
}

static struct guess
lastlog_guess(const struct probe *p)
{
	if (all_read(p, LASTLOG_BYTES, lastlog_read))
		return (struct guess){
		    90, "records of lastlog: time, terminal, host"};
	return (struct guess){0, "no records of lastlog"};
}

/* ---- records ---- */

struct logins {
	size_t size;
	read_fn *fn;
	bool failures; /* btmp */
	uint64_t n;
	bool told; /* of a record that is none */
};

static void *
logins_open(const struct read_in *in, size_t size, read_fn *fn)
{
	struct logins *x = arena_array(in->arena, 1, sizeof(*x));
	size_t slash = span_rfind_byte(in->path, '/');
	struct span name =
	    span_from(in->path, slash == SPAN_NONE ? 0 : slash + 1);

	x->size = size;
	x->fn = fn;
	x->failures = span_has(name, "btmp");
	return x;
}

static void *
utmp_open(const struct read_in *in)
{
	return logins_open(in, UTMP_BYTES, utmp_read);
}

static void *
lastlog_open(const struct read_in *in)
{
	return logins_open(in, LASTLOG_BYTES, lastlog_read);
}

/* Does it say more than the host's name does? */
static bool
has_address(const struct login *l)
{
	struct addr a;

	return l->from.family != 0 && l->type != BOOT_TIME &&
	       !addr_read(l->host, &a);
}

/* Behind "login: ": "login of alice on pts/0 from 203.0.113.9", "... from host
 * (203.0.113.9)" */
static struct span
message_of(const struct logins *x, const struct login *l, struct arena *a)
{
	char address[ADDR_TEXT] = "";
	struct span from = l->host, s;
	const char *what = l->type == BOOT_TIME	     ? "boot"
			   : l->type == DEAD_PROCESS ? "logout"
			   : x->failures	     ? "failed login"
						     : "login";

	if (l->type == BOOT_TIME)
		return arena_fmt(a, "boot of %.*s", SPAN_FMT(l->host));
	if (has_address(l))
		addr_write(&l->from, address);
	if (from.n == 0)
		from = span_str(address);
	s = x->fn == lastlog_read
		? arena_fmt(a, "last login of user number %" PRIu64, x->n - 1)
	    : l->user.n > 0
		? arena_fmt(a, "%s of %.*s", what, SPAN_FMT(l->user))
		: arena_fmt(a, "%s", what);
	if (l->line.n > 0)
		s = arena_fmt(
		    a, "%.*s on %.*s", SPAN_FMT(s), SPAN_FMT(l->line));
	if (from.n > 0)
		s = arena_fmt(a, "%.*s from %.*s", SPAN_FMT(s), SPAN_FMT(from));
	return from.p != address && address[0] != '\0'
		   ? arena_fmt(a, "%.*s (%s)", SPAN_FMT(s), address)
		   : s;
}

static void
login_emit(const struct logins *x, const struct login *l,
    const struct read_in *in, uint64_t offset, struct emit *out)
{
	char text[ADDR_TEXT];
	struct record r;
	struct span line;
	struct addr a;

	line = arena_fmt(
	    in->arena, "login: %.*s", SPAN_FMT(message_of(x, l, in->arena)));
	record_init(&r, K_SYSLOG, x->n, offset, line);
	r.time = l->seconds * TIME_SECOND;
	record_put(&r, F_PROGRAM, span_head(line, strlen("login")));
	record_put(&r, F_MESSAGE, span_from(line, strlen("login: ")));
	if (l->type != BOOT_TIME) {
		record_put(&r, F_USER, l->user);
		record_put(&r, F_TTY, l->line);
	}
	if (addr_read(l->host, &a))
		record_put_ip(&r, F_SRC_IP, l->host);
	else if (has_address(l))
		record_put_ip(&r, F_SRC_IP,
		    arena_copy(
			in->arena, span_str(addr_write(&l->from, text))));
	if (l->type != BOOT_TIME && !addr_read(l->host, &a))
		record_put(&r, F_REMOTE_NAME, l->host);
	if (x->fn == lastlog_read)
		record_put_number(
		    &r, F_USER_ID, arena_fmt(in->arena, "%" PRIu64, x->n - 1));
	if (l->type == DEAD_PROCESS)
		record_put_str(&r, F_STATUS, "stop");
	else if (l->type != BOOT_TIME)
		message_put_outcome(&r, !x->failures);
	out->record(out, &r);
}

static bool
is_event(const struct logins *x, const struct login *l)
{
	return l->seconds != 0 &&
	       (l->type == USER_PROCESS || l->type == DEAD_PROCESS ||
		   l->type == BOOT_TIME ||
		   (l->type == LOGIN_PROCESS && x->failures));
}

static size_t
logins_block(void *state, const struct read_in *in, struct span bytes,
    uint64_t offset, struct emit *out)
{
	struct logins *x = state;
	size_t at = 0;

	for (; at + x->size <= bytes.n; at += x->size) {
		struct login l;

		x->n++;
		if (!x->fn(span_sub(bytes, at, at + x->size), &l)) {
			if (!x->told)
				out->diag(out, DIAG_BAD_LINE, x->n,
				    SPAN("a record that is none"));
			x->told = true;
		} else if (is_event(x, &l)) {
			login_emit(x, &l, in, offset + at, out);
		}
	}
	return at;
}

static void
logins_close(
    void *state, const struct read_in *in, struct span left, struct emit *out)
{
	const struct logins *x = state;

	(void)in;
	if (left.n > 0)
		out->diag(out, DIAG_TRUNCATED, x->n + 1,
		    SPAN("the last record is cut off"));
}

const struct reader reader_utmp = {
    .name = "utmp",
    .title = "Logins of Linux: wtmp, btmp, utmp",
    .evidence = "monitor",
    .shape = READER_BLOCKS,
    .guess = utmp_guess,
    .open = utmp_open,
    .block = logins_block,
    .close = logins_close,
};

const struct reader reader_lastlog = {
    .name = "lastlog",
    .title = "Last logins of Linux: lastlog",
    .evidence = "monitor",
    .shape = READER_BLOCKS,
    .guess = lastlog_guess,
    .open = lastlog_open,
    .block = logins_block,
    .close = logins_close,
};
