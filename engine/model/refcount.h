// SPDX-License-Identifier: GPL-2.0-or-later
// A reference count for values that several threads read and none changes.
//
// C11 atomics rather than g_atomic_*: GLib itself is not built with ThreadSanitizer, so a count kept
// by it would look like a race there. The last unref sees everything the other holders did before.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

typedef struct RefCount {
    atomic_int count;
} RefCount;

static inline void refcount_init(RefCount *refs)
{
    atomic_init(&refs->count, 1);
}

static inline void refcount_ref(RefCount *refs)
{
    atomic_fetch_add_explicit(&refs->count, 1, memory_order_relaxed);
}

// True when this was the last reference: the caller now frees the value.
static inline bool refcount_unref(RefCount *refs)
{
    return atomic_fetch_sub_explicit(&refs->count, 1, memory_order_acq_rel) == 1;
}
