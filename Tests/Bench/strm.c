/* The least that writing a library can cost: for each line PATH<TAB>TEXT of the input, in order of
   folder, a file beside its place is created and written, then renamed. usage: strm FOLDER <LINES */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int folder_of(int top, char *path) {
  for (char *at = path; (at = strchr(at, '/')); at++) {
    *at = 0;
    if (mkdirat(top, path, 0777) && errno != EEXIST) return -1;
    *at = '/';
  }
  char *end = strrchr(path, '/');
  if (!end) return dup(top);
  *end = 0;
  int folder = openat(top, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  *end = '/';
  return folder;
}

int main(int argc, char **argv) {
  if (argc < 2 || (mkdir(argv[1], 0777) && errno != EEXIST)) return 64;
  int top = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC), folder = -1;
  char *line = NULL, known[4096] = "\n";
  size_t room = 0;
  ssize_t length;
  unsigned long number = 0;
  while ((length = getline(&line, &room, stdin)) > 0) {
    char *text = strchr(line, '\t');
    if (!text) return 65;
    *text++ = 0;
    char *name = strrchr(line, '/');
    size_t above = name ? (size_t)(name - line) : 0;
    if (strncmp(known, line, above) || known[above]) {
      close(folder);
      if ((folder = folder_of(top, line)) < 0) return 74;
      memcpy(known, line, above);
      known[above] = 0;
    }
    char draft[64];
    snprintf(draft, sizeof draft, ".draft-%016lx.tmp", number++);
    int file = openat(folder, draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    size_t count = (size_t)(line + length - text);
    if (file < 0 || write(file, text, count) != (ssize_t)count || close(file)) return 74;
    if (renameat(folder, draft, folder, name ? name + 1 : line)) return 74;
  }
  return 0;
}
