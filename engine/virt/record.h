// SPDX-License-Identifier: GPL-2.0-or-later
// One snapshot's record as libvirt's own text: read, written, put back.
//
// The texts hold the guest's secrets (asked for with SECURE, else a redefinition would lose them): they are never
// logged nor put into a sentence. `guest` is its name, for sentences.
#pragma once

#include "engine/virt/libvirt.h"

// A record as it was.
typedef struct Kept {
    char *name;
    char *xml;
} Kept;

void kept_clear(Kept *kept);

// The caller frees it. NULL and `failure`.
char *record_read(LvDomain *domain, const char *guest, const char *name, Failure **failure);

// Redefines it; `current`: and names it the current one, which costs the former current one its <revertDisks>, and
// the same record its own if it is that one already (tried on 11.3 and 12.8).
Failure *record_write(LvDomain *domain, const char *name, const char *xml, bool current);

// The name of the current snapshot; NULL if there is none (VIR_ERR_NO_DOMAIN_SNAPSHOT is then libvirt's last error) or
// it cannot be read (another). The caller frees it.
char *record_current(LvDomain *domain);

// Puts a record back, and what is current with it if that is asked for. Writes nothing that is right already:
// libvirt may take a text no more that it has stored, and forgets a snapshot whose record it cannot write.
Failure *record_put_back(LvDomain *domain, const char *guest, const Kept *kept, bool current);

// libvirt's texts are malloc'ed, ours are GLib's.
char *record_take_text(char *text);
