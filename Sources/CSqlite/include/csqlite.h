/* SQLite as Debian ships it: shared, as it is larger than all else that a program has of its own. */
#pragma once
#include <sqlite3.h>
