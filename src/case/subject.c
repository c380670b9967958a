#include "case/subject.h"

static void
add_identity(struct subject *x, const struct device_fact *f, struct span *rel,
    struct version *versions, struct span *hard)
{
	struct span version = fact_text(&f->fact, F_VERSION),
		    model = fact_text(&f->fact, F_MODEL),
		    image = fact_text(&f->fact, F_IMAGE);
	size_t n = x->d.nreleases;

	for (size_t i = 0; i < n; i++)
		if (span_eq(rel[i], version))
			version.n = 0;
	if (version.n > 0) {
		x->releases[n] = f;
		rel[n] = version;
		versions[n] = (struct version){0};
		(void)version_read(x->d.platform, version, &versions[n]);
		x->d.nreleases++;
	}
	if (model.n > 0)
		hard[x->d.nhardware++] = model;
	if (image.n > 0)
		hard[x->d.nhardware++] = image;
}

bool
case_feature_fits(const struct fact *f, struct span platform)
{
	bool named = false;

	for (unsigned i = 0; i < f->nvalues; i++) {
		if (f->values[i].field != F_PLATFORM)
			continue;
		if (span_eq(f->values[i].text, platform))
			return true;
		named = true;
	}
	/* A recording may hold nothing that tells the platform. */
	return !named || platform.n == 0;
}

static void
add_setting(
    struct subject *x, const struct device_fact *f, struct vuln_setting *set)
{
	struct vuln_setting s = {fact_text(&f->fact, F_NAME),
	    setting_word(fact_text(&f->fact, F_STATE)),
	    span_is(fact_text(&f->fact, F_ORIGIN), "default")};

	/* The port of a service is told without a whole configuration. */
	if (s.by_default && s.state != SETTING_UNKNOWN &&
	    !span_ends(s.name, SPAN("-port"))) {
		x->d.configuration = true;
		if (x->whole == NULL)
			x->whole = f;
	}
	x->settings[x->d.nsettings] = f;
	set[x->d.nsettings++] = s;
}

void
subject_of(const struct casefile *c, uint32_t device, struct arena *a,
    struct subject *out)
{
	const struct device *dev = &c->fleet.v[device];
	struct subject x = {.device = device};
	size_t n = dev->nfacts, identities = 0;
	struct span *rel, *hard;
	struct version *versions;
	struct vuln_setting *set = arena_array(a, n, sizeof(*set));

	for (size_t i = 0; i < n; i++)
		identities += dev->facts[i].fact.kind == K_DEVICE;
	rel = arena_array(a, identities, sizeof(*rel));
	versions = arena_array(a, identities, sizeof(*versions));
	hard = arena_array(a, 2 * identities, sizeof(*hard));
	x.releases = arena_array(a, identities, sizeof(*x.releases));
	x.settings = arena_array(a, n, sizeof(*x.settings));
	x.d.platform = dev->platform;
	for (size_t i = 0; i < n; i++) {
		const struct device_fact *f = &dev->facts[i];

		if (f->fact.kind == K_DEVICE)
			add_identity(&x, f, rel, versions, hard);
		else if (f->fact.kind == K_SETTING ||
			 (f->fact.kind == K_FEATURE &&
			     case_feature_fits(&f->fact, dev->platform)))
			add_setting(&x, f, set);
	}
	x.d.train = dev->train;
	x.d.releases = rel;
	x.d.versions = versions;
	x.d.hardware = hard;
	x.d.settings = set;
	*out = x;
}
