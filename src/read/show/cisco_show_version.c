/*
 * The output of "show version" of Cisco IOS, IOS XE, IOS XR, NX-OS, ACI, ASA
 * and Firepower Threat Defense: one record of kind device.
 *
 * A release is stated in more than one place, and not every number beside the
 * word "version" is the running release:
 * - IOS XE names its own release and that of the IOS inside it (3.9.1S and
 *   15.3(2)S1): the first one counts.
 * - FTD also names its ASA engine, which has numbers of its own.
 * - NX-OS prints licence versions before, and behind "Last reset" the release
 *   that ran before the last reload.
 * - ROM, boot loader, BIOS, FXOS and device manager have versions too.
 * So only lines that start in a known way are taken, the most telling one
 * wins, and all else is passed over.
 */
#include "device/version.h"
#include "read/reader.h"

/* Models and serial numbers kept of one device: members of a stack. */
#define MAX_PARTS 16

/* How much a line says about the release, best last. */
enum rank {
	RANK_NONE,
	RANK_PLATFORM, /* the platform only */
	RANK_ENGINE,   /* the release of something inside */
	RANK_RELEASE,
	RANK_PRODUCT, /* a product that stands above an engine */
};

struct banner {
	enum rank rank;
	const char *platform;
	struct span version; /* may be empty */
	bool customer;	     /* built for one customer */
};

struct line {
	struct span text; /* without prompts, quoting and paging */
	uint64_t number, offset;
};

struct parts {
	struct span v[MAX_PARTS];
	size_t n;
};

struct find {
	struct banner banner;
	struct line at;
	struct span uptime_name, device_name, prompt_name;
	struct span image, software;
	struct parts models, serials;
	bool aci, conflict;
};

/* Behind a pager's prompt and the bytes that wipe it off the screen. */
static struct span
after_pager(struct span s)
{
	static const char *const pagers[] = {"--More--", "More --->"};

	for (size_t i = 0; i < 2; i++) {
		size_t at = span_find(s, span_str(pagers[i]));

		if (at == SPAN_NONE || at > 16)
			continue;
		s = span_from(s, at + strlen(pagers[i]));
		while (s.n > 0 && ((unsigned char)s.p[0] <= ' ')) {
			bool escape = s.p[0] == '\033';

			s = span_from(s, 1);
			if (escape && s.n > 0 && s.p[0] == '[') {
				size_t n = 1;

				while (n < s.n &&
				       !ascii_alpha((unsigned char)s.p[n]))
					n++;
				s = span_from(s, n + 1);
			}
		}
	}
	return s;
}

static struct span
clean(struct span s)
{
	s = span_trim(after_pager(s));
	while (s.n > 1 && s.p[0] == '>' && ascii_blank((unsigned char)s.p[1]))
		s = span_trim(span_from(s, 1)); /* quoted in an e-mail */
	return s;
}

/* True when s starts with the text; *rest is what follows, trimmed. */
static bool
starts(struct span s, const char *text, struct span *rest)
{
	if (!span_starts_nocase(s, span_str(text)))
		return false;
	*rest = span_trim(span_from(s, strlen(text)));
	return true;
}

/* "Model number      : WS-C3750X-24P-L": the part behind the colon. */
static bool
labelled(struct span s, const char *label, struct span *value)
{
	struct span rest;

	if (!starts(s, label, &rest) || rest.n == 0 || rest.p[0] != ':')
		return false;
	*value = span_trim(span_from(rest, 1));
	return value->n > 0;
}

/* Up to the first blank or comma. */
static struct span
token(struct span s)
{
	size_t n = 0;

	while (n < s.n && !ascii_space((unsigned char)s.p[n]) && s.p[n] != ',')
		n++;
	return span_head(s, n);
}

static struct span
behind(struct span s, const char *text)
{
	size_t at = span_find_nocase(s, span_str(text));

	return at == SPAN_NONE ? (struct span){0}
			       : span_trim(span_from(s, at + strlen(text)));
}

/* "Cisco IOS Software, C3750E Software (C3750E-UNIVERSALK9-M), Version ..." */
static bool
ios_banner(struct span s, struct banner *b)
{
	struct span rest;
	uint64_t major = 0;

	if (!starts(s, "Cisco IOS Software", &rest) &&
	    !starts(s, "IOS (tm) ", &rest))
		return false;
	b->version = token(behind(rest, "Version "));
	if (b->version.n == 0)
		return false;
	b->customer =
	    span_has(s, "CUST-SPECIAL") || span_has(s, "Experimental Version");
	b->platform = "ios";
	b->rank = RANK_RELEASE;
	rest = b->version;
	if (span_u64(span_until(&rest, '.'), &major) && major >= 16) {
		b->platform = "ios-xe";
		b->rank = RANK_ENGINE;
	} else if (span_has(s, "IOS-XE Software")) {
		/* 03.06.05E is its own release, 15.3(2)S1 is not. */
		b->platform = "ios-xe";
		if (major != 3) {
			b->rank = RANK_PLATFORM;
			b->version = (struct span){0};
		}
	}
	return true;
}

