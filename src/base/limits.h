/*
 * Every limit of the program, each with its reason.  Evidence is hostile:
 * nothing grows, nests or loops beyond what stands here.
 */
#ifndef TIDEMARK_BASE_LIMITS_H
#define TIDEMARK_BASE_LIMITS_H

/* Bytes of a source that identify may look at.  A configuration shows what it
 * is within its first screens; 64 KiB also covers a long login banner. */
#define LIMIT_PROBE_BYTES (64u << 10)

/* Bytes of a line in which a device's prompt must end: a name with a node in
 * front and a mode behind it; and of the name (RFC 1123 section 2.1). */
#define LIMIT_PROMPT 128
#define LIMIT_PROMPT_NAME 63

/* Unit of work for line-oriented sources: small enough that two workers stay
 * busy on a modest log, large enough that a task's cost is noise. */
#define LIMIT_CHUNK_BYTES (8u << 20)

/* Of a large source, chunks are larger: what each says of its hosts is taken
 * by one process, and what a lost one costs must stay bearable. */
#define LIMIT_CHUNKS_OF_SOURCE 32
#define LIMIT_CHUNK_MOST (64u << 20)

/* Parts of a log by the years of its lines: a file may say a year in every
 * other line, honest ones have some dozen years. */
#define LIMIT_YEAR_PARTS 65536

/* Of a large log, years are told from samples: where days do not follow on each
 * other down to so many bytes apart, at most so many times, since the log of a
 * quiet router has some days in each.  Parts of it that its chunks are told of,
 * one for each month: they stand in a task. */
#define LIMIT_YEAR_STEP (64u << 10)
#define LIMIT_YEAR_SAMPLES 16384
#define LIMIT_YEAR_TOLD 400

/* Block in which a chunk is read and searched: fits a second-level cache. */
#define LIMIT_BLOCK_BYTES (256u << 10)

/* Blocks that a thread may unpack ahead of the search: a few even out that one
 * block takes longer here and one there.  What is shorter than so many bytes
 * is not worth a thread. */
#define LIMIT_AHEAD_BUFFERS 8
#define LIMIT_AHEAD_FROM (1u << 20)

/* Bytes that one item of a binary stream may have: nfdump's blocks have 5 MiB
 * at most. */
#define LIMIT_BLOCKS_ITEM (8u << 20)

/* A line longer than this is cut there, with a diagnostic.  The longest honest
 * line seen (a one-line JSON export) is far below. */
#define LIMIT_LINE_BYTES (1u << 20)

/* A source read as a whole (a configuration, a show output) may have this many
 * bytes.  The largest carrier configurations are some 20 MB. */
#define LIMIT_WHOLE_BYTES (64u << 20)

/* SHA-256 is always taken up to this size; beyond it only on request. */
#define LIMIT_SHA256_BYTES (64u << 20)

/* Hashes of a list of trusted images: a vendor's whole catalogue of one
 * platform has some thousands. */
#define LIMIT_IMAGE_LIST 1000000
#define LIMIT_IMAGE_LIST_BYTES (256u << 20)

/* Archives inside archives.  Evidence arrives as zip of tar.gz of gz: three.
 * Deeper nesting is a bomb or a mistake. */
#define LIMIT_ARCHIVE_DEPTH 5

/* Members of one archive, nested ones included. */
#define LIMIT_ARCHIVE_MEMBERS 200000

/* Bytes that one archive may unpack to, all members together, and how many
 * times its own size beyond the first 64 MiB: stops bombs early. */
#define LIMIT_ARCHIVE_BYTES (64ull << 30)
#define LIMIT_ARCHIVE_RATIO 1000
#define LIMIT_ARCHIVE_RATIO_FLOOR (64ull << 20)

/* Folder levels below an argument. */
#define LIMIT_FOLDER_DEPTH 64

/* Sources in one run. */
#define LIMIT_SOURCES 4000000

/* Bytes in a path shown or stored. */
#define LIMIT_PATH_BYTES 4096

/* Fields in one record, bytes in one field's text as it is kept. */
#define LIMIT_RECORD_FIELDS 64
#define LIMIT_FIELD_BYTES (64u << 10)

