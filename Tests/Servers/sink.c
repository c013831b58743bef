/* The cheapest S3 server there can be, so that what is measured is the client.

   usage: sink KEYS [FOLDER-SIZE]      (1000 keys a folder, unless it says otherwise)

   It prints its endpoint on loopback and ends when its standard input ends. It checks no signature
   and keeps nothing, but answers every bucket as a store would:

     PUT      the body is read and forgotten; the ETag is its true MD5, or the MD5 of its length
              with SINK_MD5=0 in the environment, when even that is too dear
     uploads  created, their parts taken, completed with the true ETag of the parts
     GET      of size-N gives N bytes, whole or a range; HEAD the same without them
     list     (version 2; version 1 with marker) the keys fileNNNNNNNNN in folders dNNNNNN/, every
              one of 4096 bytes, in pages that are rendered once when it starts; with start-after,
              continuation-token, max-keys, prefix, and delimiter=/ for the folders. The prefix
              empty/ is empty. With comp=list, the same as Azure tells it, in pages of 5000
     DELETE   204; POST ?delete tells every key to be deleted
     counts   GET /-/counts tells how many of each there were, as JSON

   One thread, level-triggered epoll, answers written at once. */
#define _GNU_SOURCE 1
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { HEAD_MOST = 65536, PAGE = 1000, QUEUE = 128 };

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
#define NAMESPACE " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""

/* The synthetic keys */

static long keys, folder_size;

enum { KEY_LENGTH = 22 };  /* dNNNNNN/fileNNNNNNNNN, and its end */

static const char *key_name(long number) {
  static char name[64];
  snprintf(name, sizeof name, "d%06ld/file%09ld", number / folder_size, number);
  return name;
}