/* "Model : Cisco Firepower 1120 Threat Defense (78) Version 7.2.5 (...)" */
static bool
ftd_banner(struct span s, struct banner *b)
{
	struct span value;

	if (!labelled(s, "Model", &value) || !span_has(value, "Threat Defense"))
		return false;
	*b = (struct banner){
	    RANK_PRODUCT, "ftd", token(behind(value, " Version ")), false};
	return b->version.n > 0;
}

static bool
nx_os_banner(struct span s, struct banner *b)
{
	struct span rest;

	if (!labelled(s, "NXOS", &rest) && !labelled(s, "system", &rest))
		return false;
	if (!starts(rest, "version ", &rest))
		return false;
	*b = (struct banner){RANK_RELEASE, "nx-os", token(rest), false};
	return true;
}

/* A build for one customer has a name here (V169_5_SR1_2); its release is that
 * of the IOS line below. */
static struct banner
xe_banner(struct span version)
{
	if (version.n > 0 && ascii_digit((unsigned char)version.p[0]))
		return (struct banner){RANK_RELEASE, "ios-xe", version, false};
	return (struct banner){RANK_PLATFORM, "ios-xe", (struct span){0}, true};
}

static bool
read_banner(struct span s, struct banner *b)
{
	struct span rest;

	*b = (struct banner){0};
	if (starts(s, "Cisco IOS XE Software, Version ", &rest) ||
	    starts(s, "IOS XE Version:", &rest))
		*b = xe_banner(token(rest));
	else if (starts(s, "Cisco IOS XR Software, Version ", &rest))
		*b = (struct banner){RANK_RELEASE, "ios-xr", rest, false};
	else if (starts(s,
		     "Cisco Adaptive Security Appliance Software Version ",
		     &rest))
		*b = (struct banner){RANK_RELEASE, "asa", token(rest), false};
	else if (!ios_banner(s, b) && !ftd_banner(s, b) && !nx_os_banner(s, b))
		return false;
	return b->rank == RANK_PLATFORM || b->version.n > 0;
}

static bool
abbreviates(struct span word, const char *full, size_t least)
{
	return word.n >= least && span_starts_nocase(span_str(full), word);
}

/* "router1#show version", "RP/0/RSP0/CPU0:router1#sh ver": the name. */
static bool
prompt_name(struct span s, struct span *name)
{
	size_t n = 0, at;
	struct span left, rest, word;

	while (n < s.n && s.p[n] != '#' && s.p[n] != '>')
		n++;
	if (n == 0 || n >= s.n || n > 100)
		return false;
	left = span_head(s, n);
	rest = span_from(s, n + 1);
	word = span_word(&rest);
	if (abbreviates(word, "do", 2))
		word = span_word(&rest);
	if (!abbreviates(word, "show", 2) ||
	    !abbreviates(span_word(&rest), "version", 3))
		return false;
	at = span_rfind_byte(left, ':');
	if (at != SPAN_NONE)
		left = span_from(left, at + 1);
	left = span_until(&left, '(');
	left = span_until(&left, '/'); /* asa1/pri/act# */
	for (size_t i = 0; i < left.n; i++)
		if (!ascii_alnum((unsigned char)left.p[i]) &&
		    left.p[i] != '-' && left.p[i] != '_' && left.p[i] != '.')
			return false;
	*name = left;
	return left.n > 0;
}

/* "router1 uptime is 3 days", and on ASA "asa1 up 41 days 19 hours". */
static bool
uptime_name(struct span s, struct span *name)
{
	struct span rest = s, word = span_word(&rest), verb, count;
	uint64_t n;

	if (word.n == 0 || word.n > 255)
		return false;
	verb = span_word(&rest);
	if (span_is(verb, "uptime")) {
		if (!span_is(span_word(&rest), "is") ||
		    span_is(word, "System") || span_is(word, "Kernel"))
			return false;
	} else {
		count = span_word(&rest);
		verb =
		    span_is(verb, "up") ? span_word(&rest) : (struct span){0};
		if (!span_u64(count, &n) ||
		    !(span_starts(verb, SPAN("year")) ||
			span_starts(verb, SPAN("day")) ||
			span_starts(verb, SPAN("hour")) ||
			span_starts(verb, SPAN("min")) ||
			span_starts(verb, SPAN("sec"))))
			return false;
	}
	*name = word;
	return true;
}

