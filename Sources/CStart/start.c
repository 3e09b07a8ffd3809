#include "start.h"

#include <fcntl.h>
#include <stddef.h>
#include <unistd.h>

static int argument_count = 0;
static char **arguments = NULL;

// The GNU C library hands `main`'s arguments to constructors too. Swift's own `CommandLine` reads /proc/self/cmdline, which
// a container or a chroot may lack, and gives no arguments then.
//
// A process may be started with its standard streams closed (by cron, by some daemonizers). The next file or socket that is
// opened would take the descriptor's number, and what is written to "standard error" would land in it; so /dev/null goes
// there before anything is opened.
__attribute__((constructor)) static void start(int count, char **values) {
    argument_count = count;
    arguments = values;
    int descriptor;
    do {
        descriptor = open("/dev/null", O_RDWR);
    } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
    if (descriptor > STDERR_FILENO) close(descriptor);
}

int trainyard_argument_count(void) { return argument_count; }

const char *trainyard_argument(int index) { return arguments[index]; }
