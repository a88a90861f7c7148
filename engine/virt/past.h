// SPDX-License-Identifier: GPL-2.0-or-later
// What is known of a job whose process was cut off, for those who take it up. All of it is borrowed.
#pragma once

#include "engine/model/remains.h"

typedef struct Past {
    const JournalEntry *entry;
    unsigned done;          // steps that are done
    unsigned traced;        // the same, and one more if the next left something
    bool stored;            // the guest is transient, and the plan has stored it
    const char *definition; // the guest's as it was; NULL: not saved
    GHashTable *records;    // name -> text as it was, as far as they were saved
} Past;