static void
add_part(struct parts *p, struct span v)
{
	for (size_t i = 0; i < p->n; i++)
		if (span_eq(p->v[i], v))
			return;
	if (v.n > 0 && p->n < MAX_PARTS)
		p->v[p->n++] = v;
}

static struct span
up_to(struct span s, const char *text)
{
	size_t at = span_find_nocase(s, span_str(text));

	return span_rtrim(at == SPAN_NONE ? s : span_head(s, at));
}

/* "cisco WS-C3750X-24P (PowerPC405) processor ... bytes of memory",
 * "cisco Nexus9000 C9372PX chassis", "cisco N9K-C9396PX ("supervisor")". */
static bool
hardware(struct span s, struct span *model)
{
	struct span rest;

	if (!starts(s, "cisco ", &rest) || rest.n == 0 ||
	    span_starts_nocase(rest, SPAN("IOS Software")))
		return false;
	if (span_find_nocase(rest, SPAN(" chassis")) == SPAN_NONE &&
	    !span_has(rest, "(\"") && !span_has(rest, "processor") &&
	    !span_has(rest, "bytes of memory"))
		return false;
	if (!span_has(rest, "(") && !span_has(rest, "hassis"))
		return false;
	*model = up_to(up_to(rest, " ("), " chassis");
	return model->n > 0;
}

static void
take_part(struct find *f, struct span s)
{
	struct span v;

	if (hardware(s, &v) || labelled(s, "Model number", &v) ||
	    labelled(s, "Model Id", &v))
		add_part(&f->models, v);
	else if (labelled(s, "Hardware", &v))
		add_part(&f->models, up_to(v, ","));
	else if (starts(s, "Processor board ID", &v) ||
		 labelled(s, "System serial number", &v) ||
		 labelled(s, "Serial Number", &v))
		add_part(&f->serials, token(v));
}

static void
take_image(struct find *f, struct span s)
{
	struct span v;

	if (f->image.n > 0)
		return;
	if (starts(s, "System image file is \"", &v))
		f->image = up_to(v, "\"");
	else if (labelled(s, "NXOS image file is", &v) ||
		 labelled(s, "system image file is", &v) ||
		 labelled(s, "kickstart image file is", &v))
		f->image = v;
}

static void
take_name(struct find *f, struct span s)
{
	struct span v;

	if (f->device_name.n == 0 && labelled(s, "Device name", &v))
		f->device_name = token(v);
	else if (f->uptime_name.n == 0 && uptime_name(s, &v))
		f->uptime_name = v;
	else if (f->prompt_name.n == 0 && prompt_name(s, &v))
		f->prompt_name = v;
	else if (f->device_name.n == 0 && starts(s, "----", &v) &&
		 span_has(s, "[ ") && span_has(s, " ]---")) /* FTD */
		f->device_name = up_to(behind(s, "[ "), " ]");
}

/* The software family, e.g. C3750E-UNIVERSALK9-M: tells hardware apart. */
static void
take_software(struct find *f, struct span s)
{
	struct span rest = behind(s, "Software (");

	if (f->software.n == 0 && rest.n > 0)
		f->software = up_to(rest, ")");
}

static void
weigh_banner(struct find *f, struct banner *b, const struct line *l)
{
	/* The IOS inside IOS XE 3.x does not always say where it runs. */
	if (f->banner.rank >= RANK_PLATFORM &&
	    strcmp(f->banner.platform, "ios-xe") == 0 &&
	    strcmp(b->platform, "ios") == 0)
		b->rank = RANK_ENGINE;
	if (b->rank > f->banner.rank) {
		f->banner = *b;
		f->at = *l;
	} else if (b->rank == f->banner.rank &&
		   !span_eq(b->version, f->banner.version)) {
		f->conflict = true;
	}
}

static void
take_line(struct find *f, const struct line *l)
{
	struct banner b;
	struct span v;

	if (read_banner(l->text, &b)) {
		take_software(f, l->text);
		f->banner.customer = f->banner.customer || b.customer;
		b.customer = f->banner.customer;
		weigh_banner(f, &b, l);
		if (b.rank == RANK_PRODUCT && labelled(l->text, "Model", &v))
			add_part(&f->models, up_to(v, " Threat Defense"));
		return;
	}
	if (span_starts(l->text, SPAN("PE:")) ||
	    span_has(l->text, "/aci-n9000"))
		f->aci = true;
	take_image(f, l->text);
	take_name(f, l->text);
	take_part(f, l->text);
}