/* Depth of a configuration tree; nodes in it. */
#define LIMIT_TREE_DEPTH 64
#define LIMIT_TREE_NODES 8000000

/* Words of one configuration line that are looked at; the longest command with
 * a grammar has some 40. */
#define LIMIT_CONFIG_WORDS 64

/* Sources of one access-list entry that are told one by one, where the entry
 * names a list of them; a list to let managers in has a handful, a block list
 * tens of thousands. */
#define LIMIT_SOURCE_LIST 64

/* Words from the top of a configuration to a value (Junos uses some 25), and
 * steps that expanding configuration groups may take: a nested wildcard could
 * otherwise multiply a small file. */
#define LIMIT_PATH_WORDS 128
#define LIMIT_GROUP_STEPS 4000000

/* Members of a named list that an entry of an access list is shown with: an
 * entry that names a longer one keeps the name, since many entries that name
 * one long list could otherwise multiply a small file. */
#define LIMIT_LIST_MEMBERS 64

/* Lines of a banner or a key inside an indented configuration; what has not
 * closed by then does not close. */
#define LIMIT_TEXT_LINES 1000

/* Prefixes of named lists written out as entries of the filters that name
 * them, in one configuration: filters times lists could be anything. */
#define LIMIT_LIST_ENTRIES 100000

/* Grammar tables (read/grammar.h), which are our own: words of a statement
 * that are looked at (a path has up to LIMIT_PATH_WORDS), steps of a pattern
 * (the longest has some 200), rows between bars, nesting of brackets and
 * includes, words of a directive.  Modes that one line may be in at a time, and
 * statements not understood that are named of one source. */
#define LIMIT_GRAMMAR_WORDS 160
#define LIMIT_GRAMMAR_STEPS 1024
#define LIMIT_GRAMMAR_ROWS 128
#define LIMIT_GRAMMAR_NESTING 16
#define LIMIT_GRAMMAR_LIST 64
#define LIMIT_GRAMMAR_MODES 512
#define LIMIT_GRAMMAR_UNKNOWN 20000
/* Bytes of one of those, so that all fit in a message. */
#define LIMIT_GRAMMAR_FORM 160

/* Devices whose configurations stand in one file one after the other. */
#define LIMIT_FILE_DEVICES 64

/* Words of a line in which secrets are looked for; what stands behind is hidden
 * as a whole.  A full evidence text has at most 200. */
#define LIMIT_REDACT_WORDS 1024

/* Access lists, evaluated: pieces of address space that one list may come to
 * with its groups written out (the longest seen have some 40,000), pieces that
 * one wildcard with holes is written out as, prefixes that an admitted space is
 * counted to, levels of groups in groups, and pieces for all services of a
 * device, since each asks its list anew (some 250 bytes a piece). */
#define LIMIT_FILTER_PIECES 400000
#define LIMIT_FILTER_HOLES 1024
#define LIMIT_FILTER_PREFIXES 100000
/* Own addresses of a device held against destinations of entries: half a
 * second. */
#define LIMIT_FILTER_COMPARED 50000000
#define LIMIT_GROUP_DEPTH 32
#define LIMIT_REACH_STEPS 1500000

/* Services of a device that are asked whether they can be reached, lists that
 * one passes, admitted prefixes shown of one, entries shown of one. */
#define LIMIT_REACH_SERVICES 512
#define LIMIT_REACH_LISTS 8
#define LIMIT_REACH_PREFIXES 24
#define LIMIT_REACH_ENTRIES 500
/* Kinds of interfaces of a device by their filters: each service asks each.
 * Where customers have a list each there are hundreds; then nothing is
 * claimed of the rest. */
#define LIMIT_REACH_DOORS 64

/* Evidence places kept for one finding; the count goes on. */
#define LIMIT_EVIDENCE 1000

/* What one source may make of its names: entities of one check and host,
 * sightings in all, places of all sightings.  A check with thousands of
 * entities on one device says all it has to say; the rest is counted. */
#define LIMIT_ENTITIES 2000
#define LIMIT_SIGHTINGS 50000
#define LIMIT_PLACES 200000

