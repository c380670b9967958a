#include "base/timestamp.h"

#include <stdio.h>

/* The first second of the year 10000. */
#define TIME_END (253402300800 * TIME_SECOND)

/* Days from 1970-01-01 to a civil date (proleptic Gregorian). */
static int64_t
days_of(int y, int m, int d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = y / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int
month_days(int y, int m)
{
	static const unsigned char days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (m == 2 && ((y % 4 == 0 && y % 100 != 0) || y % 400 == 0))
		return 29;
	return days[m - 1];
}

int64_t
time_from_parts(const struct time_parts *p)
{
	if (p->year < 1970 || p->year > 9999 || p->month < 1 ||
	    p->month > 12 || p->day < 1 ||
	    p->day > month_days(p->year, p->month) || p->hour < 0 ||
	    p->hour > 23 || p->minute < 0 || p->minute > 59 ||
	    p->second < 0 || p->second > 60 || p->micro < 0 ||
	    p->micro > 999999)
		return TIME_NONE;
	int64_t s = days_of(p->year, p->month, p->day) * 86400 +
	    p->hour * 3600 + p->minute * 60 + p->second;
	return s * TIME_SECOND + p->micro;
}

void
time_to_parts(int64_t t, struct time_parts *p)
{
	int64_t s = t / TIME_SECOND, us = t % TIME_SECOND, day, z, era, doe,
		yoe, doy, mp;

	if (us < 0) {
		us += TIME_SECOND;
		s--;
	}
	day = s / 86400;
	s %= 86400;
	if (s < 0) {
		s += 86400;
		day--;
	}
	z = day + 719468;
	era = (z >= 0 ? z : z - 146096) / 146097;
	doe = z - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	p->day = (int)(doy - (153 * mp + 2) / 5 + 1);
	p->month = (int)(mp < 10 ? mp + 3 : mp - 9);
	p->year = (int)(yoe + era * 400 + (p->month <= 2));
	p->hour = (int)(s / 3600);
	p->minute = (int)(s / 60 % 60);
	p->second = (int)(s % 60);
	p->micro = (int)us;
}

/* Exactly n digits at *s; moves on. */
static bool
digits(struct span *s, size_t n, int *out)
{
	int v = 0;

	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!ascii_digit((unsigned char)s->p[i]))
			return false;
		v = v * 10 + (s->p[i] - '0');
	}
	*out = v;
	*s = span_from(*s, n);
	return true;
}

static bool
byte_is(struct span *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = span_from(*s, 1);
	return true;
}

size_t
time_read_clock(struct span s, struct time_parts *p)
{
	struct span all = s;
	int unit = 100000;

	if (!digits(&s, 2, &p->hour) || !byte_is(&s, ':') ||
	    !digits(&s, 2, &p->minute) || !byte_is(&s, ':') ||
	    !digits(&s, 2, &p->second))
		return 0;
	p->micro = 0;
	if (s.n > 1 && (s.p[0] == '.' || s.p[0] == ',') &&
	    ascii_digit((unsigned char)s.p[1])) {
		s = span_from(s, 1);
		while (s.n > 0 && ascii_digit((unsigned char)s.p[0])) {
			p->micro += (s.p[0] - '0') * unit;
			unit /= 10;
			s = span_from(s, 1);
		}
	}
	return all.n - s.n;
}

bool
time_read_day(struct span s, int64_t *out)
{
	struct time_parts p = {0};
	int64_t t;

	if (!digits(&s, 4, &p.year) || !byte_is(&s, '-') ||
	    !digits(&s, 2, &p.month) || !byte_is(&s, '-') ||
	    !digits(&s, 2, &p.day) || s.n > 0)
		return false;
	t = time_from_parts(&p);
	if (t == TIME_NONE)
		return false;
	*out = t;
	return true;
}

size_t
time_read_iso(struct span s, int64_t *out, bool *zoned)
{
	struct time_parts p;
	struct span all = s;
	int64_t zone = 0, t;
	bool has_zone = false;
	int hh, mm;
	size_t n;

	if (!digits(&s, 4, &p.year) || !byte_is(&s, '-') ||
	    !digits(&s, 2, &p.month) || !byte_is(&s, '-') ||
	    !digits(&s, 2, &p.day) ||
	    !(byte_is(&s, 'T') || byte_is(&s, ' ') || byte_is(&s, 't')))
		return 0;
	n = time_read_clock(s, &p);
	if (n == 0)
		return 0;
	s = span_from(s, n);
	if (byte_is(&s, 'Z') || byte_is(&s, 'z')) {
		has_zone = true;
	} else if (s.n > 4 && (s.p[0] == '+' || s.p[0] == '-')) {
		struct span z = span_from(s, 1);

		if (digits(&z, 2, &hh) && (byte_is(&z, ':') || true) &&
		    digits(&z, 2, &mm) && hh < 24 && mm < 60) {
			zone = (hh * 3600 + mm * 60) * TIME_SECOND;
			if (s.p[0] == '-')
				zone = -zone;
			has_zone = true;
			s = z;
		}
	}
	t = time_from_parts(&p);
	/* The zone may carry it out of the years that there are. */
	if (t == TIME_NONE || t - zone < 0 || t - zone >= TIME_END)
		return 0;
	*out = t - zone;
	*zoned = has_zone;
	return all.n - s.n;
}

int
time_month(struct span s)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	if (s.n < 3)
		return 0;
	for (int m = 0; m < 12; m++)
		if (span_eq_nocase(
			span_head(s, 3), span_of(names + 3 * m, 3)))
			return m + 1;
	return 0;
}

bool
time_read_epoch(struct span s, int64_t *out)
{
	struct span whole = span_until(&s, '.');
	uint64_t seconds;
	int64_t micro = 0;
	int unit = 100000;

	/* Up to the year 9999. */
	if (!span_u64(whole, &seconds) || seconds >= TIME_END / TIME_SECOND)
		return false;
	for (; s.n > 0; s = span_from(s, 1)) {
		if (!ascii_digit((unsigned char)s.p[0]))
			return false;
		micro += (s.p[0] - '0') * unit;
		unit /= 10;
	}
	*out = (int64_t)seconds * TIME_SECOND + micro;
	return true;
}

const char *
time_write(int64_t t, char out[TIME_TEXT])
{
	struct time_parts p;
	int n;

	out[0] = '\0';
	if (t == TIME_NONE)
		return out;
	time_to_parts(t, &p);
	n = snprintf(out, TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d",
	    p.year % 10000, p.month, p.day, p.hour, p.minute, p.second);
	if (p.micro % 1000 != 0)
		n += snprintf(out + n, TIME_TEXT - (size_t)n, ".%06d", p.micro);
	else if (p.micro != 0)
		n += snprintf(
		    out + n, TIME_TEXT - (size_t)n, ".%03d", p.micro / 1000);
	snprintf(out + n, TIME_TEXT - (size_t)n, "Z");
	return out;
}
