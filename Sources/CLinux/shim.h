// What the Glibc module leaves out.
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

struct sockaddr;
extern int accept4(int, struct sockaddr *, unsigned int *, int);
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
