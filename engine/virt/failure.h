// SPDX-License-Identifier: GPL-2.0-or-later
// libvirt's last error in this thread -> Failure, with advice by error code.
#pragma once

#include "engine/message.h"

// What failed (a printf sentence without its final dot), libvirt's text and code, and what to do.
// Call it right after the call that failed, in the same thread. Its arguments must not call
// libvirt: even virDomainGetName() resets the error.
Failure *failure_last(const char *format, ...) G_GNUC_PRINTF(1, 2);

// The same for text that could not be read (GError); `error` may be NULL.
Failure *failure_unread(const GError *error, const char *format, ...) G_GNUC_PRINTF(2, 3);

// Is it the guest that is gone, rather than the connection or our rights?
bool failure_is_gone(const Failure *failure);

// The operator, or AbortJob, ended the operation.
bool failure_aborted(const Failure *failure);

// libvirt had begun the operation when it failed, so it may have written. A block job that ends badly is an internal
// error of libvirt's (9.0); so is a command that QEMU refuses, which is told by the text: in another language it counts
// as begun. Of several merges that are begun one after the other a refusal leaves the image `first` untouched (NULL: it
// cannot be told which) only where it is about that one.
bool failure_midway(const Failure *failure, const char *first);

// What to do about an error; NULL: no advice. `said` may be NULL.
const char *failure_advice(int code, int domain, const char *said);
