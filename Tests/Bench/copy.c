/* The least that copying a tree of small files can cost: each is opened, looked at, read, written,
   given its time and closed; written under its own name (`direct`), or beside it under another and
   then renamed (`rename`), as whoever must never show half a file has to.

   usage: copy direct|rename SOURCE TARGET */
#define _GNU_SOURCE 1
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char bytes[1 << 17];
static int renames;

static int copy(int from, int to, const char *name) {
  char draft[32];
  static unsigned long number;
  snprintf(draft, sizeof draft, ".draft-%016lx.tmp", number++);
  const char *first = renames ? draft : name;
  int in = openat(from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  struct statx x;
  if (in < 0 || statx(in, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &x) != 0) return 74;
  int out = openat(to, first, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, x.stx_mode & 0777);
  if (out < 0) return 74;
  for (ssize_t count; (count = read(in, bytes, sizeof bytes)) > 0;) {
    if (write(out, bytes, count) != count) return 74;
    if (count < (ssize_t)sizeof bytes) break;
  }
  struct timespec times[2] = {{0, UTIME_OMIT}, {x.stx_mtime.tv_sec, x.stx_mtime.tv_nsec}};
  if (futimens(out, times) != 0) return 74;
  if (renames && renameat2(to, draft, to, name, RENAME_NOREPLACE) != 0) return 74;
  return close(in) | close(out);
}

static int walk(int from, int to) {
  DIR *names = fdopendir(dup(from));
  int status = names ? 0 : 74;
  for (struct dirent *entry; status == 0 && (entry = readdir(names));) {
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    if (entry->d_type != DT_DIR) {
      status = copy(from, to, entry->d_name);
      continue;
    }
    mkdirat(to, entry->d_name, 0755);
    int inner = openat(from, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int below = openat(to, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    status = inner < 0 || below < 0 ? 74 : walk(inner, below);
    close(inner), close(below);
  }
  if (names) closedir(names);
  return status;
}

int main(int argc, char **argv) {
  if (argc != 4) return 64;
  renames = !strcmp(argv[1], "rename");
  int from = open(argv[2], O_RDONLY | O_DIRECTORY), to = open(argv[3], O_RDONLY | O_DIRECTORY);
  return from < 0 || to < 0 ? 66 : walk(from, to);
}
