// The processor's instruction for CRC-32C (Castagnoli), which Swift has no word for.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Whether this processor has it.
int cchecksum_has_instruction(void);

/// The register after these bytes: all ones at the start, inverted at the end. Only where there is the instruction.
uint32_t cchecksum_update(uint32_t state, const void *bytes, size_t count);
