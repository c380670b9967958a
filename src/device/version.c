#include "device/version.h"

#include <stdarg.h>

#include "base/err.h"
#include "device/version_order.h"

static const struct version_order *const orders[] = {
    &version_ios,
    &version_ios_xe,
    &version_ios_xr,
    &version_nx_os,
    &version_aci,
    &version_asa,
    &version_ftd,
    &version_ivanti,
    &version_pan_os,
    &version_junos,
    &version_fortios,
    &version_netscaler,
    &version_eos,
    &version_f5,
    &version_sonicos,
    &version_checkpoint,
    &version_sd_wan,
    &version_screenos,
    &version_sr_os,
    &version_vrp,
    &version_routeros,
    &version_vyos,
    &version_edgeos,
    &version_frr,
    &version_cumulus,
};

static const struct version_order *
order_find(struct span platform)
{
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (span_is_nocase(platform, orders[i]->platform))
			return orders[i];
	return NULL;
}

bool
version_platform(struct span platform)
{
	return order_find(platform) != NULL;
}

static char
lower(char c)
{
	return (char)ascii_lower((unsigned char)c);
}

bool
version_skip(struct span *rest, const char *word)
{
	struct span w = span_str(word);

	if (!span_starts_nocase(*rest, w))
		return false;
	*rest = span_from(*rest, w.n);
	return true;
}

bool
version_number(struct span *rest, uint32_t *out)
{
	size_t n = 0;
	uint32_t v = 0;

	while (n < rest->n && ascii_digit((unsigned char)rest->p[n])) {
		if (n == 9)
			return false;
		v = v * 10 + (uint32_t)(rest->p[n++] - '0');
	}
	if (n == 0)
		return false;
	*rest = span_from(*rest, n);
	*out = v;
	return true;
}

static size_t
letter_run(struct span *rest, char first, char *out, size_t cap)
{
	size_t n = 0, kept = 0;

	while (n < rest->n && rest->p[n] >= first && rest->p[n] < first + 26) {
		if (kept + 1 < cap)
			out[kept++] = rest->p[n];
		n++;
	}
	out[kept] = '\0';
	*rest = span_from(*rest, n);
	return n;
}

size_t
version_lower(struct span *rest, char *out, size_t cap)
{
	return letter_run(rest, 'a', out, cap);
}

size_t
version_upper(struct span *rest, char *out, size_t cap)
{
	return letter_run(rest, 'A', out, cap);
}

uint32_t
version_letters(const char *letters)
{
	uint32_t v = 0;
	bool ended = false;

	for (int i = 0; i < VERSION_LETTERS; i++) {
		if (!ended && letters[i] == '\0')
			ended = true;
		v *= 27;
		if (!ended)
			v += (uint32_t)(lower(letters[i]) - 'a' + 1);
	}
	return v;
}

unsigned
version_dotted(struct span *rest, uint32_t *key, unsigned max)
{
	unsigned n = 0;

	while (n < max) {
		struct span after = *rest;

		if (n > 0 && !version_skip(&after, "."))
			break;
		if (!version_number(&after, &key[n]))
			break;
		*rest = after;
		n++;
	}
	return n;
}

/* Room for cap bytes, of which n are written. */
struct writing {
	char *p;
	size_t n, cap;
};

static void
write_text(struct writing *w, const char *s)
{
	for (; *s != '\0'; s++)
		if (w->n + 1 < w->cap)
			w->p[w->n++] = *s;
}

static void
write_number(struct writing *w, unsigned v, int least)
{
	char digits[VERSION_TEXT];
	size_t at = sizeof(digits) - 1;

	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
		least--;
	} while (at > 0 && (v > 0 || least > 0));
	write_text(w, digits + at);
}

/* Thousands of releases are read at each start: printf(3) would take most of
 * the time. */
