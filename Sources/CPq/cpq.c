#include "cpq.h"

#include <dlfcn.h>
#include <stddef.h>

#define CALLS(call) \
  call(PQconnectStartParams) call(PQconnectPoll) call(PQfinish) call(PQstatus) \
  call(PQtransactionStatus) call(PQsocket) call(PQerrorMessage) call(PQconnectionNeedsPassword) \
  call(PQconninfoParse) \
  call(PQconninfoFree) call(PQfreemem) call(PQsetNoticeReceiver) call(PQsetErrorVerbosity) \
  call(PQexec) call(PQprepare) call(PQsendQueryPrepared) call(PQsetSingleRowMode) \
  call(PQgetResult) call(PQresultStatus) call(PQresultErrorField) call(PQntuples) \
  call(PQcmdTuples) call(PQgetlength) call(PQgetvalue) call(PQgetisnull) call(PQclear) \
  call(PQputCopyData) call(PQputCopyEnd) call(PQgetCopyData)

#define SLOT(name) __typeof__(name) *name##_;
static struct { CALLS(SLOT) } calls;

static const char *load(const char *name) {
  void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
  if (!library) return dlerror();
#define FIND(name) \
  if (!(*(void **)&calls.name##_ = dlsym(library, #name))) return "it lacks " #name;
  CALLS(FIND)
  return NULL;
}

const char *s4l_pq_open(const char *name) {
  static int is_open;
  if (is_open) return NULL;
  const char *reason = load(name);
  if (!reason) is_open = 1;
  return reason;
}

/* Unasked, libpq writes what the server remarks to standard error. */
static void ignore(void *context, const PGresult *remark) {
  (void)context;
  (void)remark;
}

PGconn *s4l_pq_connect(const char *const *keywords, const char *const *values) {
  PGconn *connection = calls.PQconnectStartParams_(keywords, values, 1);
  if (!connection) return NULL;
  calls.PQsetNoticeReceiver_(connection, ignore, NULL);
  /* So that the state is in what is said where no result tells it: while connecting. */
  calls.PQsetErrorVerbosity_(connection, PQERRORS_VERBOSE);
  return connection;
}
PostgresPollingStatusType s4l_pq_poll(PGconn *connection) {
  return calls.PQconnectPoll_(connection);
}
void s4l_pq_finish(PGconn *connection) { calls.PQfinish_(connection); }
ConnStatusType s4l_pq_status(const PGconn *connection) { return calls.PQstatus_(connection); }
PGTransactionStatusType s4l_pq_transaction(const PGconn *connection) {
  return calls.PQtransactionStatus_(connection);
}
int s4l_pq_socket(const PGconn *connection) { return calls.PQsocket_(connection); }
const char *s4l_pq_words(const PGconn *connection) { return calls.PQerrorMessage_(connection); }
int s4l_pq_needs_password(const PGconn *connection) {
  return calls.PQconnectionNeedsPassword_(connection);
}

PQconninfoOption *s4l_pq_read_address(const char *address, char **words) {
  return calls.PQconninfoParse_(address, words);
}
void s4l_pq_free_address(PQconninfoOption *options) { calls.PQconninfoFree_(options); }
void s4l_pq_free(void *memory) { calls.PQfreemem_(memory); }

PGresult *s4l_pq_run(PGconn *connection, const char *text) {
  return calls.PQexec_(connection, text);
}
PGresult *s4l_pq_prepare(PGconn *connection, const char *name, const char *text, int count,
                         const Oid *types) {
  return calls.PQprepare_(connection, name, text, count, types);
}
int s4l_pq_send(PGconn *connection, const char *name, int count, const char *const *values,
                const int *lengths, const int *formats) {
  return calls.PQsendQueryPrepared_(connection, name, count, values, lengths, formats, 1);
}
int s4l_pq_single_row(PGconn *connection) { return calls.PQsetSingleRowMode_(connection); }
PGresult *s4l_pq_result(PGconn *connection) { return calls.PQgetResult_(connection); }

ExecStatusType s4l_pq_kind(const PGresult *result) { return calls.PQresultStatus_(result); }
const char *s4l_pq_field(const PGresult *result, int code) {
  return calls.PQresultErrorField_(result, code);
}
int s4l_pq_rows(const PGresult *result) { return calls.PQntuples_(result); }
const char *s4l_pq_changes(PGresult *result) { return calls.PQcmdTuples_(result); }
int s4l_pq_length(const PGresult *result, int row, int column) {
  return calls.PQgetlength_(result, row, column);
}
const char *s4l_pq_value(const PGresult *result, int row, int column) {
  return calls.PQgetvalue_(result, row, column);
}
int s4l_pq_is_null(const PGresult *result, int row, int column) {
  return calls.PQgetisnull_(result, row, column);
}
void s4l_pq_clear(PGresult *result) { calls.PQclear_(result); }

int s4l_pq_put(PGconn *connection, const char *bytes, int count) {
  return calls.PQputCopyData_(connection, bytes, count);
}
int s4l_pq_put_end(PGconn *connection, const char *objection) {
  return calls.PQputCopyEnd_(connection, objection);
}
int s4l_pq_get(PGconn *connection, char **bytes) {
  return calls.PQgetCopyData_(connection, bytes, 0);
}
