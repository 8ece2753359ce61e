/* Writes down what the disk has: at each fsync the content of the file, or the names in the folder.
   Loaded by LD_PRELOAD. In the folder POWER_LOG a file "<number> <inode>" holds the content; "<number> <inode>/"
   a line "<inode> <name>" for each name. "<number> <inode>-" says that the inode is another file's from now on. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define ORIGINAL(name) __typeof__(&name) original = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static int open_record(ino_t inode, const char *kind)
{
    char path[4096];
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long long number = now.tv_sec * 1000000000LL + now.tv_nsec;
    snprintf(path, sizeof path, "%s/%020lld %lld%s", getenv("POWER_LOG"), number, (long long)inode, kind);
    return open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
}

static void record_folder(ino_t inode, const char *path)
{
    int record = open_record(inode, "+");
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            dprintf(record, "%lld %s\n", (long long)entry->d_ino, entry->d_name);
    if (folder)
        closedir(folder);
    close(record);
}

static void record_file(ino_t inode, const char *path)
{
    char data[65536];
    int record = open_record(inode, "");
    int file = open(path, O_RDONLY);
    for (ssize_t size; (size = read(file, data, sizeof data)) > 0;)
        if (write(record, data, size) != size)
            abort();
    close(file);
    close(record);
}

static void record(int fd)
{
    int saved = errno;
    char link[64], path[4096];
    struct stat info;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (getenv("POWER_LOG") && length > 0 && fstat(fd, &info) == 0) {
        path[length] = 0;
        if (strstr(path, "/.git")) {
            if (S_ISDIR(info.st_mode))
                record_folder(info.st_ino, path);
            else
                record_file(info.st_ino, path);
        }
    }
    errno = saved;
}

static void forget(const char *path)
{
    int saved = errno;
    struct stat info;
    if (getenv("POWER_LOG") && lstat(path, &info) == 0 && S_ISREG(info.st_mode) && info.st_nlink == 1)
        close(open_record(info.st_ino, "-"));
    errno = saved;
}

int fsync(int fd)
{
    ORIGINAL(fsync);
    record(fd);
    return original(fd);
}

int fdatasync(int fd)
{
    ORIGINAL(fdatasync);
    record(fd);
    return original(fd);
}

int rename(const char *from, const char *to)
{
    ORIGINAL(rename);
    forget(to);
    return original(from, to);
}

int unlink(const char *path)
{
    ORIGINAL(unlink);
    forget(path);
    return original(path);
}
