#include "chiredis.h"

_Static_assert(HIREDIS_MAJOR > 0 || HIREDIS_MINOR >= 14, "hiredis is of 2018 or newer");
