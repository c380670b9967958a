/* VRP: what is switched on, by which line, on which port, behind what list. */
#include "read/config/huawei_vrp.h"

struct setting {
	const char *name, *port;
};

static const struct setting settings[] = {
    {"ssh", "22"},
    {"ssh-port", "22"},
    {"ssh-v2-only", ""},
    {"telnet", "23"},
    {"sftp-server", "22"},
    {"ftp-server", "21"},
    {"tftp-server", "69"},
    {"http-server", "80"},
    {"https-server", "443"},
    {"netconf", "830"},
    {"grpc", ""},
    {"snmp", "161"},
    {"snmp-v1v2c", "161"},
    {"logging-host", ""},
    {"logging-on", ""},
    {"ntp", ""},
    {"aaa-accounting-commands", ""},
    {"aaa-accounting-exec", ""},
    {"exec-timeout", ""},
};
#define SETTINGS (sizeof(settings) / sizeof(*settings))

enum meaning {
	ON,    /* "undo" switches off */
	OFF,   /* "undo" switches on */
	FIRST, /* the first of several entries; "undo" says nothing */
	PORT,  /* the word behind is the port */
	LIST,  /* the words behind name an access list */
};

static const struct {
	const char *words, *setting;
	enum meaning meaning;
} switches[] = {
    {"telnet server enable", "telnet", ON},
    {"telnet ipv4 server enable", "telnet", ON},
    {"telnet ipv6 server enable", "telnet", ON},
    {"telnet server disable", "telnet", OFF},
    {"telnet ipv4 server disable", "telnet", OFF},
    {"telnet server port", "telnet", PORT},
    {"telnet server acl", "telnet", LIST},
    {"telnet ipv4 server acl", "telnet", LIST},
    {"stelnet server enable", "ssh", ON},
    {"stelnet ipv4 server enable", "ssh", ON},
    {"stelnet ipv6 server enable", "ssh", ON},
    {"stelnet server disable", "ssh", OFF},
    {"ssh server acl", "ssh", LIST},
    {"ssh ipv4 server acl", "ssh", LIST},
    {"ssh server port", "ssh-port", PORT},
    {"ssh ipv4 server port", "ssh-port", PORT},
    {"ssh server compatible-ssh1x enable", "ssh-v2-only", OFF},
    {"sftp server enable", "sftp-server", ON},
    {"sftp ipv4 server enable", "sftp-server", ON},
    {"sftp ipv6 server enable", "sftp-server", ON},
    {"ftp server enable", "ftp-server", ON},
    {"ftp ipv4 server enable", "ftp-server", ON},
    {"ftp ipv6 server enable", "ftp-server", ON},
    {"ftp server port", "ftp-server", PORT},
    {"ftp server acl", "ftp-server", LIST},
    {"ftp acl", "ftp-server", LIST},
    {"tftp-server enable", "tftp-server", ON},
    {"http server enable", "http-server", ON},
    {"http server disable", "http-server", OFF},
    {"http server port", "http-server", PORT},
    {"http server acl", "http-server", LIST},
    {"http acl", "http-server", LIST},
    {"http secure-server enable", "https-server", ON},
    {"http secure-server disable", "https-server", OFF},
    {"http secure-server port", "https-server", PORT},
    {"snetconf server enable", "netconf", ON},
    {"snetconf ipv4 server enable", "netconf", ON},
    {"snmp-agent", "snmp", ON},
    {"snmp-agent acl", "snmp-v1v2c", LIST},
    {"snmp-agent community", "snmp-v1v2c", FIRST},
    {"info-center enable", "logging-on", ON},
    {"info-center loghost", "logging-host", FIRST},
    {"ntp-service unicast-server", "ntp", FIRST},
    {"ntp-service unicast-peer", "ntp", FIRST},
    {"ntp unicast-server", "ntp", FIRST},
};

struct met {
	enum { UNSAID, IS_ON, IS_OFF } state;
	struct span text; /* the line that decided, with its place */
	uint32_t number, offset;
	struct span port, lists[4], value;
	unsigned nlists;
};

struct all {
	struct met v[SETTINGS];
};

static struct met *
met_of(struct all *a, const char *name)
{
	size_t i = 0;

	while (i + 1 < SETTINGS && strcmp(settings[i].name, name) != 0)
		i++;
	return &a->v[i];
}

static void
keep(struct met *m, const struct vrp_line *l)
{
	m->text = l->w.text;
	m->number = l->number;
	m->offset = l->offset;
}

static void
turn(struct met *m, bool on, const struct vrp_line *l)
{
	m->state = on ? IS_ON : IS_OFF;
	keep(m, l);
}

static void
apply(struct met *m, enum meaning meaning, bool undo, const struct vrp_line *l,
    struct span behind)
{
	struct span word = span_word(&behind);

