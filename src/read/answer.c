#include "read/answer.h"

#include "base/safe.h"
#include "read/config/cisco_secret.h"

static void
put_place(struct buf *b, struct span path, uint64_t line)
{
	safe_put(b, path);
	if (line > 0)
		buf_fmt(b, ":%llu", (unsigned long long)line);
	buf_puts(b, ": ");
}

static void
put_device(struct buf *b, struct span device)
{
	if (device.n == 0)
		return;
	safe_put(b, device);
	buf_puts(b, ": ");
}

static void
put_field(
    struct buf *b, const struct record *r, enum field_id f, const char *before)
{
	struct span s = record_text(r, f);

	if (s.n == 0)
		return;
	buf_puts(b, before);
	safe_put(b, s);
}

static void
put_service(struct buf *b, const struct record *r)
{
	safe_put(b, record_text(r, F_SERVICE));
	put_field(b, r, F_FIRST, " line ");
	if (!span_eq(record_text(r, F_FIRST), record_text(r, F_LAST)))
		put_field(b, r, F_LAST, "-");
	put_field(b, r, F_NAME, " ");
	put_field(b, r, F_MODE, " ");
	if (r->kind != K_ENTRANCE) {
		put_field(b, r, F_INTERFACE, " on ");
		put_field(b, r, F_VRF, " vrf ");
	}
	put_field(b, r, F_PROTOCOL, " ");
	put_field(b, r, F_PORT, "/");
	if (r->kind == K_ENTRANCE) {
		put_field(b, r, F_INTERFACE, " through ");
		put_field(b, r, F_VRF, " vrf ");
	}
}

static void
put_text(struct buf *b, struct span s)
{
	struct arena a;

	arena_init(&a);
	safe_put(b, secret_redact(&a, s));
	arena_release(&a);
}

void
answer_write(
    struct buf *b, const struct record *r, struct span path, struct span device)
{
	const struct value *line = record_get(r, F_ENTRY_LINE);
	struct span why = record_text(r, F_WHY);
	struct span entry = record_text(r, F_ENTRY);

	put_place(b, path, r->line);
	put_device(b, device);
	put_service(b, r);
	buf_puts(b, ": ");
	safe_put(b, record_text(r, F_ANSWER));
	for (unsigned i = 0; i < r->nvalues; i++) {
		if (r->values[i].field != F_ACL)
			continue;
		buf_puts(b, ": list ");
		safe_put(b, r->values[i].text);
	}
	if (why.n > 0) {
		buf_puts(b, ": ");
		put_text(b, why);
	}
	if (entry.n > 0) {
		buf_puts(b, why.n > 0 ? ": otherwise " : ": ");
		put_place(b, path, line ? (uint64_t)line->u.number : 0);
		put_text(b, entry);
	}
	buf_byte(b, '\n');
}

void
answer_none(struct buf *b, struct span path, struct span device)
{
	put_place(b, path, 0);
	put_device(b, device);
	buf_puts(b, "no management service is described here\n");
}
