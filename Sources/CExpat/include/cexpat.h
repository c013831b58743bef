/* The reader of XML that Debian ships; linked from its archive, so that no program loads it. */
#pragma once
#include <expat.h>
