/*
 * Building blocks for reading fields out of a message's free text: all spans
 * lie in the text that was given.
 */
#ifndef TIDEMARK_READ_LOG_MESSAGE_SCAN_H
#define TIDEMARK_READ_LOG_MESSAGE_SCAN_H

#include "record/record.h"

/* What follows the first "mark"; empty when it is not there. */
struct span message_after(struct span s, const char *mark);
/* What follows the last one. */
struct span message_after_last(struct span s, const char *mark);
/* Between the first "open" and the next "close" behind it; empty when either
 * is missing. */
struct span message_between(struct span s, const char *open, const char *close);
/* The word behind the first "mark", without punctuation at its end. */
struct span message_word(struct span s, const char *mark);

/* "[name:|name/]address[(port)|/port]": the address into ip, the port into
 * port (F_NONE: not wanted).  Nothing when there is no address. */
void message_put_endpoint(
    struct record *r, struct span text, unsigned ip, unsigned port);

/* Protocol names and numbers as a lower-case word. */
void message_put_protocol(struct record *r, struct span text);

/*
 * What the source (or destination) became behind translation: fields
 * nat_src_ip and nat_src_port, or nat_dst_ip and nat_dst_port.  Nothing where
 * neither address nor port became another, or where the address is 0.0.0.0, by
 * which some say that there is none.
 */
void message_put_translated(
    struct record *r, bool source, struct span ip, struct span port);

/* deny or permit from the verb as written; nothing for other words. */
void message_put_action(struct record *r, struct span verb);

/* A login that worked, or that did not, as status. */
void message_put_outcome(struct record *r, bool good);

#endif
