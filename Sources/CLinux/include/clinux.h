/* Linux calls that the Glibc module of Swift does not show, behind plain types: a header that asked
   for _GNU_SOURCE would disagree with that module about what libc declares. No logic lives here. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct s4l_stat {
  uint64_t size, inode, device, blocks;
  int64_t mtime, ctime;
  uint32_t mtime_ns, ctime_ns;
  uint32_t mode, links, uid, gid;
};

/* A file system: its kind, what it calls itself (0 if that is but the number of its device), by
   which number the kernel knows its mount, and when the folder was made (0 if unknown). */
struct s4l_ground {
  uint64_t kind, name, mount;
  int64_t born;
  uint32_t born_ns;
};

enum { S4L_FOLLOW = 1, S4L_EMPTY_PATH = 2, S4L_BRIEF = 4 };
enum { S4L_RENAME_NOREPLACE = 1 };
enum { S4L_BENEATH = 1, S4L_NO_LINKS = 2 };
enum { S4L_SIGNAL_NONE = 0, S4L_SIGNAL_ECHO = 100 };

/* All return -1 and set errno on failure, as the calls they stand for do. */
int s4l_stat_at(int folder, const char *name, int flags, struct s4l_stat *out);
int s4l_open_at(int folder, const char *path, int flags, unsigned mode, int resolve);
long s4l_entries(int folder, void *buffer, size_t size);
int s4l_rename_at(int from_folder, const char *from, int to_folder, const char *to, unsigned flags);
long s4l_copy_range(int from, int64_t *from_offset, int to, int64_t *to_offset, size_t count);
int s4l_clone(int from, int to);
int64_t s4l_seek_data(int file, int64_t offset);
int64_t s4l_seek_hole(int file, int64_t offset);
int s4l_sync_filesystem(int file);
int s4l_set_times(int folder, const char *name, int64_t seconds, uint32_t nanoseconds);
int s4l_set_file_times(int file, int64_t seconds, uint32_t nanoseconds);
int s4l_temporary_file(int folder, unsigned mode);
int s4l_pipe(int out[2]);
int s4l_widen_pipe(int file, int size);
int s4l_copy_onto(int file, int other);
int s4l_open_process(int identifier);
int s4l_processors(void);
int s4l_random(void *buffer, size_t size);
long s4l_list_attributes(int file, char *buffer, size_t size);
long s4l_get_attribute(int file, const char *name, void *buffer, size_t size);
int s4l_set_attribute(int file, const char *name, const void *value, size_t size);

/* Waiting for many files at once. A token comes back with what its file is ready for. */
enum { S4L_READING = 1, S4L_WRITING = 2, S4L_ENDING = 4 };
struct s4l_ready {
  uint64_t token;
  unsigned interest;
};
int s4l_poll_open(void);
int s4l_poll_watch(int poll, int file, unsigned interest, uint64_t token);
int s4l_poll_forget(int poll, int file);
int s4l_poll_wait(int poll, struct s4l_ready *out, int most, int milliseconds);

/* A counter as a file, to wake whoever waits for it. */
int s4l_bell_open(void);
void s4l_bell_ring(int bell);
void s4l_bell_answer(int bell);

/* A file that becomes readable at a moment, in seconds since 1970, or when the clock is set. */
int s4l_alarm_open(void);
int s4l_alarm_set(int alarm, int64_t seconds);
void s4l_alarm_answer(int alarm);

/* A file that becomes readable when another one is touched. */
int s4l_notice_open(const char *path);
void s4l_notice_answer(int notice);

/* What happens in folders, as the kernel tells it. A folder is named by a path. */
int s4l_notices_open(void);
int s4l_notices_watch(int notices, const char *path, uint32_t mask);
int s4l_notices_forget(int notices, int watch);
/* How many bytes wait to be read. */
long s4l_notices_queued(int notices);

/* The first SIGINT, SIGTERM or SIGHUP is remembered, the second one kills. The same again within
   S4L_SIGNAL_ECHO milliseconds is the first one still: timeout(1) and shells send a signal to a
   process and then to its group. */
void s4l_watch_signals(void);
int s4l_signal_seen(void);
/* A counter that rings with the first of them, for whoever waits for files; -1 if there is none. */
int s4l_signal_bell(void);
/* From now on SIGUSR1 does not kill, but is counted and rings this counter; -1 if there is none. */
int s4l_nudge_bell(void);
/* The same of SIGHUP, for what is no terminal's. */
int s4l_hangup_bell(void);

/* Has this process get SIGTERM when the process dies that the variable names, which must be the one
   that started it; the variable is then taken away, as children have another parent. */
void s4l_end_with_parent(const char *variable);

/* Memory as a file without a name, and the size of such a file. */
int s4l_memory_file(const char *name);
int s4l_memory_size(int file, int64_t *size);
/* A number that processes share: reads it; puts another in its place if it still is what it was. */
int64_t s4l_load(const int64_t *number);
int s4l_replace(int64_t *number, int64_t old, int64_t new_number);

/* The magic number of the file system that a file lies on; -1 if it cannot be told. */
long s4l_file_system(int file);
int s4l_ground_of(int folder, struct s4l_ground *out);

/* Raises the soft limit of open files to the hard one. */
int s4l_raise_open_files(void);

/* A process that reads files below a folder that may hang. An order is followed by its path; the
   answer is a head and, if bytes were wanted and there is no error, pieces, each after its length;
   a length of zero ends them well, a negative one is an error number. Returns the process. */
struct s4l_ferry_order {
  uint32_t length;
  uint32_t wants_bytes;
};
struct s4l_ferry_head {
  int64_t size, mtime;
  uint32_t mtime_ns;
  int32_t error;
};
int s4l_ferry_start(const char *mount, int *channel);

/* Takes a whole file for whoever has this descriptor, as no other process can then: 0, or -1 with
   EAGAIN where one has it and it is not waited for. */
int s4l_hold(int file, int waits);
/* Whether another has it: 1 or 0, or -1. */
int s4l_is_held(int file);
/* The same of one byte of it: takes it if nobody else has it, gives it back, asks. */
int s4l_hold_byte(int file, int64_t place);
int s4l_free_byte(int file, int64_t place);
int s4l_is_byte_held(int file, int64_t place);
/* Opens a file that is open already once more, as if by its name. */
int s4l_open_again(int file);

