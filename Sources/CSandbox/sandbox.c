#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE
// All that reading needs; what isn't here fails with EPERM, which the C library and Swift bear.
static const uint32_t allowed[] = {
    SYS_read, SYS_write, SYS_writev, SYS_close, SYS_lseek, SYS_fstat, SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect,
    SYS_brk, SYS_madvise, SYS_futex, SYS_exit, SYS_exit_group, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn,
    SYS_sigaltstack, SYS_clock_gettime, SYS_getpid, SYS_gettid, SYS_tgkill, SYS_sched_yield, SYS_getrandom,
};
enum { ALLOWED = sizeof allowed / sizeof *allowed };

static int filter_calls(void) {
    struct sock_filter code[ALLOWED + 7];
    int count = 0;
    code[count++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    code[count++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    code[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    code[count++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (int place = 0; place < ALLOWED; place++)
        code[count++] = (struct sock_filter)BPF_JUMP(
            BPF_JMP | BPF_JEQ | BPF_K, allowed[place], (uint8_t)(ALLOWED - place), 0
        );
    code[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
    code[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {(unsigned short)count, code};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0) return 0;
    // A kernel without filters still has the limits.
    return errno == EINVAL || errno == ENOSYS ? 0 : -1;
}
#else
static int filter_calls(void) { return 0; }
#endif

static int limit(int resource, rlim_t value) {
    struct rlimit now;
    if (getrlimit(resource, &now) != 0) return -1;
    if (now.rlim_max != RLIM_INFINITY && now.rlim_max < value) value = now.rlim_max;
    struct rlimit wanted = {value, value};
    return setrlimit(resource, &wanted);
}

int sandbox_confine(uint64_t memory, uint64_t seconds) {
    // Nobody may look into it, and a crash leaves no dump.
    if (prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return -1;
    if (limit(RLIMIT_CORE, 0) != 0 || limit(RLIMIT_FSIZE, 0) != 0 || limit(RLIMIT_NOFILE, 0) != 0) return -1;
    if (limit(RLIMIT_NPROC, 0) != 0 || limit(RLIMIT_CPU, seconds) != 0 || limit(RLIMIT_DATA, memory) != 0) return -1;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
    return filter_calls();
}

int sandbox_memory_file(void) { return memfd_create("file", MFD_CLOEXEC); }

int sandbox_pipe(int *ends) {
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    fcntl(ends[0], F_SETPIPE_SZ, 1 << 20);
    return 0;
}

int sandbox_start(const char *program, const char *argument, int input, int output) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    if (posix_spawn_file_actions_init(&actions) != 0) return -1;
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return -1;
    }
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    // Out of the way first, where one already has the number that the other is to get.
    int own_input = fcntl(input, F_DUPFD_CLOEXEC, 10), own_output = fcntl(output, F_DUPFD_CLOEXEC, 10);
    int process = -1, status = own_input < 0 || own_output < 0;
    for (int stream = 0; stream <= 2 && !status; stream++)
        status = posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
    if (!status) status = posix_spawn_file_actions_adddup2(&actions, own_input, 3);
    if (!status) status = posix_spawn_file_actions_adddup2(&actions, own_output, 4);
    if (!status) status = posix_spawn_file_actions_addclosefrom_np(&actions, 5);
    // Where the libraries are is all that it needs of the environment.
    char library[4096] = "LD_LIBRARY_PATH=";
    const char *path = getenv("LD_LIBRARY_PATH");
    char *environment[] = {NULL, NULL};
    if (path && strlen(path) < sizeof library - strlen(library)) environment[0] = strcat(library, path);
    char *arguments[] = {"trainyard", (char *)argument, NULL};
    pid_t started;
    if (!status && posix_spawn(&started, program, &actions, &attributes, arguments, environment) == 0) process = started;
    if (own_input >= 0) close(own_input);
    if (own_output >= 0) close(own_output);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return process;
}
