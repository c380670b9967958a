/*
 * The words that feeds use for the types of indicators: MISP attribute types,
 * OTX and STIX names, column names of public CSV feeds.
 */
#include "intel/feed.h"

static const struct {
	const char *word;
	enum indicator_type type;
} words[] = {
    {"ip", INDICATOR_ADDRESS},
    {"ipaddress", INDICATOR_ADDRESS},
    {"ipaddr", INDICATOR_ADDRESS},
    {"address", INDICATOR_ADDRESS},
    {"ipv4", INDICATOR_ADDRESS},
    {"ipv6", INDICATOR_ADDRESS},
    {"ipv4addr", INDICATOR_ADDRESS},
    {"ipv6addr", INDICATOR_ADDRESS},
    {"ip4", INDICATOR_ADDRESS},
    {"ip6", INDICATOR_ADDRESS},
    {"cidr", INDICATOR_ADDRESS},
    {"network", INDICATOR_ADDRESS},
    {"netblock", INDICATOR_ADDRESS},
    {"prefix", INDICATOR_ADDRESS},
    {"ipsrc", INDICATOR_ADDRESS},
    {"ipdst", INDICATOR_ADDRESS},
    {"srcip", INDICATOR_ADDRESS},
    {"dstip", INDICATOR_ADDRESS},
    {"sourceip", INDICATOR_ADDRESS},
    {"destip", INDICATOR_ADDRESS},
    {"iprange", INDICATOR_ADDRESS},
    {"ipv4range", INDICATOR_ADDRESS},
    {"ipv6range", INDICATOR_ADDRESS},
    {"range", INDICATOR_ADDRESS},
    {"md5", INDICATOR_HASH},
    {"sha1", INDICATOR_HASH},
    {"sha256", INDICATOR_HASH},
    {"hash", INDICATOR_HASH},
    {"filehash", INDICATOR_HASH},
    {"md5hash", INDICATOR_HASH},
    {"sha1hash", INDICATOR_HASH},
    {"sha256hash", INDICATOR_HASH},
    {"filehashmd5", INDICATOR_HASH},
    {"filehashsha1", INDICATOR_HASH},
    {"filehashsha256", INDICATOR_HASH},
    {"hashmd5", INDICATOR_HASH},
    {"hashsha1", INDICATOR_HASH},
    {"hashsha256", INDICATOR_HASH},
    {"domain", INDICATOR_DOMAIN},
    {"domainname", INDICATOR_DOMAIN},
    {"hostname", INDICATOR_DOMAIN},
    {"fqdn", INDICATOR_DOMAIN},
    {"host", INDICATOR_DOMAIN},
    {"dns", INDICATOR_DOMAIN},
    {"url", INDICATOR_URL},
    {"uri", INDICATOR_URL},
    {"email", INDICATOR_EMAIL},
    {"emailaddr", INDICATOR_EMAIL},
    {"emailaddress", INDICATOR_EMAIL},
    {"emailsrc", INDICATOR_EMAIL},
    {"emaildst", INDICATOR_EMAIL},
    {"mail", INDICATOR_EMAIL},
    {"targetemail", INDICATOR_EMAIL},
    {"emailreplyto", INDICATOR_EMAIL},
    {"whoisregistrantemail", INDICATOR_EMAIL},
    {"filename", INDICATOR_FILE_NAME},
    {"filepath", INDICATOR_FILE_NAME},
    {"file", INDICATOR_FILE_NAME},
    {"user", INDICATOR_USER},
    {"username", INDICATOR_USER},
    {"useraccount", INDICATOR_USER},
    {"account", INDICATOR_USER},
    {"accountlogin", INDICATOR_USER},
    {"targetuser", INDICATOR_USER},
    {"useragent", INDICATOR_USER_AGENT},
    {"httpuseragent", INDICATOR_USER_AGENT},
    {"as", INDICATOR_ASN},
    {"asn", INDICATOR_ASN},
    {"autonomoussystem", INDICATOR_ASN},
    {"ja3", INDICATOR_JA3},
    {"ja3s", INDICATOR_JA3},
    {"ja3hash", INDICATOR_JA3},
    {"ja3fingerprint", INDICATOR_JA3},
    {"ja3fingerprintmd5", INDICATOR_JA3},
    {"ja4", INDICATOR_JA4},
    {"ja4s", INDICATOR_JA4},
    {"ja4fingerprint", INDICATOR_JA4},
    {"certserial", INDICATOR_CERT_SERIAL},
    {"serialnumber", INDICATOR_CERT_SERIAL},
    {"x509serial", INDICATOR_CERT_SERIAL},
    {"certhash", INDICATOR_CERT_HASH},
    {"x509fingerprintmd5", INDICATOR_CERT_HASH},
    {"x509fingerprintsha1", INDICATOR_CERT_HASH},
    {"x509fingerprintsha256", INDICATOR_CERT_HASH},
    {"certfingerprint", INDICATOR_CERT_HASH},
    {"certificateserialnumber", INDICATOR_CERT_SERIAL},
    {"sslcertificatefingerprint", INDICATOR_CERT_HASH},
    {"ipv4address", INDICATOR_ADDRESS},
    {"ipv6address", INDICATOR_ADDRESS},
    {"ipport", INDICATOR_ADDRESS},
    {"asnumber", INDICATOR_ASN},
    /* Zeek's Intel::Type. */
    {"inteladdr", INDICATOR_ADDRESS},
    {"intelsubnet", INDICATOR_ADDRESS},
    {"inteldomain", INDICATOR_DOMAIN},
    {"intelurl", INDICATOR_URL},
    {"intelemail", INDICATOR_EMAIL},
    {"intelfilehash", INDICATOR_HASH},
    {"intelfilename", INDICATOR_FILE_NAME},
    {"intelusername", INDICATOR_USER},
    {"intelsoftware", INDICATOR_USER_AGENT},
    {"intelcerthash", INDICATOR_CERT_HASH},
};

#define WORD_MAX 32

int
feed_type(struct span word)
{
	char plain[WORD_MAX];
	size_t n = 0;

	/* "FileHash-SHA256", "ip_dst", "IP address": without what joins. */
	for (size_t i = 0; i < word.n; i++) {
		unsigned char c = ascii_lower((unsigned char)word.p[i]);

		if (!ascii_alnum(c))
			continue;
		if (n == sizeof(plain))
			return -1;
		plain[n++] = (char)c;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_is(span_of(plain, n), words[i].word))
			return (int)words[i].type;
	return -1;
}
