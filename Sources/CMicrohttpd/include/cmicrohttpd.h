/* libmicrohttpd behind plain functions and plain types: its variable arguments and its enumerations,
   which Swift takes for closed, stay on this side. No logic lives here. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* What comes of an offer that a server makes to whoever owns it. */
enum { S4L_SERVE_GO_ON = 0, S4L_SERVE_WAIT = 1, S4L_SERVE_HANG_UP = -1 };

/* Whom a server tells what happens, on the thread that turns it. A line is what `opened` returned
   for a connection; it is not told of again once it was closed. */
struct s4l_serve_calls {
  void *owner;
  void *(*opened)(void *owner, void *connection, int socket);
  void (*closed)(void *line);
  /* The first line of a request is there; the target as it came. */
  void (*begun)(void *line, const char *target);
  /* First when the headers are there, then with each piece of the body, then once more with
     nothing at its end, and again after a wait. */
  int (*brought)(void *line, const char *method, const char *bytes, size_t count);
  /* The request was answered, or will never be. */
  void (*ended)(void *line);
  /* What the library has to say to those who run it. */
  void (*said)(void *owner, const char *text);
};

struct s4l_serve_terms {
  unsigned most;         /* connections at once */
  unsigned idle_seconds; /* until a connection is closed on which nothing happens */
  size_t memory;         /* for the head of a request */
};

/* NULL if it cannot be. The socket listens, does not block, and stays the caller's. `calls` must
   outlive the server. */
void *s4l_serve_start(int socket, const struct s4l_serve_terms *terms,
                      const struct s4l_serve_calls *calls);

/* A file that is ready for reading when the server should be turned; -1 if there is none. */
int s4l_serve_file(void *server);

/* Does what is to be done without waiting; 1 if there is more that need not be waited for. */
int s4l_serve_turn(void *server);

/* Takes no more connections. */
void s4l_serve_quiesce(void *server);

/* Closes what is open. None of it may be waiting. */
void s4l_serve_stop(void *server);

void s4l_serve_resume(void *connection);

void s4l_serve_headers(void *connection, void *context,
                       void (*each)(void *context, const char *name, size_t name_count,
                                    const char *value, size_t value_count));

/* An answer that can be given any number of times, until it is dropped. `headers` are names and
   values, each ended by a NUL, then one more. NULL if the library refuses. */
void *s4l_serve_answer(const void *body, size_t count, const char *headers);

/* Gives it, from within `brought`. 0 if the library refuses. */
int s4l_serve_give(void *connection, unsigned status, void *answer);

void s4l_serve_drop(void *answer);

/* Sockets. All return -1 and set errno on failure, but `listen`, which returns an error of
   getaddrinfo as a number above 0x10000 below zero. */
int s4l_serve_listen(const char *host, const char *port);
const char *s4l_serve_listen_error(int result);

/* The address of a socket or of whoever it leads to: its family's bytes, 4 or 16, whose number is
   returned, and its port. */
int s4l_serve_address(int socket, int of_peer, uint8_t out[16], uint16_t *port);
