#include "CChecksum.h"

#include <string.h>

#if defined(__x86_64__)
int cchecksum_has_instruction(void) { return __builtin_cpu_supports("sse4.2") != 0; }

__attribute__((target("sse4.2"))) uint32_t cchecksum_update(uint32_t state, const void *bytes, size_t count) {
  const unsigned char *place = bytes;
  uint64_t wide = state;
  while (count >= 8) {
    uint64_t word;
    memcpy(&word, place, 8);
    wide = __builtin_ia32_crc32di(wide, word);
    place += 8;
    count -= 8;
  }
  uint32_t narrow = (uint32_t)wide;
  while (count-- > 0) narrow = __builtin_ia32_crc32qi(narrow, *place++);
  return narrow;
}
#else
int cchecksum_has_instruction(void) { return 0; }

uint32_t cchecksum_update(uint32_t state, const void *bytes, size_t count) { return state; }
#endif
