/* A process that reads files for its parent below a folder that may hang.

   A call into a mount whose server does not answer may not come back, not even to be killed, and a
   thread that is stuck in one keeps its whole process from ending. So the calls are made in a
   process of its own, which holds nothing of ours but one end of a channel. It was forked, maybe
   from a program of many threads, and so uses nothing but plain calls of the system. */
#define _GNU_SOURCE 1
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHANNEL = 0, PIECE = 65536 };

static char piece[PIECE];

static int take(void *place, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t count = read(CHANNEL, (char *)place + done, size - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return -1;
    done += (size_t)count;
  }
  return 0;
}

static void give(const void *place, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t count = send(CHANNEL, (const char *)place + done, size - done, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) _exit(0);
    done += (size_t)count;
  }
}

/* Whether the folder that was opened is still the one at its path. */
static int is_same(int root, const char *mount) {
  struct stat opened, named;
  return fstat(root, &opened) == 0 && stat(mount, &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

static int send_bytes(int file, int64_t size) {
  int64_t sent = 0;
  for (;;) {
    ssize_t count = read(file, piece, PIECE);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -errno;
    if (count == 0) return sent == size ? 0 : -ESTALE;
    int32_t length = (int32_t)count;
    give(&length, sizeof length);
    give(piece, (size_t)count);
    sent += count;
  }
}

static void answer(int root, const char *mount, const char *path, int wants_bytes) {
  struct s4l_ferry_head head = {0};
  int file = s4l_open_at(root, path, O_RDONLY | O_NOCTTY, 0, S4L_BENEATH);
  if (file < 0) {
    head.error = errno;
    if ((errno == ENOENT || errno == ENOTDIR) && !is_same(root, mount)) head.error = ESTALE;
    give(&head, sizeof head);
    return;
  }
  struct stat found;
  if (fstat(file, &found) != 0) {
    head.error = errno;
  } else if (!S_ISREG(found.st_mode)) {
    head.error = EISDIR;
  } else {
    head.size = found.st_size;
    head.mtime = found.st_mtim.tv_sec;
    head.mtime_ns = (uint32_t)found.st_mtim.tv_nsec;
  }
  give(&head, sizeof head);
  if (head.error == 0 && wants_bytes) {
    int32_t end = send_bytes(file, head.size);
    give(&end, sizeof end);
  }
  close(file);
}

static void serve(const char *mount) {
  static char path[PATH_MAX + 1];
  int root = -1;
  for (;;) {
    struct s4l_ferry_order order;
    if (take(&order, sizeof order) != 0) _exit(0);
    if (order.length > PATH_MAX || take(path, order.length) != 0) _exit(0);
    path[order.length] = 0;
    if (root < 0) root = open(mount, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root >= 0) {
      answer(root, mount, path, order.wants_bytes != 0);
    } else {
      struct s4l_ferry_head head = {.error = errno == ENOENT ? ESTALE : errno};
      give(&head, sizeof head);
    }
  }
}

int s4l_ferry_start(const char *mount, int *channel) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -1;
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* Whoever stops us asks our parent, who ends this channel when it is done. */
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    if (dup2(ends[1], CHANNEL) < 0) _exit(1);
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0) _exit(1);
    close_range(3, ~0U, 0);
    serve(mount);
  }
  int error = errno;
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    errno = error;
    return -1;
  }
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  *channel = ends[0];
  return child;
}
