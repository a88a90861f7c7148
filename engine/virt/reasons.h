// SPDX-License-Identifier: GPL-2.0-or-later
// Why a guest is in its state, in a word or two.
#pragma once

// For virDomainGetState()'s state and reason. NULL: nothing worth saying. Static.
const char *reason_word(int state, int reason);
