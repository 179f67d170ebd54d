"""Runs commands one after the other, and says of each its exit status, what it printed, the seconds of processor time that
it took, and the most memory that it had: `measure.py COMMANDS.json` with a list of lists of arguments."""

import json
import os
import subprocess
import sys
import time


def run(command):
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    output, errors = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return dict(status=process.returncode, output=output.decode(errors="replace"), errors=errors.decode(errors="replace"),
                seconds=usage.ru_utime + usage.ru_stime, wall=time.monotonic() - start, kilobytes=usage.ru_maxrss)


with open(sys.argv[1]) as file:
    print(json.dumps([run(command) for command in json.load(file)]))
