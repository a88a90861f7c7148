// SPDX-License-Identifier: GPL-2.0-or-later
// What readers do with our own small files, so that no front end waits for a disk: the journal, the audit log, and
// what a front end keeps from one start to the next. Needs no connection.
#pragma once

#include "engine/channel.h"
#include "engine/worklist.h"

// Does work of the kinds that worklist_is_filing() names, and says what came of it.
void filing_do(Channel *channel, const Work *work);
