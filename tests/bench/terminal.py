# SPDX-License-Identifier: GPL-2.0-or-later
"""The program in a pseudo-terminal of 80x24, and what it costs while somebody looks at it."""
import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import termios
import time

TICK = os.sysconf("SC_CLK_TCK")
BUSY = re.compile(rb"READING|being read")


class Terminal:
    """The program, started; `seen` is all that it has written."""

    def __init__(self, *command, state, rows=24):
        self.start = time.monotonic()
        self.seen = b""
        master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 80, 0, 0))
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for fd in range(3):
                os.dup2(slave, fd)
            os.execvpe(command[0], command, os.environ | {"TERM": "xterm-256color", "XDG_STATE_HOME": state})
        os.close(slave)
        self.master = master

    def read(self, seconds):
        """What it writes next; nothing when that does not come within `seconds`."""
        if not select.select([self.master], [], [], max(0, seconds))[0]:
            return b""
        data = os.read(self.master, 1 << 16)
        self.seen += data
        return data

    def wait_for(self, sign, seconds):
        """Milliseconds since the start until `sign`, a pattern, is written; None: it was not."""
        until = time.monotonic() + seconds
        begin = len(self.seen)
        while not re.search(sign, self.seen[max(0, begin - 200):]):
            if time.monotonic() > until:
                return None
            begin = len(self.seen)
            self.read(until - time.monotonic())
        return (time.monotonic() - self.start) * 1000

    def quiet(self, seconds, most):
        """Reads until nothing came for `seconds`; at most for `most`."""
        until = time.monotonic() + most
        while time.monotonic() < until and self.read(seconds):
            pass

    def press(self, key, seconds=2):
        """Milliseconds from the key to the first byte that answers it, and the bytes of that frame.

        What was under way before counts as no answer: it is read first."""
        while self.read(0):
            pass
        begin = time.monotonic()
        os.write(self.master, key)
        data = self.read(seconds)
        took = (time.monotonic() - begin) * 1000
        return (took, len(data)) if data else (None, 0)

    def processes(self):
        """The program is two: the one that the shell waits for, and the one that has the screen."""
        found = [self.pid]
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
                    if int(stat.read().rsplit(")", 1)[1].split()[1]) == self.pid:
                        found.append(int(pid))
            except (OSError, IndexError):
                pass
        return found

    def status(self, field):
        """The sum of one field of /proc/PID/status (KiB or a count) over both processes."""
        total = 0
        for pid in self.processes():
            with open(f"/proc/{pid}/status", encoding="utf-8") as status:
                total += sum(int(line.split()[1]) for line in status if line.startswith(field + ":"))
        return total

    def cpu(self):
        """Milliseconds of CPU that both processes have used."""
        total = 0
        for pid in self.processes():
            with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
                fields = stat.read().rsplit(")", 1)[1].split()
                total += int(fields[11]) + int(fields[12])
        return total * 1000 / TICK

    def cpu_of_threads(self):
        """The same of the threads that there are, exactly: for times that are shorter than a tick of the clock."""
        total = 0
        for pid in self.processes():
            for task in os.listdir(f"/proc/{pid}/task"):
                with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it ended right now
                    with open(f"/proc/{pid}/task/{task}/schedstat", encoding="utf-8") as stat:
                        total += int(stat.read().split()[0])
        return total / 1e6

    def switches(self):
        """How often a thread of both went to sleep of its own accord: each wake-up ends in one."""
        total = 0
        for pid in self.processes():
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/status", encoding="utf-8") as status:
                    total += sum(int(line.split()[1]) for line in status if line.startswith("voluntary"))
        return total

    def end(self):
        try:
            os.kill(self.pid, signal.SIGHUP)
            os.close(self.master)
            os.waitpid(self.pid, 0)
        except (OSError, ChildProcessError):
            pass


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")
