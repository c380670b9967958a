#include "read/config/indent_facts.h"

#include <string.h>

#include "base/err.h"

#define SIGNS 96
#define NO_SIGN UINT8_MAX

struct sign_tally {
	const struct indent_sign *signs;
	/* Signs not seen yet, in lists by the first byte of what they ask for,
	 * those for indented lines apart. */
	uint8_t first[2][256], next[SIGNS];
	int score, best;
	const char *reason;
	bool foreign, show;
	unsigned lines, braces, noise;
};

/* A star in a sign stands for anything. */
static bool
fits(struct span s, const char *sign)
{
	size_t i = 0;

	for (; sign[i] != '\0' && sign[i] != '*'; i++)
		if (i >= s.n || s.p[i] != sign[i])
			return false;
	return sign[i] == '\0' || span_has(span_from(s, i), sign + i + 1);
}

static void
signs_sort(struct sign_tally *t)
{
	memset(t->first, NO_SIGN, sizeof(t->first));
	for (uint8_t i = 0; t->signs[i].text != NULL; i++) {
		const char *text = t->signs[i].text;
		bool indented = text[0] == ' ';
		uint8_t *head =
		    &t->first[indented][(unsigned char)text[indented]];

		ASSERT(i < SIGNS);
		t->next[i] = *head;
		*head = i;
	}
}

static void
meet(struct sign_tally *t, struct span s, bool indented)
{
	uint8_t *link = &t->first[indented][(unsigned char)s.p[0]];

	while (*link != NO_SIGN) {
		const struct indent_sign *g = &t->signs[*link];
		const char *text = g->text + indented;

		if (!fits(s, text)) {
			link = &t->next[*link];
			continue;
		}
		*link = t->next[*link];
		t->foreign |= g->weight == 0;
		t->score += g->weight;
		if (g->weight > t->best) {
			t->best = g->weight;
			t->reason = text;
		}
	}
}

/* Log lines and tables are no configuration, whatever they quote. */
static bool
is_noise(struct span s)
{
	return s.p[0] == '%' || s.p[0] == '*' || s.p[0] == '<' ||
	       s.p[0] == '{' || ascii_digit((unsigned char)s.p[0]) ||
	       (span_find_byte(s, '%') != SPAN_NONE && span_has(s, ": %"));
}

static bool
shows_other(struct span s)
{
	struct span name, command;

	return ios_prompt(s, &name, &command) &&
	       span_starts(command, SPAN("sh")) && !span_has(command, "run") &&
	       !span_has(command, "conf");
}

static void
look_at(struct sign_tally *t, struct span line)
{
	struct span s = span_trim(line);
	bool indented = line.n > 0 && ascii_blank((unsigned char)line.p[0]);

	if (s.n == 0)
		return;
	t->lines++;
	t->braces += s.p[s.n - 1] == '{' || s.p[s.n - 1] == ';';
	if (!indented) {
		t->noise += is_noise(s);
		t->show |= shows_other(s);
	}
	meet(t, s, indented);
}

struct guess
indent_guess(const struct probe *p, const struct indent_sign *signs)
{
	struct sign_tally t = {.signs = signs};
	struct span rest = p->head, line;

	if (span_starts(rest, SPAN("\xef\xbb\xbf")))
		rest = span_from(rest, 3);
	signs_sort(&t);
	while (!t.foreign && span_line(&rest, &line))
		look_at(&t, line);
	if (t.foreign || t.braces > 2 + t.lines / 20 ||
	    t.noise * 5 > t.lines + 20)
		return (struct guess){0, NULL};
	if (t.show)
		t.score -= 40;
	if (t.score < 30)
		return (struct guess){0, NULL};
	t.score += 25;
	return (struct guess){t.score > 100 ? 100 : t.score, t.reason};
}
