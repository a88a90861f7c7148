// SPDX-License-Identifier: GPL-2.0-or-later
// Programs that libvirt starts to reach a host (ssh) apart from this terminal. Included by engine/virt/*.c only.
//
// They are children in our process group, with all signals open (virFork), so what the keyboard or a hang-up sends to
// the group ends them, and with them the line of a job that was to go on. A session of their own keeps them out of it.
#pragma once

#include <stdbool.h>

// From now on, until told otherwise, what this thread forks gets a session of its own, and no terminal to ask on.
void apart_set(bool apart);
