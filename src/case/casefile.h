/*
 * The case: what a run has learned.  Sources, devices, findings, coverage.  In
 * memory for now; reports consume a case and nothing else.
 */
#ifndef TIDEMARK_CASE_CASEFILE_H
#define TIDEMARK_CASE_CASEFILE_H

#include "base/arena.h"
#include "base/diag.h"
#include "detect/event_table.h"
#include "detect/finding.h"
#include "detect/judge.h"
#include "detect/sighting.h"
#include "device/device.h"
#include "intel/knowledge.h"

enum source_state {
	SOURCE_READ,
	SOURCE_UNRECOGNISED,
	SOURCE_UNREADABLE,
	SOURCE_SKIPPED,
};

/* Hosts that a log names: what says that a device's log was seen. */
struct seen_host {
	struct span host, host_addr;
	uint64_t lines;
};

/* An address or network that a source's configuration states. */
struct source_net {
	enum fleet_net kind;
	struct prefix prefix;
};

struct source {
	struct span path;
	struct span format;   /* reader's name, or empty */
	struct span evidence; /* evidence class word, or empty */
	struct span sha256, xxh3; /* hex, or empty */
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
	struct sighting *sightings;
	size_t nsightings, sightings_cap;
	struct table_event *events;
	size_t nevents, events_cap;
	struct seen_host *hosts;
	size_t nhosts, hosts_cap;

	uint32_t device; /* after joining; DEVICE_NONE: none or several */
};

struct device_result {
	enum verdict verdict;
	int64_t first, last;
	uint32_t *findings; /* indices into casefile.findings, in order */
	size_t nfindings;
};

/* What a vulnerability test said of a device. */
struct case_answer {
	enum coverage state;
	struct span_list need;
};

struct casefile {
	struct arena arena;
	const struct knowledge *knowledge;

	struct source *sources; /* in order of path after casefile_close */
	size_t nsources, sources_cap;

	struct fleet fleet;
	struct map rivals; /* short names that stand for several full names */
	uint32_t *device_order; /* devices by name */
	struct device_result *results; /* beside fleet.v */

	struct finding *findings;
	size_t nfindings, findings_cap;

	/* rows[nrows]: all advisories' rows; cells[device * nrows + row]. */
	const struct advisory_row **rows;
	size_t nrows;
	uint8_t *cells;

	struct case_answer *answers; /* device by vulnerability */

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

/* The worst of all: what the exit status rests on. */
enum verdict casefile_worst(const struct casefile *c);

/*
 * The device that a log line names by host name or address; DEVICE_NONE when
 * it names none or could mean several.  make: what is not known yet becomes a
 * device of its own (its log was seen), and ambiguity is noted at the source.
 */
uint32_t case_host_device(struct casefile *c, struct source *s,
    struct span host, struct span host_addr, bool make);

/* Commands or evidence that would settle an unknown cell. */
struct span_list case_need(
    const struct casefile *c, uint32_t device, const struct advisory_row *row);

/* Internal, in order of use by casefile_close. */
void case_join(struct casefile *c);
void case_findings(struct casefile *c);
void case_judge(struct casefile *c);

/* Correlations over the events of all sources. */
struct case_merge;
void case_correlations(struct case_merge *m);

/* Test every vulnerability on every device: findings and answers. */
void case_vulnerabilities(struct casefile *c);
enum coverage case_vulnerability_answer(
    const struct casefile *c, uint32_t device, const struct advisory_row *row);

#endif
