// SPDX-License-Identifier: GPL-2.0-or-later
// Completing what is known of a guest's images. Included by engine/virt/*.c only.
#pragma once

#include "engine/model/picture.h"
#include "engine/virt/libvirt.h"
#include "engine/virt/look.h"

// The table of all images that a guest, its snapshots and their backing images name. Asked, in
// order: its definitions and records, QEMU itself (running guests), storage volumes, and where the
// storage is local the files. What nobody tells stays unknown. The caller owns the table. LOOK_REACH: no sizes.
Images *look_images(Connection *connection, LvDomain *handle, const Domain *domain,
                    const GPtrArray *snapshots, Storage *storage, LookDepth depth);
