"""Reads a table with pandas' C reader on one core: pandas_read.py PATH; prints the seconds and the peak memory in bytes."""
import json
import os
import resource
import sys
import time

import pandas

os.sched_setaffinity(0, {0})
start = time.perf_counter()
pandas.read_csv(sys.argv[1], engine="c")
seconds = time.perf_counter() - start
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024]))
