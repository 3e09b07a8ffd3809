// A disk that loses what was not synchronized, preloaded into the program under test (ld.so(8), LD_PRELOAD).
//
// POWERCUT_DISK is a folder that stands for a disk. Whenever fsync(2) or fdatasync(2) of something in it returns, what that
// made durable is kept in POWERCUT_SHADOW, a folder on the same file system: of a file its bytes as of then (`INODE`), of a
// folder its names (`INODE.names`, a line "INODE f|d NAME" each). That is the least that POSIX promises; all else, such as
// written, mapped or msync'ed bytes, new, changed or removed names, a range of sync_file_range(2), may be lost in a power
// cut. Whoever plays the cut builds a disk from the shadow. `held/INODE` is a further name of each file seen, so that its
// inode's number is not given to another file.
//
// POWERCUT_FAILS names a file; while it exists, synchronizing what has a path that ends with the file's text fails with EIO. As on Linux (fsync(2), "errors"; the kernel takes the pages for clean afterwards), bytes that could not be
// written then are not made durable by a later success, unless they have been written again: `INODE.lost` are the bytes as
// of the failure, in which blocks that are written afterwards with pwrite(2) are spoilt, and a block that is as it is there
// keeps its durable content.
//
// POWERCUT_MICROSECONDS is how much longer each call takes than on the disk that is really there. Without POWERCUT_SHADOW
// that is all that happens, to whatever is synchronized.
//
// POWERCUT_LOG names a file that gets a line "sync PATH" before each such call returns successfully, and "send STATUS"
// before the first bytes of an HTTP answer go out.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

enum { BLOCK = 4096 };

// What can't be recorded would make a test pass or fail for no reason.
static void require(int holds, const char *what) {
    if (holds) return;
    perror(what);
    abort();
}

static const char *format(char *text, const char *form, ...) {
    va_list arguments;
    va_start(arguments, form);
    int length = vsnprintf(text, PATH_MAX, form, arguments);
    va_end(arguments);
    require(length >= 0 && length < PATH_MAX, "power cut: a path");
    return text;
}

static void note(const char *form, const char *argument) {
    const char *path = getenv("POWERCUT_LOG");
    if (!path) return;
    char line[PATH_MAX];
    format(line, form, argument);
    int log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    require(log >= 0 && write(log, line, strlen(line)) == (ssize_t)strlen(line), path);
    close(log);
}

// The path of what is open if it is in the disk, else NULL.
static const char *path_in_disk(int descriptor, char *path) {
    const char *disk = getenv("POWERCUT_DISK");
    char link[64];
    if (!disk || !getenv("POWERCUT_SHADOW")) return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return NULL;
    path[length] = 0;
    size_t prefix = strlen(disk);
    return strncmp(path, disk, prefix) == 0 && (path[prefix] == '/' || path[prefix] == 0) ? path : NULL;
}

static const char *in_shadow(char *path, unsigned long long inode, const char *suffix) {
    return format(path, "%s/%llu%s", getenv("POWERCUT_SHADOW"), inode, suffix);
}

