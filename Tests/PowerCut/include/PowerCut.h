// Nothing is called: the library stands in for functions of the C library.
