/*
 * The case: what a run has learned.  Sources, devices, findings, coverage.  In
 * memory for now; reports consume a case and nothing else.
 */
#ifndef TIDEMARK_CASE_CASEFILE_H
#define TIDEMARK_CASE_CASEFILE_H

#include "base/arena.h"
#include "base/diag.h"
#include "case/contact.h"
#include "detect/event_table.h"
#include "detect/finding.h"
#include "case/heard.h"
#include "case/timeline.h"
#include "case/images.h"
#include "case/past.h"
#include "case/waiver.h"
#include "detect/judge.h"
#include "detect/sighting.h"
#include "detect/vulnerability.h"
#include "device/device.h"
#include "intel/knowledge.h"

enum source_state {
	SOURCE_READ,
	SOURCE_UNRECOGNISED,
	SOURCE_UNREADABLE,
	SOURCE_SKIPPED,
	SOURCE_WAITS, /* within a run: read in its second pass */
};

/* Hosts that a log names: what says that a device's log was seen. */
struct seen_host {
	struct span host, host_addr;
	struct heard heard;
	unsigned shown; /* what its lines show: EV_SHOWN */
};

/* An address or network that a source's configuration states. */
struct source_net {
	enum fleet_net kind;
	struct prefix prefix;
};

/* A secret of a source that other devices may share. */
#define SECRET_ID_BYTES 16
struct source_secret {
	enum record_kind kind; /* of the record that holds it */
	bool readable;	       /* from its stored form alone */
	/* Equal for equal secrets of this run; never to be shown. */
	unsigned char id[SECRET_ID_BYTES];
	uint64_t line, offset;
	struct span user; /* account, or empty */
	struct span text; /* the line without its secrets */
};

/* What a source states that devices of one kind have in common. */
enum trait_use {
	TRAIT_AAA,   /* an AAA server */
	TRAIT_LOG,   /* a log host */
	TRAIT_TIME,  /* a time server */
	TRAIT_USER,  /* a local account */
	TRAIT_LOGIN, /* who may reach the terminal lines */
	TRAIT_SNMP,  /* who may reach SNMP */
	TRAIT_WEB,   /* who may reach the web interface */
	TRAIT_COMPARED,
	/* Not compared; what else a configuration names. */
	TRAIT_TUNNEL = TRAIT_COMPARED, /* the other end; "any": told later */
	TRAIT_NEIGHBOR,		       /* of a routing protocol */
	TRAIT_MIRROR,		       /* where mirrored traffic goes */
	TRAIT_ANNOUNCED, /* a network that BGP announces from here */
	TRAIT_TRANSLATION, /* PROTOCOL ADDRESS FIRST-LAST INSIDE; "any" */
	TRAIT_COUNT,
};
struct source_trait {
	enum trait_use use;
	uint64_t line, offset;
	struct span value;
	struct span text; /* the line without its secrets */
};

/* In lower-case hexadecimal, or empty. */
struct source_hashes {
	struct span sha256, xxh3, md5, sha512;
};

struct source {
	struct span path;
	struct span format;	  /* reader's name, or empty */
	struct span evidence;	  /* evidence class word, or empty */
	struct source_hashes hashes;
	struct span magic;
	uint64_t bytes, records;
	enum source_state state;
	struct span why; /* for states other than read */
	struct diag *diags;
	size_t ndiags, diags_cap;
	uint64_t diags_dropped;
	enum diag_severity worst;

	/* Raw material for joining. */
	struct source_net *nets;
	size_t nnets, nets_cap;
	struct fact *facts;
	size_t nfacts, facts_cap;
	struct source_secret *secrets;
	size_t nsecrets, secrets_cap;
	struct source_trait *traits;
	size_t ntraits, traits_cap;
	struct sighting *sightings;
	size_t nsightings, sightings_cap;
	struct table_event *events;
	size_t nevents, events_cap;
	struct seen_host *hosts;
	size_t nhosts, hosts_cap;
	struct contact *contacts;
	size_t ncontacts, contacts_cap;
	unsigned shown; /* by lines that name no host */
	struct source_moment *moments; /* for the timeline */
	size_t nmoments, moments_cap;
	uint64_t moments_dropped; /* beyond LIMIT_SOURCE_MOMENTS */

	uint32_t device; /* after joining; DEVICE_NONE: none or several */

