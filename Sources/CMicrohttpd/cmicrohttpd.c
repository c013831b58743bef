#include "cmicrohttpd.h"

_Static_assert(MHD_VERSION >= 0x00097000, "libmicrohttpd is of 2020 or newer");
