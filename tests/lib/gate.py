# SPDX-License-Identifier: GPL-2.0-or-later
"""A daemon whose answers a test holds back: relays a UNIX socket, message by message.

    gate.py LISTEN TARGET    relays until it is ended

SIGUSR1 shuts the gate, SIGUSR2 opens it. While it is shut, whatever the daemon says waits, in its order, but for the
keepalive's messages: those a daemon answers also while all of its workers are stuck. Standard output tells "ready",
"shut", "held" when a message begins to wait, and "open". A message of libvirt's RPC begins with its length and its
program, 4 bytes each, big endian.
"""
import asyncio
import os
import signal
import struct
import sys

KEEPALIVE = 0x6B656570


def tell(word):
    print(word, flush=True)


async def relay_bytes(reader, writer):
    while data := await reader.read(1 << 16):
        writer.write(data)
        await writer.drain()
    writer.close()


async def read_message(reader):
    """(program, message); None at the end."""
    try:
        head = await reader.readexactly(8)
        length, program = struct.unpack(">2I", head)
        return program, head + await reader.readexactly(length - len(head))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


async def relay_messages(reader, writer, gate):
    queue = asyncio.Queue()

    async def deliver():
        while (message := await queue.get()) is not None:
            if not gate.is_set():
                tell("held")
            await gate.wait()
            writer.write(message)
            await writer.drain()
        writer.close()

    delivery = asyncio.create_task(deliver())
    while (item := await read_message(reader)) is not None:
        program, message = item
        if program == KEEPALIVE:
            writer.write(message)
        else:
            await queue.put(message)
    await queue.put(None)
    await delivery


async def main(listen, target):
    gate = asyncio.Event()
    gate.set()

    def shut():
        gate.clear()
        tell("shut")

    def open_():
        gate.set()
        tell("open")

    async def serve(reader, writer):
        above, below = await asyncio.open_unix_connection(target)
        await asyncio.gather(relay_bytes(reader, below), relay_messages(above, writer, gate), return_exceptions=True)

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, shut)
    loop.add_signal_handler(signal.SIGUSR2, open_)
    if os.path.exists(listen):
        os.unlink(listen)
    async with await asyncio.start_unix_server(serve, listen):
        tell("ready")
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
