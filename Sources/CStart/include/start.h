// What has to happen before anything else in the process.

#ifndef TRAINYARD_START_H
#define TRAINYARD_START_H

/// How many arguments `main` was given, the program's name among them.
int trainyard_argument_count(void);

/// One of the arguments.
const char *trainyard_argument(int index);

#endif
