// How ranks of a training speak to each other; a library with these two functions is loaded when a job has ranks, by a
// process that joins one group: with its end the others' calls fail.
//
// Both return 0, or write why not into `error` (ended by a NUL) and return another number. Neither throws, or waits longer
// than the deadline of the group.
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

#ifdef __cplusplus
}
#endif

#endif
