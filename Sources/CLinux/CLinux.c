#define _GNU_SOURCE
#include "CLinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int answer(int result) { return result < 0 ? -errno : result; }

// MARK: readiness

int clinux_epoll_create(void) { return answer(epoll_create1(EPOLL_CLOEXEC)); }

static int control(int epoll, int operation, int descriptor, uint32_t events, uint64_t token) {
  struct epoll_event event = {.events = events, .data = {.u64 = token}};
  return answer(epoll_ctl(epoll, operation, descriptor, &event));
}

int clinux_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t token) {
  return control(epoll, EPOLL_CTL_ADD, descriptor, events, token);
}

int clinux_epoll_modify(int epoll, int descriptor, uint32_t events, uint64_t token) {
  return control(epoll, EPOLL_CTL_MOD, descriptor, events, token);
}

int clinux_epoll_remove(int epoll, int descriptor) { return control(epoll, EPOLL_CTL_DEL, descriptor, 0, 0); }

static int wait_milliseconds(int64_t nanoseconds) {
  if (nanoseconds < 0) return -1;
  int64_t milliseconds = nanoseconds / 1000000 + (nanoseconds % 1000000 != 0);
  return milliseconds > INT_MAX ? INT_MAX : (int)milliseconds;
}

// The system's own calls, here and for what is received and sent: the C library's are points where a thread may be
// cancelled, and in a program of several threads each of them pays for that twice (measured: 0.15 us a reservation).
int clinux_epoll_wait(int epoll, struct clinux_ready *ready, int count, int64_t nanoseconds) {
  struct epoll_event events[512];
  if (count > 512) count = 512;
  int found;
  if (nanoseconds <= 0) {
    found = (int)syscall(SYS_epoll_pwait, epoll, events, count, nanoseconds < 0 ? -1 : 0, NULL, 0);
  } else {
    struct timespec limit = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
    found = epoll_pwait2(epoll, events, count, &limit, NULL);
    if (found < 0 && errno == ENOSYS) found = epoll_wait(epoll, events, count, wait_milliseconds(nanoseconds));
  }
  if (found < 0) return errno == EINTR ? 0 : -errno;
  for (int index = 0; index < found; index++) {
    ready[index].token = events[index].data.u64;
    ready[index].events = events[index].events;
  }
  return found;
}

void clinux_yield(void) { sched_yield(); }

int clinux_eventfd_create(void) { return answer(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

int clinux_eventfd_signal(int descriptor) {
  uint64_t one = 1;
  return write(descriptor, &one, sizeof one) < 0 ? -errno : 0;
}

int clinux_eventfd_clear(int descriptor) {
  uint64_t count;
  return read(descriptor, &count, sizeof count) < 0 ? -errno : 0;
}

// MARK: descriptors

int clinux_close(int descriptor) { return answer(close(descriptor)); }

int clinux_wait_readable(int descriptor) {
  struct pollfd wanted = {.fd = descriptor, .events = POLLIN};
  int found;
  do found = poll(&wanted, 1, -1);
  while (found < 0 && errno == EINTR);
  return answer(found);
}

// MARK: TCP

static socklen_t to_system(const struct clinux_address *address, struct sockaddr_storage *storage) {
  memset(storage, 0, sizeof *storage);
  if (address->is_ipv6) {
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)storage;
    six->sin6_family = AF_INET6;
    six->sin6_port = address->port_network_order;
    six->sin6_scope_id = address->scope;
    memcpy(&six->sin6_addr, address->bytes, 16);
    return sizeof *six;
  }
  struct sockaddr_in *four = (struct sockaddr_in *)storage;
  four->sin_family = AF_INET;
  four->sin_port = address->port_network_order;
  memcpy(&four->sin_addr, address->bytes, 4);
  return sizeof *four;
}

static void from_system(const struct sockaddr_storage *storage, struct clinux_address *address) {
  memset(address, 0, sizeof *address);
  if (storage->ss_family == AF_INET6) {
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)storage;
    address->is_ipv6 = 1;
    address->port_network_order = six->sin6_port;
    address->scope = six->sin6_scope_id;
    memcpy(address->bytes, &six->sin6_addr, 16);
  } else {
    const struct sockaddr_in *four = (const struct sockaddr_in *)storage;
    address->port_network_order = four->sin_port;
    memcpy(address->bytes, &four->sin_addr, 4);
  }
}

int clinux_address_parse(const char *text, struct clinux_address *address) {
  memset(address, 0, sizeof *address);
  if (inet_pton(AF_INET, text, address->bytes) == 1) return 0;
  address->is_ipv6 = 1;
  return inet_pton(AF_INET6, text, address->bytes) == 1 ? 0 : -EINVAL;
}

int clinux_address_print(const struct clinux_address *address, char *text, size_t capacity) {
  int family = address->is_ipv6 ? AF_INET6 : AF_INET;
  return inet_ntop(family, address->bytes, text, (socklen_t)capacity) ? 0 : -errno;
}

int clinux_address_resolve(const char *host, struct clinux_address *addresses, int count) {
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  struct addrinfo *found = NULL;
  if (getaddrinfo(host, NULL, &hints, &found) != 0) return -ENOENT;
  int filled = 0;
  for (struct addrinfo *each = found; each && filled < count; each = each->ai_next) {
    if (each->ai_family != AF_INET && each->ai_family != AF_INET6) continue;
    struct sockaddr_storage storage;
    memcpy(&storage, each->ai_addr, each->ai_addrlen);
    from_system(&storage, &addresses[filled++]);
  }
  freeaddrinfo(found);
  return filled > 0 ? filled : -ENOENT;
}

static int option(int descriptor, int level, int name, int value) {
  return setsockopt(descriptor, level, name, &value, sizeof value) < 0 ? -errno : 0;
}

