/* The most that a gateway can take: uploads one small object again and again, under other keys, over
   as many connections as are asked for, and prints the wall seconds.

   usage: load PORT BUCKET OBJECTS BYTES CONNECTIONS

   Every request is signed as S3 asks (key test, secret testtest), with the digest of its body. */
#define _GNU_SOURCE 1
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

static const char *bucket;
static int port;
static long bytes, next_object, objects, done;
static char *body, body_digest[65], day[9], stamp[17];
static unsigned char signing_key[32];

static void hexadecimal(const unsigned char *from, char *to) {
  for (int i = 0; i < 32; i++) sprintf(to + 2 * i, "%02x", from[i]);
}

static void digest(const void *from, size_t count, char *to) {
  unsigned char sum[32];
  EVP_Digest(from, count, sum, NULL, EVP_sha256(), NULL);
  hexadecimal(sum, to);
}

static void mac(const void *key, int length, const char *text, unsigned char *to) {
  HMAC(EVP_sha256(), key, length, (const unsigned char *)text, strlen(text), to, NULL);
}

static void derive(void) {
  time_t now = time(NULL);
  strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", gmtime(&now));
  memcpy(day, stamp, 8);
  mac("AWS4testtest", 12, day, signing_key);
  const char *words[] = {"us-east-1", "s3", "aws4_request"};
  for (int i = 0; i < 3; i++) mac(signing_key, 32, words[i], signing_key);
}

static void send_next(int file) {
  static const char names[] = "host;x-amz-content-sha256;x-amz-date";
  char path[256], canonical[1024], text[512], sum[65], head[2048];
  unsigned char signature[32];
  snprintf(path, sizeof path, "/%s/load/%06ld", bucket, next_object++);
  snprintf(canonical, sizeof canonical,
           "PUT\n%s\n\nhost:127.0.0.1:%d\nx-amz-content-sha256:%s\nx-amz-date:%s\n\n%s\n%s", path,
           port, body_digest, stamp, names, body_digest);
  digest(canonical, strlen(canonical), sum);
  snprintf(text, sizeof text, "AWS4-HMAC-SHA256\n%s\n%s/us-east-1/s3/aws4_request\n%s", stamp, day,
           sum);
  mac(signing_key, 32, text, signature);
  hexadecimal(signature, sum);
  int length = snprintf(
      head, sizeof head, "PUT %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: %ld\r\n"
      "x-amz-date: %s\r\nx-amz-content-sha256: %s\r\nAuthorization: AWS4-HMAC-SHA256 Credential="
      "test/%s/us-east-1/s3/aws4_request, SignedHeaders=%s, Signature=%s\r\n\r\n", path, port,
      bytes, stamp, body_digest, day, names, sum);
  /* What is this small fits into the buffer of a connection on which nothing is under way. */
  if (send(file, head, length, MSG_MORE) != length || send(file, body, bytes, 0) != bytes) {
    perror("load: send");
    exit(74);
  }
}

int main(int argc, char **argv) {
  if (argc != 6) return 64;
  port = atoi(argv[1]), bucket = argv[2], objects = atol(argv[3]), bytes = atol(argv[4]);
  int connections = atoi(argv[5]), poller = epoll_create1(EPOLL_CLOEXEC), yes = 1;
  body = malloc(bytes + 1);
  memset(body, 'x', bytes);
  digest(body, bytes, body_digest);
  derive();
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (int i = 0; i < connections && next_object < objects; i++) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(file, (struct sockaddr *)&to, sizeof to)) return perror("load: connect"), 69;
    setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = file};
    epoll_ctl(poller, EPOLL_CTL_ADD, file, &event);
    send_next(file);
  }
  while (done < objects) {
    struct epoll_event ready[64];
    int count = epoll_wait(poller, ready, 64, -1);
    for (int i = 0; i < count; i++) {
      char answer[8192];
      /* The answer to an upload has a head only, which comes in one piece. */
      ssize_t got = recv(ready[i].data.fd, answer, sizeof answer - 1, 0);
      if (got <= 0) return perror("load: recv"), 74;
      answer[got] = 0;
      if (strncmp(answer, "HTTP/1.1 200", 12) != 0) return fprintf(stderr, "%s\n", answer), 74;
      done++;
      if (next_object < objects) send_next(ready[i].data.fd);
    }
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%f\n", end.tv_sec - start.tv_sec + (end.tv_nsec - start.tv_nsec) / 1e9);
}
