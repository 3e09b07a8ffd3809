// What libdispatch asks of the kernel about its threads, where /proc is missing.
//
// Once a second, while work waits for its global queues, it reads in /proc/TID/stat which of its threads run, and ends the
// process where that can't be opened (`_dispatch_workq_count_runnable_workers`). A container or a chroot may have no /proc.
// There the file is played: each thread is said to rest, so that others are started, as they must be where those wait.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

// Whether a path is the file of one of this process's threads.
static int is_thread_file(const char *path) {
    int thread, length = 0;
    return sscanf(path, "/proc/%d/stat%n", &thread, &length) == 1 && length > 0 && path[length] == 0
        && tgkill(getpid(), thread, 0) == 0;
}

static int played_thread(void) {
    static const char resting[] = "1 (thread) S 1\n";
    int file = memfd_create("thread", MFD_CLOEXEC);
    if (file < 0) return -1;
    if (pwrite(file, resting, sizeof resting - 1, 0) == (ssize_t)sizeof resting - 1) return file;
    close(file);
    return -1;
}

// Takes the place of the C library's open(2) in this program and in what it is linked with.
int open(const char *path, int flags, ...) {
    mode_t mode = 0;
    if (flags & (O_CREAT | __O_TMPFILE)) {
        va_list more;
        va_start(more, flags);
        mode = va_arg(more, mode_t);
        va_end(more);
    }
    int file = openat(AT_FDCWD, path, flags, mode);
    if (file >= 0 || errno != ENOENT || !is_thread_file(path)) return file;
    file = played_thread();
    if (file < 0) errno = ENOENT;
    return file;
}
