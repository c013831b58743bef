/* SHA-256 and MD5 of libcrypto on a context of plain bytes, which is copied by assignment. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct s4l_digest {
  uint64_t state[14];
};

/* All return 1, or 0 on failure, as the calls they stand for do. */
int s4l_sha256_start(struct s4l_digest *digest);
int s4l_sha256_update(struct s4l_digest *digest, const void *bytes, size_t count);
int s4l_sha256_finish(struct s4l_digest *digest, uint8_t *out);
int s4l_md5_start(struct s4l_digest *digest);
int s4l_md5_update(struct s4l_digest *digest, const void *bytes, size_t count);
int s4l_md5_finish(struct s4l_digest *digest, uint8_t *out);
