/* Makes folders and files in them as fast as it can: storm FOLDER FOLDERS FILES. Each file gets a
   few bytes. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc < 4 || chdir(argv[1]) != 0) return 64;
  char name[64];
  for (int folder = 0; folder < atoi(argv[2]); folder++) {
    snprintf(name, sizeof name, "folder-%04d", folder);
    if (mkdir(name, 0755) != 0) return 74;
    for (int number = 0; number < atoi(argv[3]); number++) {
      snprintf(name, sizeof name, "folder-%04d/file-%04d", folder, number);
      int file = open(name, O_WRONLY | O_CREAT | O_EXCL, 0644);
      if (file < 0 || write(file, "storm\n", 6) != 6 || close(file) != 0) return 74;
    }
  }
  return 0;
}
