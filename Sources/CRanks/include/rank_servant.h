// A process that speaks to the other ranks of a training in another's place, so that what a library does there, a fault
// or a hang, ends this process alone. Whoever started it asks it through a socket, one request at a time.
#ifndef RANK_SERVANT_H
#define RANK_SERVANT_H

#include <stdint.h>

// What stands before each message, in the machine's own order of bytes.
struct rank_message {
    uint64_t kind;
    uint64_t first;
    uint64_t second;
    uint64_t third;
};

enum {
    // To the servant: load the library and tell whether that works.
    RANK_HELLO = 1,
    // Join a group: rank, how many, milliseconds; behind it 64 bytes, the own address ended by zeros.
    RANK_OPEN = 2,
    // Exchange: the other's number, how many bytes are sent, how many are to be received; behind it those that are sent.
    RANK_EXCHANGE = 3,
    // From the servant: it is done; behind it so many bytes as `first` says.
    RANK_DONE = 10,
    // It failed; behind it so many bytes of text.
    RANK_FAILED = 11,
    // While it joins: leave something for the others; behind it the lengths that `first` and `second` say, name and value.
    RANK_LEAVE = 12,
    // While it joins: fetch what another has left; behind it the name, `first` bytes. Both are answered by the two above.
    RANK_FETCH = 13,
};

enum { RANK_ADDRESS_ROOM = 64 };

// Serves requests on descriptor 3, with the library at a path, until whoever asks is gone; gives the exit status.
int rank_serve(const char *library);

#endif
