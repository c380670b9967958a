#include "store/store.h"
static bool
takes(const char *place)
{
	(void)place;
	return false;
}
const struct store_driver store_postgres = {
    .name = "postgresql", .takes = takes};