	/* Of a kept case: its number there; what tells it from a later one at
	 * the same path; a state that is past and says nothing any more but
	 * whose it was and what somebody did. */
	int64_t stored;
	struct span revision;
	bool past;
};

struct device_result {
	enum verdict verdict;
	enum trust trust; /* the best evidence of it */
	unsigned off_box; /* classes of evidence kept elsewhere */
	int64_t first, last;
	uint32_t *findings; /* indices into casefile.findings, in order */
	size_t nfindings;
};

/* What the vulnerability tests said of a device. */
struct device_flaws {
	/* Places in the set of flaws of the device's platform; shared by all
	 * devices of it.  None where the platform is not known: then nothing
	 * can be told of any flaw. */
	const uint32_t *v;
	uint32_t n;
	uint8_t *verdicts; /* enum vuln_verdict, beside v */
};

/* Who can get at a flaw on a device, from narrow to wide. */
enum opening {
	OPENING_UNKNOWN,
	OPENING_NONE,	    /* nobody */
	OPENING_MANAGEMENT, /* the operator's management networks */
	OPENING_INSIDE,	    /* the operator's networks */
	OPENING_CUSTOMERS,  /* customers and peers */
	OPENING_INTERNET,
};

const char *opening_name(enum opening o);

/* As BOD 26-04 asks: is the asset publicly exposed?  Other people's networks
 * are public in that sense. */
enum vuln_said opening_public(enum opening o);

/* One flaw on one device in full.  All of it is good until the callback
 * returns. */
struct flaw {
	const struct vulnerability *v;
	uint32_t device;
	const struct vuln_answer *answer;
	const struct vuln_device *judged; /* what it was judged by */
	struct span reason, upgrade;	  /* upgrade may be empty */
	struct span_list need;		  /* commands that would settle it */
	const struct finding_place *places;
	size_t nplaces;
	/* For exposed and cannot-tell. */
	enum opening opening;
	struct span opening_why;
	struct deadline deadline;
	const struct finding *finding; /* of an exposed one, or NULL */
};
typedef void flaw_fn(void *ctx, const struct flaw *f);

struct casefile {
	struct arena arena;
	const struct knowledge *knowledge;

	struct source *sources; /* in order of path after casefile_close */
	size_t nsources, sources_cap;

	struct fleet fleet;
	struct map rivals; /* short names that stand for several full names */
	uint32_t *device_order;	       /* devices by name */
	struct device_result *results; /* beside fleet.v */

	struct finding *findings;
	size_t nfindings, findings_cap;

	/* rows[nrows]: all advisories' rows; cells[device * nrows + row]. */
	const struct advisory_row **rows;
	size_t nrows;
	uint8_t *cells;	  /* enum coverage */
	uint8_t *vouched; /* enum trust, beside cells */

	struct device_flaws *flaws; /* beside fleet.v */

	struct timeline timeline;

	struct waivers waivers; /* set before casefile_close */
	struct image_list images; /* the same; empty: none was given */
	struct past past;	/* likewise */
	uint32_t *past_devices; /* beside past.v, then past.facts */

	bool complete; /* no source was lost, no limit was met */
};

void casefile_init(struct casefile *c, const struct knowledge *k);
void casefile_release(struct casefile *c);

/* A new source; text of the arguments is copied.  The pointer is good until
 * the next call. */
struct source *casefile_source(struct casefile *c, struct span path);
void source_diag(struct casefile *c, struct source *s, enum diag_code code,
    uint64_t line, struct span detail);

/*
 * After the last source: join evidence to devices, turn sightings into
 * findings, test vulnerabilities, judge, sort everything.
 */
void casefile_close(struct casefile *c);

static inline enum coverage
casefile_cell(const struct casefile *c, uint32_t device, size_t row)
{
	return (enum coverage)c->cells[(size_t)device * c->nrows + row];
}

static inline enum trust
casefile_cell_trust(const struct casefile *c, uint32_t device, size_t row)
{
	return (enum trust)c->vouched[(size_t)device * c->nrows + row];
}

/* Has somebody accepted the finding, and does that still hold? */
static inline bool
finding_waived(const struct finding *f)
{
	return f->waiver != NULL && !f->waiver->expired;
}

/* A weakness or flaw that is gone is history; a sign of the intruder stays
 * one. */
static inline bool
finding_over(const struct finding *f)
{
	return f->past != NULL && f->past->gone &&
	       (f->check->kind == CHECK_HARDENING ||
		   f->check->kind == CHECK_VULNERABILITY);
}

