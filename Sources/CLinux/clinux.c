#define _GNU_SOURCE 1
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

int s4l_stat_at(int folder, const char *name, int flags, struct s4l_stat *out) {
  struct statx x;
  int how = AT_NO_AUTOMOUNT | AT_STATX_SYNC_AS_STAT;
  if (!(flags & S4L_FOLLOW)) how |= AT_SYMLINK_NOFOLLOW;
  if (flags & S4L_EMPTY_PATH) how |= AT_EMPTY_PATH;
  unsigned what = flags & S4L_BRIEF ? STATX_TYPE | STATX_SIZE | STATX_MTIME : STATX_BASIC_STATS;
  if (statx(folder, name, how, what, &x) != 0) return -1;
  out->size = x.stx_size;
  out->mtime = x.stx_mtime.tv_sec;
  out->mtime_ns = x.stx_mtime.tv_nsec;
  out->mode = x.stx_mode;
  if (flags & S4L_BRIEF) return 0;
  out->inode = x.stx_ino;
  out->device = makedev(x.stx_dev_major, x.stx_dev_minor);
  out->blocks = x.stx_blocks;
  out->ctime = x.stx_ctime.tv_sec;
  out->ctime_ns = x.stx_ctime.tv_nsec;
  out->links = x.stx_nlink;
  out->uid = x.stx_uid;
  out->gid = x.stx_gid;
  return 0;
}

int s4l_open_at(int folder, const char *path, int flags, unsigned mode, int resolve) {
  struct open_how how = {.flags = (uint64_t)(flags | O_CLOEXEC)};
  if (flags & (O_CREAT | O_TMPFILE)) how.mode = mode;
  if (resolve & S4L_BENEATH) how.resolve |= RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  if (resolve & S4L_NO_LINKS) how.resolve |= RESOLVE_NO_SYMLINKS;
  if (!how.resolve) return openat(folder, path, flags | O_CLOEXEC, mode);
  for (;;) {
    long file = syscall(SYS_openat2, folder, path, &how, sizeof how);
    if (file >= 0 || errno != EAGAIN) return (int)file;
  }
}

long s4l_entries(int folder, void *buffer, size_t size) {
  return syscall(SYS_getdents64, folder, buffer, size);
}

int s4l_rename_at(int from_folder, const char *from, int to_folder, const char *to,
                  unsigned flags) {
  return renameat2(from_folder, from, to_folder, to, flags);
}

long s4l_copy_range(int from, int64_t *from_offset, int to, int64_t *to_offset, size_t count) {
  return copy_file_range(from, from_offset, to, to_offset, count, 0);
}

int s4l_clone(int from, int to) { return ioctl(to, FICLONE, from); }

int64_t s4l_seek_data(int file, int64_t offset) { return lseek(file, offset, SEEK_DATA); }
int64_t s4l_seek_hole(int file, int64_t offset) { return lseek(file, offset, SEEK_HOLE); }

int s4l_sync_filesystem(int file) { return syncfs(file); }

int s4l_set_times(int folder, const char *name, int64_t seconds, uint32_t nanoseconds) {
  struct timespec times[2] = {{0, UTIME_OMIT}, {seconds, nanoseconds}};
  return utimensat(folder, name, times, AT_SYMLINK_NOFOLLOW);
}

int s4l_set_file_times(int file, int64_t seconds, uint32_t nanoseconds) {
  struct timespec times[2] = {{0, UTIME_OMIT}, {seconds, nanoseconds}};
  return futimens(file, times);
}

