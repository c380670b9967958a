/*
 * The vendor-neutral device: what all records of one device add up to.  The
 * fleet joins evidence to devices by host name (with and without domain), by
 * the device's own interface addresses, and by folder or file name, in that
 * order of trust.  What could belong to several devices is reported as
 * ambiguous, never guessed.
 */
#ifndef TIDEMARK_DEVICE_DEVICE_H
#define TIDEMARK_DEVICE_DEVICE_H

#include "base/addr.h"
#include "base/arena.h"
#include "base/map.h"
#include "record/codec.h"

/* Evidence classes, as readers declare them and coverage asks for them. */
enum evidence_class {
	EV_CONFIG = 1,
	EV_VERSION = 2,
	EV_SYSLOG = 4,
	EV_ACCOUNTING = 8,
	EV_WEBLOG = 16,
	EV_FLOW = 32,
	EV_FILE = 64,
	EV_TEXT = 128,
	/* What a device was shown to log (intel/prerequisite.h). */
	EV_LOGIN_LOG = 256,
	EV_COMMAND_LOG = 512,
	EV_COMMAND_ACCOUNTING = 1024,
	EV_LOG_LEVEL_5 = 2048,
	EV_LOG_LEVEL_6 = 4096,
	/* Its image, copied from it, is one of a trusted list. */
	EV_IMAGE_VERIFIED = 8192,
};

/* The words of prerequisites, apart from classes of evidence. */
#define EV_SHOWN                                                               \
	(EV_LOGIN_LOG | EV_COMMAND_LOG | EV_COMMAND_ACCOUNTING |               \
	    EV_LOG_LEVEL_5 | EV_LOG_LEVEL_6)

/* 0 when unknown. */
unsigned evidence_class(struct span word);

/* The word of the lowest bit of a mask that is not 0. */
const char *evidence_name(unsigned mask);

#define DEVICE_NONE UINT32_MAX

struct device_fact {
	struct fact fact;
	uint32_t source; /* index of the source that shows it */
};

struct device {
	struct span name; /* short host name, as first written */
	struct span fqdn; /* with domain, when known */
	struct span vendor, platform, model, version, train, serial;
	unsigned evidence; /* mask of enum evidence_class */
	unsigned shown;	   /* mask within EV_SHOWN: what it is known to log */
	struct device_fact *facts;
	size_t nfacts, facts_cap;
	bool facts_full;
	bool version_conflict; /* sources state different releases */
};

struct fleet {
	struct arena *arena;
	struct device *v;
	size_t n, cap;
	struct map names;     /* lower-case short name -> device */
	struct map fqdns;     /* lower-case full name -> device */
	struct map addresses; /* canonical address -> device */
	struct prefix *own;   /* the operator's prefixes, sorted, merged */
	size_t nown, own_cap;
};

/* A value in fleet.names and fleet.addresses that says: several. */
#define DEVICE_AMBIGUOUS (UINT32_MAX - 1)

void fleet_init(struct fleet *f, struct arena *a);

/* The device of a host name (with or without domain), made when it is new.
 * DEVICE_AMBIGUOUS when a short name stands for several full names. */
uint32_t fleet_name(struct fleet *f, struct span host);

/* The device of exactly this full name; its short name alone stands for no
 * device from then on (DEVICE_AMBIGUOUS). */
uint32_t fleet_full_name(struct fleet *f, struct span host);

/* The same as fleet_name without making one: DEVICE_NONE when unknown. */
uint32_t fleet_find_name(const struct fleet *f, struct span host);

/* The device that has this address on an interface. */
uint32_t fleet_find_address(const struct fleet *f, const struct addr *a);

/*
 * A folder or file name speaks of a device: path components from the last to
 * the first, without suffixes and words such as "show_version" or "confg".
 * fleet_find_path returns a known device or DEVICE_NONE; path_device_name the
 * name a new device would get (empty when the path has only generic words).
 */
uint32_t fleet_find_path(const struct fleet *f, struct span path);
struct span path_device_name(struct span path);

/* The device whose command's output a file is named after: "r1" of
 * "lab/r1_show_users.txt".  Empty: the file's own name tells none. */
struct span path_output_name(struct span path);

/* So many facts are to come for a device that has none yet: room for them. */
void fleet_expect(struct fleet *f, uint32_t device, size_t n);

/* Give a device a fact; its identity is taken from it. */
void fleet_fact(
    struct fleet *f, uint32_t device, const struct fact *fact, uint32_t source);

/*
 * What a device's configuration says of addresses: its own on an interface,
 * and the network of an interface.  The first tells whose log it is, the
 * second what is the operator's own address space.  Routes say nothing of
 * that: whoever adds a tunnel adds the route into it.
 */
enum fleet_net { FLEET_ADDRESS, FLEET_LINK };
void fleet_net(struct fleet *f, uint32_t device, enum fleet_net kind,
    const struct prefix *p);

/* An address prefix that belongs to the operator. */
void fleet_own(struct fleet *f, const struct prefix *p);

/* Sort and merge own prefixes; call before fleet_is_own. */
void fleet_seal(struct fleet *f);
bool fleet_is_own(const struct fleet *f, const struct addr *a);

#endif
