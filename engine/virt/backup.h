// SPDX-License-Identifier: GPL-2.0-or-later
// The texts that a job saves before it changes anything: a guest's stored definition and records of its snapshots,
// with their secrets. The caller frees them, and shows them to nobody. The job's thread calls.
#pragma once

#include "engine/virt/connect.h"

// NULL and `failure` when it cannot be read.
char *backup_definition(Connection *connection, const char *uuid, Failure **failure);
char *backup_record(Connection *connection, const char *uuid, const char *snapshot, Failure **failure);
