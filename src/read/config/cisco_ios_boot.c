/* Banners, and what the device starts with. */
#include "read/config/cisco_ios_facts.h"

static struct span
banner_name(const struct words *w)
{
	static const char *const names[] = {"motd", "login", "exec", "incoming",
	    "prompt-timeout", "slip-ppp", "asdm"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (words_is(w, 1, names[i]))
			return span_str(names[i]);
	return SPAN("motd");
}

/* ASA has a line for each line of the text. */
static bool
goes_on(const struct ios *x, uint32_t node, struct span name)
{
	struct words w;

	if (node == 0)
		return false;
	words_read(&w, x->tree->v[node - 1].text);
	return words_is(&w, 0, "banner") && span_eq(banner_name(&w), name);
}

void
banner_fact(struct ios *x, uint32_t node, const struct words *w)
{
	struct span name = banner_name(w);
	struct record *r;

	if (goes_on(x, node, name))
		return;
	r = ios_begin(x, K_BANNER, node);
	record_put(r, F_NAME, name);
	ios_emit(x);
}

static void
boot_record(struct ios *x, uint32_t node, const char *name, struct span value)
{
	struct record *r;

	if (value.n == 0)
		return;
	r = ios_begin(x, K_BOOT, node);
	record_put_str(r, F_NAME, name);
	record_put(r, F_VALUE, value);
	ios_emit(x);
}

/* boot system F, boot nxos F, boot kickstart F; boot config F, boot host U,
 * boot network U, boot buffersize N */
void
boot_fact(struct ios *x, uint32_t node, const struct words *w)
{
	static const char *const names[] = {
	    "config", "host", "network", "bootstrap", "kickstart"};

	if (words_is(w, 1, "system") || words_is(w, 1, "nxos"))
		boot_record(x, node, "system", words_from(w, 2));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (words_is(w, 1, names[i]))
			boot_record(x, node, names[i], words_from(w, 2));
}

void
register_fact(struct ios *x, uint32_t node, const struct words *w)
{
	boot_record(x, node, "config-register", words_at(w, 1));
}
