#include "base/cursor.h"
#include "read/packet/protocols.h"

static void
transfer(const struct wire *w, const char *service, const char *method,
    struct span name)
{
	struct record r;

	wire_message(w, &r, K_TRANSFER, service,
	    arena_fmt(w->arena, "%s %.*s", method, SPAN_FMT(name)));
	record_put_str(&r, F_METHOD, method);
	record_put(&r, F_NAME, name);
	w->out->record(w->out, &r);
}

bool
tftp_read(const struct wire *w, struct span message)
{
	struct cursor c = cursor_of(message);
	unsigned code = cursor_be16(&c);
	struct span rest = span_from(message, 2), name, mode;
	size_t end = span_find_byte(rest, '\0');

	if (c.failed || (code != 1 && code != 2) || end == SPAN_NONE ||
	    end == 0)
		return false;
	name = span_head(rest, end);
	rest = span_from(rest, end + 1);
	mode = span_head(rest, span_find_byte(rest, '\0'));
	if (!span_is_nocase(mode, "octet") &&
	    !span_is_nocase(mode, "netascii") && !span_is_nocase(mode, "mail"))
		return false;
	transfer(w, "tftp", code == 1 ? "read" : "write",
	    wire_text(w, name, LIMIT_PATH_BYTES));
	return true;
}

static void
ftp_command(const struct wire *w, struct span line)
{
	static const char *const moves[] = {
	    "RETR", "STOR", "STOU", "APPE", "DELE", "RNFR", "RNTO", "SITE"};
	struct span rest = line, verb = span_word(&rest), name;
	struct record r;

	/* SITE may carry a password: its first word says enough. */
	if (span_is_nocase(verb, "SITE"))
		rest = span_word(&rest);
	name = wire_text(w, span_trim(rest), LIMIT_PATH_BYTES);
	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++)
		if (span_is_nocase(verb, moves[i]))
			transfer(w, "ftp", moves[i], name);
	if (!span_is_nocase(verb, "USER") || name.n == 0)
		return;
	wire_message(w, &r, K_MANAGEMENT, "ftp",
	    arena_fmt(w->arena, "login as %.*s", SPAN_FMT(name)));
	record_put_str(&r, F_ACTION, "login");
	record_put(&r, F_USER, name);
	record_put_bool(&r, F_PROTECTED, false);
	w->out->record(w->out, &r);
}

/* A line longer than this is no command. */
#define LINE_MAX_BYTES 4096

size_t
ftp_read(const struct wire *w, struct span bytes)
{
	size_t end = span_find_byte(bytes, '\n'), n;
	struct span line = span_head(bytes, end == SPAN_NONE ? 0 : end);

	if (end == SPAN_NONE)
		return bytes.n > LINE_MAX_BYTES ? STREAM_OVER : 0;
	for (n = 0; n < line.n && ascii_alpha((unsigned char)line.p[n]); n++)
		;
	/* From here on it is encrypted, or it was none. */
	if (n < 3 || n > 4)
		return STREAM_OVER;
	ftp_command(w, span_rtrim(line));
	return end + 1;
}
