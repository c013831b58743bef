/* The names of all characters that Unicode knows are half a million bytes, and no program here asks
   for one. The linker lets the library that would look them up ask here instead (see Package.swift):
   no character has a name. */
#include <stdint.h>

intptr_t __wrap__swift_stdlib_getScalarName(uint32_t scalar, uint8_t *buffer, intptr_t capacity);

intptr_t __wrap__swift_stdlib_getScalarName(uint32_t scalar, uint8_t *buffer, intptr_t capacity) {
  (void)scalar;
  (void)buffer;
  (void)capacity;
  return 0;
}
