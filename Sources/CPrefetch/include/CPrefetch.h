// The processor's instruction that begins to load a cache line, which Swift has no word for. It changes nothing and
// never faults, whatever the address: what a program computes does not depend on it.
#pragma once

static inline void cprefetch(const void *address) { __builtin_prefetch(address, 1); }
