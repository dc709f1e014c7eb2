#define _GNU_SOURCE
#include "CLinuxFile.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
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

int clinux_thread_number(void) { return (int)syscall(SYS_gettid); }

int clinux_thread_stand_back(int thread, int stand_back) {
  struct sched_param parameters = {.sched_priority = 0};
  return sched_setscheduler(thread, stand_back ? SCHED_IDLE : SCHED_OTHER, &parameters) == 0 ? 0 : -errno;
}

int clinux_thread_policy(void) { return sched_getscheduler(0); }

static void *try_to_stand_back(void *result) {
  int thread = clinux_thread_number();
  *(int *)result = clinux_thread_stand_back(thread, 1) == 0 && clinux_thread_stand_back(thread, 0) == 0;
  return NULL;
}

int clinux_thread_can_stand_back(void) {
  int can = 0;
  pthread_t thread;
  if (pthread_create(&thread, NULL, try_to_stand_back, &can) != 0) return 0;
  return pthread_join(thread, NULL) == 0 && can;
}

size_t clinux_count_zeros(const void *bytes, size_t count) {
  const unsigned char *place = bytes;
  size_t zeros = 0;
  for (uint64_t word; count - zeros >= 8; zeros += 8) {
    memcpy(&word, place + zeros, 8);
    if (word) break;
  }
  while (zeros < count && place[zeros] == 0) zeros++;
  return zeros;
}
