#include "cchecksum.h"

#include <pthread.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "words are read as they lie in memory");

/* The polynomial with the coefficient of x^31 in the lowest bit, as this CRC reads its bits. */
static const uint32_t polynomial = 0x82f63b78;

/* table[n][b] is the remainder of byte b followed by n zero bytes. */
static uint32_t table[8][256];
static pthread_once_t filled = PTHREAD_ONCE_INIT;

static void fill(void) {
  for (unsigned byte = 0; byte < 256; byte++) {
    uint32_t rest = byte;
    for (int bit = 0; bit < 8; bit++) rest = rest >> 1 ^ (rest & 1 ? polynomial : 0);
    table[0][byte] = rest;
  }
  for (unsigned byte = 0; byte < 256; byte++)
    for (int after = 1; after < 8; after++)
      table[after][byte] = table[after - 1][byte] >> 8 ^ table[0][table[after - 1][byte] & 255];
}

static inline uint64_t word_at(const uint8_t *at) {
  uint64_t word;
  memcpy(&word, at, sizeof word);
  return word;
}

uint32_t s4l_crc32c_portable(uint32_t crc, const void *bytes, size_t count) {
  const uint8_t *at = bytes;
  uint32_t rest = ~crc;
  pthread_once(&filled, fill);
  for (; count >= 8; at += 8, count -= 8) {
    uint64_t word = word_at(at) ^ rest;
    rest = 0;
    for (int place = 0; place < 8; place++) rest ^= table[7 - place][word >> 8 * place & 255];
  }
  for (; count > 0; at++, count--) rest = rest >> 8 ^ table[0][(rest ^ *at) & 255];
  return ~rest;
}

#ifdef __x86_64__
#include <immintrin.h>

/* The instruction takes three cycles but can start in each, so three lanes are run side by side. */
enum { LANE = 1024 };

/* x^(8n - 33) modulo the polynomial: what moves a remainder past the n bytes of one or two lanes,
   less the 33 places that the last CRC step and the carry-less product move it anyway. */
static const long long past_one_lane = 0x170076fa, past_two_lanes = 0xa51b6135;

__attribute__((target("sse4.2,pclmul")))
static inline uint64_t moved(uint64_t rest, long long distance) {
  __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)rest),
                                         _mm_cvtsi64_si128(distance), 0);
  return (uint64_t)_mm_cvtsi128_si64(product);
}

__attribute__((target("sse4.2,pclmul")))
static uint32_t accelerated(uint32_t crc, const uint8_t *at, size_t count) {
  uint64_t rest = (uint32_t)~crc;
  for (; count >= 3 * LANE; at += 3 * LANE, count -= 3 * LANE) {
    uint64_t second = 0, third = 0;
    for (size_t place = 0; place < LANE - 8; place += 8) {
      rest = _mm_crc32_u64(rest, word_at(at + place));
      second = _mm_crc32_u64(second, word_at(at + LANE + place));
      third = _mm_crc32_u64(third, word_at(at + 2 * LANE + place));
    }
    rest = _mm_crc32_u64(rest, word_at(at + LANE - 8));
    second = _mm_crc32_u64(second, word_at(at + 2 * LANE - 8));
    rest = moved(rest, past_two_lanes) ^ moved(second, past_one_lane);
    rest = _mm_crc32_u64(third, word_at(at + 3 * LANE - 8) ^ rest);
  }
  for (; count >= 8; at += 8, count -= 8) rest = _mm_crc32_u64(rest, word_at(at));
  for (; count > 0; at++, count--) rest = _mm_crc32_u8((uint32_t)rest, *at);
  return ~(uint32_t)rest;
}

uint32_t s4l_crc32c(uint32_t crc, const void *bytes, size_t count) {
  if (__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul"))
    return accelerated(crc, bytes, count);
  return s4l_crc32c_portable(crc, bytes, count);
}
#else
uint32_t s4l_crc32c(uint32_t crc, const void *bytes, size_t count) {
  return s4l_crc32c_portable(crc, bytes, count);
}
#endif
