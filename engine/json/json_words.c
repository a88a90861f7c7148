// SPDX-License-Identifier: GPL-2.0-or-later
// Words of the JSON formats. They are part of the format: none may change within a format version.
#include "engine/json/json_words.h"

#include "engine/model/plan.h"

const JsonWord KIND_WORDS[] = {
    {"any", KIND_NONE},
    {"internal", KIND_INTERNAL},
    {"external", KIND_EXTERNAL},
    {"mixed", KIND_MIXED},
    {NULL, 0},
};

const JsonWord MODE_WORDS[] = {
    {"default", DISK_MODE_DEFAULT},   {"no", DISK_MODE_NO},
    {"internal", DISK_MODE_INTERNAL}, {"external", DISK_MODE_EXTERNAL},
    {"manual", DISK_MODE_MANUAL},     {NULL, 0},
};

const JsonWord MEMORY_WORDS[] = {
    {"no", MEMORY_NO},
    {"internal", MEMORY_INTERNAL},
    {"external", MEMORY_EXTERNAL},
    {NULL, 0},
};

const JsonWord NOW_WORDS[] = {
    {"keep", NOW_KEEP},
    {"lose", NOW_LOSE},
    {NULL, 0},
};

const JsonWord AFTER_WORDS[] = {
    {"as-saved", AFTER_AS_SAVED},
    {"running", AFTER_RUNNING},
    {"paused", AFTER_PAUSED},
    {"off", AFTER_OFF},
    {NULL, 0},
};

const JsonWord VERDICT_WORDS[] = {
    {"ok", VERDICT_OK},
    {"refused", VERDICT_REFUSED},
    {NULL, 0},
};

const JsonWord VERB_WORDS[] = {
    {"create", VERB_CREATE},
    {"delete", VERB_DELETE},
    {"revert", VERB_REVERT},
    {"discard", VERB_DISCARD},
    {"repair", VERB_REPAIR},
    {NULL, 0},
};

const JsonWord STEP_WORDS[] = {
    {"create", STEP_CREATE}, {"start-paused", STEP_START_PAUSED},
    {"delete", STEP_DELETE}, {"stop-started", STEP_STOP_STARTED},
    {"revert", STEP_REVERT}, {"make-layers", STEP_MAKE_LAYERS},
    {"record", STEP_RECORD}, {"define", STEP_DEFINE},
    {"power-off", STEP_POWER_OFF}, {"power-on", STEP_POWER_ON},
    {"restore", STEP_RESTORE}, {"remove-files", STEP_REMOVE_FILES},
    {"reparent", STEP_REPARENT}, {"renew", STEP_RENEW}, {"follow", STEP_FOLLOW},
    {"make-current", STEP_MAKE_CURRENT}, {"merge-layers", STEP_MERGE_LAYERS},
    {"merge-now", STEP_MERGE_NOW}, {"persist", STEP_PERSIST},
    {"release", STEP_RELEASE}, {"commit", STEP_COMMIT},
    {"rebase", STEP_REBASE},
    {NULL, 0},
};

const JsonWord STATE_WORDS[] = {
    {"unknown", SNAPSHOT_UNKNOWN},
    {"running", SNAPSHOT_RUNNING},
    {"paused", SNAPSHOT_PAUSED},
    {"off", SNAPSHOT_OFF},
    {"disk-only", SNAPSHOT_DISK_ONLY},
    {"other", SNAPSHOT_OTHER},
    {NULL, 0},
};

const JsonWord PRESENCE_WORDS[] = {
    {"unknown", PRESENCE_UNKNOWN},
    {"found", PRESENCE_FOUND},
    {"missing", PRESENCE_MISSING},
    {NULL, 0},
};

const JsonWord CHAIN_END_WORDS[] = {
    {"complete", CHAIN_COMPLETE}, {"unknown", CHAIN_UNKNOWN},   {"missing", CHAIN_MISSING},
    {"loop", CHAIN_LOOP},         {"too-deep", CHAIN_TOO_DEEP}, {NULL, 0},
};

const JsonWord TREE_FAULT_WORDS[] = {
    {"orphan", TREE_ORPHAN}, {"cycle", TREE_CYCLE}, {NULL, 0}, // TREE_SOUND: null
};
