// What Linux offers and the Glibc overlay does not, as plain functions. Each answers its result, or `-errno`.
// Nothing here keeps state, allocates, or decides anything. Sockets, clocks, threads and signals are here; files are
// in CLinuxFile.h.
#pragma once
#include "CLinuxFile.h"

#include <stddef.h>
#include <stdint.h>

// MARK: readiness

#define CLINUX_IN 0x001u
#define CLINUX_OUT 0x004u
#define CLINUX_ERR 0x008u
#define CLINUX_HUP 0x010u
#define CLINUX_RDHUP 0x2000u
#define CLINUX_EDGE (1u << 31)

/// One ready descriptor: the events, and the token it was registered with.
struct clinux_ready {
  uint64_t token;
  uint32_t events;
};

int clinux_epoll_create(void);
int clinux_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t token);
int clinux_epoll_modify(int epoll, int descriptor, uint32_t events, uint64_t token);
int clinux_epoll_remove(int epoll, int descriptor);
/// Waits at most `nanoseconds` (negative: for ever); fills at most `count` (and 512) places.
int clinux_epoll_wait(int epoll, struct clinux_ready *ready, int count, int64_t nanoseconds);

/// Lets other threads that wait for this processor run first.
void clinux_yield(void);

int clinux_eventfd_create(void);
int clinux_eventfd_signal(int descriptor);
int clinux_eventfd_clear(int descriptor);

// MARK: descriptors

int clinux_close(int descriptor);
/// Blocks the thread until the descriptor is readable.
int clinux_wait_readable(int descriptor);

// MARK: TCP

/// An IPv4 or IPv6 address and port, both in network order; IPv4 uses the first four bytes.
struct clinux_address {
  uint8_t bytes[16];
  uint32_t scope;
  uint16_t port_network_order;
  uint8_t is_ipv6;
};

/// Reads a numeric address; 0, or `-EINVAL`.
int clinux_address_parse(const char *text, struct clinux_address *address);
/// Writes the numeric form with a terminating zero.
int clinux_address_print(const struct clinux_address *address, char *text, size_t capacity);
/// Asks the system's resolver, and may block. Answers how many addresses were found, or `-ENOENT`.
int clinux_address_resolve(const char *host, struct clinux_address *addresses, int count);

int clinux_tcp_listen(const struct clinux_address *address, int backlog, int share_port);
int clinux_tcp_local_address(int descriptor, struct clinux_address *address);
/// Accepts one connection: non-blocking, close-on-exec, TCP_NODELAY.
int clinux_tcp_accept(int listener, struct clinux_address *peer);
/// Starts a connection: non-blocking, close-on-exec, TCP_NODELAY. It is settled once writable.
int clinux_tcp_connect(const struct clinux_address *address);
/// The error a socket has met (as `-errno`), or 0.
int clinux_socket_error(int descriptor);
int clinux_socket_send_buffer(int descriptor, int bytes);
/// What the system knows of the way to a connection's other end; counts since the connection was made.
struct clinux_tcp_wire {
  uint32_t round_trip_microseconds;
  uint32_t segments_sent;
  uint32_t segments_repeated;
};
int clinux_tcp_look(int descriptor, struct clinux_tcp_wire *wire);
int clinux_socket_receive_buffer(int descriptor, int bytes);
/// Ends this side's sending; the peer reads to the end.
int clinux_socket_shutdown_send(int descriptor);
/// Makes a later close drop the connection at once instead of lingering.
int clinux_socket_abort_on_close(int descriptor);
int64_t clinux_receive(int descriptor, void *bytes, size_t count);
int64_t clinux_send(int descriptor, const void *bytes, size_t count);

// MARK: clocks

uint64_t clinux_monotonic_nanoseconds(void);
int64_t clinux_wall_milliseconds(void);

// MARK: memory

/// Gives free memory of the allocator back to the system.
void clinux_memory_trim(void);

// MARK: signals

/// Blocks the signals in `mask` (bit n: signal n) for this thread and those it starts later, and ignores SIGPIPE.
int clinux_signals_block(uint64_t mask);
int clinux_signals_open(uint64_t mask);
/// The next signal's number, or `-EAGAIN`.
int clinux_signals_next(int descriptor);
/// Sends a signal to the calling thread.
int clinux_signals_raise(int signal);
/// Ends the process at once.
_Noreturn void clinux_exit(int code);

// MARK: threads

/// An identity of the calling thread, never 0.
uint64_t clinux_thread_identity(void);
/// Starts a thread; `processor` below 0 leaves placing to the kernel.
int clinux_thread_start(
    const char *name, int processor, void (*body)(void *), void *context, uint64_t *handle);
int clinux_thread_join(uint64_t handle);
int clinux_processor_count(void);
