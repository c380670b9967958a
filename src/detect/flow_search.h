/*
 * Search before parsing, for binary flows: the destination ports of each
 * transport at which some rule over flows could still match, whatever the
 * fields say that are not looked at.
 */
#ifndef TIDEMARK_DETECT_FLOW_SEARCH_H
#define TIDEMARK_DETECT_FLOW_SEARCH_H

#include "detect/rule.h"
#include "match/endpoints.h"
#include "read/reader.h"

/* Fills *out from the rules; addresses are borrowed; the caller frees named.
 * Evaluates each test of a
 * port at every port: some hundredths of a second, so once for a worker, when
 * its first flows come. */
void flow_search_build(const struct ruleset *rules,
    const struct addrset *addresses, flow_field_fn *has, struct rule_scratch *s,
    struct endpoints *out);

/* A bit for each port that some rule over flow patterns asks for by its
 * number; ports has ENDPOINT_WORDS words. */
void flow_search_services(
    const struct ruleset *rules, struct rule_scratch *s, uint64_t *ports);

/* Can the rule match a flow only where that has a destination port that the
 * rule looks at?  Of one that names addresses too, which are rarer, its author's
 * promise is the better thing to search for. */
bool flow_search_by_port(const struct rule *r);

/* May one of the rules hold for a flow to this port, whatever else it is? */
bool flow_search_asks(const struct rule *const *rules, size_t n,
    struct rule_scratch *s, uint16_t port);

#endif
