#include "csqlite.h"

_Static_assert(SQLITE_VERSION_NUMBER >= 3035000, "SQLite knows RETURNING");
