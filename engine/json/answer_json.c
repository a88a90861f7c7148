// SPDX-License-Identifier: GPL-2.0-or-later
// Answers: hosts, a guest's tree, problems, the outcome of a job. One state is in answer_state.c.
#include "engine/json/answer_json.h"

#include "engine/json/answer_parts.h"
#include "engine/json/json_words.h"
#include "engine/model/problem.h"

// ---- Parts -----------------------------------------------------------------------------------

void answer_guest(JsonOut *out, const char *name, const Domain *domain)
{
    json_out_object(out, name);
    json_out_text(out, "uuid", domain->uuid);
    json_out_text(out, "name", domain->name);
    json_out_text(out, "state", domain_state_word(domain->state));
    json_out_text(out, "reason", domain->reason_text);
    json_out_flag(out, "persistent", domain->persistent);
    json_out_flag(out, "managed_save", domain->managed_save);
    json_out_number(out, "checkpoints", domain->checkpoints);
    json_out_flag(out, "block_job", domain->block_job);
    json_out_object_end(out);
}

JsonOut *answer_begin(const char *uri, const Domain *domain)
{
    JsonOut *out = json_out_new();
    json_out_object(out, NULL);
    json_out_number(out, "format", ANSWER_FORMAT);
    json_out_text(out, "uri", uri);
    answer_guest(out, "guest", domain);
    return out;
}

char *answer_finish(JsonOut *out)
{
    json_out_object_end(out);
    return json_out_finish(out);
}

static void kind_out(JsonOut *out, SnapshotKind kind)
{
    if (kind == KIND_NONE)
        json_out_text(out, "kind", NULL); // holds no disk and no memory
    else
        json_out_word(out, "kind", KIND_WORDS, kind);
}

void answer_snapshot(JsonOut *out, const Snapshot *snapshot)
{
    json_out_text(out, "name", snapshot->name);
    json_out_text(out, "parent", snapshot->parent);
    json_out_number(out, "created", snapshot->created);
    json_out_word(out, "state", STATE_WORDS, snapshot->state);
    kind_out(out, snapshot_kind(snapshot));
    json_out_word(out, "memory", MEMORY_WORDS, snapshot->memory);
    json_out_text(out, "memory_file", snapshot->memory_file);
    json_out_text(out, "description", snapshot->description);
}

static void problem_out(JsonOut *out, const Problem *problem, const char *guest)
{
    g_autofree char *repair = problem_repair(problem, guest);
    g_autofree char *text = problem_text(problem);

    json_out_object(out, NULL);
    json_out_text(out, "kind", problem_word(problem->kind));
    json_out_text(out, "snapshot", problem->snapshot);
    json_out_text(out, "disk", problem->target);
    json_out_text(out, "image", problem->image);
    json_out_text(out, "text", text);
    json_out_text(out, "repair", repair);
    json_out_object_end(out);
}

void answer_problems(JsonOut *out, const Picture *picture, bool all, const char *snapshot)
{
    g_autoptr(GPtrArray) problems = picture_problems(picture);
    json_out_list(out, "problems");
    for (guint i = 0; i < problems->len; i++) {
        const Problem *problem = g_ptr_array_index(problems, i);
        if (all || g_strcmp0(problem->snapshot, snapshot) == 0)
            problem_out(out, problem, picture->domain->name);
    }
    json_out_list_end(out);
}

// ---- Hosts -----------------------------------------------------------------------------------

static void version_out(JsonOut *out, const char *name, unsigned long version)
{
    g_autofree char *text = version ? host_version_text(version) : NULL;
    json_out_text(out, name, text);
}

static void host_facts_out(JsonOut *out, const Host *host)
{
    json_out_text(out, "real_uri", host->real_uri);
    json_out_text(out, "hostname", host->hostname);
    json_out_text(out, "driver", host->driver);
    version_out(out, "daemon_version", host->daemon_version);
    version_out(out, "hypervisor_version", host->hypervisor_version);
    json_out_flag(out, "read_only", host->read_only);
}

static void guest_line_out(JsonOut *out, const GuestAnswer *guest)
{
    json_out_object(out, NULL);
    json_out_text(out, "uuid", guest->uuid);
    json_out_text(out, "name", guest->name);
    json_out_text(out, "state", domain_state_word(guest->state));
    json_out_flag(out, "persistent", guest->persistent);
    json_out_size(out, "snapshots", guest->snapshots); // -1 is null, as with sizes
    json_out_object_end(out);
}

static void host_out(JsonOut *out, const HostAnswer *answer)
{
    json_out_object(out, NULL);
    json_out_text(out, "uri", answer->uri);
    json_out_flag(out, "connected", answer->host != NULL);
    json_out_text(out, "failure", answer->failure);
    if (answer->host)
        host_facts_out(out, answer->host);
    json_out_list(out, "guests");
    for (guint i = 0; answer->guests && i < answer->guests->len; i++)
        guest_line_out(out, &g_array_index(answer->guests, GuestAnswer, i));
    json_out_list_end(out);
    json_out_object_end(out);
}

