/* SQLite as Debian ships it: shared, as it is larger than all else that a program has of its own. */
#pragma once
#include <malloc.h>
#include <sqlite3.h>

/* The log stays when the last connection closes. A plain function, as Swift shows none that takes
   a variable number of arguments. */
static inline int s4l_keep_log(sqlite3 *database) {
  return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

/* What a transaction takes of memory is given back after it. The C library would give that to the
   system and fetch it anew for the next transaction, which costs a small one a tenth of its time. */
static inline void s4l_keep_memory(void) {
  mallopt(M_TRIM_THRESHOLD, 1 << 21);
  mallopt(M_TOP_PAD, 1 << 18);
}
