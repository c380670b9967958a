#include "read/log/stamp.h"

#include "read/log/log_scan.h"

/* The month as logs spell it; time_month takes any case but costs more than
 * the rest of a header. */
static int
month_read(struct span s)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int m = 0; m < 12 && s.n >= 3; m++)
		if (memcmp(s.p, names + 3 * m, 3) == 0)
			return m + 1;
	return time_month(s);
}

/* "Mar  1 " or "Mar 01 "; moves behind the blanks. */
static bool
take_day(struct span *s, struct time_parts *p)
{
	struct span r = *s;

	if (byte_at(r, 3) != ' ' || !ascii_alpha(byte_at(r, 0)))
		return false;
	p->month = month_read(r);
	if (p->month == 0)
		return false;
	r = skip_blanks(span_from(r, 3));
	if (!take_number(&r, 1, 2, &p->day) || byte_at(r, 0) != ' ')
		return false;
	*s = skip_blanks(r);
	return p->day >= 1 && p->day <= 31;
}

static bool
plausible_year(int y)
{
	return y >= 1970 && y < 2200;
}

static bool
week_day(struct span s)
{
	static const char names[] = "MonTueWedThuFriSatSun";

	if (byte_at(s, 3) != ' ' || !ascii_alpha(byte_at(s, 4)))
		return false;
	for (size_t i = 0; i < 7; i++)
		if (span_starts(s, span_of(names + 3 * i, 3)))
			return true;
	return false;
}

size_t
stamp_read_iso(struct span s, struct stamp *out)
{
	struct stamp st = {.present = true};
	bool zoned;
	int64_t t;
	size_t n = time_read_iso(s, &t, &zoned);

	if (n == 0)
		return 0;
	time_to_parts(t, &st.parts);
	st.zoned = zoned;
	*out = st;
	return n;
}

/* A year behind the clock: ctime's order.  Behind ctime's week day a colon may
 * follow; without one, digits and a colon are a sequence number. */
static void
take_late_year(struct span *r, struct time_parts *p, bool ctime)
{
	struct span y = skip_blanks(*r);
	int year;

	if (y.n == r->n || !take_number(&y, 4, 4, &year) ||
	    !plausible_year(year))
		return;
	if (y.n > 0 && !ascii_blank((unsigned char)y.p[0]) &&
	    !(ctime && y.p[0] == ':'))
		return;
	p->year = year;
	*r = y;
}

size_t
stamp_read(struct span s, struct stamp *out)
{
	struct stamp st = {.present = true};
	struct span r = s;
	bool ctime = week_day(s);
	size_t n;

	if (byte_at(s, 4) == '-')
		return stamp_read_iso(s, out);
	if (!ascii_alnum(byte_at(s, 0)))
		return 0;
	if (ctime)
		r = span_from(r, 4);
	if (ascii_digit(byte_at(r, 0))) {
		if (!take_number(&r, 4, 4, &st.parts.year) ||
		    byte_at(r, 0) != ' ')
			return 0;
		r = skip_blanks(r);
	}
	if (!take_day(&r, &st.parts))
		return 0;
	if (st.parts.year == 0 && byte_at(r, 4) == ' ') {
		if (!take_number(&r, 4, 4, &st.parts.year))
			return 0;
		r = skip_blanks(r);
	}
	if (st.parts.year != 0 && !plausible_year(st.parts.year))
		return 0;
	n = time_read_clock(r, &st.parts);
	if (n == 0)
		return 0;
	r = span_from(r, n);
	if (st.parts.year == 0)
		take_late_year(&r, &st.parts, ctime);
	*out = st;
	return s.n - r.n;
}

bool
stamp_zone(struct span w, int *minutes)
{
	/* Words that mean one offset wherever they are used in logs; IST,
	 * CST and the like do not and count as unknown. */
	static const struct {
		const char *word;
		int minutes;
	} zones[] = {{"UTC", 0}, {"GMT", 0}, {"Z", 0}, {"WET", 0}, {"WEST", 60},
	    {"CET", 60}, {"CEST", 120}, {"MET", 60}, {"MEST", 120},
	    {"EET", 120}, {"EEST", 180}, {"MSK", 180}, {"JST", 540},
	    {"KST", 540}, {"AEST", 600}, {"AEDT", 660}, {"NZST", 720},
	    {"NZDT", 780}, {"EST", -300}, {"EDT", -240}, {"CDT", -300},
	    {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420},
	    {"BRT", -180}, {"SAST", 120}};
	struct span r = span_from(w, 1);
	int hh, mm;

	if (byte_at(w, 0) == '+' || byte_at(w, 0) == '-') {
		if (w.n == 6 && w.p[3] == ':') {
			struct span h = span_sub(w, 1, 3);

			r = span_from(w, 4);
			if (!take_number(&h, 2, 2, &hh) ||
			    !take_number(&r, 2, 2, &mm))
				return false;
		} else {
			if (!take_number(&r, 4, 4, &hh) || r.n != 0)
				return false;
			mm = hh % 100;
			hh /= 100;
		}
		if (hh > 14 || mm > 59)
			return false;
		*minutes = (hh * 60 + mm) * (w.p[0] == '-' ? -1 : 1);
		return true;
	}
	if (w.n > 4 || byte_at(w, 0) < 'A' || byte_at(w, 0) > 'Z')
		return false;
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		if (span_is(w, zones[i].word)) {
			*minutes = zones[i].minutes;
			return true;
		}
	return false;
}

int64_t
stamp_time(const struct stamp *s, const struct clock_hint *clock)
{
	struct time_parts p = s->parts;
	int64_t t, start;

	if (p.year == 0) {
		struct time_parts first = {.year = clock->year,
		    .month = clock->month,
		    .day = clock->day};

		if (clock->year == 0)
			return TIME_NONE;
		p.year = clock->year;
		t = time_from_parts(&p);
		start = time_from_parts(&first);
		/* 29 February exists in one of the two years only. */
		if (t == TIME_NONE ||
		    (start != TIME_NONE && t < start - 2 * TIME_DAY))
			p.year++;
	}
	t = time_from_parts(&p);
	if (t == TIME_NONE)
		return TIME_NONE;
	return t - (s->zoned ? s->zone : clock->zone) * 60 * TIME_SECOND;
}