static int fails(const char *path) {
    const char *mark = getenv("POWERCUT_FAILS");
    char piece[256];
    int file = mark ? open(mark, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return 0;
    ssize_t length = read(file, piece, sizeof piece - 1);
    close(file);
    if (length <= 0) return 0;
    piece[length] = 0;
    size_t whole = strlen(path);
    return whole >= (size_t)length && strcmp(path + whole - length, piece) == 0;
}

// Gives an inode one more name, where it has any.
static void hold(unsigned long long inode, const char *path) {
    char name[PATH_MAX];
    format(name, "%s/held/%llu", getenv("POWERCUT_SHADOW"), inode);
    if (linkat(AT_FDCWD, path, AT_FDCWD, name, AT_SYMLINK_FOLLOW) != 0) require(errno == EEXIST || errno == ENOENT, name);
}

static ssize_t read_block(int file, char *block, off_t offset) {
    ssize_t length = file < 0 ? 0 : pread(file, block, BLOCK, offset);
    require(length >= 0, "power cut: reading");
    if (length < BLOCK) memset(block + length, 0, BLOCK - (size_t)length);
    return length;
}

// Keeps a file's bytes, those excepted that an earlier failure has lost.
static void keep_bytes(int descriptor, unsigned long long inode) {
    char link[64], name[PATH_MAX], fresh[PATH_MAX], lost_name[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    hold(inode, link);
    int from = open(link, O_RDONLY | O_CLOEXEC);
    int to = open(in_shadow(fresh, inode, ".new"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    require(from >= 0 && to >= 0, fresh);
    int lost = open(in_shadow(lost_name, inode, ".lost"), O_RDONLY | O_CLOEXEC);
    int durable = lost < 0 ? -1 : open(in_shadow(name, inode, ""), O_RDONLY | O_CLOEXEC);
    char block[16 * BLOCK], other[BLOCK];
    for (off_t offset = 0;;) {
        ssize_t length = pread(from, block, lost < 0 ? sizeof block : BLOCK, offset);
        require(length >= 0, "power cut: reading");
        if (length == 0) break;
        if (lost >= 0 && read_block(lost, other, offset) >= length && memcmp(block, other, (size_t)length) == 0) {
            read_block(durable, block, offset);
        }
        require(REAL(pwrite)(to, block, (size_t)length, offset) == length, fresh);
        offset += length;
    }
    close(from);
    close(to);
    if (lost >= 0) close(lost);
    if (durable >= 0) close(durable);
    unlink(lost_name);
    require(rename(fresh, in_shadow(name, inode, "")) == 0, fresh);
}

static void keep_names(const char *path, unsigned long long inode) {
    char name[PATH_MAX], fresh[PATH_MAX], entry_path[PATH_MAX];
    DIR *folder = opendir(path);
    FILE *names = fopen(in_shadow(fresh, inode, ".names.new"), "we");
    require(folder && names, fresh);
    for (struct dirent *entry; (entry = readdir(folder));) {
        struct stat status;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        format(entry_path, "%s/%s", path, entry->d_name);
        if (lstat(entry_path, &status) != 0) continue;
        int is_folder = S_ISDIR(status.st_mode);
        if (!is_folder) hold(status.st_ino, entry_path);
        fprintf(names, "%llu %c %s\n", (unsigned long long)status.st_ino, is_folder ? 'd' : 'f', entry->d_name);
    }
    closedir(folder);
    require(fclose(names) == 0 && rename(fresh, in_shadow(name, inode, ".names")) == 0, fresh);
}

// Whether this process has seen a failure, after which it looks at each write.
static int has_failed;

// Notes in what was lost that bytes have been written since.
static void note_written(int descriptor, const void *bytes, ssize_t count, off_t offset) {
    char path[PATH_MAX];
    struct stat status;
    if (count <= 0 || !path_in_disk(descriptor, path) || fstat(descriptor, &status) != 0) return;
    int lost = open(in_shadow(path, status.st_ino, ".lost"), O_WRONLY | O_CLOEXEC);
    if (lost < 0) return;
    // One byte that differs is enough for a block.
    for (ssize_t done = 0; done < count; done += BLOCK - (offset + done) % BLOCK) {
        char other = (char)~((const char *)bytes)[done];
        require(REAL(pwrite)(lost, &other, 1, offset + done) == 1, path);
    }
    close(lost);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    ssize_t written = REAL(pwrite)(descriptor, bytes, count, offset);
    if (__atomic_load_n(&has_failed, __ATOMIC_ACQUIRE)) note_written(descriptor, bytes, written, offset);
    return written;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    return pwrite(descriptor, bytes, count, offset);
}

static void keep_lost(int descriptor, unsigned long long inode) {
    char link[64], name[PATH_MAX], block[16 * BLOCK];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    int from = open(link, O_RDONLY | O_CLOEXEC);
    int to = open(in_shadow(name, inode, ".lost"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    require(from >= 0 && to >= 0, name);
    for (ssize_t length; (length = read(from, block, sizeof block)) > 0;) require(write(to, block, (size_t)length) == length, name);
    close(from);
    close(to);
}

static int synchronize(int descriptor, int (*real)(int)) {
    char path[PATH_MAX], lock_path[PATH_MAX];
    struct stat status;
    const char *delay = getenv("POWERCUT_MICROSECONDS");
    if (!getenv("POWERCUT_SHADOW")) {
        if (delay) usleep((useconds_t)atoi(delay));
        return real(descriptor);
    }
    if (!path_in_disk(descriptor, path)) return real(descriptor);
    require(fstat(descriptor, &status) == 0, path);
    // One at a time, of all threads and processes: an older state must not take the place of a newer one.
    int lock = open(format(lock_path, "%s/lock", getenv("POWERCUT_SHADOW")), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    require(lock >= 0 && flock(lock, LOCK_EX) == 0, lock_path);
    if (delay) usleep((useconds_t)atoi(delay));
    int is_folder = S_ISDIR(status.st_mode), result = 0;
    if (fails(path)) {
        if (!is_folder) keep_lost(descriptor, status.st_ino);
        __atomic_store_n(&has_failed, 1, __ATOMIC_RELEASE);
        errno = EIO;
        result = -1;
    } else if ((result = real(descriptor)) == 0) {
        if (is_folder) keep_names(path, status.st_ino);
        else keep_bytes(descriptor, status.st_ino);
        note("sync %s\n", path);
    }
    int code = errno;
    close(lock);
    errno = code;
    return result;
}

int fsync(int descriptor) { return synchronize(descriptor, REAL(fsync)); }

int fdatasync(int descriptor) { return synchronize(descriptor, REAL(fdatasync)); }

ssize_t send(int descriptor, const void *bytes, size_t count, int flags) {
    static const char version[] = "HTTP/1.1 ";
    if (count > 12 && memcmp(bytes, version, sizeof version - 1) == 0) {
        char status[4] = {0};
        memcpy(status, (const char *)bytes + sizeof version - 1, 3);
        note("send %s\n", status);
    }
    return REAL(send)(descriptor, bytes, count, flags);
}
