/* The CRCs that object stores keep of what they hold, as fast as the processor can. Each function
   takes the CRC of the bytes before (0 at the start) and returns that of all bytes so far. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* CRC-32C (Castagnoli), RFC 3720. */
uint32_t s4l_crc32c(uint32_t crc, const void *bytes, size_t count);

/* CRC-64/NVME, of the NVM Express command set. */
uint64_t s4l_crc64nvme(uint64_t crc, const void *bytes, size_t count);

/* The same without special instructions: what other processors run, and what tests compare with. */
uint32_t s4l_crc32c_portable(uint32_t crc, const void *bytes, size_t count);
uint64_t s4l_crc64nvme_portable(uint64_t crc, const void *bytes, size_t count);
