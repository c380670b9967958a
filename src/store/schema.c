/*
 * The tables, in the SQL that both drivers understand.  units, sources and raw
 * are what a case is made of; devices to timeline are made anew from them by
 * each run, for people who ask with SQL.  Times are RFC 3339 in UTC.
 *
 * A change adds a list of statements that lead from the version before it;
 * what stands here is never edited.
 */
#include "store/store.h"

static const char *const version_1[] = {
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)",

    "CREATE TABLE runs (run BIGINT PRIMARY KEY, started TEXT NOT NULL,"
    " seconds DOUBLE PRECISION NOT NULL, version TEXT NOT NULL,"
    " knowledge TEXT NOT NULL, reading TEXT NOT NULL, options TEXT,"
    " complete BIGINT NOT NULL)",

    /* Address space that --own gave. */
    "CREATE TABLE own (prefix TEXT PRIMARY KEY)",

    /* A file, archive or stream that was scanned.  origin: where it stood;
     * origin_id: its hash, since a path may be no text. */
    "CREATE TABLE units (unit BIGINT PRIMARY KEY, origin TEXT NOT NULL,"
    " origin_id TEXT NOT NULL UNIQUE, path TEXT NOT NULL,"
    " run BIGINT NOT NULL REFERENCES runs)",

    /* standing: current; earlier (a log whose file now holds another one);
     * replaced (a state that is past: only signs of compromise count).
     * reading: program, knowledge and options it was read with. */
    "CREATE TABLE sources (source BIGINT PRIMARY KEY,"
    " unit BIGINT NOT NULL REFERENCES units, path TEXT NOT NULL,"
    " standing TEXT NOT NULL, state TEXT NOT NULL, trouble TEXT NOT NULL,"
    " format TEXT,"
    " evidence TEXT, sha256 TEXT, xxh3 TEXT, bytes BIGINT NOT NULL,"
    " records BIGINT NOT NULL, why TEXT, reading TEXT NOT NULL,"
    " run BIGINT NOT NULL REFERENCES runs)",
    "CREATE INDEX sources_unit ON sources (unit)",

    /* What workers told of a source, see store/raw.h; digest: XXH3 of body. */
    "CREATE TABLE raw (source BIGINT PRIMARY KEY"
    " REFERENCES sources ON DELETE CASCADE, digest TEXT NOT NULL,"
    " body BLOB NOT NULL)",

    /* Results by content, for whoever reads the same bytes again. */
    "CREATE TABLE memory (name TEXT PRIMARY KEY, reading TEXT NOT NULL,"
    " digest TEXT NOT NULL, body BLOB NOT NULL)",

    /* What people said.  finding: a fingerprint, which outlives any run. */
    "CREATE TABLE notes (note BIGINT PRIMARY KEY, finding TEXT NOT NULL,"
    " author TEXT NOT NULL, made TEXT NOT NULL, text TEXT NOT NULL)",
    "CREATE TABLE dispositions (disposition BIGINT PRIMARY KEY,"
    " finding TEXT NOT NULL, decision TEXT NOT NULL, author TEXT NOT NULL,"
    " made TEXT NOT NULL, reason TEXT NOT NULL, expires TEXT)",

    "CREATE TABLE devices (device BIGINT PRIMARY KEY, name TEXT NOT NULL,"
    " fqdn TEXT, vendor TEXT, platform TEXT, model TEXT, version TEXT,"
    " serial TEXT, verdict TEXT NOT NULL, trust TEXT, first_seen TEXT,"
    " last_seen TEXT)",
    "CREATE TABLE addresses (source BIGINT NOT NULL REFERENCES sources,"
    " address TEXT NOT NULL)",
    "CREATE TABLE source_devices (source BIGINT NOT NULL REFERENCES sources,"
    " device BIGINT NOT NULL REFERENCES devices)",
    "CREATE TABLE facts (device BIGINT NOT NULL REFERENCES devices,"
    " source BIGINT NOT NULL REFERENCES sources, kind TEXT NOT NULL,"
    " line BIGINT NOT NULL, fields TEXT NOT NULL, text TEXT)",
    "CREATE TABLE findings (finding BIGINT PRIMARY KEY,"
    " fingerprint TEXT NOT NULL, rule TEXT NOT NULL, title TEXT NOT NULL,"
    " kind TEXT NOT NULL, device BIGINT REFERENCES devices,"
    " severity TEXT NOT NULL, confidence TEXT NOT NULL, first_seen TEXT,"
    " last_seen TEXT, count BIGINT NOT NULL, trust TEXT, decision TEXT)",
    "CREATE TABLE evidence (finding BIGINT NOT NULL REFERENCES findings,"
    " source BIGINT NOT NULL REFERENCES sources, line BIGINT,"
    " place BIGINT, text TEXT)",
    "CREATE TABLE coverage (device BIGINT NOT NULL REFERENCES devices,"
    " advisory_row TEXT NOT NULL, state TEXT NOT NULL, trust TEXT)",
    "CREATE TABLE timeline (number BIGINT PRIMARY KEY, time TEXT NOT NULL,"
    " kind TEXT NOT NULL, clock TEXT NOT NULL, clock_off BIGINT,"
    " device BIGINT REFERENCES devices,"
    " source BIGINT REFERENCES sources, line BIGINT, place BIGINT,"
    " finding BIGINT REFERENCES findings, actor TEXT, peer TEXT, text TEXT)",
    NULL};

/* Repositories whose past is kept. */
static const char *const version_2[] = {
    /* heard: what logs of its time told, see store/raw_past.h. */
    "CREATE TABLE histories (unit BIGINT PRIMARY KEY REFERENCES units,"
    " ref TEXT NOT NULL, tip TEXT NOT NULL, complete BIGINT NOT NULL,"
    " heard BLOB NOT NULL, run BIGINT NOT NULL REFERENCES runs)",

    /* file_id: hash of its path, which may be no text; blob: name of the
     * newest state, NULL when it is gone or could not be read; reading: how
     * that was read; body: what its past showed; digest: XXH3 of body. */
    "CREATE TABLE history_files (unit BIGINT NOT NULL REFERENCES histories,"
    " file_id TEXT NOT NULL, file TEXT NOT NULL, blob TEXT,"
    " reading TEXT NOT NULL, digest TEXT NOT NULL, body BLOB NOT NULL,"
    " PRIMARY KEY (unit, file_id))",

    /* file_id: the source is its newest state; NULL: a past state of one. */
    "CREATE TABLE history_sources (source BIGINT PRIMARY KEY"
    " REFERENCES sources ON DELETE CASCADE,"
    " unit BIGINT NOT NULL REFERENCES histories, file_id TEXT)",

    /* The largest of the tables for SQL is written anew for devices that
     * changed, by a digest of what it says of each.  It refers to devices, but
     * must not hold their rows, which are written anew each time. */
    "DROP TABLE coverage",
    "CREATE TABLE coverage (device BIGINT NOT NULL,"
    " advisory_row TEXT NOT NULL, state TEXT NOT NULL, trust TEXT)",
    "CREATE TABLE coverage_parts (device BIGINT PRIMARY KEY,"
    " digest TEXT NOT NULL)",
    "DELETE FROM meta WHERE name = 'tables'", NULL};

const char *const *const store_schema[STORE_SCHEMA] = {version_1, version_2};
