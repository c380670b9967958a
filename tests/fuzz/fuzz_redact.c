/*
 * Secrets never pass redaction.  The input is taken as a line, and its
 * letters, digits and signs as a secret in lines of known form.
 */
#include "base/limits.h"
#include "fuzz/fuzz.h"
#include "read/config/cisco_secret.h"

static void
any_line(struct arena *a, struct span line)
{
	struct span shown = secret_redact(a, line);

	fuzz_touch(shown);
	if (shown.p == line.p)
		FUZZ_CHECK(shown.n == line.n);
	/* What hid everything has nothing left to hide. */
	fuzz_touch(secret_redact(a, shown));
}

/* Each has a place for the secret. */
static const char *const forms[] = {"username bob password 0 %.*s",
    "username bob privilege 15 secret 5 %.*s", "enable secret 9 %.*s",
    "enable password %.*s", " password 7 %.*s",
    "snmp-server community %.*s RO 20", "tacacs-server key 7 %.*s",
    " key 7 %.*s", "  key-string 7 %.*s", " neighbor 10.0.0.1 password 7 %.*s",
    "crypto isakmp key 6 %.*s address 0.0.0.0",
    " ip ospf message-digest-key 1 md5 7 %.*s",
    "%%PARSER-5-CFGLOG_LOGGEDCMD: logged command:username eve secret 5 %.*s",
    "cmd=username eve password 7 %.*s <cr>", "sshpass -p %.*s ssh a@192.0.2.1",
    "curl -u bob:%.*s http://192.0.2.1/", "wget --password=%.*s http://h/",
    "snmpwalk -v2c -c %.*s 192.0.2.1", "snmp get v2c 192.0.2.1 %.*s oid 1",
    "Authorization: Bearer %.*s", "<wsse:Password>%.*s</wsse:Password>",
    "GET /x?token=%.*s&a=1 HTTP/1.1", "{\"password\": \"%.*s\"}",
    "{\"secret\":\"%.*s\",\"a\":1}", "openssl enc -k %.*s -in a",
    "event manager environment _pw %.*s",
    "mpls ldp password option 1 for L %.*s",
    "/snmp community add addresses=10.0.0.0/8 name=%.*s write-access=yes",
    "/container envs add key=A name=e value=%.*s",
    "add name=p tcp-md5-key=%.*s disabled=no",
    "add auth=md5 auth-key=%.*s auth-id=1",
    "add interface=wg0 preshared-key=\"%.*s\" name=p",
    "set system login user a authentication plaintext-password '%.*s x'",
    "set service https api keys id a key '%.*s'",
    "set container name a environment B value '%.*s'", "isis password md5 %.*s",
    "area-password md5 %.*s",
    "net add snmp-server readonly-community %.*s access any",
    "net add snmp-server username a auth-sha %.*s"};

static void
known_forms(struct arena *a, struct span secret)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		struct span line = arena_fmt(a, forms[i], SPAN_FMT(secret));
#pragma GCC diagnostic pop
		struct span shown = secret_redact(a, line);

		if (span_find(shown, secret) == SPAN_NONE)
			continue;
		fprintf(stderr, "fuzz: shown: %.*s\n", SPAN_FMT(shown));
		FUZZ_CHECK(false);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_of((const char *)data, size), rest = bytes;
	struct span line;
	struct arena arena;
	char word[64];
	size_t n = 0;

	if (size > LIMIT_FIELD_BYTES)
		return 0;
	arena_init(&arena);
	any_line(&arena, bytes);
	while (span_line(&rest, &line)) {
		arena_reset(&arena);
		any_line(&arena, line);
	}
	/* A marker keeps it from being a word of the line's grammar. */
	for (size_t i = 0; i < size && n < sizeof(word) - 4; i++)
		if (ascii_alnum(data[i]) || data[i] == '$' || data[i] == '/' ||
		    data[i] == '.')
			word[n++] = (char)data[i];
	memcpy(word + n, "Q9zX", 4);
	known_forms(&arena, span_of(word, n + 4));
	arena_release(&arena);
	return 0;
}