static int fail_closing(int descriptor) {
  int error = -errno;
  close(descriptor);
  return error;
}

static int open_socket(const struct clinux_address *address) {
  return answer(socket(address->is_ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

int clinux_tcp_listen(const struct clinux_address *address, int backlog, int share_port) {
  struct sockaddr_storage storage;
  socklen_t length = to_system(address, &storage);
  int descriptor = open_socket(address);
  if (descriptor < 0) return descriptor;
  if (option(descriptor, SOL_SOCKET, SO_REUSEADDR, 1) < 0) return fail_closing(descriptor);
  if (share_port && option(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) < 0) return fail_closing(descriptor);
  if (bind(descriptor, (struct sockaddr *)&storage, length) < 0) return fail_closing(descriptor);
  if (listen(descriptor, backlog) < 0) return fail_closing(descriptor);
  return descriptor;
}

int clinux_tcp_local_address(int descriptor, struct clinux_address *address) {
  struct sockaddr_storage storage;
  socklen_t length = sizeof storage;
  if (getsockname(descriptor, (struct sockaddr *)&storage, &length) < 0) return -errno;
  from_system(&storage, address);
  return 0;
}

int clinux_tcp_accept(int listener, struct clinux_address *peer) {
  struct sockaddr_storage storage;
  socklen_t length = sizeof storage;
  int descriptor = accept4(listener, (struct sockaddr *)&storage, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (descriptor < 0) return -errno;
  from_system(&storage, peer);
  // A peer may already be gone, which its first read will tell: not a reason to refuse it here.
  (void)option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  return descriptor;
}

int clinux_tcp_connect(const struct clinux_address *address) {
  struct sockaddr_storage storage;
  socklen_t length = to_system(address, &storage);
  int descriptor = open_socket(address);
  if (descriptor < 0) return descriptor;
  if (option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1) < 0) return fail_closing(descriptor);
  if (connect(descriptor, (struct sockaddr *)&storage, length) < 0 && errno != EINPROGRESS) {
    return fail_closing(descriptor);
  }
  return descriptor;
}

int clinux_socket_error(int descriptor) {
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return -errno;
  return -error;
}

int clinux_socket_send_buffer(int descriptor, int bytes) { return option(descriptor, SOL_SOCKET, SO_SNDBUF, bytes); }

int clinux_socket_receive_buffer(int descriptor, int bytes) {
  return option(descriptor, SOL_SOCKET, SO_RCVBUF, bytes);
}

int clinux_socket_shutdown_send(int descriptor) { return answer(shutdown(descriptor, SHUT_WR)); }

int clinux_socket_abort_on_close(int descriptor) {
  struct linger linger = {.l_onoff = 1, .l_linger = 0};
  return setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) < 0 ? -errno : 0;
}

int64_t clinux_receive(int descriptor, void *bytes, size_t count) {
  ssize_t received;
  do received = syscall(SYS_recvfrom, descriptor, bytes, count, 0, NULL, NULL);
  while (received < 0 && errno == EINTR);
  return received < 0 ? -errno : received;
}

int64_t clinux_send(int descriptor, const void *bytes, size_t count) {
  ssize_t sent;
  do sent = syscall(SYS_sendto, descriptor, bytes, count, MSG_NOSIGNAL, NULL, 0);
  while (sent < 0 && errno == EINTR);
  return sent < 0 ? -errno : sent;
}

// MARK: clocks

uint64_t clinux_monotonic_nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

int64_t clinux_wall_milliseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

// MARK: memory

void clinux_memory_trim(void) { (void)malloc_trim(0); }

// MARK: signals

static void to_set(uint64_t mask, sigset_t *set) {
  sigemptyset(set);
  for (int signal = 1; signal < 64; signal++) {
    if (mask >> signal & 1) sigaddset(set, signal);
  }
}

int clinux_signals_block(uint64_t mask) {
  sigset_t set;
  to_set(mask, &set);
  if (signal(SIGPIPE, SIG_IGN) == SIG_ERR) return -errno;
  return -pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int clinux_signals_open(uint64_t mask) {
  sigset_t set;
  to_set(mask, &set);
  return answer(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

int clinux_signals_next(int descriptor) {
  struct signalfd_siginfo info;
  if (read(descriptor, &info, sizeof info) < 0) return -errno;
  return (int)info.ssi_signo;
}

int clinux_signals_raise(int signal) { return -(raise(signal) != 0); }

_Noreturn void clinux_exit(int code) { _exit(code); }

// MARK: threads

uint64_t clinux_thread_identity(void) { return (uint64_t)pthread_self(); }

struct start {
  void (*body)(void *);
  void *context;
};

static void *thread_main(void *argument) {
  struct start start = *(struct start *)argument;
  free(argument);
  start.body(start.context);
  return NULL;
}

int clinux_thread_start(
    const char *name, int processor, void (*body)(void *), void *context, uint64_t *handle) {
  struct start *start = malloc(sizeof *start);
  if (!start) return -ENOMEM;
  start->body = body;
  start->context = context;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  if (processor >= 0) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    pthread_attr_setaffinity_np(&attributes, sizeof set, &set);
  }
  pthread_t thread;
  int error = pthread_create(&thread, &attributes, thread_main, start);
  pthread_attr_destroy(&attributes);
  if (error) {
    free(start);
    return -error;
  }
  char shortened[16];
  strncpy(shortened, name, 15);
  shortened[15] = 0;
  pthread_setname_np(thread, shortened);
  *handle = (uint64_t)thread;
  return 0;
}

int clinux_thread_join(uint64_t handle) { return -pthread_join((pthread_t)handle, NULL); }

int clinux_processor_count(void) { return (int)sysconf(_SC_NPROCESSORS_ONLN); }
