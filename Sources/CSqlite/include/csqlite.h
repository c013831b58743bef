/* SQLite as Debian ships it; linked from its archive, so that no program loads it. */
#pragma once
#include <sqlite3.h>