/* Hosts that one log may name, interface addresses that one source may give
 * the fleet, facts that are kept of it.  The largest collectors speak for some
 * thousand devices, the largest routers have some ten thousand interfaces. */
#define LIMIT_LOG_HOSTS 20000
#define LIMIT_NETS 100000
#define LIMIT_SOURCE_FACTS 100000
/* Different reaches of services that are kept of one source; twenty services
 * by four verdicts are far fewer. */
#define LIMIT_KEPT_REACH 256
/* Interior routing processes of a device, and networks' areas in all: each
 * interface asks each.  Routers have a few, or one for each customer. */
#define LIMIT_IGP_PROCESSES 256
/* Networks that the OSPF processes of a VRP device name: each address of an
 * interface asks each. */
#define LIMIT_IGP_NETWORKS 1024
/* BGP neighbours whose links get a role; each is kept nine times. */
#define LIMIT_ROLE_NEIGHBORS 20000
/* Secrets of one source whose reuse is looked for; a configuration with
 * ten thousand accounts is no router's. */
#define LIMIT_SOURCE_SECRETS 10000

/* Servers, accounts and admitted networks of one source that are compared with
 * those of other devices.  A router states some dozens. */
#define LIMIT_SOURCE_TRAITS 5000
/* Moments of one source (logins, changes) for the timeline, bytes of their
 * lines; events on the timeline of a case.  Rules have most lines of a login
 * log parsed, and nobody reads ten thousand logins. */
#define LIMIT_SOURCE_MOMENTS 20000
#define LIMIT_TIMELINE 100000
/* Devices that a finding on an outlier, or on a gap, looks at; a comparison of
 * more says nothing new. */
#define LIMIT_TRAITS 2000000

/* Bytes that what workers report may take in the parent: some 200,000
 * configurations of routers and as many logs.  Joining and findings need as
 * much again; no more of these are made when so much of an arena is used. */
#define LIMIT_CASE_BYTES (2ull << 30)
#define LIMIT_CASE_CLOSING (6ull << 30)

/* Values of facts that sources have in common: what silence means, by platform
 * and release, are some thousand. */
#define LIMIT_SHARED_FACTS 16384

/* Literals of a class of logs that a worker compiles when it first meets the
 * class, some hundredths of a second; more are compiled once for all. */
#define LIMIT_LITERALS_LATER 2000

/* Texts by which a log shows one prerequisite (data/prerequisites.yaml): a
 * handful for each platform. */
#define LIMIT_PREREQUISITE_MARKS 64

/* Words of a table of commands, and how many of a command are looked up: the
 * tables hold what rules speak of and its siblings. */
#define LIMIT_COMMAND_WORDS 8192
#define LIMIT_COMMAND_DEPTH 8

/* A command with its words in full; a longer one stays as it is. */
#define LIMIT_COMMAND_BYTES 1024

/* Bytes of a line shown as evidence. */
#define LIMIT_EVIDENCE_TEXT 400

/* Diagnostics kept for one source; the rest are counted. */
#define LIMIT_DIAGS 100

/* Devices in a case, kept facts of one device. */
#define LIMIT_DEVICES 1000000
#define LIMIT_DEVICE_FACTS 4096

/* A case in a database: bytes of one value (the raw material of one source
 * waits in memory as the result of a task does), columns of an answer, seconds
 * to wait for another writer, who may be at closing a large case. */
#define LIMIT_STORE_VALUE (256 << 20)
#define LIMIT_STORE_COLUMNS 24
#define LIMIT_STORE_WAIT 120

/* Prefixes that --own may give. */
#define LIMIT_OWN_GIVEN 1024

/* Accepted findings in one file: more than any team has looked at. */
#define LIMIT_WAIVERS 100000

/* Findings of a run before the run says it is incomplete: some twenty of each
 * of 200,000 devices. */
#define LIMIT_FINDINGS 4000000

/* Places of rules' literals in one source that are remembered, 16 bytes each;
 * with more of them every rule is tried on every line. */
#define LIMIT_WHOLE_HITS 262144

/* Knowledge files: bytes of one, documents in one, depth of its tree, rules
 * in all, items in one rule. */
