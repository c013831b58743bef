/* libpq without linking it: the library is opened when it is first needed, as a process that keeps
   all in a file has no use for it. The header of libpq is here for its types and constants only. */
#pragma once
#include <postgresql/libpq-fe.h>

/* Opens the library by its name, once for the process. Returns NULL, or why it cannot be used. Call
   it before any of the others. */
const char *s4l_pq_open(const char *name);

PGconn *s4l_pq_connect(const char *const *keywords, const char *const *values);
PostgresPollingStatusType s4l_pq_poll(PGconn *connection);
void s4l_pq_finish(PGconn *connection);
ConnStatusType s4l_pq_status(const PGconn *connection);
PGTransactionStatusType s4l_pq_transaction(const PGconn *connection);
int s4l_pq_socket(const PGconn *connection);
const char *s4l_pq_words(const PGconn *connection);
int s4l_pq_needs_password(const PGconn *connection);

/* Which database the keywords of libpq and its address mean is told by it alone. */
PQconninfoOption *s4l_pq_read_address(const char *address, char **words);
void s4l_pq_free_address(PQconninfoOption *options);
void s4l_pq_free(void *memory);

PGresult *s4l_pq_run(PGconn *connection, const char *text);
PGresult *s4l_pq_prepare(PGconn *connection, const char *name, const char *text, int count,
                         const Oid *types);
int s4l_pq_send(PGconn *connection, const char *name, int count, const char *const *values,
                const int *lengths, const int *formats);
int s4l_pq_single_row(PGconn *connection);
PGresult *s4l_pq_result(PGconn *connection);

ExecStatusType s4l_pq_kind(const PGresult *result);
const char *s4l_pq_field(const PGresult *result, int code);
int s4l_pq_rows(const PGresult *result);
const char *s4l_pq_changes(PGresult *result);
int s4l_pq_length(const PGresult *result, int row, int column);
const char *s4l_pq_value(const PGresult *result, int row, int column);
int s4l_pq_is_null(const PGresult *result, int row, int column);
void s4l_pq_clear(PGresult *result);

int s4l_pq_put(PGconn *connection, const char *bytes, int count);
int s4l_pq_put_end(PGconn *connection, const char *objection);
int s4l_pq_get(PGconn *connection, char **bytes);
