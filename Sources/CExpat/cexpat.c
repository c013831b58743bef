#include "cexpat.h"

_Static_assert(XML_MAJOR_VERSION > 2 || (XML_MAJOR_VERSION == 2 && XML_MINOR_VERSION >= 4),
               "expat bounds what entities may grow to");