char *json_write_hosts(const HostAnswer *hosts, gsize n)
{
    JsonOut *out = json_out_new();
    json_out_object(out, NULL);
    json_out_number(out, "format", ANSWER_FORMAT);
    json_out_list(out, "hosts");
    for (gsize i = 0; i < n; i++)
        host_out(out, &hosts[i]);
    json_out_list_end(out);
    return answer_finish(out);
}

// ---- Tree ------------------------------------------------------------------------------------

static void snapshot_disks_out(JsonOut *out, const Snapshot *snapshot)
{
    json_out_list(out, "disks");
    for (guint i = 0; i < snapshot->disks->len; i++) {
        const SnapshotDisk *disk = g_ptr_array_index(snapshot->disks, i);
        json_out_object(out, NULL);
        json_out_text(out, "target", disk->target);
        json_out_word(out, "mode", MODE_WORDS, disk->mode);
        json_out_text(out, "frozen_in", snapshot_frozen(snapshot, disk->target));
        json_out_text(out, "written_after", snapshot_overlay(snapshot, disk->target));
        json_out_object_end(out);
    }
    json_out_list_end(out);
}

static void node_out(JsonOut *out, const Picture *picture, const TreeNode *node)
{
    json_out_object(out, NULL);
    answer_snapshot(out, node->snapshot);
    json_out_number(out, "depth", node->depth);
    json_out_number(out, "children", tree_snapshot_children(node));
    json_out_flag(out, "current", g_strcmp0(picture->current, node->snapshot->name) == 0);
    json_out_word(out, "fault", TREE_FAULT_WORDS, node->fault);
    snapshot_disks_out(out, node->snapshot);
    json_out_object_end(out);
}

static void tree_out(JsonOut *out, const Picture *picture)
{
    const TreeNode *root = tree_root(picture->tree);
    json_out_list(out, "snapshots");
    for (const TreeNode *node = root; node; node = tree_next(root, node)) {
        if (node->snapshot)
            node_out(out, picture, node);
    }
    json_out_list_end(out);
}

static void now_out(JsonOut *out, const Picture *picture)
{
    const Definition *now = domain_now(picture->domain);
    json_out_object(out, "now");
    json_out_text(out, "based_on", picture->current);
    json_out_flag(out, "matches_current", picture_current_matches(picture, NULL));
    json_out_size(out, "bytes_in_no_snapshot", picture_now_bytes(picture));
    json_out_list(out, "disks");
    for (guint i = 0; now && i < now->disks->len; i++) {
        const Disk *disk = g_ptr_array_index(now->disks, i);
        json_out_object(out, NULL);
        json_out_text(out, "target", disk->target);
        json_out_text(out, "writes", disk_is_writable(disk) ? disk->path : NULL);
        json_out_text(out, "source", disk->path);
        json_out_object_end(out);
    }
    json_out_list_end(out);
    json_out_object_end(out);
}

char *json_write_tree(const char *uri, const Picture *picture)
{
    JsonOut *out = answer_begin(uri, picture->domain);
    json_out_text(out, "incomplete", picture->incomplete);
    tree_out(out, picture);
    now_out(out, picture);
    answer_problems(out, picture, true, NULL);
    return answer_finish(out);
}

// ---- Problems and outcomes -------------------------------------------------------------------

char *json_write_problems(const PictureAnswer *pictures, gsize n)
{
    JsonOut *out = json_out_new();
    json_out_object(out, NULL);
    json_out_number(out, "format", ANSWER_FORMAT);
    json_out_list(out, "guests");
    for (gsize i = 0; i < n; i++) {
        json_out_object(out, NULL);
        json_out_text(out, "uri", pictures[i].uri);
        answer_guest(out, "guest", pictures[i].picture->domain);
        json_out_text(out, "incomplete", pictures[i].picture->incomplete);
        answer_problems(out, pictures[i].picture, true, NULL);
        json_out_texts(out, "cut_off", pictures[i].cut_off);
        json_out_object_end(out);
    }
    json_out_list_end(out);
    return answer_finish(out);
}

char *json_write_outcome(const OutcomeAnswer *outcome)
{
    JsonOut *out = json_out_new();
    json_out_object(out, NULL);
    json_out_number(out, "format", ANSWER_FORMAT);
    json_out_text(out, "uri", outcome->uri);
    json_out_object(out, "guest");
    json_out_text(out, "uuid", outcome->uuid);
    json_out_text(out, "name", outcome->guest);
    json_out_object_end(out);
    json_out_text(out, "title", outcome->title);
    json_out_text(out, "outcome", outcome->outcome);
    json_out_text(out, "story", outcome->story);
    json_out_text(out, "failure", outcome->failure);
    return answer_finish(out);
}
