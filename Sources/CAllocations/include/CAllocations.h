#ifndef C_ALLOCATIONS_H
#define C_ALLOCATIONS_H

#include <stdint.h>

/// How many blocks this thread has asked the heap for since it began.
uint64_t callocations_count(void);

#endif