/* The release in its canonical spelling; as it stands when it has none. */
static struct span
release_text(const struct find *f, const char *platform, struct arena *arena)
{
	struct span text = f->banner.version;
	struct version v;

	if (!version_read(span_str(platform), text, &v))
		return text;
	if (f->banner.customer && v.standing == VERSION_RELEASE)
		return arena_fmt(
		    arena, "%.*s special build", SPAN_FMT(version_write(&v)));
	return arena_copy(arena, version_write(&v));
}

static void
emit_device(const struct find *f, const struct read_in *in, struct emit *out)
{
	const char *platform = f->banner.platform;
	struct record r;

	if (f->aci && strcmp(platform, "nx-os") == 0)
		platform = "aci";
	record_init(&r, K_DEVICE, f->at.number, f->at.offset, f->at.text);
	record_put(&r, F_HOSTNAME,
	    f->uptime_name.n > 0   ? f->uptime_name
	    : f->device_name.n > 0 ? f->device_name
				   : f->prompt_name);
	record_put_str(&r, F_VENDOR, "cisco");
	record_put_str(&r, F_PLATFORM, platform);
	record_put(&r, F_VERSION, release_text(f, platform, in->arena));
	for (size_t i = 0; i < f->models.n; i++)
		record_put(&r, F_MODEL, f->models.v[i]);
	for (size_t i = 0; i < f->serials.n; i++)
		record_put(&r, F_SERIAL, f->serials.v[i]);
	record_put(&r, F_IMAGE, f->image);
	record_put(&r, F_IMAGE, f->software);
	out->record(out, &r);
}

static void
read_version(const struct read_in *in, struct emit *out)
{
	struct find f = {0};
	struct line l = {.number = 0};
	struct span rest = in->bytes, raw;

	while (span_line(&rest, &raw)) {
		l.number++;
		l.offset = (uint64_t)(raw.p - in->bytes.p);
		l.text = clean(span_head(raw, LIMIT_LINE_BYTES));
		if (l.text.n > 0)
			take_line(&f, &l);
		if (f.conflict) {
			/* A second device, or a second state of this one. */
			out->diag(out, DIAG_CONFLICT, l.number, l.text);
			break;
		}
	}
	if (f.banner.rank == RANK_NONE) {
		out->diag(out, DIAG_HEADER_MISSING, 0,
		    SPAN("no line that states a Cisco release"));
		return;
	}
	emit_device(&f, in, out);
}

/* Lines that a show version has beside its banner. */
static bool
body_line(struct span s)
{
	static const char *const words[] = {"System image file is",
	    "Processor board ID", "Configuration register is",
	    "Build Information:", "Device Manager Version",
	    "Config file at boot", "NXOS image file is",
	    "kickstart:", "Device name:", "Workspace", "UUID", "VDB version",
	    "ROM: ", "BOOTLDR: "};
	struct span name;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_starts_nocase(s, span_str(words[i])))
			return true;
	return span_has(s, " uptime is ") || uptime_name(s, &name);
}

/* Lines of outputs and logs that quote the banner of a device. */
static bool
quoting_line(struct span s)
{
	static const char *const words[] = {"Device ID:", "Chassis id:",
	    "System Description:", "Entry address(es):",
	    "Current configuration :", "Building configuration",
	    "!Command: show running-config", "Redundant System Information"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_starts_nocase(s, span_str(words[i])))
			return true;
	return span_has(s, "-RESTART: ");
}

static struct guess
guess_version(const struct probe *p)
{
	struct span rest = p->head, raw;
	const char *reason = NULL;
	bool body = false, quoting = false;

	while (span_line(&rest, &raw)) {
		struct span s = clean(raw);
		struct banner b;

		if (read_banner(s, &b))
			reason = b.platform;
		else if (quoting_line(s))
			quoting = true;
		else
			body = body || body_line(s);
	}
	if (reason == NULL)
		return (struct guess){0, NULL};
	if (quoting)
		return (struct guess){body ? 45 : 10,
		    "a line that states a Cisco release, beside others"};
	if (!body)
		return (struct guess){60, "a line that states a Cisco release"};
	return (struct guess){
	    90, "the release, uptime and hardware of a Cisco device"};
}

const struct reader reader_cisco_show_version = {
    .name = "cisco-show-version",
    .title = "Cisco show version",
    .evidence = "version",
    .shape = READER_WHOLE,
    .guess = guess_version,
    .read = read_version,
};