#define LIMIT_YAML_BYTES (16u << 20)
#define LIMIT_YAML_DOCS 10000
#define LIMIT_YAML_DEPTH 64
#define LIMIT_YAML_NODES 2000000 /* of one document, aliases written out */
#define LIMIT_RULES 100000
#define LIMIT_RULE_NODES 100000

/* ATT&CK techniques with names: all of ATT&CK has some 900. */
#define LIMIT_TECHNIQUES 10000

/* What an HTML report holds, since a browser must hold it too: devices and
 * findings (the worst first), places of a finding, events of the timeline,
 * sources (those with trouble first), bytes of evidence text in all.  A browser
 * opens 100 MB in seconds and no more than half a GB at all; what is left out
 * is told. */
#define LIMIT_HTML_DEVICES 50000
#define LIMIT_HTML_FINDINGS 300000
#define LIMIT_HTML_PLACES 5
#define LIMIT_HTML_EVENTS 200000
#define LIMIT_HTML_FLAWS 300000 /* rows of device and flaw */
#define LIMIT_HTML_SOURCES 50000
#define LIMIT_HTML_TEXT (96u << 20)

/* SARIF: results of one run, what GitHub code scanning takes. */
#define LIMIT_SARIF_RESULTS 25000

/* Correlations: rules that one refers to, keys of group-by, chains of
 * correlations, days of a timespan.  Written by people, who stay far below. */
#define LIMIT_CORRELATION_REFS 64
#define LIMIT_CORRELATION_KEYS 16
#define LIMIT_CORRELATION_DEPTH 16
#define LIMIT_TIMESPAN_DAYS 36500

/* Events for correlations that one source may give, and one chunk of it; bytes
 * of their lines that are kept of a chunk, beyond which events come without
 * text.  Events that one episode lists; all are counted.  Devices of an episode
 * that get a finding each; beyond, it is one of no device. */
#define LIMIT_SOURCE_EVENTS 1000000
#define LIMIT_TASK_EVENTS 200000
#define LIMIT_EVENT_TEXT (8u << 20)
#define LIMIT_EPISODE_EVENTS 64
#define LIMIT_EPISODE_DEVICES 16

/* Bytes of one literal of the text matcher: the longest honest one is a line
 * of a banner; Vectorscan takes expressions of 16,000 bytes, four for each. */
#define LIMIT_LITERAL_BYTES 2048

/* Literals that are looked for by anchors (match/anchor.h): more share groups
 * until these let everything through.  Bytes of one, and literals that may
 * share four bytes: what a hostile text can have compared at each of its
 * bytes.  Bytes of the sample: the first half of a block says enough. */
#define LIMIT_ANCHORS 1024
#define LIMIT_ANCHOR_BYTES 64
#define LIMIT_ANCHOR_LITERALS 16
#define LIMIT_ANCHOR_SAMPLE (128u << 10)

/* Indicator feeds: bytes of one file, of all files of a run; indicators in
 * all, bytes of one value; problems of a feed that are told of one by one;
 * nesting and nodes of a STIX pattern; values that one indicator may stand for;
 * columns of a table.  Public collections have some 100,000 indicators in
 * 100 MB; the longest honest URLs have some hundred bytes. */
#define LIMIT_FEED_BYTES (256u << 20)
#define LIMIT_FEED_FILES 10000
/* One element of a JSON feed, which is held as a tree of some ten times its
 * size; patterns that ask for one and the same value. */
#define LIMIT_FEED_ELEMENT (32u << 20)
#define LIMIT_VALUE_PATTERNS 64
/* Statements with windows of their own about one value, each asked at every
 * hit; what comes beyond widens the window of the last. */
#define LIMIT_VALUE_CLAIMS 32
/* Messages of the process that reads a feed, each of at most a few MiB: what a
 * feed of the largest size can say in addresses and ranges, some times over. */
#define LIMIT_FEED_MESSAGES 64000000
#define LIMIT_FEED_MESSAGE (LIMIT_FEED_ELEMENT + 64)
#define LIMIT_INDICATORS 1000000
#define LIMIT_INDICATOR_BYTES 1024
#define LIMIT_FEED_PROBLEMS 1000
#define LIMIT_PATTERN_DEPTH 64
#define LIMIT_PATTERN_NODES 20000
#define LIMIT_PATTERN_BYTES (1u << 20)
#define LIMIT_FEED_COLUMNS 256
#define LIMIT_FEED_DEPTH 64

