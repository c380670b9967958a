#include "read/config/cisco_ios_facts.h"

/* Lines that only IOS XE writes. */
static bool
is_xe_line(const struct words *w)
{
	struct span t = w->text;

	if (words_is(w, 0, "boot"))
		return span_has(t, "packages.conf") ||
		       span_has(t, "universalk9") || span_has(t, "iosxe");
	if (words_is(w, 0, "platform"))
		return text_starts(t, "platform punt-keepalive") ||
		       text_starts(t, "platform qfp") ||
		       text_starts(t, "platform console") ||
		       text_starts(t, "platform management-interface");
	if (words_is(w, 0, "no"))
		return text_starts(t, "no platform punt-keepalive");
	if (words_is(w, 0, "vrf"))
		return text_starts(t, "vrf definition Mgmt-intf") ||
		       text_starts(t, "vrf definition Mgmt-vrf");
	return text_starts(t, "license boot level") ||
	       words_is(w, 0, "netconf-yang") || words_is(w, 0, "restconf") ||
	       words_is(w, 0, "iox") || words_is(w, 0, "app-hosting") ||
	       text_starts(t, "subscriber templating");
}

/* "17.9": XE numbers its trains 3.x and 16 upwards, IOS 9 to 15. */
static bool
is_xe_train(struct span train)
{
	struct span rest = train;
	uint64_t major;

	return span_u64(span_until(&rest, '.'), &major) && major >= 16;
}

void
identity_note(struct ios *x, uint32_t node, const struct words *w)
{
	if (words_is(w, 0, "hostname")) {
		if (x->hostname == TREE_NONE)
			x->hostname = node;
	} else if (words_is(w, 0, "version")) {
		x->train = words_at(w, 1);
		x->xe |= is_xe_train(x->train);
	} else if (text_starts(w->text, "ip domain name") ||
		   text_starts(w->text, "ip domain-name")) {
		if (x->domain == TREE_NONE)
			x->domain = node;
	} else if (text_starts(w->text, "license udi pid")) {
		if (x->udi == TREE_NONE)
			x->udi = node;
	} else {
		x->xe |= is_xe_line(w);
	}
}

/* What collectors write ahead of a configuration: "Chassis type: ISR4331". */
static struct span
noted(const struct ios *x, const char *const *labels)
{
	for (unsigned i = 0; i < x->text->nnotes; i++)
		for (const char *const *l = labels; *l != NULL; l++) {
			struct span s = x->text->notes[i].text;

			if (!span_starts_nocase(s, span_str(*l)))
				continue;
			s = span_from(s, strlen(*l));
			return span_word(&s);
		}
	return (struct span){0};
}

/*
 * "Image: Software: C3550-IPSERVICESK9-M, 12.2(35)SE3, RELEASE SOFTWARE (fc1)":
 * RANCID and Oxidized keep so much of "show version".  What runs on Linux
 * (IOSD) and counts as IOS (15.5(3)S) has a release of IOS XE besides, which
 * is not told.
 */
static void
note_image(struct ios *x, struct record *r)
{
	const struct span label = SPAN("Image: Software:");

	for (unsigned i = 0; i < x->text->nnotes; i++) {
		struct span s = x->text->notes[i].text, image, version;
		bool linux_below;

		if (!span_starts_nocase(s, label))
			continue;
		s = span_from(s, label.n);
		image = span_trim(span_until(&s, ','));
		version = span_trim(span_until(&s, ','));
		if (image.n == 0 || version.n == 0 ||
		    !ascii_digit((unsigned char)version.p[0]))
			continue;
		linux_below = span_has(image, "IOSD") || is_xe_train(version);
		x->xe |= linux_below;
		if (linux_below && !is_xe_train(version))
			return;
		record_put(r, F_VERSION, version);
		x->release = version;
		return;
	}
}

static void
put_hardware(struct ios *x, struct record *r)
{
	static const char *const models[] = {
	    "Chassis type:", "Model number:", "Model:", "PID:", NULL};
	static const char *const serials[] = {"Processor ID:", "Serial Number:",
	    "System serial number:", "SN:", NULL};
	struct words w;

	if (x->udi == TREE_NONE) {
		record_put(r, F_MODEL, noted(x, models));
		record_put(r, F_SERIAL, noted(x, serials));
		return;
	}
	words_read(&w, x->tree->v[x->udi].text);
	record_put(r, F_MODEL, words_at(&w, 3));
	if (words_is(&w, 4, "sn"))
		record_put(r, F_SERIAL, words_at(&w, 5));
}

/* The domain is the last word: "ip domain name [vrf V] NAME". */
static struct span
last_word(struct span text)
{
	size_t at = span_rfind_byte(text, ' ');

	return span_from(text, at == SPAN_NONE ? 0 : at + 1);
}

static struct span
unquoted(struct span s)
{
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		return span_sub(s, 1, s.n - 1);
	return s;
}

void
identity_flush(struct ios *x)
{
	struct record *r = ios_begin(x, K_DEVICE, x->hostname);
	struct span name = x->text->prompt;

	if (x->hostname != TREE_NONE)
		name = unquoted(last_word(x->tree->v[x->hostname].text));
	record_put(r, F_HOSTNAME, name);
	if (x->domain != TREE_NONE)
		record_put(r, F_DOMAIN, last_word(x->tree->v[x->domain].text));
	record_put(r, F_VENDOR, SPAN("cisco"));
	x->release = x->train;
	note_image(x, r);
	x->platform = x->xe ? SPAN("ios-xe") : SPAN("ios");
	record_put(r, F_PLATFORM, x->platform);
	record_put(r, F_TRAIN, x->train);
	put_hardware(x, r);
	ios_emit(x);
}

/* Every command line as it stands. */
void
config_flush(struct ios *x)
{
	static const char digits[][3] = {"0", "1", "2", "3", "4", "5", "6", "7",
	    "8", "9", "10", "11", "12", "13", "14", "15"};
	const struct tree *t = x->tree;

	for (uint32_t i = 0; i < t->n; i++) {
		struct record *r = ios_begin(x, K_CONFIG, i);
		unsigned depth = t->v[i].depth;

		record_put(r, F_LINE, t->v[i].text);
		record_put(r, F_PARENT, tree_parent_text(t, i));
		if (depth < sizeof(digits) / sizeof(*digits))
			record_put_number(r, F_DEPTH, span_str(digits[depth]));
		else
			ios_put_u64(x, F_DEPTH, depth);
		ios_emit(x);
	}
}
