/*
 * What it costs (processor time) to test 100,000 devices (release and features) against all
 * flaws, and to load the knowledge.  Prints figures, judges
 * nothing.  bench_flaws [DEVICES]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/diag.h"
#include "device/device.h"
#include "detect/vulnerability.h"
#include "intel/knowledge.h"

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
on_problem(void *ctx, const struct knowledge_problem *p)
{
	(void)ctx;
	fprintf(stderr, "%.*s: %.*s\n", SPAN_FMT(p->path), SPAN_FMT(p->text));
}

struct kind {
	const char *platform, *release, *hardware;
};

static const struct kind kinds[] = {
    {"ios", "15.2(4)E5", "WS-C2960X-48TS-L"},
    {"ios", "15.4(3)M4", "CISCO2911/K9"},
    {"ios", "12.2(55)SE9", "WS-C3560-24TS"},
    {"ios-xe", "16.9.4", "ASR1001-X"},
    {"ios-xe", "17.9.3", "C9300-48UXM"},
    {"ios-xe", "3.16.5S", "ASR1002"},
    {"ios-xr", "7.3.2", "ASR-9901"},
    {"nx-os", "9.3(13)", "N9K-C93180YC-EX"},
    {"asa", "9.16.4.67", "ASA5516"},
    {"junos", "21.2R3-S4.8", "mx204"},
    {"pan-os", "10.2.9", "PA-3220"},
    {"fortios", "7.0.11", "FGT60F"},
    {"netscaler", "13.1-48.47", ""},
    {"eos", "4.30.4M", "DCS-7280SR-48C6"},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Settings as a configuration that was read in full gives them. */
static size_t
settings_of(const struct knowledge *k, size_t seed, struct vuln_setting *out)
{
	size_t n = 0;

	for (size_t i = 0; i < k->vulnerabilities.n && n < 40; i++) {
		const struct vuln_feature *f = &k->vulnerabilities.v[i]->feature;

		if (f->nany > 0 && (i + seed) % 3 == 0)
			out[n++] = (struct vuln_setting){f->any[0].setting,
			    (i + seed) % 2 ? SETTING_ENABLED : SETTING_DISABLED,
			    false};
	}
	return n;
}

static bool
concerns(const struct vulnerability *v, struct span platform)
{
	for (size_t i = 0; i < v->platforms.n; i++)
		if (span_eq(v->platforms.v[i], platform))
			return true;
	return false;
}

int
main(int argc, char **argv)
{
	size_t devices = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
	size_t answers = 0, verdicts[VULN_EXPOSED + 1] = {0};
	struct knowledge_options o = {.evidence_word = evidence_class};
	struct knowledge k;
	struct vuln_setting settings[3][40];
	size_t nsettings[3];
	struct err e;
	double t0 = now(), t1, t2;

	if (knowledge_load(&o, &k, on_problem, NULL, &e) != 0) {
		fprintf(stderr, "%s\n", e.text);
		return 1;
	}
	t1 = now();
	for (size_t i = 0; i < 3; i++)
		nsettings[i] = settings_of(&k, i, settings[i]);
	for (size_t i = 0; i < devices; i++) {
		const struct kind *x = &kinds[i % KINDS];
		struct span release = span_str(x->release),
			    hardware = span_str(x->hardware);
		struct version version = {0};
		struct vuln_device d = {.platform = span_str(x->platform),
		    .releases = &release,
		    .nreleases = 1,
		    .versions = &version,
		    .hardware = &hardware,
		    .nhardware = hardware.n > 0,
		    .settings = settings[i % 3],
		    .nsettings = nsettings[i % 3],
		    .configuration = true};

		version_read(d.platform, release, &version);
		for (size_t v = 0; v < k.vulnerabilities.n; v++) {
			struct vuln_answer a;

			if (!concerns(k.vulnerabilities.v[v], d.platform))
				continue;
			vulnerability_judge(k.vulnerabilities.v[v], &d, &a);
			verdicts[a.verdict]++;
			answers++;
		}
	}
	t2 = now();
	printf("flaws: all knowledge loaded in %.0f ms; %zu devices against "
	       "%zu flaws in %.2f s of one core: %zu answers, %.0f ns each\n",
	    (t1 - t0) * 1e3, devices, k.vulnerabilities.n, t2 - t1, answers,
	    (t2 - t1) * 1e9 / (double)(answers > 0 ? answers : 1));
	printf("       exposed %zu, off %zu, clear %zu, unknown %zu\n",
	    verdicts[VULN_EXPOSED], verdicts[VULN_FEATURE_OFF],
	    verdicts[VULN_NOT_AFFECTED], verdicts[VULN_CANNOT_TELL]);
	knowledge_release(&k);
	return 0;
}
