#include "read/config/secret_hide.h"

/* How an option carries its secret. */
enum carry {
	NEXT,	/* -p X */
	JOINED, /* -pX */
	EITHER,
	ACCOUNT, /* -u USER:X, -uUSER:X */
	SPEC	 /* -pass pass:X */
};

/* Programs by the bit of a set, and what they are called. */
enum {
	SSHPASS = 1u << 0,
	CURL = 1u << 1,
	MYSQL = 1u << 2,
	ZIP = 1u << 3,
	RAR = 1u << 4,
	OPENSSL = 1u << 5,
	USERADD = 1u << 6,
	SNMP = 1u << 7,
	PROXY = 1u << 8,
	SSH = 1u << 9,
	PUTTY = 1u << 10,
	LDAP = 1u << 11,
	FTP = 1u << 12,
	SMB = 1u << 13
};

static const struct {
	const char *name;
	unsigned tool;
} tools[] = {{"sshpass", SSHPASS}, {"curl", CURL}, {"mysql", MYSQL},
    {"mysqldump", MYSQL}, {"mysqladmin", MYSQL}, {"mariadb", MYSQL},
    {"zip", ZIP}, {"unzip", ZIP}, {"rar", RAR}, {"unrar", RAR}, {"7z", RAR},
    {"7za", RAR}, {"7zr", RAR}, {"7zz", RAR}, {"openssl", OPENSSL},
    {"useradd", USERADD}, {"usermod", USERADD}, {"snmpwalk", SNMP},
    {"snmpget", SNMP}, {"snmpset", SNMP}, {"snmpgetnext", SNMP},
    {"snmpbulkget", SNMP}, {"snmpbulkwalk", SNMP}, {"snmptable", SNMP},
    {"snmpstatus", SNMP}, {"snmptrap", SNMP}, {"snmpinform", SNMP},
    {"snmpcheck", SNMP}, {"snmp-check", SNMP}, {"stowaway", PROXY},
    {"stowaway_agent", PROXY}, {"stowaway_admin", PROXY}, {"agent", PROXY},
    {"linux_x64_agent", PROXY}, {"linux_x64_admin", PROXY},
    {"gs-netcat", PROXY}, {"ssh", SSH}, {"plink", PUTTY}, {"pscp", PUTTY},
    {"psftp", PUTTY}, {"ldapsearch", LDAP}, {"ldapmodify", LDAP},
    {"ldapadd", LDAP}, {"lftp", FTP}, {"ncftpput", FTP}, {"ncftpget", FTP},
    {"smbclient", SMB}, {"rpcclient", SMB}};

static const struct {
	unsigned tool;
	const char *option;
	enum carry carry;
} options[] = {{SSHPASS, "-p", EITHER}, {CURL, "-u", ACCOUNT},
    {CURL, "-U", ACCOUNT}, {CURL, "--user", ACCOUNT},
    {CURL, "--proxy-user", ACCOUNT}, {CURL, "--pass", NEXT},
    {CURL, "--oauth2-bearer", NEXT}, {MYSQL, "-p", JOINED}, {ZIP, "-P", EITHER},
    {RAR, "-hp", JOINED}, {RAR, "-p", JOINED}, {OPENSSL, "-k", NEXT},
    {OPENSSL, "-K", NEXT}, {OPENSSL, "-pass", SPEC}, {OPENSSL, "-passin", SPEC},
    {OPENSSL, "-passout", SPEC}, {USERADD, "-p", EITHER}, {SNMP, "-c", EITHER},
    {SNMP, "-A", EITHER}, {SNMP, "-X", EITHER}, {PROXY, "-s", NEXT},
    {SSH, "-l", ACCOUNT}, {PUTTY, "-pw", NEXT}, {LDAP, "-w", EITHER},
    {FTP, "-u", ACCOUNT}, {FTP, "-p", NEXT}, {SMB, "-U", ACCOUNT}};

/* The last part of a path, and without what a log puts before it. */
static struct span
program_name(struct span w)
{
	size_t n = w.n;

	while (n > 0 && strchr("/:=(;|`'\\&", w.p[n - 1]) == NULL)
		n--;
	return span_from(w, n);
}

static unsigned
tool_of(struct span w)
{
	struct span name = program_name(w);

	for (size_t i = 0; i < sizeof(tools) / sizeof(*tools); i++)
		if (span_is(name, tools[i].name))
			return tools[i].tool;
	return 0;
}

