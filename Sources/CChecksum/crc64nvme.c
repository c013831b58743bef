#include "cchecksum.h"

#include <pthread.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "words are read as they lie in memory");

/* The polynomial with the coefficient of x^63 in the lowest bit, as this CRC reads its bits. */
static const uint64_t polynomial = 0x9a6c9329ac4bc9b5;

/* table[n][b] is the remainder of byte b followed by n zero bytes. */
static uint64_t table[8][256];
static pthread_once_t filled = PTHREAD_ONCE_INIT;

static void fill(void) {
  for (unsigned byte = 0; byte < 256; byte++) {
    uint64_t rest = byte;
    for (int bit = 0; bit < 8; bit++) rest = rest >> 1 ^ (rest & 1 ? polynomial : 0);
    table[0][byte] = rest;
  }
  for (unsigned byte = 0; byte < 256; byte++)
    for (int after = 1; after < 8; after++)
      table[after][byte] = table[after - 1][byte] >> 8 ^ table[0][table[after - 1][byte] & 255];
}

/* The remainder of what is behind `rest` and these bytes; nothing is inverted here. */
static uint64_t divided(uint64_t rest, const uint8_t *at, size_t count) {
  pthread_once(&filled, fill);
  for (; count >= 8; at += 8, count -= 8) {
    uint64_t word;
    memcpy(&word, at, sizeof word);
    word ^= rest;
    rest = 0;
    for (int place = 0; place < 8; place++) rest ^= table[7 - place][word >> 8 * place & 255];
  }
  for (; count > 0; at++, count--) rest = rest >> 8 ^ table[0][(rest ^ *at) & 255];
  return rest;
}

uint64_t s4l_crc64nvme_portable(uint64_t crc, const void *bytes, size_t count) {
  return ~divided(~crc, bytes, count);
}

#ifdef __x86_64__
#include <immintrin.h>

/* To move 128 bits on by n places is to multiply their older half by x^(n + 63) and their younger
   half by x^(n - 1), both modulo the polynomial; the product itself moves one place. */
__attribute__((target("sse4.2,pclmul")))
static inline __m128i folded(__m128i old, __m128i factors, __m128i next) {
  __m128i older = _mm_clmulepi64_si128(old, factors, 0x00);
  __m128i younger = _mm_clmulepi64_si128(old, factors, 0x11);
  return _mm_xor_si128(_mm_xor_si128(older, younger), next);
}

__attribute__((target("sse4.2,pclmul")))
static inline __m128i lane(const uint8_t *at, int number) {
  return _mm_loadu_si128((const __m128i *)at + number);
}

/* Needs 64 bytes at least. Four lanes of 16 bytes are folded side by side, then into one. */
__attribute__((target("sse4.2,pclmul")))
static uint64_t accelerated(uint64_t crc, const uint8_t *at, size_t count) {
  const __m128i over_four = _mm_set_epi64x(0x62242240ace5045a, 0x0c32cdb31e18a84a);
  const __m128i over_one = _mm_set_epi64x(0x21e9761e252621ac, (long long)0xeadc41fd2ba3d420);
  __m128i first = _mm_xor_si128(lane(at, 0), _mm_cvtsi64_si128((long long)~crc));
  __m128i second = lane(at, 1), third = lane(at, 2), fourth = lane(at, 3);
  for (at += 64, count -= 64; count >= 64; at += 64, count -= 64) {
    first = folded(first, over_four, lane(at, 0));
    second = folded(second, over_four, lane(at, 1));
    third = folded(third, over_four, lane(at, 2));
    fourth = folded(fourth, over_four, lane(at, 3));
  }
  second = folded(first, over_one, second);
  third = folded(second, over_one, third);
  fourth = folded(third, over_one, fourth);
  uint8_t left[16];
  _mm_storeu_si128((__m128i *)left, fourth);
  return ~divided(divided(0, left, sizeof left), at, count);
}

uint64_t s4l_crc64nvme(uint64_t crc, const void *bytes, size_t count) {
  if (count >= 64 && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.2"))
    return accelerated(crc, bytes, count);
  return s4l_crc64nvme_portable(crc, bytes, count);
}
#else
uint64_t s4l_crc64nvme(uint64_t crc, const void *bytes, size_t count) {
  return s4l_crc64nvme_portable(crc, bytes, count);
}
#endif
