// SPDX-License-Identifier: GPL-2.0-or-later
// libvirt's own words about a guest or a snapshot, for people to read. Without the SECURE flag: libvirt leaves
// passwords out.
#pragma once

#include "engine/virt/connect.h"

typedef struct Texts {
    char *text;       // the whole XML
    char *definition; // the configuration in it, written as others are; NULL: there is none to read
} Texts;

void texts_clear(Texts *texts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Texts, texts_clear)

// Reads the record of a snapshot, or for NULL the guest's definition: what its next start uses. A guest that
// a job holds is not asked. False and `failure`; a record without a definition has text only.
bool texts_read(Connection *connection, const char *uuid, const char *snapshot, Texts *texts, Failure **failure);
