// SPDX-License-Identifier: GPL-2.0-or-later
// An engine without libvirt: implements engine.h, keeps what it was asked, says what the test pushes.
#pragma once

#include "engine/engine.h"

// What it was asked since the last call of this, one call per line: "plan 1 delete s1 of web-01".
// Watching is left out, see below. Caller frees.
char *fake_engine_calls(Engine *engine);

// The uuids of the last engine_watch(), joined by blanks; "" before the first.
const char *fake_engine_watched(const Engine *engine);

// The last wish and the last plan it was given; NULL: none yet. Owned by the engine.
const Wish *fake_engine_wish(const Engine *engine);
const char *fake_engine_answers(const Engine *engine); // of the last engine_answer, joined by '|'

// Adds an entry that the next engine_list_journal() finds; takes ownership.
void fake_engine_journal(JournalFound *found);

// From now on nobody answers engine_list_journal(), as when the journal's lock hangs: questions are counted. Without
// `hold` one answer is given, and those that follow. Returns how many were not answered.
unsigned fake_engine_hold_journal(Engine *engine, bool hold);

// What the next engine_read_audit() finds (of AuditRecord); takes ownership.
void fake_engine_audit(GPtrArray *records);

// Puts a message where engine_next() finds it; takes ownership.
void fake_engine_push(Engine *engine, Message *message);