	switch (meaning) {
	case ON:
	case OFF:
		turn(m, (meaning == ON) != undo, l);
		break;
	case FIRST:
		if (!undo && m->state != IS_ON)
			turn(m, true, l);
		break;
	case PORT:
		if (undo)
			break;
		m->port = word;
		if (m->text.n == 0)
			keep(m, l);
		break;
	case LIST:
		if (span_is(word, "ipv6") || span_is(word, "ipv4"))
			word = span_word(&behind);
		if (!undo && m->nlists < sizeof(m->lists) / sizeof(*m->lists))
			m->lists[m->nlists++] = word;
		break;
	}
}

static void
top_line(struct all *a, const struct vrp_line *l)
{
	struct span s = l->w.text;
	bool undo = text_starts(s, "undo");

	if (undo)
		s = span_trim(span_from(s, 4));
	for (size_t i = 0; i < sizeof(switches) / sizeof(*switches); i++) {
		struct span words;

		if (s.n == 0 || s.p[0] != switches[i].words[0] ||
		    !text_starts(s, switches[i].words))
			continue;
		words = span_str(switches[i].words);
		/* "snmp-agent" alone; the longer ones are others' */
		if (span_is(words, "snmp-agent") && s.n > words.n)
			continue;
		apply(met_of(a, switches[i].setting), switches[i].meaning, undo,
		    l, span_from(s, words.n));
	}
	/* Trap receivers speak it as well. */
	if (text_starts(s, "snmp-agent target-host") &&
	    (span_ends(s, SPAN(" v2c")) || span_ends(s, SPAN(" v1"))))
		apply(
		    met_of(a, "snmp-v1v2c"), FIRST, undo, l, (struct span){0});
}

/* idle-timeout MINUTES [SECONDS]; both 0 is never */
static void
timeout(struct all *a, const struct vrp_line *l)
{
	struct met *m = met_of(a, "exec-timeout");
	bool never =
	    words_is(&l->w, 1, "0") && (l->w.n < 3 || words_is(&l->w, 2, "0"));

	if (m->state == IS_OFF)
		return;
	turn(m, !never, l);
	m->value = words_from(&l->w, 1);
}

static void
note_line(struct path_facts *x, const struct vrp_line *l, void *arg)
{
	struct all *a = arg;
	struct span s = l->w.text;

	(void)x;
	if (l->block == PATH_ROOT)
		top_line(a, l);
	else if (text_starts(l->in, "user-interface") &&
		 words_is(&l->w, 0, "idle-timeout"))
		timeout(a, l);
	else if (text_starts(l->in, "netconf") &&
		 text_starts(s, "protocol inbound ssh"))
		turn(met_of(a, "netconf"), true, l);
	else if (text_starts(l->in, "grpc") && span_is(s, "server enable"))
		turn(met_of(a, "grpc"), true, l);
	else if (text_starts(l->in, "grpc") && text_starts(s, "server-port"))
		apply(met_of(a, "grpc"), PORT, false, l, words_from(&l->w, 1));
	/* Commands and logins are told to a server. */
	else if (span_is(l->in, "aaa") &&
		 text_starts(s, "cmd recording-scheme"))
		turn(met_of(a, "aaa-accounting-commands"), true, l);
	else if (text_starts(l->in, "aaa accounting-scheme") &&
		 words_is(&l->w, 0, "accounting-mode") &&
		 !words_is(&l->w, 1, "none"))
		turn(met_of(a, "aaa-accounting-exec"), true, l);
}

static void
emit_setting(struct path_facts *x, const struct setting *s, const struct met *m)
{
	bool said = m->state != UNSAID;
	struct record *r;

	r = facts_begin(x, K_SETTING, PATH_NONE);
	if (m->text.n > 0)
		record_init(r, K_SETTING, m->number, m->offset, m->text);
	record_put_str(r, F_NAME, s->name);
	record_put(r, F_STATE,
	    !said		? facts_default(x, s->name, x->whole)
	    : m->state == IS_ON ? SPAN("enabled")
				: SPAN("disabled"));
	record_put_str(
	    r, F_ORIGIN, said || m->port.n > 0 ? "configured" : "default");
	record_put(r, F_VALUE, m->value);
	record_put_number(r, F_PORT, m->port.n ? m->port : span_str(s->port));
	for (unsigned i = 0; i < m->nlists; i++)
		record_put(r, F_ACL, m->lists[i]);
	if (!said)
		facts_put_basis(x, s->name);
	facts_emit(x);
}

void
vrp_settings(struct path_facts *x)
{
	struct all *a = arena_alloc(x->arena, sizeof(*a));

	vrp_each_line(x, note_line, a);
	for (size_t i = 0; i < SETTINGS; i++)
		emit_setting(x, &settings[i], &a->v[i]);
}
