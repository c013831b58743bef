/* SQLite as Debian ships it: shared, as it is larger than all else that a program has of its own. */
#pragma once
#include <sqlite3.h>

/* The log stays when the last connection closes. A plain function, as Swift shows none that takes
   a variable number of arguments. */
static inline int s4l_keep_log(sqlite3 *database) {
  return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}
