// What the Glibc module leaves out.
#include <sys/epoll.h>
#include <sys/eventfd.h>

struct sockaddr;
extern int accept4(int, struct sockaddr *, unsigned int *, int);
extern int pthread_setname_np(unsigned long, const char *);
extern int sched_getaffinity(int, unsigned long, void *);