/* YARA rules of one text of a user's, and bytes of what one says of itself. The
 * largest public collections have some ten thousand in all. */
#define LIMIT_YARA_RULES 100000
#define LIMIT_YARA_META 65536

/* Knowledge about flaws from files (intel/update.h).  Head by which a format
 * is told: vendors put long notes before what says that a file is CSAF.  A
 * text in a word (the longest honest ones are addresses and titles), words of
 * one file (EPSS and KEV say one for each known flaw; a vendor's largest
 * advisory names some thousand releases), unpacked bytes at a time; releases
 * that one record names (Cisco: 2,900), branches of a product tree and how
 * deep, products of one name; problems of a file that are kept; flaws and
 * ranges that all files together may add. */
#define LIMIT_UPDATE_PROBE_BYTES (256u << 10)
#define LIMIT_UPDATE_CELL 1000
#define LIMIT_UPDATE_WORDS 2000000
#define LIMIT_UPDATE_PIECE (256u << 10)
#define LIMIT_UPDATE_RELEASES 20000
#define LIMIT_UPDATE_TREE_DEPTH 32
#define LIMIT_UPDATE_PRODUCTS 50000
#define LIMIT_UPDATE_PROBLEMS 1000
#define LIMIT_UPDATE_FLAWS 50000
#define LIMIT_UPDATE_RANGES 1000000
#define LIMIT_UPDATE_FILES 10000
/* Models of hardware that a record is compared for. */
#define LIMIT_UPDATE_MODELS 64
/* Prefixes that a range of addresses may be cut into: any range has at most
 * 62 in IPv4, 254 in IPv6. */
#define LIMIT_RANGE_PREFIXES 254
/* Observations of one pattern: reports combine two to five. */
#define LIMIT_PATTERN_PARTS 64

/* PCRE2 work for one match: ends runaway expressions. */
#define LIMIT_REGEX_MATCH 100000
#define LIMIT_REGEX_DEPTH 1000

/* TextFSM: bytes of a template or index, of one expression with its values
 * written out; groups in it and how deep they nest; values, states and rules of
 * a template, lines of an index; rows and list items of one result.  The
 * largest of some thousand public templates has 100 values and 8 KiB in one
 * expression. */
#define LIMIT_TEXTFSM_BYTES (1u << 20)
#define LIMIT_TEXTFSM_EXPRESSION (64u << 10)
#define LIMIT_TEXTFSM_GROUPS 1000
#define LIMIT_TEXTFSM_NESTING 100
#define LIMIT_TEXTFSM_VALUES 1000
#define LIMIT_TEXTFSM_STATES 1000
#define LIMIT_TEXTFSM_RULES 10000
#define LIMIT_TEXTFSM_INDEX 100000
/* PCRE2 work for one line and expression: public templates have some with
 * nested repeats that need millions of steps on honest lines. */
#define LIMIT_TEXTFSM_MATCH 50000000
#define LIMIT_TEXTFSM_DEPTH 10000
#define LIMIT_TEXTFSM_ROWS 4000000
#define LIMIT_TEXTFSM_ITEMS 16000000

/* Commands whose templates a worker remembers; the largest index has some two
 * thousand lines.  Blocks of one transcript: a "show tech" has some hundred. */
#define LIMIT_SHOW_COMMANDS 10000
#define LIMIT_SHOW_BLOCKS 100000
/* A line of output that templates are tried on: their expressions repeat, so a
 * line's cost may grow with a power of its length.  Terminals print hundreds of
 * bytes. */
#define LIMIT_SHOW_LINE (4u << 10)

/* Lines of a table of flaws for which room is made at once: the built-in table
 * has some 4,000; a line takes about 900 bytes. */
#define LIMIT_VULN_ROOM 8192

/* Plans: records of one configuration that rules want mended, commands for all
 * of them, bytes of those, lines of one that a command may look at (the largest
 * configurations have some 500,000, a plan some hundred commands), values of
 * one name (a device has some dozen terminal lines, and an interface may be
 * meant), values that an operator gives, steps that are tried one by one to see
 * which brings something new. */
