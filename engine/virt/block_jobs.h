// SPDX-License-Identifier: GPL-2.0-or-later
// Block jobs on a guest's disks, whoever started them.
#pragma once

#include "engine/virt/connect.h"

// What runs on the writable disks of a definition (of BlockJob); NULL: it cannot be told now. Asks first whether a
// job holds the guest, and then does not wait for it. One call for each disk; without a block job it does not reach
// QEMU (qemuDomainGetBlockJobInfo).
GPtrArray *block_jobs_read(Connection *connection, const char *uuid, const Definition *live);
