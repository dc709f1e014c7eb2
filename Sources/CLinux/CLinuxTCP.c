// Apart from CLinux.c: the kernel's tcp_info has fields that the C library's lacks, and the two headers do not go together.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

int clinux_tcp_look(int descriptor, struct clinux_tcp_wire *wire) {
  struct tcp_info info = {0};
  socklen_t length = sizeof info;
  if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &length) < 0) return -errno;
  // An old kernel tells less.
  if (length < offsetof(struct tcp_info, tcpi_segs_out) + sizeof info.tcpi_segs_out) return -ENOTSUP;
  wire->round_trip_microseconds = info.tcpi_rtt;
  wire->segments_sent = info.tcpi_segs_out;
  wire->segments_repeated = info.tcpi_total_retrans;
  return 0;
}
