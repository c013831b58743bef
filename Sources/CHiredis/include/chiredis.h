/* The client library of Redis that Debian ships; linked from its archive, so that no program loads
   it. */
#pragma once
#include <hiredis/hiredis.h>
