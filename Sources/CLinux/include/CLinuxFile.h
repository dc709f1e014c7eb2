#pragma once
#include <stddef.h>
#include <stdint.h>

/// Opens a file so that each write is on the device when it returns (`O_DSYNC`), past the page cache (`O_DIRECT`) where
/// the file system can. Creates it when `create` is set. Answers the descriptor, or minus the error number.
int clinux_open_durable(const char *path, int create);

/// Opens a file for buffered reading. Answers the descriptor, or minus the error number.
int clinux_open_reading(const char *path);

/// Opens a file for a lock, creating it if need be. Answers the descriptor, or minus the error number.
int clinux_open_locking(const char *path);

/// Takes an exclusive lock (`flock`) without waiting. Answers 0, or minus the error number.
int clinux_lock(int descriptor);

/// Gives the calling thread the lowest processor share (nice 19) and idle disk priority. For threads that nobody
/// waits for.
void clinux_lower_thread_priority(void);

/// The calling thread's number in the system.
int clinux_thread_number(void);

/// Whether a thread of this process may go below all others (`SCHED_IDLE`) and come back: coming back takes a privilege
/// or a resource limit (`RLIMIT_NICE` of 20 or more) that not every process has. Found by a thread that tries it.
int clinux_thread_can_stand_back(void);

/// Lets a thread of this process run only where no other thread wants the processor (`SCHED_IDLE`), or, with
/// `stand_back` 0, like any other again. Answers 0, or minus the error number.
int clinux_thread_stand_back(int thread, int stand_back);

/// The calling thread's scheduling policy, as Linux numbers them.
int clinux_thread_policy(void);

/// How many of the bytes are zero before the first one that is not.
size_t clinux_count_zeros(const void *bytes, size_t count);
