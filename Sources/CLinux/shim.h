// What the Glibc module leaves out.
#include <linux/filter.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

struct sockaddr;
extern int accept4(int, struct sockaddr *, unsigned int *, int);
extern int setsockopt(int, int, int, const void *, unsigned int);
extern int pthread_setname_np(unsigned long, const char *);
extern int sched_getaffinity(int, unsigned long, void *);

// The first version of the structure (sched_setattr(2)); the C library has it from 2.41 on.
struct sched_attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};

// Reads or writes the attributes of the calling thread; zero where it went well.
static inline int get_sched_attributes(struct sched_attributes *attributes) {
    return (int)syscall(SYS_sched_getattr, 0, attributes, sizeof *attributes, 0);
}

static inline int set_sched_attributes(struct sched_attributes *attributes) {
    attributes->size = sizeof *attributes;
    return (int)syscall(SYS_sched_setattr, 0, attributes, 0);
}

// Has all connections of a port go to one of the sockets that share it (SO_REUSEPORT, socket(7)): the one that was the
// index-th to listen, or, where that is gone, whichever the kernel's hash gives. Zero where it went well.
static inline int choose_reused_port(int socket, uint32_t index) {
    struct sock_filter code = {BPF_RET | BPF_K, 0, 0, index};
    struct sock_fprog program = {1, &code};
    return setsockopt(socket, 1 /* SOL_SOCKET */, 51 /* SO_ATTACH_REUSEPORT_CBPF */, &program, sizeof program);
}

// Has the sockets of a port share its connections, as they do without a choice.
static inline int share_reused_port(int socket) {
    int none = 0;
    return setsockopt(socket, 1 /* SOL_SOCKET */, 68 /* SO_DETACH_REUSEPORT_BPF */, &none, sizeof none);
}

// Has pieces of memory of so many bytes and more go back to the system when they are freed (mallopt(3)).
static inline void set_mmap_threshold(int bytes) { mallopt(M_MMAP_THRESHOLD, bytes); }

// Has the C library keep so many free bytes at the end of each heap, rather than ask for them again (mallopt(3)).
static inline void set_trim_threshold(int bytes) { mallopt(M_TRIM_THRESHOLD, bytes); }
