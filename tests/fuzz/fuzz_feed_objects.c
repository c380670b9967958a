#include "fuzz/fuzz_feed.h"

FUZZ_FEED(feed_objects)