#define LIMIT_PLAN_MEETS 5000
#define LIMIT_PLAN_COMMANDS 20000
#define LIMIT_PLAN_BYTES (4u << 20)
#define LIMIT_PLAN_LOOKS 200000000
#define LIMIT_PLAN_VALUES 256
#define LIMIT_PLAN_GIVEN 64
#define LIMIT_PLAN_TRIALS 32
/* Steps among which those that ask for the same are told together. */
#define LIMIT_PLAN_SAME 500
/* Configurations that a plan's text names because it had to do without them;
 * its JSON names all. */
#define LIMIT_PLAN_UNREAD 10

/* JSON nesting accepted in a line. */
#define LIMIT_JSON_DEPTH 64

/* Lines that one message of an AAA server is cut into (ISE's largest message is
 * 8 KiB, its shortest line 200 bytes), and how far apart they may stand: what
 * is searched anew for each of them. */
#define LIMIT_SEGMENTS 40
#define LIMIT_SEGMENT_REACH (16u << 10)

/* Arguments of a command that an AAA server writes one by one; TACACS+ has room
 * for 255, but each step copies what was read. */
#define LIMIT_COMMAND_ARGUMENTS 64

/* Columns that a Zeek log's header may name; conn.log has some 25. */
#define LIMIT_ZEEK_COLUMNS 256

/* Headers of columns in the midst of a log, as logs that were joined have them:
 * one for each file, of which a year of hours has 8,760.  Each costs some
 * kilobytes. */
#define LIMIT_LOG_HEADERS 10000

/* Flows.  Bytes that a block of nfdump may unpack to (5 MiB in every release),
 * extension maps and exporters of one file (maps are counted in 16 bits; a
 * collector has some hundred exporters). */
#define LIMIT_FLOW_BLOCK (8u << 20)
#define LIMIT_FLOW_MAPS 65536
#define LIMIT_FLOW_EXPORTERS 65536
#define LIMIT_FLOW_EXTENSIONS 64

/* Templates of exporters: how many, their bytes with all changes, bytes of
 * data that waits for one.  A large collector has some thousand exporters with
 * some ten templates; those come again within minutes. */
#define LIMIT_FLOW_TEMPLATES 100000
#define LIMIT_FLOW_TEMPLATE_BYTES (64u << 20)
#define LIMIT_FLOW_PARKED (16u << 20)

/* Conversations of a cloud's flow log of which is remembered who told of them
 * first, some 200 bytes each. */
#define LIMIT_FLOW_REPORTERS 100000

/* Contacts of routers: of one source or chunk of one (five minutes of flows of
 * a border router name some hundred), and of all sources together. */
#define LIMIT_CONTACTS_SOURCE 20000
#define LIMIT_CONTACTS 1000000

/* Static translations of one device that contacts are held against; each
 * contact is compared with all of them.  A large one has some hundred. */
#define LIMIT_TRANSLATIONS 1000

/* Conversations of one device that are compared with each other to find a
 * relay: the largest; and pairs of them that rules are asked about. */
#define LIMIT_RELAY_LEGS 1000

/* Columns of a flow table: nfdump has 48, AWS 40. */
#define LIMIT_FLOW_COLUMNS 128

/* Captures: bytes kept of one packet (tcpdump's own largest), of one item with
 * its headers and options, interfaces of a pcapng section (a capture on "any"
 * of a large switch has some hundred). */
#define LIMIT_PACKET_BYTES (256u << 10)
#define LIMIT_CAPTURE_ITEM (LIMIT_PACKET_BYTES + (64u << 10))
#define LIMIT_CAPTURE_LINKS 1024

/* Conversations of a capture that are followed at once, 136 bytes each with
 * the hash: when a new one comes, one that was silent is told of and forgotten.
 * A busy edge has some ten thousand at a time. */
#define LIMIT_TALKS (256u << 10)

/* TCP streams that are put together at once, and bytes of each: the head of a
 * web request, a TLS hello with large keys, a line.  32 MiB in all. */
#define LIMIT_STREAMS 2048
#define LIMIT_STREAM_BYTES (16u << 10)
#define LIMIT_STREAM_HOLES 8

