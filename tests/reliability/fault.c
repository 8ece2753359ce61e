/* Makes one call that writes fail: the FAULT_AT-th in a process, and with FAULT_STICKY all that follow.
   Loaded by LD_PRELOAD. The number of the call that failed goes to the file FAULT_LOG. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static int count;

static int is_in_repository(int fd)
{
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return strstr(path, "/.git/") != NULL;
}

static int fails(void)
{
    const char *wanted = getenv("FAULT_AT");
    if (wanted == NULL)
        return 0;
    int at = atoi(wanted);
    count++;
    if (count != at && !(count > at && getenv("FAULT_STICKY")))
        return 0;
    errno = atoi(getenv("FAULT_ERRNO"));
    int log = open(getenv("FAULT_LOG"), O_WRONLY | O_CREAT | O_APPEND, 0666);
    if (log >= 0) {
        int saved = errno;
        dprintf(log, "%d\n", count);
        close(log);
        errno = saved;
    }
    return 1;
}

#define ORIGINAL(name) __typeof__(&name) original = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static int in_write;

ssize_t write(int fd, const void *data, size_t size)
{
    ORIGINAL(write);
    if (!in_write && is_in_repository(fd)) {
        in_write = 1;
        int failed = fails();
        in_write = 0;
        if (failed)
            return -1;
    }
    return original(fd, data, size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
    ORIGINAL(pwrite64);
    return is_in_repository(fd) && fails() ? -1 : original(fd, data, size, offset);
}

int fsync(int fd)
{
    ORIGINAL(fsync);
    return is_in_repository(fd) && fails() ? -1 : original(fd);
}

int fdatasync(int fd)
{
    ORIGINAL(fdatasync);
    return is_in_repository(fd) && fails() ? -1 : original(fd);
}

int rename(const char *from, const char *to)
{
    ORIGINAL(rename);
    return strstr(to, "/.git/") && fails() ? -1 : original(from, to);
}
