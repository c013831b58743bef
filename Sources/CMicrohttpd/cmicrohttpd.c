#define _GNU_SOURCE
#include "cmicrohttpd.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

_Static_assert(MHD_VERSION >= 0x00097000, "libmicrohttpd is of 2020 or newer");

static void *line_of(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *found =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return found ? found->socket_context : NULL;
}

static void connection_changed(void *context, struct MHD_Connection *connection, void **line,
                               enum MHD_ConnectionNotificationCode what) {
  const struct s4l_serve_calls *calls = context;
  if (what == MHD_CONNECTION_NOTIFY_STARTED) {
    const union MHD_ConnectionInfo *found =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    *line = calls->opened(calls->owner, connection, found ? found->connect_fd : -1);
  } else if (what == MHD_CONNECTION_NOTIFY_CLOSED && *line) {
    calls->closed(*line);
    *line = NULL;
  }
}

static void *request_begun(void *context, const char *target, struct MHD_Connection *connection) {
  const struct s4l_serve_calls *calls = context;
  void *line = line_of(connection);
  if (line) calls->begun(line, target);
  return line;
}

static enum MHD_Result request_brought(void *context, struct MHD_Connection *connection,
                                       const char *url, const char *method, const char *version,
                                       const char *bytes, size_t *count, void **request) {
  (void)url, (void)version, (void)request;
  const struct s4l_serve_calls *calls = context;
  void *line = line_of(connection);
  if (!line) return MHD_NO;
  int result = calls->brought(line, method, bytes, *count);
  *count = 0;
  if (result == S4L_SERVE_WAIT) MHD_suspend_connection(connection);
  return result == S4L_SERVE_HANG_UP ? MHD_NO : MHD_YES;
}

static void request_ended(void *context, struct MHD_Connection *connection, void **request,
                          enum MHD_RequestTerminationCode why) {
  (void)request, (void)why;
  const struct s4l_serve_calls *calls = context;
  void *line = line_of(connection);
  if (line) calls->ended(line);
}

/* Targets are decoded once, by whoever reads them. */
static size_t decode_nothing(void *context, struct MHD_Connection *connection, char *text) {
  (void)context, (void)connection;
  return strlen(text);
}

static void say(void *context, const char *format, va_list arguments) {
  const struct s4l_serve_calls *calls = context;
  char text[512];
  if (vsnprintf(text, sizeof text, format, arguments) > 0) calls->said(calls->owner, text);
}

void *s4l_serve_start(int socket, const struct s4l_serve_terms *terms,
                      const struct s4l_serve_calls *calls) {
  void *context = (void *)calls;
  return MHD_start_daemon(
      MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
      &request_brought, context,
      MHD_OPTION_EXTERNAL_LOGGER, &say, context,
      MHD_OPTION_LISTEN_SOCKET, socket,
      MHD_OPTION_CONNECTION_LIMIT, terms->most,
      MHD_OPTION_CONNECTION_TIMEOUT, terms->idle_seconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, terms->memory,
      MHD_OPTION_NOTIFY_CONNECTION, &connection_changed, context,
      MHD_OPTION_NOTIFY_COMPLETED, &request_ended, context,
      MHD_OPTION_URI_LOG_CALLBACK, &request_begun, context,
      MHD_OPTION_UNESCAPE_CALLBACK, &decode_nothing, NULL,
      MHD_OPTION_STRICT_FOR_CLIENT, 1,
      MHD_OPTION_END);
}

int s4l_serve_file(void *server) {
  const union MHD_DaemonInfo *found = MHD_get_daemon_info(server, MHD_DAEMON_INFO_EPOLL_FD);
  return found ? found->epoll_fd : -1;
}

int s4l_serve_turn(void *server) {
  MHD_UNSIGNED_LONG_LONG milliseconds;
  MHD_run(server);
  return MHD_get_timeout(server, &milliseconds) == MHD_YES && milliseconds == 0;
}

void s4l_serve_quiesce(void *server) { MHD_quiesce_daemon(server); }

void s4l_serve_stop(void *server) { MHD_stop_daemon(server); }

void s4l_serve_resume(void *connection) { MHD_resume_connection(connection); }

struct each {
  void *context;
  void (*body)(void *, const char *, size_t, const char *, size_t);
};

static enum MHD_Result header(void *context, enum MHD_ValueKind kind, const char *name,
                              size_t name_count, const char *value, size_t value_count) {
  (void)kind;
  const struct each *each = context;
  each->body(each->context, name, name_count, value ? value : "", value ? value_count : 0);
  return MHD_YES;
}

void s4l_serve_headers(void *connection, void *context,
                       void (*body)(void *, const char *, size_t, const char *, size_t)) {
  struct each each = {context, body};
  MHD_get_connection_values_n(connection, MHD_HEADER_KIND, &header, &each);
}

void *s4l_serve_answer(const void *body, size_t count, const char *headers) {
  struct MHD_Response *response =
      MHD_create_response_from_buffer(count, (void *)body, MHD_RESPMEM_MUST_COPY);
  if (!response) return NULL;
  int added = 1;
  while (*headers && added) {
    const char *value = headers + strlen(headers) + 1;
    added = MHD_add_response_header(response, headers, value) == MHD_YES;
    headers = value + strlen(value) + 1;
  }
  if (added) return response;
  MHD_destroy_response(response);
  return NULL;
}

int s4l_serve_give(void *connection, unsigned status, void *answer) {
  return MHD_queue_response(connection, status, answer) == MHD_YES;
}

void s4l_serve_drop(void *answer) { MHD_destroy_response(answer); }

static int listening(const struct addrinfo *place) {
  const int on = 1;
  int file = socket(place->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (file < 0) return -1;
  setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(file, place->ai_addr, place->ai_addrlen) == 0 && listen(file, 1024) == 0) return file;
  int error = errno;
  close(file);
  errno = error;
  return -1;
}

enum { NAME_ERROR = -0x10000 };

int s4l_serve_listen(const char *host, const char *port) {
  struct addrinfo wish = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
  struct addrinfo *found = NULL;
  int error = getaddrinfo(*host ? host : NULL, port, &wish, &found);
  if (error == EAI_SYSTEM) return -1;
  if (error != 0) return NAME_ERROR + error;
  int file = -1;
  for (const struct addrinfo *place = found; place && file < 0; place = place->ai_next)
    file = listening(place);
  error = errno;
  freeaddrinfo(found);
  errno = error;
  return file;
}

const char *s4l_serve_listen_error(int result) {
  return result < -1 ? gai_strerror(result - NAME_ERROR) : NULL;
}

int s4l_serve_address(int socket, int of_peer, uint8_t out[16], uint16_t *port) {
  union {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    struct sockaddr_storage room;
  } address;
  socklen_t length = sizeof address;
  int found = of_peer ? getpeername(socket, &address.any, &length)
                      : getsockname(socket, &address.any, &length);
  if (found != 0) return -1;
  if (address.any.sa_family == AF_INET) {
    memcpy(out, &address.four.sin_addr, 4);
    *port = ntohs(address.four.sin_port);
    return 4;
  }
  if (address.any.sa_family != AF_INET6) return 0;
  memcpy(out, &address.six.sin6_addr, 16);
  *port = ntohs(address.six.sin6_port);
  return 16;
}
