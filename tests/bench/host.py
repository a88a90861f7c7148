# SPDX-License-Identifier: GPL-2.0-or-later
"""A libvirtd of the bench's own, with guests of many snapshots.

Records are written as the daemon stores them, before it starts: making 10,000 by redefine takes it a minute. Each
names two disks with external snapshots; the images are there, as headers without data.
"""
import os
import struct
import subprocess

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
LAB = os.path.join(TOP, "tests", "lab", "libvirtd")
DISKS = ("vda", "vdb")
SHAPES = ("chain", "bushy", "flat")


def parents(shape, count):
    """For each snapshot the one that it stands on, or None.

    chain: ten branches of some length leave it; bushy: every fourth has two children; flat: all are roots."""
    if shape == "flat":
        return [None] * count
    if shape == "chain":
        step = max(count // 10, 2)
        return [None if i == 0 else i - max(2, step // 10) if i % step == 0 else i - 1 for i in range(count)]
    above, following = [None] * count, 1
    for node in range(count):
        for _ in range(2 if node % 4 == 0 else 1):
            if following < count:
                above[following] = node
                following += 1
    return above


def write_image(path, backing):
    """A qcow2 header (version 3, 64 KiB clusters) and nothing behind it but empty tables."""
    name = backing.encode() if backing else b""
    extension = struct.pack(">II", 0xE2792ACA, 5) + b"qcow2\0\0\0" if backing else b""
    place = 104 + len(extension) + 8
    head = struct.pack(">4sIQIIQIIQQIIQQQQII", b"QFI\xfb", 3, place if backing else 0, len(name), 16, 64 << 20,
                       0, 1, 3 << 16, 1 << 16, 1, 0, 0, 0, 0, 0, 4, 104)
    with open(path, "wb") as image:
        image.write(head + extension + struct.pack(">II", 0, 0) + name)
        image.seek(1 << 16)
        image.write(struct.pack(">Q", 2 << 16))
        image.seek(2 << 16)
        image.write(struct.pack(">4H", 1, 1, 1, 1))
        image.truncate(4 << 16)


def disk_xml(path, target):
    return (f"<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{path}'/>"
            f"<target dev='{target}' bus='virtio'/></disk>")


def guest_xml(name, uuid, images):
    disks = "".join(disk_xml(image, target) for target, image in zip(DISKS, images))
    return (f"<domain type='qemu'><name>{name}</name><uuid>{uuid}</uuid><memory>32768</memory><vcpu>1</vcpu>"
            "<os><type arch='x86_64' machine='pc'>hvm</type></os><devices>"
            f"<emulator>/usr/bin/qemu-system-x86_64</emulator>{disks}</devices></domain>")


def write_record(folder, snapshot, parent, created, definition, overlays, current):
    disks = "".join(f"<disk name='{target}' snapshot='external' type='file'><driver type='qcow2'/>"
                    f"<source file='{overlay}'/></disk>" for target, overlay in zip(DISKS, overlays))
    above = f"<parent><name>{parent}</name></parent>" if parent else ""
    with open(os.path.join(folder, snapshot + ".xml"), "w", encoding="ascii") as record:
        record.write(f"<domainsnapshot><name>{snapshot}</name><state>shutoff</state>{above}"
                     f"<creationTime>{created}</creationTime><memory snapshot='no'/><disks>{disks}</disks>"
                     f"{definition}<active>{int(current)}</active></domainsnapshot>")


class Host:
    """The daemon, its folder, and which guests it has."""

    def __init__(self, folder):
        self.folder = folder
        self.uri = subprocess.check_output([LAB, "start", folder, str(os.getpid())], text=True).strip()
        self.socket = os.path.join(folder, "run/libvirt/libvirt-sock")
        self.made = 0

    def lab(self, verb):
        subprocess.run([LAB, verb, self.folder], check=True)

    def image(self, guest, target, snapshot):
        return os.path.join(self.folder, "images", f"{guest}-{target}.{snapshot}")

    def add(self, guest, above):
        """A guest whose NOW stands on the last of its snapshots. The daemon must be down; it sees it when it is up."""
        self.made += 1
        uuid = f"5a9a2f4e-0000-4000-8000-{self.made:012d}"
        records = os.path.join(self.folder, "lib/libvirt/qemu/snapshot", guest)
        configs = os.path.join(self.folder, "etc/qemu")
        os.makedirs(records)
        os.makedirs(configs, exist_ok=True)
        names = [f"s{i:05d}" for i in range(len(above))]
        frozen = self.write_images(guest, names, above)
        for i, name in enumerate(names):
            overlays = [self.image(guest, target, name) for target in DISKS]
            write_record(records, name, None if above[i] is None else names[above[i]], 1700000000 + 60 * i,
                         guest_xml(guest, uuid, frozen[i]), overlays, i == len(above) - 1)
        with open(os.path.join(configs, guest + ".xml"), "w", encoding="ascii") as config:
            config.write(guest_xml(guest, uuid, [self.image(guest, t, names[-1]) for t in DISKS]))

    def write_images(self, guest, names, above):
        """What each snapshot froze, by disk: the overlay of the one that it stands on; where that had a child before,
        the layer that a revert made beside it."""
        frozen, met = [], set()
        for target in DISKS:
            write_image(self.image(guest, target, "base"), None)
        for i, name in enumerate(names):
            below = [self.image(guest, t, "base") for t in DISKS] if above[i] is None else frozen[above[i]]
            if above[i] in met:
                layers = [self.image(guest, t, "back-" + name) for t in DISKS]
                for layer, image in zip(layers, below):
                    write_image(layer, image)
            else:
                layers = below if above[i] is None else [self.image(guest, t, names[above[i]]) for t in DISKS]
            met.add(above[i])
            frozen.append(layers)
            for target, image in zip(DISKS, layers):
                write_image(self.image(guest, target, name), image)
        return frozen
