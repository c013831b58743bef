#define OPENSSL_SUPPRESS_DEPRECATED
#include "ccrypto.h"

#include <openssl/md5.h>
#include <openssl/sha.h>

_Static_assert(sizeof(SHA256_CTX) <= sizeof(struct s4l_digest), "SHA-256 fits");
_Static_assert(sizeof(MD5_CTX) <= sizeof(struct s4l_digest), "MD5 fits");

int s4l_sha256_start(struct s4l_digest *digest) { return SHA256_Init((SHA256_CTX *)digest); }
int s4l_sha256_update(struct s4l_digest *digest, const void *bytes, size_t count) {
  return SHA256_Update((SHA256_CTX *)digest, bytes, count);
}
int s4l_sha256_finish(struct s4l_digest *digest, uint8_t *out) {
  return SHA256_Final(out, (SHA256_CTX *)digest);
}
int s4l_md5_start(struct s4l_digest *digest) { return MD5_Init((MD5_CTX *)digest); }
int s4l_md5_update(struct s4l_digest *digest, const void *bytes, size_t count) {
  return MD5_Update((MD5_CTX *)digest, bytes, count);
}
int s4l_md5_finish(struct s4l_digest *digest, uint8_t *out) {
  return MD5_Final(out, (MD5_CTX *)digest);
}
