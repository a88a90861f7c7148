// SPDX-License-Identifier: GPL-2.0-or-later
// The words that stand for the model's enumerations in JSON: one table each, for both directions.
#pragma once

#include "engine/json/json_in.h"

extern const JsonWord KIND_WORDS[];       // SnapshotKind
extern const JsonWord MODE_WORDS[];       // DiskMode
extern const JsonWord MEMORY_WORDS[];     // MemoryMode
extern const JsonWord NOW_WORDS[];        // NowChoice
extern const JsonWord AFTER_WORDS[];      // AfterChoice
extern const JsonWord VERDICT_WORDS[];    // Verdict
extern const JsonWord VERB_WORDS[];       // Verb
extern const JsonWord STEP_WORDS[];       // StepKind
extern const JsonWord STATE_WORDS[];      // SnapshotState
extern const JsonWord PRESENCE_WORDS[];   // Presence
extern const JsonWord CHAIN_END_WORDS[];  // ChainEnd
extern const JsonWord TREE_FAULT_WORDS[]; // TreeFault
