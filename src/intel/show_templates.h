/*
 * The TextFSM templates that are compiled into the program: data/show/.
 */
#ifndef TIDEMARK_INTEL_SHOW_TEMPLATES_H
#define TIDEMARK_INTEL_SHOW_TEMPLATES_H

#include "read/show/show_library.h"

/* A source of templates for clitable_open and show_library_open. */
struct clitable_source show_templates(void);

#endif