/* The first key that is greater than TEXT, or not less than it. */
static long first_key(const char *text, bool is_greater) {
  long low = 0, high = keys;
  while (low < high) {
    long middle = (low + high) / 2;
    int order = strcmp(key_name(middle), text);
    if (order < 0 || (is_greater && order == 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/* How every entry is rendered, one after the other, all of one length. */
static char *entries;
static size_t entry_length;

static void render_entries(void) {
  char entry[512];
  static const char form[] =
      "<Contents><Key>%s</Key><LastModified>2026-11-20T18:02:11.123Z</LastModified>"
      "<ETag>&quot;%032lx&quot;</ETag><Size>4096</Size>"
      "<StorageClass>STANDARD</StorageClass></Contents>";
  for (long number = 0; number < keys; number++) {
    size_t length = snprintf(entry, sizeof entry, form, key_name(number), number);
    if (!entries) {
      entry_length = length;
      entries = malloc(length * keys + 1);
      if (!entries) exit(70);
    }
    memcpy(entries + length * number, entry, length);
  }
}

/* A connection */

struct parts { char id[32]; unsigned char digests[10001][16]; int most; struct parts *next; };
static struct parts *uploads;

struct connection {
  int file;
  char head[HEAD_MOST + 1];
  size_t have;             /* bytes of the head, and what came after it */
  long long rest;          /* bytes of the body that are still to come; -1 while in the head */
  char *body;              /* kept for ?delete and completing only */
  size_t body_have;
  EVP_MD_CTX *digest;
  char *out;               /* what could not be written yet */
  size_t out_have, out_at;
  long long filler;        /* then so many bytes of a synthetic object */
  long long filler_at;
  struct request {
    char method[8], path[4096], query[8192], range[64];
    long long length;
    bool wants_continue, closes;
  } request;
};

static int poller;
static bool counts_digests = true;
static struct { const char *name; long count; } counts[] = {
  {"put", 0}, {"part", 0}, {"create", 0}, {"complete", 0}, {"get", 0}, {"head", 0}, {"list", 0},
  {"delete", 0}, {"delete-many", 0}, {"other", 0}};
enum { PUT, PART, CREATE, COMPLETE, GET, HEAD, LIST, DELETE, DELETE_MANY, OTHER, KINDS };

/* The bytes of every synthetic object: a pattern with a period that is no power of two. */
static char filler[(1 << 20) + 65521];

static void queue(struct connection *c, const void *bytes, size_t count) {
  c->out = realloc(c->out, c->out_have + count);
  if (!c->out) exit(70);
  memcpy(c->out + c->out_have, bytes, count);
  c->out_have += count;
}

static void answer(struct connection *c, int status, const char *more, const char *body,
                   size_t count) {
  char head[1024];
  int length = snprintf(
      head, sizeof head, "HTTP/1.1 %d %s\r\nServer: sink\r\n%sContent-Length: %zu\r\n\r\n", status,
      status < 300 ? "OK" : "No", more, count);
  queue(c, head, length);
  if (strcmp(c->request.method, "HEAD") != 0) queue(c, body, count);
}

static void answer_text(struct connection *c, int status, const char *body) {
  answer(c, status, "Content-Type: application/xml\r\n", body, strlen(body));
}

/* Queries */

static int hex(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
       : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The decoded value of a parameter; false if there is none. */
static bool parameter(struct connection *c, const char *name, char *value, size_t most) {
  size_t length = strlen(name), at = 0;
  for (const char *p = c->request.query; p && *p; p = strchr(p, '&'), p = p ? p + 1 : p) {
    if (strncmp(p, name, length) != 0 || (p[length] && !strchr("=&", p[length]))) continue;
    p += length;
    if (*p == '=')
      for (p++; *p && *p != '&' && at + 1 < most; p++) {
        if (*p == '%' && hex(p[1]) >= 0 && hex(p[2]) >= 0) {
          value[at++] = hex(p[1]) << 4 | hex(p[2]);
          p += 2;
        } else value[at++] = *p == '+' ? ' ' : *p;
      }
    value[at] = 0;
    return true;
  }
  return false;
}

/* Listings */

/* An entry as Azure has it, with all the properties that it tells of every blob. */
static int blob_entry(char *out, size_t most, long number) {
  return snprintf(
      out, most,
      "<Blob><Name>%s</Name><Properties><Creation-Time>Fri, 20 Nov 2026 18:02:11 GMT"
      "</Creation-Time><Last-Modified>Fri, 20 Nov 2026 18:02:11 GMT</Last-Modified>"
      "<Etag>0x8DE%012lX</Etag><Content-Length>4096</Content-Length>"
      "<Content-Type>application/octet-stream</Content-Type><Content-Encoding />"
      "<Content-Language /><Content-CRC64 /><Content-MD5>XUFAKrxLKna5cZ2REBfFkg==</Content-MD5>"
      "<Cache-Control /><Content-Disposition /><BlobType>BlockBlob</BlobType>"
      "<AccessTier>Hot</AccessTier><AccessTierInferred>true</AccessTierInferred>"
      "<LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState>"
      "<ServerEncrypted>true</ServerEncrypted></Properties>"
      "<Metadata><mtime>1795197731.123456789</mtime></Metadata><OrMetadata /></Blob>",
      key_name(number), number);
}

static void list_blobs(struct connection *c) {
  enum { BLOBS = 5000 };
  char prefix[1100] = "", marker[32] = "", next[64], entry[1024];
  parameter(c, "prefix", prefix, sizeof prefix);
  long from = parameter(c, "marker", marker, sizeof marker) ? atol(marker) : 0;
  long to = *prefix ? from : keys;
  bool is_cut = to - from > BLOBS;
  if (is_cut) to = from + BLOBS;
  /* All are of one length, and are rendered once, when they are first asked for. */
  static char *blobs;
  static size_t length;
  length = blob_entry(entry, sizeof entry, 0);
  if (!blobs) {
    blobs = malloc(length * keys + 1);
    if (!blobs) exit(70);
    for (long number = 0; number < keys; number++) {
      blob_entry(entry, sizeof entry, number);
      memcpy(blobs + length * number, entry, length);
    }
  }
  char head[512], first[256];
  int head_length = snprintf(
      head, sizeof head, "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?>"
      "<EnumerationResults ServiceEndpoint=\"http://127.0.0.1/\" ContainerName=\"b\"><Blobs>");
  int end_length = snprintf(
      next, sizeof next, is_cut ? "</Blobs><NextMarker>%ld</NextMarker>" : "</Blobs><NextMarker />",
      to);
  static const char end[] = "</EnumerationResults>";
  int first_length = snprintf(
      first, sizeof first, "HTTP/1.1 200 OK\r\nServer: sink\r\nContent-Type: application/xml\r\n"
      "Content-Length: %zu\r\n\r\n",
      head_length + length * (to - from) + end_length + sizeof end - 1);
  queue(c, first, first_length);
  queue(c, head, head_length);
  if (to > from) queue(c, blobs + length * from, length * (to - from));
  queue(c, next, end_length);
  queue(c, end, sizeof end - 1);
}

static void list_folders(struct connection *c) {
  long folders = (keys + folder_size - 1) / folder_size;
  char *body = malloc(folders * 64 + 1024), *at = body;
  at += sprintf(at, XML "<ListBucketResult" NAMESPACE "><Name>b</Name><Prefix></Prefix>"
                "<Delimiter>/</Delimiter><KeyCount>%ld</KeyCount><MaxKeys>%ld</MaxKeys>"
                "<IsTruncated>false</IsTruncated>", folders, folders);
  for (long number = 0; number < folders; number++)
    at += sprintf(at, "<CommonPrefixes><Prefix>d%06ld/</Prefix></CommonPrefixes>", number);
  at += sprintf(at, "</ListBucketResult>");
  answer(c, 200, "Content-Type: application/xml\r\n", body, at - body);
  free(body);
}

static void list(struct connection *c) {
  char comp[16] = "";
  if (parameter(c, "comp", comp, sizeof comp)) { list_blobs(c); return; }
  char prefix[1100] = "", after[1100] = "", number[32] = "", delimiter[8] = "", bound[1101];
  parameter(c, "prefix", prefix, sizeof prefix);
  parameter(c, "delimiter", delimiter, sizeof delimiter);
  if (*delimiter && !*prefix) { list_folders(c); return; }
  long most = parameter(c, "max-keys", number, sizeof number) ? atol(number) : PAGE;
  if (most < 1 || most > PAGE) most = PAGE;
  bool is_continued = parameter(c, "continuation-token", after, sizeof after)
      || parameter(c, "start-after", after, sizeof after)
      || parameter(c, "marker", after, sizeof after);
  long from = first_key(prefix, false), to = keys;
  if (*prefix) {
    /* No key has a byte greater than this. */
    snprintf(bound, sizeof bound, "%s\x7f", prefix);
    to = first_key(bound, false);
  }
  if (is_continued) {
    long at = first_key(after, true);
    if (at > from) from = at;
  }
  long count = from < to ? to - from : 0;
  bool is_cut = count > most;
  if (is_cut) count = most;
  char token[256] = "", head[4096], shown[1100];
  if (is_cut) {
    const char *last = key_name(from + count - 1);
    snprintf(token, sizeof token,
             "<NextContinuationToken>%s</NextContinuationToken><NextMarker>%s</NextMarker>", last,
             last);
  }
  /* A prefix with marks of XML is not one of ours. */
  snprintf(shown, sizeof shown, "%s", strpbrk(prefix, "<&") ? "" : prefix);
  int length = snprintf(
      head, sizeof head,
      XML "<ListBucketResult" NAMESPACE "><Name>b</Name><Prefix>%s</Prefix><KeyCount>%ld</KeyCount>"
      "<MaxKeys>%ld</MaxKeys><EncodingType>url</EncodingType><IsTruncated>%s</IsTruncated>%s",
      shown, count, most, is_cut ? "true" : "false", token);
  static const char end[] = "</ListBucketResult>";
  size_t bytes = count * entry_length;
  char first[256];
  int first_length = snprintf(
      first, sizeof first, "HTTP/1.1 200 OK\r\nServer: sink\r\nContent-Type: application/xml\r\n"
      "Content-Length: %zu\r\n\r\n", length + bytes + sizeof end - 1);
  queue(c, first, first_length);
  queue(c, head, length);
  if (bytes) queue(c, entries + from * entry_length, bytes);
  queue(c, end, sizeof end - 1);
}

/* Objects */

static void give(struct connection *c, const char *key) {
  long long size = strncmp(key, "size-", 5) == 0 ? atoll(key + 5) : -1;
  if (strlen(key) == KEY_LENGTH - 2 && key[0] == 'd') size = 4096;
  if (size < 0) {
    answer_text(c, 404, XML "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>");
    return;
  }
  /* The digest of the bytes, remembered for the size that was asked for last. */
  static long long known = -1;
  static char tag[33];
  if (known != size) {
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    unsigned char sum[16];
    EVP_DigestInit_ex(digest, EVP_md5(), NULL);
    for (long long at = 0; at < size; at += 1 << 20)
      EVP_DigestUpdate(digest, filler + at % 65521, size - at < 1 << 20 ? size - at : 1 << 20);
    EVP_DigestFinal_ex(digest, sum, NULL);
    EVP_MD_CTX_free(digest);
    for (int i = 0; i < 16; i++) sprintf(tag + 2 * i, "%02x", sum[i]);
    known = size;
  }
  long long from = 0, to = size - 1;
  char range[128] = "", head[1024];
  int status = 200;
  if (strncmp(c->request.range, "bytes=", 6) == 0) {
    long long low = 0, high = to;
    int fields = sscanf(c->request.range + 6, "%lld-%lld", &low, &high);
    if (fields >= 1 && low < 0) from = size + low;
    else if (fields >= 1) { from = low; if (fields == 2 && high < to) to = high; }
    if (from < 0) from = 0;
    if (from > to) {
      answer_text(c, 416, XML "<Error><Code>InvalidRange</Code></Error>");
      return;
    }
    status = 206;
    snprintf(range, sizeof range, "Content-Range: bytes %lld-%lld/%lld\r\n", from, to, size);
  }
  int length = snprintf(
      head, sizeof head, "HTTP/1.1 %d OK\r\nServer: sink\r\nAccept-Ranges: bytes\r\n"
      "Last-Modified: Fri, 20 Nov 2026 18:02:11 GMT\r\nETag: \"%s\"\r\n%s"
      "Content-Type: application/octet-stream\r\nContent-Length: %lld\r\n\r\n", status, tag, range,
      to - from + 1);
  queue(c, head, length);
  if (strcmp(c->request.method, "HEAD") == 0) return;
  c->filler = to - from + 1;
  c->filler_at = from;
}

static struct parts *upload(const char *id) {
  for (struct parts *one = uploads; one; one = one->next)
    if (strcmp(one->id, id) == 0) return one;
  return NULL;
}

static void end_upload(struct parts *old) {
  for (struct parts **at = &uploads; *at; at = &(*at)->next)
    if (*at == old) { *at = old->next; free(old); return; }
}

static void take(struct connection *c, int part, struct parts *owner) {
  unsigned char sum[16] = {0};
  char header[64] = "ETag: \"", *at = header + 7;
  if (c->digest) EVP_DigestFinal_ex(c->digest, sum, NULL);
  if (owner && part >= 1 && part <= 10000) {
    memcpy(owner->digests[part], sum, 16);
    if (part > owner->most) owner->most = part;
  }
  for (int i = 0; i < 16; i++) at += sprintf(at, "%02x", sum[i]);
  strcpy(at, "\"\r\n");
  answer(c, 200, header, "", 0);
}

static void create(struct connection *c) {
  static long number;
  struct parts *new = calloc(1, sizeof *new);
  if (!new) exit(70);
  snprintf(new->id, sizeof new->id, "upload%ld", ++number);
  new->next = uploads;
  uploads = new;
  char body[512];
  snprintf(body, sizeof body, XML "<InitiateMultipartUploadResult" NAMESPACE "><Bucket>b</Bucket>"
           "<Key>k</Key><UploadId>%s</UploadId></InitiateMultipartUploadResult>", new->id);
  answer_text(c, 200, body);
}

static void complete(struct connection *c, struct parts *old) {
  unsigned char sum[16];
  char tag[33], body[1024];
  EVP_Digest(old->digests[1], 16 * old->most, sum, NULL, EVP_md5(), NULL);
  for (int i = 0; i < 16; i++) sprintf(tag + 2 * i, "%02x", sum[i]);
  snprintf(body, sizeof body, XML "<CompleteMultipartUploadResult" NAMESPACE "><Location>/b/k"
           "</Location><Bucket>b</Bucket><Key>k</Key><ETag>&quot;%s-%d&quot;</ETag>"
           "</CompleteMultipartUploadResult>", tag, old->most);
  end_upload(old);
  answer_text(c, 200, body);
}

static void delete_many(struct connection *c) {
  char *body = malloc(c->body_have * 3 + 256), *at = body;
  at += sprintf(at, XML "<DeleteResult" NAMESPACE ">");
  const char *key = c->body, *end;
  bool is_quiet = strstr(c->body, "<Quiet>true") != NULL;
  while (!is_quiet && (key = strstr(key, "<Key>")) && (end = strstr(key, "</Key>"))) {
    at += sprintf(at, "<Deleted>%.*s</Key></Deleted>", (int)(end - key), key);
    key = end;
  }
  at += sprintf(at, "</DeleteResult>");
  answer(c, 200, "Content-Type: application/xml\r\n", body, at - body);
  free(body);
}

static void tell_counts(struct connection *c) {
  char body[1024], *at = body;
  for (int i = 0; i < KINDS; i++)
    at += sprintf(at, "%s\"%s\": %ld", i ? ", " : "{", counts[i].name, counts[i].count);
  sprintf(at, "}\n");
  answer(c, 200, "Content-Type: application/json\r\n", body, strlen(body));
}

static void respond(struct connection *c) {
  struct request *r = &c->request;
  char id[64], number[16] = "0", none[8];
  struct parts *owner = parameter(c, "uploadId", id, sizeof id) ? upload(id) : NULL;
  const char *slash = strchr(r->path + 1, '/');
  const char *key = slash ? slash + 1 : "";
  bool is_put = strcmp(r->method, "PUT") == 0, is_post = strcmp(r->method, "POST") == 0;
  int kind = OTHER;
  if (strcmp(r->path, "/-/counts") == 0) { tell_counts(c); return; }
  if (is_put && owner && parameter(c, "partNumber", number, sizeof number)) {
    take(c, atoi(number), owner);
    kind = PART;
  } else if (is_put && *key) {
    take(c, 0, NULL);
    kind = PUT;
  } else if (is_post && parameter(c, "uploads", none, sizeof none)) {
    create(c);
    kind = CREATE;
  } else if (is_post && owner) {
    complete(c, owner);
    kind = COMPLETE;
  } else if (is_post && parameter(c, "delete", none, sizeof none)) {
    delete_many(c);
    kind = DELETE_MANY;
  } else if (strcmp(r->method, "GET") == 0 && !*key) {
    if (parameter(c, "location", none, sizeof none))
      answer_text(c, 200, XML "<LocationConstraint" NAMESPACE "/>");
    else if (parameter(c, "uploads", none, sizeof none))
      answer_text(c, 200, XML "<ListMultipartUploadsResult" NAMESPACE "><Bucket>b</Bucket>"
                  "<IsTruncated>false</IsTruncated></ListMultipartUploadsResult>");
    else {
      list(c);
      kind = LIST;
    }
  } else if (*key && (strcmp(r->method, "GET") == 0 || strcmp(r->method, "HEAD") == 0)) {
    give(c, key);
    kind = r->method[0] == 'G' ? GET : HEAD;
  } else if (strcmp(r->method, "DELETE") == 0) {
    if (owner) end_upload(owner);
    queue(c, "HTTP/1.1 204 Gone\r\nServer: sink\r\n\r\n", 35);
    kind = DELETE;
  } else {
    answer(c, 200, "", "", 0);
  }
  counts[kind].count++;
}

/* HTTP */

static bool parse(struct connection *c, char *end) {
  struct request *r = &c->request;
  *end = 0;
  memset(r, 0, sizeof *r);
  char target[sizeof r->path + sizeof r->query], *line = strstr(c->head, "\r\n"), *query;
  if (sscanf(c->head, "%7s %12287s", r->method, target) != 2) return false;
  if (strcspn(target, "?") >= sizeof r->path) return false;
  if ((query = strchr(target, '?'))) {
    *query = 0;
    strncpy(r->query, query + 1, sizeof r->query - 1);
  }
  strcpy(r->path, target);
  for (; line; line = strstr(line, "\r\n")) {
    line += 2;
    if (strncasecmp(line, "content-length:", 15) == 0) r->length = atoll(line + 15);
    else if (strncasecmp(line, "expect: 100", 11) == 0) r->wants_continue = true;
    else if (strncasecmp(line, "connection: close", 17) == 0) r->closes = true;
    else if (strncasecmp(line, "transfer-encoding:", 18) == 0) return false;
    else if (strncasecmp(line, "range:", 6) == 0) sscanf(line + 6, " %63[^\r]", r->range);
  }
  return true;
}

static void close_connection(struct connection *c) {
  close(c->file);
  EVP_MD_CTX_free(c->digest);
  free(c->out);
  free(c->body);
  free(c);
}

static void body_piece(struct connection *c, const char *bytes, size_t count) {
  c->rest -= count;
  if (c->body) {
    memcpy(c->body + c->body_have, bytes, count);
    c->body_have += count;
    c->body[c->body_have] = 0;
  } else if (counts_digests) EVP_DigestUpdate(c->digest, bytes, count);
}

/* Whether the connection goes on. */
static bool flush(struct connection *c) {
  while (c->out_at < c->out_have) {
    ssize_t count = send(c->file, c->out + c->out_at, c->out_have - c->out_at, MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN;
    c->out_at += count;
  }
  c->out_at = c->out_have = 0;
  while (c->filler > 0) {
    long long at = c->filler_at % (1 << 20), left = (1 << 20) - at;
    const char *from = filler + (c->filler_at - at) % 65521 + at;
    ssize_t count = send(c->file, from, left < c->filler ? left : c->filler, MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN;
    c->filler_at += count;
    c->filler -= count;
  }
  return true;
}

static bool is_busy(struct connection *c) { return c->out_have > 0 || c->filler > 0; }

static void begin_body(struct connection *c) {
  c->rest = c->request.length;
  free(c->body);
  c->body = NULL;
  c->body_have = 0;
  if (c->request.method[0] == 'P' && c->request.method[1] == 'O' && c->rest < 64 << 20) {
    c->body = malloc(c->rest + 1);
    if (!c->body) exit(70);
    c->body[0] = 0;
  } else if (counts_digests && c->request.method[0] == 'P') {
    if (!c->digest) c->digest = EVP_MD_CTX_new();
    EVP_DigestInit_ex(c->digest, EVP_md5(), NULL);
  }
  if (c->request.wants_continue) queue(c, "HTTP/1.1 100 Continue\r\n\r\n", 25);
}

/* Takes what has come of a head, a body and of the next ones. Whether the connection goes on. */
static bool advance(struct connection *c) {
  while (!is_busy(c)) {
    if (c->rest < 0) {
      c->head[c->have] = 0;
      char *end = memmem(c->head, c->have, "\r\n\r\n", 4);
      if (!end) return c->have < HEAD_MOST;
      size_t length = end + 4 - c->head;
      if (!parse(c, end)) return false;
      memmove(c->head, c->head + length, c->have - length);
      c->have -= length;
      begin_body(c);
      if (c->out_have && !flush(c)) return false;
    }
    size_t count = (long long)c->have < c->rest ? c->have : (size_t)c->rest;
    if (count) {
      body_piece(c, c->head, count);
      memmove(c->head, c->head + count, c->have - count);
      c->have -= count;
    }
    if (c->rest > 0) return true;
    respond(c);
    c->rest = -1;
    if (!flush(c) || (c->request.closes && !is_busy(c))) return false;
    if (!c->have) return true;
  }
  return true;
}

static bool receive(struct connection *c) {
  static char big[1 << 18];
  if (c->rest > 0) {
    size_t most = c->rest < (long long)sizeof big ? (size_t)c->rest : sizeof big;
    ssize_t count = recv(c->file, big, most, 0);
    if (count <= 0) return count < 0 && errno == EAGAIN;
    body_piece(c, big, count);
    return c->rest > 0 || advance(c);
  }
  ssize_t count = recv(c->file, c->head + c->have, HEAD_MOST - c->have, 0);
  if (count <= 0) return count < 0 && errno == EAGAIN;
  c->have += count;
  return advance(c);
}

static void serve(struct connection *c, uint32_t events) {
  bool goes_on = true;
  if (events & EPOLLOUT) {
    goes_on = flush(c) && (is_busy(c) || (!c->request.closes && advance(c)));
  } else goes_on = receive(c);
  if (!goes_on) { close_connection(c); return; }
  struct epoll_event event = {.events = is_busy(c) ? EPOLLOUT : EPOLLIN, .data.ptr = c};
  if (event.events != (events & (EPOLLIN | EPOLLOUT)))
    epoll_ctl(poller, EPOLL_CTL_MOD, c->file, &event);
}

static void welcome(int listener) {
  int file = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), yes = 1;
  if (file < 0) return;
  setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  struct connection *c = calloc(1, sizeof *c);
  if (!c) exit(70);
  c->file = file;
  c->rest = -1;
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  epoll_ctl(poller, EPOLL_CTL_ADD, file, &event);
}

int main(int argc, char **argv) {
  keys = argc > 1 ? atol(argv[1]) : 0;
  folder_size = argc > 2 ? atol(argv[2]) : 1000;
  if (argc > 3 || keys < 0 || keys > 100000000 || folder_size < 1) {
    fprintf(stderr, "usage: sink KEYS [FOLDER-SIZE]\n");
    return 64;
  }
  const char *digests = getenv("SINK_MD5");
  counts_digests = !digests || strcmp(digests, "0") != 0;
  for (size_t i = 0; i < sizeof filler; i++) filler[i] = (i % 65521) * 2654435761u >> 13;
  render_entries();
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t length = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 4096)
      || getsockname(listener, (struct sockaddr *)&address, &length)) {
    perror("sink");
    return 74;
  }
  poller = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = &poller};
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
  event.data.ptr = NULL;
  /* A file, as /dev/null is one, cannot be waited for and has ended. */
  if (epoll_ctl(poller, EPOLL_CTL_ADD, 0, &event)) return 0;
  printf("http://127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  while (true) {
    struct epoll_event ready[QUEUE];
    int count = epoll_wait(poller, ready, QUEUE, -1);
    for (int i = 0; i < count; i++) {
      char ignored[4096];
      if (ready[i].data.ptr == &poller) welcome(listener);
      else if (ready[i].data.ptr) serve(ready[i].data.ptr, ready[i].events);
      else if (read(0, ignored, sizeof ignored) <= 0) return 0;
    }
  }
}
