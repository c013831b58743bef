/* Asks the same of a server again and again, over as many connections as are asked for, and prints
   the wall seconds and the milliseconds within which half and 99 of 100 requests were answered.

   usage: ask PORT TARGET BODY REQUESTS CONNECTIONS RATE TOKEN

   BODY is a file. RATE is how many requests a second are due, whether or not the earlier ones have
   been answered, so that a wait counts for all that are late by it; 0 is as fast as they are
   answered. An answer other than 200 ends it. */
#define _GNU_SOURCE 1
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

struct line {
  int file;
  double due;
};

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static int order(const void *one, const void *other) {
  double a = *(const double *)one, b = *(const double *)other;
  return (a > b) - (a < b);
}

int main(int argc, char **argv) {
  static char body[1 << 20], request[(1 << 20) + 4096];
  if (argc != 8) return 64;
  int port = atoi(argv[1]), connections = atoi(argv[5]);
  long requests = atol(argv[4]), sent = 0, done = 0;
  double rate = atof(argv[6]);
  FILE *source = fopen(argv[3], "r");
  if (!source) return perror("ask: body"), 66;
  size_t count = fread(body, 1, sizeof body, source);
  int length = snprintf(
      request, sizeof request, "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: "
      "application/json\r\nAuthorization: Bearer %s\r\nContent-Length: %zu\r\n\r\n%.*s", argv[2],
      port, argv[7], count, (int)count, body);
  double *waits = malloc(sizeof *waits * (requests + 1));
  struct line *lines = calloc(connections, sizeof *lines);
  struct line **idle = malloc(sizeof *idle * connections);
  int poller = epoll_create1(EPOLL_CLOEXEC), free_lines = 0, yes = 1;
  for (int i = 0; i < connections; i++) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    lines[i].file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(lines[i].file, (struct sockaddr *)&to, sizeof to)) return perror("ask"), 69;
    setsockopt(lines[i].file, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &lines[i]};
    epoll_ctl(poller, EPOLL_CTL_ADD, lines[i].file, &event);
    idle[free_lines++] = &lines[i];
  }
  double start = now();
  while (done < requests) {
    double time = now(), next = start + (rate > 0 ? sent / rate : 0);
    while (free_lines > 0 && sent < requests && next <= time) {
      struct line *line = idle[--free_lines];
      line->due = rate > 0 ? next : time;
      if (send(line->file, request, length, 0) != length) return perror("ask: send"), 74;
      sent++;
      next = start + (rate > 0 ? sent / rate : 0);
    }
    int wait = free_lines == 0 || sent == requests ? -1 : (int)((next - time) * 1000);
    struct epoll_event ready[64];
    int found = epoll_wait(poller, ready, 64, wait);
    for (int i = 0; i < found; i++) {
      struct line *line = ready[i].data.ptr;
      char answer[8192];
      ssize_t got = recv(line->file, answer, sizeof answer - 1, 0);
      if (got <= 0) return perror("ask: recv"), 74;
      answer[got] = 0;
      if (strncmp(answer, "HTTP/1.1 200", 12) != 0) return fprintf(stderr, "%s\n", answer), 74;
      waits[done++] = now() - line->due;
      idle[free_lines++] = line;
    }
  }
  double wall = now() - start;
  qsort(waits, done, sizeof *waits, order);
  printf("%f %f %f\n", wall, waits[done / 2] * 1e3, waits[done * 99 / 100] * 1e3);
}