int s4l_temporary_file(int folder, unsigned mode) {
  return openat(folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
}

int s4l_open_process(int identifier) { return (int)syscall(SYS_pidfd_open, identifier, 0); }

int s4l_pipe(int out[2]) { return pipe2(out, O_CLOEXEC); }

int s4l_widen_pipe(int file, int size) { return fcntl(file, F_SETPIPE_SZ, size); }

int s4l_copy_onto(int file, int other) { return dup3(file, other, O_CLOEXEC); }

int s4l_processors(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

int s4l_random(void *buffer, size_t size) {
  return getrandom(buffer, size, 0) == (long)size ? 0 : -1;
}

long s4l_list_attributes(int file, char *buffer, size_t size) {
  return flistxattr(file, buffer, size);
}

long s4l_get_attribute(int file, const char *name, void *buffer, size_t size) {
  return fgetxattr(file, name, buffer, size);
}

int s4l_set_attribute(int file, const char *name, const void *value, size_t size) {
  return fsetxattr(file, name, value, size, 0);
}

static volatile sig_atomic_t seen = S4L_SIGNAL_NONE;
static volatile sig_atomic_t signal_bell = -1;

static volatile int64_t seen_at;

static int64_t milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void remember(int signal) {
  int error = errno;
  if (seen == S4L_SIGNAL_NONE) {
    seen_at = milliseconds();
  } else if (seen != signal || milliseconds() - seen_at >= S4L_SIGNAL_ECHO) {
    /* It strikes when this returns. */
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(signal, &action, NULL);
    raise(signal);
  }
  seen = signal;
  if (signal_bell >= 0) s4l_bell_ring(signal_bell);
  errno = error;
}

void s4l_watch_signals(void) {
  static const int watched[] = {SIGINT, SIGTERM, SIGHUP};
  for (unsigned i = 0; i < sizeof watched / sizeof *watched; i++) {
    struct sigaction old, action = {.sa_handler = remember};
    if (sigaction(watched[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
      sigaction(watched[i], &action, NULL);
  }
}

int s4l_signal_seen(void) { return seen; }

int s4l_signal_bell(void) {
  if (signal_bell < 0) signal_bell = s4l_bell_open();
  /* It may have come before there was a bell to ring. */
  if (signal_bell >= 0 && seen != S4L_SIGNAL_NONE) s4l_bell_ring(signal_bell);
  return signal_bell;
}

static volatile sig_atomic_t nudge_bell = -1, hangup_bell = -1;

static void nudged(int signal) {
  int error = errno;
  s4l_bell_ring(signal == SIGHUP ? hangup_bell : nudge_bell);
  errno = error;
}

static int rung_by(int signal, volatile sig_atomic_t *bell) {
  if (*bell >= 0) return *bell;
  *bell = s4l_bell_open();
  if (*bell < 0) return -1;
  struct sigaction action = {.sa_handler = nudged, .sa_flags = SA_RESTART};
  sigaction(signal, &action, NULL);
  return *bell;
}

int s4l_nudge_bell(void) { return rung_by(SIGUSR1, &nudge_bell); }
int s4l_hangup_bell(void) { return rung_by(SIGHUP, &hangup_bell); }

void s4l_end_with_parent(const char *variable) {
  const char *text = getenv(variable);
  if (!text) return;
  long parent = atol(text);
  unsetenv(variable);
  /* Somebody else's child has inherited the variable by mistake, or its parent is dead already. */
  if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() == parent) return;
  raise(SIGTERM);
}

int s4l_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int s4l_memory_size(int file, int64_t *size) {
  struct stat found;
  /* Only memory can be asked for its seals. */
  if (fcntl(file, F_GET_SEALS) < 0 || fstat(file, &found) != 0) return -1;
  *size = found.st_size;
  return 0;
}

int64_t s4l_load(const int64_t *number) { return __atomic_load_n(number, __ATOMIC_SEQ_CST); }

int s4l_replace(int64_t *number, int64_t old, int64_t new_number) {
  return __atomic_compare_exchange_n(number, &old, new_number, 0, __ATOMIC_SEQ_CST,
                                     __ATOMIC_SEQ_CST);
}

int s4l_raise_open_files(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &limit);
}

int s4l_alarm_open(void) {
  return timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
}

int s4l_alarm_set(int alarm, int64_t seconds) {
  /* The moment zero would turn it off. */
  struct itimerspec when = {.it_value = {.tv_sec = seconds > 0 ? seconds : 0, .tv_nsec = 1}};
  int how = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
  /* A clock that was set just before is told of by this call, which sets the alarm all the same. */
  return timerfd_settime(alarm, how, &when, NULL) == 0 || errno == ECANCELED ? 0 : -1;
}

void s4l_alarm_answer(int alarm) {
  uint64_t count;
  while (read(alarm, &count, sizeof count) < 0 && errno == EINTR) {}
}

int s4l_poll_open(void) { return epoll_create1(EPOLL_CLOEXEC); }

int s4l_poll_watch(int poll, int file, unsigned interest, uint64_t token) {
  struct epoll_event event = {.data.u64 = token};
  if (interest & S4L_READING) event.events |= EPOLLIN;
  if (interest & S4L_WRITING) event.events |= EPOLLOUT;
  if (interest & S4L_ENDING) event.events |= EPOLLRDHUP;
  if (epoll_ctl(poll, EPOLL_CTL_MOD, file, &event) == 0) return 0;
  /* A file that is new, or was closed and opened anew under its old number. */
  return errno == ENOENT ? epoll_ctl(poll, EPOLL_CTL_ADD, file, &event) : -1;
}

int s4l_poll_forget(int poll, int file) { return epoll_ctl(poll, EPOLL_CTL_DEL, file, NULL); }

/* An error or an end makes a file ready for everything: the next call on it tells. */
int s4l_poll_wait(int poll, struct s4l_ready *out, int most, int milliseconds) {
  struct epoll_event events[64];
  int count = epoll_wait(poll, events, most < 64 ? most : 64, milliseconds);
  for (int at = 0; at < count; at++) {
    unsigned seen = events[at].events;
    unsigned all =
        seen & (EPOLLERR | EPOLLHUP) ? S4L_READING | S4L_WRITING | S4L_ENDING : 0;
    out[at].token = events[at].data.u64;
    out[at].interest =
        all | (seen & EPOLLIN ? S4L_READING : 0) | (seen & EPOLLOUT ? S4L_WRITING : 0) |
        (seen & EPOLLRDHUP ? S4L_ENDING : 0);
  }
  return count;
}

int s4l_bell_open(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void s4l_bell_ring(int bell) { eventfd_write(bell, 1); }

void s4l_bell_answer(int bell) {
  eventfd_t count;
  eventfd_read(bell, &count);
}

int s4l_notice_open(const char *path) {
  int notice = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (notice < 0) return -1;
  if (inotify_add_watch(notice, path, IN_ATTRIB) >= 0) return notice;
  int error = errno;
  close(notice);
  errno = error;
  return -1;
}

void s4l_notice_answer(int notice) {
  char events[4096];
  while (read(notice, events, sizeof events) > 0) continue;
}

long s4l_file_system(int file) {
  struct statfs facts;
  return fstatfs(file, &facts) == 0 ? (long)facts.f_type : -1;
}

int s4l_ground_of(int folder, struct s4l_ground *out) {
  struct statfs facts;
  struct statx x;
  if (fstatfs(folder, &facts) != 0) return -1;
  if (statx(folder, "", AT_EMPTY_PATH, STATX_BTIME | STATX_MNT_ID, &x) != 0) return -1;
  out->kind = (uint32_t)facts.f_type;
  out->name = (uint64_t)(uint32_t)facts.f_fsid.__val[1] << 32 | (uint32_t)facts.f_fsid.__val[0];
  /* As the kernel writes the number of a device there. */
  uint64_t major = x.stx_dev_major, minor = x.stx_dev_minor;
  if (out->name == ((minor & 0xff) | major << 8 | (minor & ~(uint64_t)0xff) << 12)) out->name = 0;
  out->mount = x.stx_mask & STATX_MNT_ID ? x.stx_mnt_id : 0;
  int knows = (x.stx_mask & STATX_BTIME) != 0;
  out->born = knows ? x.stx_btime.tv_sec : 0;
  out->born_ns = knows ? x.stx_btime.tv_nsec : 0;
  return 0;
}

int s4l_hold(int file, int waits) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  return fcntl(file, waits ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
}

int s4l_is_held(int file) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (fcntl(file, F_OFD_GETLK, &lock) != 0) return -1;
  return lock.l_type != F_UNLCK;
}

static int s4l_lock_byte(int file, int how, short type, int64_t place, short *found) {
  struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = place, .l_len = 1};
  int answer = fcntl(file, how, &lock);
  *found = lock.l_type;
  return answer;
}

int s4l_hold_byte(int file, int64_t place) {
  short found;
  return s4l_lock_byte(file, F_OFD_SETLK, F_WRLCK, place, &found);
}

int s4l_free_byte(int file, int64_t place) {
  short found;
  return s4l_lock_byte(file, F_OFD_SETLK, F_UNLCK, place, &found);
}

int s4l_is_byte_held(int file, int64_t place) {
  short found;
  if (s4l_lock_byte(file, F_OFD_GETLK, F_WRLCK, place, &found) != 0) return -1;
  return found != F_UNLCK;
}

int s4l_open_again(int file) {
  char name[32];
  snprintf(name, sizeof name, "/proc/self/fd/%d", file);
  return open(name, O_RDWR | O_CLOEXEC);
}
