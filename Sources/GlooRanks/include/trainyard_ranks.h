// How ranks of a training speak to each other; a library with these five functions is loaded when a job has ranks.
//
// Every function returns 0, or writes why not into `error` (ended by a NUL) and returns another number. None throws, and
// none waits longer than the group's deadline.
#ifndef TRAINYARD_RANKS_H
#define TRAINYARD_RANKS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct trainyard_ranks;

// Where ranks leave their addresses for each other. Both return 0, or another number where it failed.
struct trainyard_rendezvous {
    void *context;
    int (*set)(void *context, const char *key, const void *bytes, size_t count);
    // Waits for the key, for so long at most; writes at most `room` bytes, and how many into `count`.
    int (*get)(void *context, const char *key, void *bytes, size_t room, size_t *count, int milliseconds);
};

struct trainyard_ranks_error {
    char text[512];
};

// Joins a group of `size` ranks, a power of two, as number `rank`, listening on `address` (a name or number of this
// machine). The rendezvous is used until the call returns.
int trainyard_ranks_open(
    int rank,
    int size,
    const char *address,
    int deadline_milliseconds,
    const struct trainyard_rendezvous *rendezvous,
    struct trainyard_ranks **group,
    struct trainyard_ranks_error *error
);

// Sends to a rank and receives from it at the same time; the numbers of both differ in one binary digit.
int trainyard_ranks_exchange(
    struct trainyard_ranks *group,
    int peer,
    const void *sent,
    size_t sent_count,
    void *received,
    size_t received_count,
    struct trainyard_ranks_error *error
);

// Gives all ranks what rank 0 has.
int trainyard_ranks_broadcast(
    struct trainyard_ranks *group,
    void *bytes,
    size_t count,
    struct trainyard_ranks_error *error
);

// Returns when all ranks have come.
int trainyard_ranks_barrier(struct trainyard_ranks *group, struct trainyard_ranks_error *error);

// Leaves the group; the others' calls fail.
void trainyard_ranks_close(struct trainyard_ranks *group);

#ifdef __cplusplus
}
#endif

#endif