/* USER:X, USER%X and USER,X from byte "from" of word i. */
static void
cut_account(struct hide *h, unsigned i, size_t from)
{
	struct span w = span_from(hide_at(h, i), from);
	size_t k = 0;

	while (k < w.n && strchr(":%,", w.p[k]) == NULL)
		k++;
	if (k + 1 < w.n)
		hide_cut(h, span_from(w, k + 1));
}

/* "pass:X"; what names a file or a variable is none. */
static void
cut_spec(struct hide *h, unsigned i)
{
	if (span_starts(hide_at(h, i), SPAN("pass:")))
		hide_cut_argument(h, i, 5);
}

/* -p"X Y": the word goes on in quotes. */
static bool
is_quoted_on(const struct hide *h, struct span w)
{
	struct span rest = span_from(hide_line_from(h, w), w.n);

	return rest.n > 0 && rest.p[0] == '"';
}

/* Word i is the option, or starts with it. */
static void
cut_option(struct hide *h, unsigned i, const char *name, enum carry carry)
{
	struct span w = hide_at(h, i);
	size_t n = strlen(name);

	if (w.n > n && w.p[n] == '=')
		n++;
	else if (w.n > n && (name[1] == '-' || carry == NEXT || carry == SPEC))
		return;
	if (carry == SPEC)
		cut_spec(h, i + 1);
	else if (carry == ACCOUNT)
		cut_account(h, w.n > n ? i : i + 1, w.n > n ? n : 0);
	else if (w.n > n)
		hide_cut_argument(h, i, n);
	else if (carry != JOINED || is_quoted_on(h, w))
		hide_cut_argument(h, i + 1, 0);
}

/* Letters in one: "-sku" ends with the option that takes an account. */
static bool
is_cluster(struct span w)
{
	if (w.n < 3 || w.p[0] != '-' || w.p[w.n - 1] != 'u')
		return false;
	for (size_t i = 1; i < w.n; i++)
		if (!ascii_alpha((unsigned char)w.p[i]))
			return false;
	return true;
}

static void
hide_options(struct hide *h, unsigned i, unsigned active)
{
	struct span w = hide_at(h, i), next = hide_at(h, i + 1);

	/* "--password X" of any program. */
	if (hide_is_name(w, false) && w.n > 4 && next.n > 0 && next.p[0] != '-')
		hide_cut_argument(h, i + 1, 0);
	if ((active & CURL) != 0 && is_cluster(w))
		cut_account(h, i + 1, 0);
	for (size_t k = 0; k < sizeof(options) / sizeof(*options); k++)
		if ((active & options[k].tool) != 0 &&
		    span_starts(w, span_str(options[k].option)))
			cut_option(h, i, options[k].option, options[k].carry);
}

/* What is piped into chpasswd or passwd: words from the echo to the sign. */
static void
hide_piped(struct hide *h, unsigned from, unsigned to, bool accounts)
{
	for (unsigned i = from; i < to; i++) {
		struct span w = hide_at(h, i);
		size_t colon = span_find_byte(w, ':');

		if (w.p[0] == '-' || w.p[0] == '|')
			continue;
		if (!accounts)
			hide_cut(h, w);
		else if (colon != SPAN_NONE)
			hide_cut_argument(h, i, colon + 1);
	}
}

/* Does word i end a command of a shell? */
static bool
is_separator(struct span w)
{
	return span_is(w, "|") || span_is(w, "||") || span_is(w, "&&") ||
	       span_is(w, ";") || (w.n > 0 && w.p[w.n - 1] == ';');
}

void
hide_tools(struct hide *h)
{
	unsigned active = 0, echo = h->n;

	for (unsigned i = 0; i < h->n; i++) {
		struct span w = hide_at(h, i), name = program_name(w);
		bool piped = span_is(name, "chpasswd");

		/* A program under another name: "-c HOST:PORT -s X". */
		if (span_is(w, "-c") &&
		    span_find_byte(hide_at(h, i + 1), ':') != SPAN_NONE)
			active |= PROXY;
		active |= tool_of(w);
		if (w.p[0] == '-')
			hide_options(h, i, active);
		if (is_separator(w) || (active & SSHPASS && tool_of(w) == SSH))
			active = 0;
		if (span_is(name, "echo") || span_is(name, "printf"))
			echo = i + 1;
		if (echo < i && (piped || (span_is(name, "passwd") &&
					      hide_is(h, i - 1, "|")))) {
			hide_piped(h, echo, i, piped);
			echo = h->n;
		}
		if (piped && hide_is(h, i + 1, "<<<"))
			hide_piped(h, i + 2, i + 3, true);
	}
}
