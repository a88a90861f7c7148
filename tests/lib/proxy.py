# SPDX-License-Identifier: GPL-2.0-or-later
"""A daemon that is far away: relays a UNIX socket, holds every byte back for half a round trip, and counts calls.

    proxy.py LISTEN TARGET ROUND_TRIP_MS    relays until it is ended

When no client is left, what all had since there was none is told on standard output: "calls N clients N up BYTES down
BYTES". A call is a message of libvirt's RPC (length, program, version, procedure, type, serial, status: 4 bytes each,
big endian) of type 0; the keepalive's messages are a program of their own and not counted.
"""
import asyncio
import os
import struct
import sys

KEEPALIVE = 0x6B656570
CALL = 0


class Told:
    """What the clients of one time had."""

    def __init__(self):
        self.clients = self.open = self.calls = self.up = self.down = 0

    def begin(self):
        self.clients += 1
        self.open += 1

    def end(self):
        self.open -= 1
        if not self.open:
            print("calls", self.calls, "clients", self.clients, "up", self.up, "down", self.down, flush=True)
            self.__init__()


class Counter:
    """Counts the calls in a stream of RPC messages, whatever pieces it comes in."""

    def __init__(self, told):
        self.told = told
        self.left = 0  # of the message under way
        self.head = b""

    def feed(self, data):
        self.told.up += len(data)
        while data:
            if self.left:
                skipped = min(self.left, len(data))
                self.left -= skipped
                data = data[skipped:]
                continue
            wanted = 20 - len(self.head)
            self.head, data = self.head + data[:wanted], data[wanted:]
            if len(self.head) < 20:
                return
            length, program, _, _, kind = struct.unpack(">5I", self.head)
            self.told.calls += program != KEEPALIVE and kind == CALL
            self.left = max(0, length - 20)
            self.head = b""


async def relay(reader, writer, delay, note):
    """Each piece leaves `delay` seconds after it came, and pieces that come meanwhile are not held up by it."""
    queue = asyncio.Queue()
    loop = asyncio.get_running_loop()

    async def deliver():
        while (item := await queue.get()) is not None:
            due, data = item
            if due > loop.time():
                await asyncio.sleep(due - loop.time())
            writer.write(data)
            await writer.drain()
        writer.close()

    delivery = asyncio.create_task(deliver())
    while data := await reader.read(1 << 18):
        note(data)
        await queue.put((loop.time() + delay, data))
    await queue.put(None)
    await delivery


async def main(listen, target, round_trip):
    delay = float(round_trip) / 2000
    told = Told()

    def note_down(data):
        told.down += len(data)

    async def serve(reader, writer):
        told.begin()
        above, below = await asyncio.open_unix_connection(target)
        await asyncio.gather(relay(reader, below, delay, Counter(told).feed), relay(above, writer, delay, note_down),
                             return_exceptions=True)
        told.end()

    if os.path.exists(listen):
        os.unlink(listen)
    async with await asyncio.start_unix_server(serve, listen):
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
