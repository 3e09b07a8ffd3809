// Nothing to call: the target is linked for the symbol that CICU.c defines.
