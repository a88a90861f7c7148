// SPDX-License-Identifier: GPL-2.0-or-later
// The answer to `show`: one state with, for each disk, the chain that it reads.
#include "engine/json/answer_json.h"
#include "engine/json/answer_parts.h"
#include "engine/json/json_words.h"
#include "engine/model/reach.h"

typedef struct StateOut {
    JsonOut *out;
    const Picture *picture;
    const Snapshot *snapshot; // NULL: NOW
    Reach *reach;
} StateOut;

// Snapshots whose content this image is: it was frozen by them.
static void frozen_by_out(const StateOut *state, const char *target, const char *path)
{
    json_out_list(state->out, "frozen_by");
    for (guint i = 0; i < state->picture->snapshots->len; i++) {
        const Snapshot *snapshot = g_ptr_array_index(state->picture->snapshots, i);
        const SnapshotDisk *disk = snapshot_disk(snapshot, target);
        bool external = disk && disk->mode == DISK_MODE_EXTERNAL;
        if (external && g_strcmp0(snapshot_frozen(snapshot, target), path) == 0)
            json_out_text(state->out, NULL, snapshot->name);
    }
    json_out_list_end(state->out);
}

static void used_by_out(const StateOut *state, const char *path)
{
    g_autoptr(GPtrArray) users = reach_of(state->reach, path);
    json_out_list(state->out, "used_by");
    for (guint i = 0; i < users->len; i++) {
        const State *user = g_ptr_array_index(users, i);
        if (user->snapshot)
            json_out_text(state->out, NULL, user->snapshot->name);
    }
    json_out_list_end(state->out);
}

static bool used_by_now(const StateOut *state, const char *path)
{
    g_autoptr(GPtrArray) users = reach_of(state->reach, path);
    for (guint i = 0; i < users->len; i++) {
        const State *user = g_ptr_array_index(users, i);
        if (!user->snapshot)
            return true;
    }
    return false;
}

static void image_out(const StateOut *state, const char *target, const char *path)
{
    const Image *image = images_get(state->picture->images, path);
    JsonOut *out = state->out;
    json_out_object(out, NULL);
    json_out_text(out, "path", path);
    json_out_text(out, "format", image ? image->format : NULL);
    json_out_word(out, "presence", PRESENCE_WORDS, image ? image->presence : PRESENCE_UNKNOWN);
    json_out_size(out, "allocation", image ? image->allocation : SIZE_UNKNOWN);
    json_out_size(out, "capacity", image ? image->capacity : SIZE_UNKNOWN);
    json_out_text(out, "conflict", image ? image->conflict : NULL);
    json_out_flag(out, "written_by_now", g_strcmp0(picture_now(state->picture, target), path) == 0);
    json_out_flag(out, "used_by_now", used_by_now(state, path));
    used_by_out(state, path);
    frozen_by_out(state, target, path);
    json_out_object_end(out);
}

static void chain_out(const StateOut *state, const char *target, const char *top)
{
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    ChainEnd end = top ? images_chain(state->picture->images, top, chain) : CHAIN_UNKNOWN;
    json_out_list(state->out, "chain");
    for (guint i = chain->len; i-- > 0;)
        image_out(state, target, g_ptr_array_index(chain, i));
    json_out_list_end(state->out);
    json_out_word(state->out, "chain_end", CHAIN_END_WORDS, end);
}

// One disk of a snapshot.
static void held_disk_out(const StateOut *state, const SnapshotDisk *disk)
{
    const char *frozen = snapshot_frozen(state->snapshot, disk->target);
    bool internal = disk->mode == DISK_MODE_INTERNAL;
    json_out_object(state->out, NULL);
    json_out_text(state->out, "target", disk->target);
    json_out_word(state->out, "mode", MODE_WORDS, disk->mode);
    json_out_text(state->out, "image", frozen);
    json_out_text(state->out, "tag", internal ? state->snapshot->name : NULL);
    json_out_text(state->out, "written_after", snapshot_overlay(state->snapshot, disk->target));
    chain_out(state, disk->target, frozen);
    json_out_object_end(state->out);
}

// One disk of NOW.
static void now_disk_out(const StateOut *state, const Disk *disk)
{
    json_out_object(state->out, NULL);
    json_out_text(state->out, "target", disk->target);
    json_out_text(state->out, "mode", NULL);
    json_out_text(state->out, "image", disk->path);
    json_out_text(state->out, "tag", NULL);
    json_out_text(state->out, "written_after", NULL);
    chain_out(state, disk->target, disk->path);
    json_out_object_end(state->out);
}

static void disks_out(const StateOut *state)
{
    const Definition *now = domain_now(state->picture->domain);
    const GPtrArray *disks = state->snapshot ? state->snapshot->disks : now ? now->disks : NULL;
    json_out_list(state->out, "disks");
    for (guint i = 0; disks && i < disks->len; i++) {
        if (state->snapshot)
            held_disk_out(state, g_ptr_array_index(disks, i));
        else
            now_disk_out(state, g_ptr_array_index(disks, i));
    }
    json_out_list_end(state->out);
}

static void head_out(const StateOut *state)
{
    json_out_object(state->out, "state");
    json_out_flag(state->out, "now", !state->snapshot);
    if (state->snapshot) {
        answer_snapshot(state->out, state->snapshot);
    } else {
        json_out_text(state->out, "name", NULL);
        json_out_text(state->out, "parent", state->picture->current);
        json_out_size(state->out, "bytes_in_no_snapshot", picture_now_bytes(state->picture));
    }
}

char *json_write_state(const char *uri, const Picture *picture, const Snapshot *snapshot)
{
    g_autoptr(Reach) reach = reach_new(picture);
    StateOut state = {
        .out = answer_begin(uri, picture->domain),
        .picture = picture,
        .snapshot = snapshot,
        .reach = reach,
    };
    json_out_text(state.out, "incomplete", picture->incomplete);
    head_out(&state);
    disks_out(&state);
    json_out_object_end(state.out);
    answer_problems(state.out, picture, false, snapshot ? snapshot->name : NULL);
    return answer_finish(state.out);
}
