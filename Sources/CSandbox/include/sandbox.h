#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdint.h>

/// Confines this process for good to reading what it has open and writing answers: it opens nothing, starts nothing and
/// reaches no network; of memory it gets so many bytes beside the program, of processor time so many seconds.
///
/// Gives 0, or -1 where the kernel refuses any of it.
int sandbox_confine(uint64_t memory, uint64_t seconds);

/// A file that lies in memory alone, closed in programs that are started; -1 where there is none to be had.
int sandbox_memory_file(void);

/// Makes a pipe, closed in programs that are started, with as much room as an ordinary user gets: where it is read from, and
/// where it is written to. Gives 0, or -1.
int sandbox_pipe(int *ends);

/// Starts a program with an argument; `input` becomes its descriptor 3 and `output` its descriptor 4, everything else is
/// closed, its standard streams lead nowhere. Gives its process id, or -1.
int sandbox_start(const char *program, const char *argument, int input, int output);

#endif