/* Pieces of a client hello in one packet of QUIC: Chrome makes some ten of it,
 * in any order, so that nobody relies on it. */
#define LIMIT_QUIC_PIECES 64

/* Datagrams in pieces that are put together at once, 64 KiB each at most; and
 * pieces of one that lie apart (a datagram of 64 KiB has 45 over Ethernet). */
#define LIMIT_DATAGRAMS 256
#define LIMIT_DATAGRAM_PIECES 64

/* Of protocols in packets: steps through compressed names of one DNS message,
 * answers told of, variables of an SNMP request, attributes of RADIUS, lists
 * in a TLS hello (it may have 32,767 cipher suites; honest ones have 100). */
#define LIMIT_DNS_STEPS 256
#define LIMIT_DNS_ANSWERS 32
#define LIMIT_SNMP_VARIABLES 8
#define LIMIT_RADIUS_ATTRIBUTES 256
#define LIMIT_TLS_LIST 512

/* IP headers inside one packet: a mirrored tunnel inside a tunnel is four.
 * Tags, labels and extension headers in front of one IP header or payload. */
#define LIMIT_FRAME_LAYERS 6
#define LIMIT_FRAME_TAGS 16

/* Bytes of one message from a worker, and of the results of one task that
 * wait for its end. */
#define LIMIT_MESSAGE_BYTES (4u << 20)
#define LIMIT_TASK_RESULT_BYTES (256u << 20)

/* Of the latter, kept for the last words on a source. */
#define LIMIT_RESULT_RESERVE (1u << 20)

/* Bytes after which a worker at a long stream says that it lives, and messages
 * of one task: a stream of some ten terabytes. */
#define LIMIT_BEAT_BYTES (4u << 20)
#define LIMIT_TASK_PARTS 4000000

/* Seconds without a word from a task before its worker is ended, and address
 * space that a worker may take beside what it shares with the parent.  Time is
 * for hung parsers, not for slow disks: there is a word after every chunk,
 * archive member and LIMIT_BEAT_BYTES. */
#define LIMIT_TASK_SECONDS 300
#define LIMIT_WORKER_MEMORY (3ull << 30)

/* Seconds for somebody to begin to write into a named pipe: time to type a
 * password on the other end. */
#define LIMIT_PIPE_SECONDS 120

/* Repositories: commits of one line (a poll every five minutes for ten years is
 * a million), entries of trees that are compared for one commit, bytes of a
 * file, of a folder that is kept for the next comparison, and of what of a pack
 * is mapped at a time and in all. */
#define LIMIT_COMMITS 2000000
#define LIMIT_HISTORY_ENTRIES 4000000
#define LIMIT_HISTORY_BLOB LIMIT_CHUNK_BYTES
#define LIMIT_HISTORY_TREE (8u << 20)
#define LIMIT_PACK_WINDOW (32u << 20)
#define LIMIT_PACK_MAPPED (512u << 20)

/* Files of a repository that one task reads, and their bytes: some hundredths
 * of a second of work. */
#define LIMIT_HISTORY_BATCH 64
#define LIMIT_HISTORY_BATCH_BYTES (4u << 20)

/* States of all files of a repository; what they show together (8 bytes each);
 * rows of states that show something without a break; and of these the ones
 * that are told of one finding. */
#define LIMIT_HISTORY_STATES 8000000
#define LIMIT_HISTORY_CELLS 64000000
#define LIMIT_HISTORY_SPANS 8000000
#define LIMIT_PAST_SPANS 16

/* Parts of what a case remembers of a repository before they are written as
 * one: each costs a row to read, and all of it costs what writing all does. */
#define LIMIT_HISTORY_PARTS 64

/* Statements of one configuration that are compared with those of another; a
 * large provider edge router has some ten thousand interfaces and routes. */
#define LIMIT_STATEMENTS 200000

/* Workers. */
#define LIMIT_JOBS 256

/* Standard ceiling of a struct buf when the caller has no better one. */
#define LIMIT_BUF_BYTES (256u << 20)

/* One arena: run-away protection, not a budget. */
#define LIMIT_ARENA_BYTES (8ull << 30)

#endif
