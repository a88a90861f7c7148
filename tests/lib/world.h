// SPDX-License-Identifier: GPL-2.0-or-later
// Guests in a few lines of text, for tests of the model.
//
// Each line is one thing; '#' starts a comment. Words are separated by blanks.
//
//   guest NAME STATE                        running, paused, off; first line
//   disk TARGET PATH [FORMAT] [flag...]     of NOW; flags: readonly shareable cdrom transient encrypted excluded manual
//                                         block network
//   inactive TARGET PATH                    where the stored definition differs from the live one
//   image PATH base|on:PATH|unknown|missing SIZE [empty|gone]     what is known of an image; SIZE in MiB or ?
//   tags PATH [TAG...]                      what the image is seen to hold inside
//   real PATH NAME                        its name without links
//   snapshot NAME TIME STATE [parent=NAME] [memory=internal|FILE] [copy] [nodef]
//                                           copy: of its parent, as a composed revert records it
//   ext TARGET FROZEN OVERLAY [marked]      a disk of the snapshot above; marked: a delete was cut off
//   int TARGET IMAGE [FORMAT] [flag...]
//   out TARGET IMAGE [FORMAT] [flag...]     left out
//   revert TARGET OVERLAY                   an entry of <revertDisks>
//   current NAME
//   flag WORD                               managed-save transient uefi block-job busy immobile agent checkpoints
//   space FOLDER MIB
//   shared FOLDER WHAT
//   unwritable FOLDER                       its storage is mounted read-only
//   files FOLDER [NAME...]                  what lies in the folder besides
#pragma once

#include "engine/model/host.h"
#include "engine/model/picture.h"

// Builds a picture; a line that is not understood ends the test.
Picture *world_picture(const char *text);

// A QEMU host of that version; `driver` NULL means "QEMU".
Host *world_host(unsigned long version, const char *driver);
