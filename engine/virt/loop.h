// SPDX-License-Identifier: GPL-2.0-or-later
// libvirt's event loop: one thread for the whole process, shared by all engines.
#pragma once

// Silences libvirt's own printing of errors and warnings, registers its event loop and starts the loop's thread, in
// that order. May be called any number of times; must be called before anything is opened.
void loop_start(void);

// Waits until the loop has turned: whatever callback was running or due has run. Never from a
// callback.
void loop_turn(void);
