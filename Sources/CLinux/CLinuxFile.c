#define _GNU_SOURCE
#include "CLinuxFile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int clinux_open_durable(const char *path, int create) {
  int flags = O_RDWR | O_DSYNC | O_CLOEXEC | (create ? O_CREAT : 0);
  int descriptor = open(path, flags | O_DIRECT, 0644);
  if (descriptor < 0 && errno == EINVAL) descriptor = open(path, flags, 0644);
  return descriptor < 0 ? -errno : descriptor;
}

int clinux_open_reading(const char *path) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  return descriptor < 0 ? -errno : descriptor;
}

int clinux_open_locking(const char *path) {
  int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  return descriptor < 0 ? -errno : descriptor;
}

int clinux_lock(int descriptor) {
  while (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EINTR) return -errno;
  }
  return 0;
}

void clinux_lower_thread_priority(void) {
  long thread = syscall(SYS_gettid);
  // Failing only means that the thread competes at the usual priority.
  (void)setpriority(PRIO_PROCESS, (id_t)thread, 19);
#ifdef SYS_ioprio_set
  enum { for_process = 1, idle_class = 3, class_shift = 13 };
  (void)syscall(SYS_ioprio_set, for_process, thread, idle_class << class_shift);
#endif
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t crc_by_instruction(
    uint32_t state, const unsigned char *bytes, size_t count) {
  uint64_t wide = state;
  while (count >= 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    wide = __builtin_ia32_crc32di(wide, word);
    bytes += 8;
    count -= 8;
  }
  uint32_t narrow = (uint32_t)wide;
  while (count-- > 0) narrow = __builtin_ia32_crc32qi(narrow, *bytes++);
  return narrow;
}

uint32_t clinux_crc32c(uint32_t state, const void *bytes, size_t count, int *supported) {
  *supported = __builtin_cpu_supports("sse4.2") ? 1 : 0;
  return *supported ? crc_by_instruction(state, bytes, count) : state;
}
#else
uint32_t clinux_crc32c(uint32_t state, const void *bytes, size_t count, int *supported) {
  (void)bytes;
  (void)count;
  *supported = 0;
  return state;
}
#endif