/* Does it move verdicts? */
static inline bool
finding_counts(const struct finding *f)
{
	return !finding_waived(f) && !finding_over(f);
}

/* How many of a device's findings are of that kind. */
size_t device_findings_of(const struct casefile *c,
    const struct device_result *r, enum check_kind kind);

/* The worst of all: what the exit status rests on. */
enum verdict casefile_worst(const struct casefile *c);

/*
 * The device that a log line names by host name or address; DEVICE_NONE when
 * it names none or could mean several.  make: what is not known yet becomes a
 * device of its own (its log was seen), and ambiguity is noted at the source.
 */
uint32_t case_host_device(struct casefile *c, struct source *s,
    struct span host, struct span host_addr, bool make);

/* A rule may tell of a feature (kind feature) on some platforms only. */
bool case_feature_fits(const struct fact *f, struct span platform);

/* Every flaw of the device's platform, in order of the knowledge. */
void case_flaws(
    const struct casefile *c, uint32_t device, flaw_fn *fn, void *ctx);

/* Commands or evidence that would settle an unknown cell.  The list may stand
 * in room; its texts are the knowledge's. */
#define CASE_NEEDS 16
struct span_list case_need(const struct casefile *c, uint32_t device,
    const struct advisory_row *row, struct span room[CASE_NEEDS]);

/* A device as vulnerability tests see it, in the case's arena. */
struct vuln_device;
void case_vuln_device(
    struct casefile *c, uint32_t device, struct vuln_device *out);

/* Internal, in order of use by casefile_close. */
void case_join(struct casefile *c);
void case_past_devices(struct casefile *c); /* within case_join */
void case_past(struct casefile *c);	    /* within case_findings */
void case_findings(struct casefile *c);
void case_patterns(struct casefile *c); /* within case_findings */
/* Within case_findings, once places stand in their order. */
void case_by_hand(struct casefile *c);
void case_waive(struct casefile *c);
void case_judge(struct casefile *c);
void case_timeline(struct casefile *c);
void case_trust(struct casefile *c);	     /* within case_judge */
void case_prerequisites(struct casefile *c); /* within case_judge */

/* Commands that would settle what alone is missing of a row: that the device
 * logs what the row needs.  Empty: it is not that. */
struct span_list case_prerequisite_need(
    const struct casefile *c, uint32_t device, const struct advisory_row *row);

/* Secrets that several devices share: the rules over kind secret_reuse. */
void case_secrets(struct casefile *c);

/* Devices compared with each other: the rules over kind outlier. */
void case_outliers(struct casefile *c);

/* Hashes of images compared with the list and with each other: the rules over
 * kind image, and devices whose image is verified. */
void case_images(struct casefile *c);

/* Silences and missing messages in logs: the rules over kind log_gap. */
void case_gaps(struct casefile *c);

/* The only device with this address on an interface, or DEVICE_NONE. */
uint32_t case_address_device(const struct casefile *c, const struct addr *a);

/* A device that flows show has such evidence. */
void case_contacts_join(struct casefile *c);

/* Networks that the access lists of nearly all devices let reach management
 * become the operator's own.  Before fleet_seal. */
void case_trusted(struct casefile *c);

/* A finding of a check on a device that is not there yet; NULL when there are
 * LIMIT_FINDINGS. */
struct finding *case_finding_new(struct casefile *c, const struct check *check,
    uint32_t device, struct span entity);

/* For qsort_r over indices of sources that have a device, with the casefile:
 * by the device's name, and those of a device together in their order. */
int case_source_order(const void *a, const void *b, void *c);

/* One more place of evidence; beyond LIMIT_EVIDENCE none is kept. */
void case_place(
    struct casefile *c, struct finding *f, struct finding_place place);

/* May the rule speak of this device?  DEVICE_NONE: yes. */
bool case_rule_fits(
    const struct casefile *c, const struct rule *r, uint32_t device);

/* Correlations over the events of all sources. */
struct case_merge;
void case_correlations(struct case_merge *m);

/* What devices did in flows: the rules over kind flow_pattern. */
void case_flow_patterns(struct case_merge *m);

/* Test every vulnerability on every device: findings and answers. */
void case_vulnerabilities(struct casefile *c);
enum coverage case_vulnerability_answer(
    const struct casefile *c, uint32_t device, const struct advisory_row *row);

#endif
