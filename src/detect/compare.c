#include "detect/compare.h"

static bool
number_of(const struct value *v, double *out)
{
	switch (field_type((enum field_id)v->field)) {
	case FT_NUMBER:
	case FT_TIME:
	case FT_BOOL:
		*out = (double)v->u.number;
		return true;
	default:
		return pattern_number(v->text, out);
	}
}

static bool
holds(const struct pattern *p, double n)
{
	switch (p->op) {
	case PATTERN_SAME:
		return n == p->number;
	case PATTERN_LT:
		return n < p->number;
	case PATTERN_LTE:
		return n <= p->number;
	case PATTERN_GT:
		return n > p->number;
	default:
		return n >= p->number;
	}
}

bool
compare_number(const struct pattern *p, const struct value *v)
{
	double n;

	return number_of(v, &n) && holds(p, n);
}

/* ---- times ---- */

static int64_t
days_of(int year, int month, int day)
{
	struct time_parts p = {.year = year, .month = month, .day = day};

	return time_from_parts(&p) / TIME_DAY;
}

/* Week 1 is the one with the year's first Thursday (ISO 8601). */
static int
week_of(const struct time_parts *p)
{
	int64_t day = days_of(p->year, p->month, p->day);
	/* 1970-01-01 was a Thursday; Monday is 0. */
	int64_t thursday = day - (day + 3) % 7 + 3;
	struct time_parts at;

	time_to_parts(thursday * TIME_DAY, &at);
	return (int)((thursday - days_of(at.year, 1, 1)) / 7) + 1;
}

static int
part_of(enum time_part part, int64_t time)
{
	struct time_parts p;

	time_to_parts(time, &p);
	switch (part) {
	case PART_MINUTE:
		return p.minute;
	case PART_HOUR:
		return p.hour;
	case PART_DAY:
		return p.day;
	case PART_WEEK:
		return week_of(&p);
	case PART_MONTH:
		return p.month;
	default:
		return p.year;
	}
}

static bool
time_of(const struct value *v, int64_t *out)
{
	bool zoned;

	if (field_type((enum field_id)v->field) == FT_TIME) {
		*out = v->u.number;
		return true;
	}
	return time_read_iso(v->text, out, &zoned) > 0;
}

bool
compare_moment(enum time_part part, const struct pattern *p, int64_t time)
{
	return holds(p, part_of(part, time));
}

bool
compare_part(
    enum time_part part, const struct pattern *p, const struct value *v)
{
	int64_t time;

	return time_of(v, &time) && compare_moment(part, p, time);
}

/* ---- addresses, and what is the same by its type ---- */

bool
compare_prefix(const struct pattern *p, const struct value *v)
{
	enum field_type type = field_type((enum field_id)v->field);
	struct prefix have;

	if (type == FT_IP || type == FT_PREFIX)
		have = v->u.prefix;
	else if (!prefix_read(v->text, &have))
		return false;
	if (p->op == PATTERN_HOLDS)
		return have.bits <= p->prefix.bits &&
		       prefix_holds(&have, &p->prefix.addr);
	return have.bits >= p->prefix.bits &&
	       prefix_holds(&p->prefix, &have.addr);
}

bool
compare_equal(const struct pattern *p, const struct value *v)
{
	switch (field_type((enum field_id)v->field)) {
	case FT_NUMBER:
		return p->numeric && (double)v->u.number == p->number;
	case FT_IP:
		return p->prefix.addr.family != 0 &&
		       addr_eq(&p->prefix.addr, &v->u.prefix.addr);
	default:
		return false;
	}
}

bool
compare_same(const struct value *a, const struct value *b)
{
	enum field_type type = field_type((enum field_id)a->field);

	if (type != field_type((enum field_id)b->field))
		return false;
	return type == FT_NUMBER ? a->u.number == b->u.number
				 : type == FT_IP && addr_eq(&a->u.prefix.addr,
							&b->u.prefix.addr);
}
