#define _GNU_SOURCE
#include "rank_servant.h"
#include "trainyard_ranks.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { CHANNEL = 3 };

static struct {
    __typeof__(trainyard_ranks_open) *open;
    __typeof__(trainyard_ranks_exchange) *exchange;
} library;

// Whoever asks is gone: nothing is left to do.
static void end(void) { _exit(0); }

static void fill(void *bytes, size_t count) {
    char *place = bytes;
    while (count > 0) {
        ssize_t done = read(CHANNEL, place, count);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) end();
        place += done;
        count -= (size_t)done;
    }
}

static void put(const void *bytes, size_t count) {
    const char *place = bytes;
    while (count > 0) {
        ssize_t done = write(CHANNEL, place, count);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) end();
        place += done;
        count -= (size_t)done;
    }
}

static void answer(uint64_t kind, const void *bytes, size_t count) {
    struct rank_message message = {kind, count, 0, 0};
    put(&message, sizeof message);
    put(bytes, count);
}

static void fail(const char *text) { answer(RANK_FAILED, text, strlen(text)); }

static int leave(void *context, const char *key, const void *bytes, size_t count) {
    (void)context;
    struct rank_message message = {RANK_LEAVE, strlen(key), count, 0};
    put(&message, sizeof message);
    put(key, strlen(key));
    put(bytes, count);
    fill(&message, sizeof message);
    return message.kind == RANK_DONE ? 0 : 1;
}

static int fetch(void *context, const char *key, void *bytes, size_t room, size_t *count, int milliseconds) {
    (void)context;
    (void)milliseconds;
    struct rank_message message = {RANK_FETCH, strlen(key), 0, 0};
    put(&message, sizeof message);
    put(key, strlen(key));
    fill(&message, sizeof message);
    if (message.kind != RANK_DONE || message.first > room) return 1;
    fill(bytes, message.first);
    *count = message.first;
    return 0;
}

static int load(const char *path) {
    if (library.open) return 0;
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) return -1;
    library.exchange = (__typeof__(library.exchange))dlsym(handle, "trainyard_ranks_exchange");
    if (!library.exchange) return -1;
    library.open = (__typeof__(library.open))dlsym(handle, "trainyard_ranks_open");
    return library.open ? 0 : -1;
}

// Memory for so many bytes, which is kept for the next request; ends the process where there is none.
static void *room(void **held, size_t *size, size_t count) {
    if (*size < count) {
        free(*held);
        *held = malloc(count);
        if (!*held) _exit(71);
        *size = count;
    }
    return *held;
}

int rank_serve(const char *path) {
    // A process that was started to serve another doesn't outlive it, whatever it waits for.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    struct trainyard_ranks *group = NULL;
    struct trainyard_ranks_error error = {{0}};
    void *sent = NULL, *received = NULL;
    size_t sent_size = 0, received_size = 0;
    for (;;) {
        struct rank_message message;
        fill(&message, sizeof message);
        switch (message.kind) {
        case RANK_HELLO:
            if (load(path) == 0) answer(RANK_DONE, NULL, 0);
            else fail(dlerror());
            break;
        case RANK_OPEN: {
            char address[RANK_ADDRESS_ROOM];
            fill(address, sizeof address);
            address[sizeof address - 1] = 0;
            if (load(path) != 0) {
                fail(dlerror());
                break;
            }
            struct trainyard_rendezvous rendezvous = {NULL, leave, fetch};
            int status = library.open(
                (int)message.first, (int)message.second, address, (int)message.third, &rendezvous, &group, &error
            );
            if (status == 0) answer(RANK_DONE, NULL, 0);
            else fail(error.text);
            break;
        }
        case RANK_EXCHANGE: {
            void *source = room(&sent, &sent_size, message.second);
            void *target = room(&received, &received_size, message.third);
            fill(source, message.second);
            int status =
                group ? library.exchange(group, (int)message.first, source, message.second, target, message.third, &error)
                      : 1;
            if (status == 0) answer(RANK_DONE, target, message.third);
            else fail(error.text);
            break;
        }
        default: return 64;
        }
    }
}
