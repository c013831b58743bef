#define _GNU_SOURCE 1
#include "clinux.h"

#include <sys/inotify.h>
#include <sys/ioctl.h>

int s4l_notices_open(void) { return inotify_init1(IN_CLOEXEC | IN_NONBLOCK); }

int s4l_notices_watch(int notices, const char *path, uint32_t mask) {
  return inotify_add_watch(notices, path, mask);
}

int s4l_notices_forget(int notices, int watch) { return inotify_rm_watch(notices, watch); }

long s4l_notices_queued(int notices) {
  int count = 0;
  return ioctl(notices, FIONREAD, &count) == 0 ? count : -1;
}