void
version_fmt(char *out, size_t cap, const char *fmt, ...)
{
	struct writing w = {out, 0, cap};
	va_list ap;

	if (cap == 0)
		return;
	va_start(ap, fmt);
	for (; *fmt != '\0'; fmt++) {
		char one[2] = {*fmt, '\0'};

		if (*fmt != '%') {
			write_text(&w, one);
			continue;
		}
		fmt++;
		if (*fmt == 'u') {
			write_number(&w, va_arg(ap, unsigned), 1);
		} else if (*fmt == 's') {
			write_text(&w, va_arg(ap, const char *));
		} else {
			int least = va_arg(ap, int);

			ASSERT(strncmp(fmt, "0*u", 3) == 0);
			fmt += 2;
			write_number(&w, va_arg(ap, unsigned), least);
		}
	}
	va_end(ap);
	out[w.n] = '\0';
}

void
version_copy(char *out, size_t cap, struct span text)
{
	text = span_head(text, cap - 1);
	if (text.n > 0)
		memcpy(out, text.p, text.n);
	out[text.n] = '\0';
}

/* Words that vendors put beside the number of a build of their own. */
static bool
special_word(struct span text)
{
	static const char *const words[] = {
	    "SPECIAL", "EXPERIMENTAL", "INTERIM"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_find_nocase(text, span_str(words[i])) != SPAN_NONE)
			return true;
	return false;
}

/* A build label in place of a number: V169_5_SR123_2, BLD_POLARIS_DEV_... */
static bool
build_label(struct span text)
{
	return text.n > 3 && span_find_byte(text, '_') != SPAN_NONE &&
	       span_find_byte(text, ' ') == SPAN_NONE &&
	       (ascii_alnum((unsigned char)text.p[0]));
}

static void
make_special(struct version *v, struct span text)
{
	memset(v->key, 0, sizeof(v->key));
	v->standing = VERSION_SPECIAL;
	v->branch[0] = v->line[0] = v->series[0] = '\0';
	version_copy(v->text, sizeof(v->text), text);
}

bool
version_read(struct span platform, struct span text, struct version *out)
{
	struct version v = {.order = order_find(platform)};
	struct span rest;
	bool known;

	text = span_trim(text);
	if (v.order == NULL || text.n == 0 || text.n > 256)
		return false;
	rest = text;
	known = v.order->read(&rest, &v);
	if (!known && !build_label(text) && !special_word(text))
		return false;
	if (!known || span_trim(rest).n > 0 || special_word(text))
		v.standing = VERSION_SPECIAL;
	if (v.standing == VERSION_SPECIAL)
		make_special(&v, text);
	else if (v.series[0] == '\0')
		memcpy(v.series, v.line, sizeof(v.series));
	*out = v;
	return true;
}

static int
key_compare(const struct version *a, const struct version *b, unsigned from,
    unsigned to)
{
	for (unsigned i = from; i < to; i++)
		if (a->key[i] != b->key[i])
			return a->key[i] < b->key[i] ? -1 : 1;
	return 0;
}

int
version_compare(const struct version *a, const struct version *b)
{
	int c;

	if (a->order == NULL || a->order != b->order ||
	    a->standing != VERSION_RELEASE || b->standing != VERSION_RELEASE)
		return VERSION_UNKNOWN;
	c = key_compare(a, b, 0, a->order->depth);
	if (c != 0)
		return c;
	if (strcmp(a->branch, b->branch) != 0)
		return VERSION_UNKNOWN;
	return key_compare(a, b, a->order->depth, VERSION_KEYS);
}

struct span
version_line(const struct version *v)
{
	return span_str(v->line);
}

struct span
version_series(const struct version *v)
{
	return span_str(v->series);
}

struct span
version_write(const struct version *v)
{
	return span_str(v->text);
}

bool
version_train_read(struct span text, uint32_t key[2])
{
	struct span rest = span_trim(text);
	uint32_t k[2];

	if (version_dotted(&rest, k, 2) != 2 || rest.n > 0)
		return false;
	key[0] = k[0];
	key[1] = k[1];
	return true;
}
