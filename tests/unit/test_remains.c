// SPDX-License-Identifier: GPL-2.0-or-later
// What is left of a job that was cut off: each kind of step, done or not or in doubt, against the picture.
#include "engine/model/remains.h"

#include <string.h>

#define UUID "e180999a-3588-5a67-b7dc-f0a8d91b7e62"

// ---- A guest with s1 <- NOW, and an entry about it --------------------------------------------

typedef struct GuestAt {
    Domain *domain;
    GPtrArray *snapshots;
    const char *current;
    Images *images;
} GuestAt;

static void unref_snapshot(gpointer snapshot)
{
    snapshot_unref(snapshot);
}

static Definition *definition_on(const char *image)
{
    Definition *definition = definition_new();
    Disk *disk = disk_new("vda");

    disk->device = DEVICE_DISK;
    disk->type = SOURCE_FILE;
    disk->path = g_strdup(image);
    shared_text_set(&disk->format, "qcow2");
    g_ptr_array_add(definition->disks, disk);
    return definition;
}

static GuestAt guest_at(const char *image, DomainState state, int id)
{
    GuestAt guest = {
        .domain = domain_new("web", UUID),
        .snapshots = g_ptr_array_new_with_free_func(unref_snapshot),
        .images = images_new(),
    };

    guest.domain->state = state;
    guest.domain->id = id;
    guest.domain->persistent = true;
    guest.domain->inactive = definition_on(image);
    if (id != -1)
        guest.domain->live = definition_on(image);
    return guest;
}

static void add_snapshot(GuestAt *guest, const char *name, const char *frozen, const char *overlay)
{
    Snapshot *snapshot = snapshot_new(name);

    snapshot->definition = definition_on(frozen);
    g_ptr_array_add(snapshot->disks, snapshot_disk_new("vda", DISK_MODE_EXTERNAL, overlay));
    snapshot->state = SNAPSHOT_OFF;
    g_ptr_array_add(guest->snapshots, snapshot);
    guest->current = name;
}

static Picture *picture_at(GuestAt *guest)
{
    for (guint i = 0; i < guest->snapshots->len; i++)
        images_tell_snapshot(guest->images, guest->snapshots->pdata[i]);
    return picture_new(guest->domain, guest->snapshots, guest->current, guest->images);
}

static JournalEntry *entry_for(Verb verb, const char *snapshot, const StepKind *kinds, unsigned n)
{
    g_autoptr(Wish) wish = wish_new(verb, UUID, "web", snapshot);
    g_autoptr(Plan) plan = NULL;
    JournalEntry *entry;

    wish->uri = g_strdup("test:///default");
    plan = plan_new(wish);
    plan->title = g_strdup("A plan");
    for (unsigned i = 0; i < n; i++) {
        Step *step = plan_add_step(plan, kinds[i], kinds[i] == STEP_RECORD ? "branch" : snapshot);

        step->effect = g_strdup_printf("Effect %u.", i + 1);
        step->origin = kinds[i] == STEP_RECORD || kinds[i] == STEP_DEFINE ? g_strdup(snapshot) : NULL;
        if (kinds[i] == STEP_MAKE_LAYERS || kinds[i] == STEP_RECORD || kinds[i] == STEP_DEFINE)
            step_add_disk(step, "vda", DISK_MODE_EXTERNAL)->writes = g_strdup("/img/new");
        if (kinds[i] == STEP_DELETE)
            step_add_disk(step, "vda", DISK_MODE_EXTERNAL)->merges = g_strdup("/img/s1");
        if (kinds[i] == STEP_REMOVE_FILES)
            step_add_disk(step, "vda", DISK_MODE_EXTERNAL)->removes = g_strdup("/img/old");
    }
    plan_seal(plan);
    entry = journal_entry_new(plan);
    journal_entry_add_disk(entry, "vda", "/img/s1");
    entry->current = g_strdup("s1");
    return entry;
}

static void at(JournalEntry *entry, unsigned begun, unsigned done)
{
    entry->begun = begun;
    entry->done = done;
}

static void assert_found(const JournalEntry *entry, const Picture *picture, RemainsKind kind, unsigned done,
                         bool finish, bool undo)
{
    g_autoptr(Remains) r = remains_find(entry, picture);

    g_assert_cmpstr(remains_kind_word(r->kind), ==, remains_kind_word(kind));
    g_assert_cmpuint(r->done, ==, done);
    g_assert_nonnull(r->story);
    g_assert_cmpint(r->finish != NULL, ==, finish);
    g_assert_cmpint(r->undo != NULL, ==, undo);
}

// ---- Single steps -----------------------------------------------------------------------------

static void test_create(void)
{
    static const StepKind kinds[] = {STEP_CREATE};
    g_autoptr(JournalEntry) entry = entry_for(VERB_CREATE, "s2", kinds, 1);
    GuestAt before = guest_at("/img/s1", DOMAIN_OFF, -1);
    GuestAt after = guest_at("/img/s2", DOMAIN_OFF, -1);
    g_autoptr(Picture) untouched = NULL, taken = NULL;

    add_snapshot(&before, "s1", "/img/base", "/img/s1");
    add_snapshot(&after, "s1", "/img/base", "/img/s1");
    add_snapshot(&after, "s2", "/img/s1", "/img/s2");
    untouched = picture_at(&before);
    taken = picture_at(&after);
    assert_found(entry, untouched, REMAINS_NOTHING, 0, false, false);
    at(entry, 1, 0);
    assert_found(entry, untouched, REMAINS_NOTHING, 0, false, false);
    assert_found(entry, taken, REMAINS_ALL, 1, false, false);
    at(entry, 1, 1);
    assert_found(entry, untouched, REMAINS_CHANGED, 1, false, false); // somebody deleted it since
}

// libvirt has put the guest on the new overlay, and recorded nothing. QEMU has given it up: it has to be stopped first.
static void test_create_unrecorded(void)
{
    static const StepKind kinds[] = {STEP_MAKE_LAYERS, STEP_CREATE};
    g_autoptr(JournalEntry) entry = entry_for(VERB_CREATE, "s2", kinds + 1, 1);
    g_autoptr(JournalEntry) second = entry_for(VERB_CREATE, "s2", kinds, 2);
    GuestAt half = guest_at("/img/s2", DOMAIN_PAUSED, 7);
    g_autoptr(Picture) picture = NULL;
    g_autoptr(Remains) r = NULL;

    step_add_disk(entry->plan->steps->pdata[0], "vda", DISK_MODE_EXTERNAL)->writes = g_strdup("/img/s2");
    step_add_disk(second->plan->steps->pdata[1], "vda", DISK_MODE_EXTERNAL)->writes = g_strdup("/img/s2");
    add_snapshot(&half, "s1", "/img/base", "/img/s1");
    images_add(half.images, "/img/new")->presence = PRESENCE_FOUND;
    picture = picture_at(&half);
    at(entry, 1, 0);
    assert_found(entry, picture, REMAINS_PART, 0, false, false);
    r = remains_find(entry, picture);
    g_assert_nonnull(strstr(r->story, "Disk vda writes to the new overlay /img/s2, which no snapshot records."));
    g_assert_nonnull(strstr(r->story, "Do not resume it"));
    g_assert_false(r->unwinds);
    at(second, 2, 1);
    assert_found(second, picture, REMAINS_PART, 1, false, true); // the layers that were made before it go
}

// The guest was started paused for a merge, and the merge has ended, or not begun.
static void test_merge(void)
{
    static const StepKind kinds[] = {STEP_START_PAUSED, STEP_DELETE, STEP_STOP_STARTED};
    g_autoptr(JournalEntry) entry = entry_for(VERB_DELETE, "s1", kinds, 3);
    GuestAt paused = guest_at("/img/s1", DOMAIN_PAUSED, 7);
    GuestAt merged = guest_at("/img/base", DOMAIN_PAUSED, 7);
    GuestAt resumed = guest_at("/img/base", DOMAIN_RUNNING, 7);
    GuestAt off = guest_at("/img/base", DOMAIN_OFF, -1);
    Picture *pictures[4];
    g_autoptr(Remains) r = NULL;

    add_snapshot(&paused, "s1", "/img/base", "/img/s1");
    pictures[0] = picture_at(&paused);
    pictures[1] = picture_at(&merged);
    pictures[2] = picture_at(&resumed);
    pictures[3] = picture_at(&off);
    at(entry, 1, 0); // started, but not noted: known by what stands there
    assert_found(entry, pictures[0], REMAINS_PART, 1, true, true);
    entry->started_id = 7;
    at(entry, 1, 1);
    assert_found(entry, pictures[0], REMAINS_PART, 1, true, true);
    at(entry, 2, 1); // whether it wrote into /img/base cannot be seen: it is finished, or left as it is
    assert_found(entry, pictures[0], REMAINS_PART, 1, true, false);
    r = remains_find(entry, pictures[0]);
    g_assert_nonnull(strstr(r->story, "partly overwritten"));
    remains_free(g_steal_pointer(&r));
    assert_found(entry, pictures[1], REMAINS_PART, 2, true, true);
    assert_found(entry, pictures[2], REMAINS_PART, 2, true, true);
    r = remains_find(entry, pictures[2]);
    g_assert_nonnull(strstr(r->story, "resumed"));
    at(entry, 3, 2);
    assert_found(entry, pictures[3], REMAINS_ALL, 3, false, false);
    for (gsize i = 0; i < G_N_ELEMENTS(pictures); i++)
        picture_unref(pictures[i]);
}

// Somebody stopped the guest that stood paused: before the merge nothing was touched; in the middle of it, and until it
// was begun anew and is done, what s1 froze is damaged.
static void test_merge_stopped(void)
{
    static const StepKind kinds[] = {STEP_START_PAUSED, STEP_DELETE, STEP_STOP_STARTED};
    g_autoptr(JournalEntry) entry = entry_for(VERB_DELETE, "s1", kinds, 3);
    GuestAt off = guest_at("/img/s1", DOMAIN_OFF, -1);
    g_autoptr(Picture) picture = NULL;
    g_autoptr(Remains) r = NULL;

    add_snapshot(&off, "s1", "/img/base", "/img/s1");
    picture = picture_at(&off);
    entry->started_id = 7;
    at(entry, 1, 1);
    assert_found(entry, picture, REMAINS_NOTHING, 0, false, false);
    at(entry, 2, 1);
    assert_found(entry, picture, REMAINS_PART, 0, true, false);
    r = remains_find(entry, picture);
    g_assert_true(r->torn);
    g_assert_nonnull(strstr(r->story, "s1 froze may be partly overwritten"));
    at(entry, 1, 0);
    entry->torn = true;
    assert_found(entry, picture, REMAINS_PART, 0, true, false);
}

// NOW stands on what s1 froze without the layer that s2 froze: that disk is merged, and the records have to follow.
static void test_merged_on_one_disk(void)
{
    static const StepKind kinds[] = {STEP_DELETE};
    g_autoptr(JournalEntry) entry = entry_for(VERB_DELETE, "s1", kinds, 1);
    GuestAt half = guest_at("/img/s2", DOMAIN_RUNNING, 7);
    g_autoptr(Host) host = host_new("qemu:///system");
    g_autoptr(Picture) picture = NULL;
    g_autoptr(Remains) r = NULL;
    g_autoptr(Plan) rest = NULL;
    const Step *step;

    disk_add_layer(half.domain->live->disks->pdata[0], layer_new(SOURCE_FILE, "/img/base", "qcow2"));
    add_snapshot(&half, "s1", "/img/base", "/img/s1");
    add_snapshot(&half, "s2", "/img/s1", "/img/s2");
    ((Snapshot *) half.snapshots->pdata[1])->parent = g_strdup("s1");
    images_tell_definition(half.images, half.domain->live, TOLD_BY_LIVE);
    picture = picture_at(&half);
    at(entry, 1, 0);
    assert_found(entry, picture, REMAINS_PART, 0, true, false);
    r = remains_find(entry, picture);
    g_assert_nonnull(strstr(r->finish, "merged already"));
    rest = remains_rest(r, entry, picture, NULL, host, false);
    g_assert_cmpuint(rest->steps->len, ==, 2);
    step = rest->steps->pdata[0];
    g_assert_cmpstr(step->subject, ==, "s2");
    g_assert_cmpint(remains_trace(entry, 0, picture), ==, TRACE_PART);
    remains_replan(entry->plan, 0, rest);
    g_assert_cmpint(remains_trace(entry, 0, picture), ==, TRACE_NONE);
    step = entry->plan->steps->pdata[1];
    g_assert_true(step->metadata_only);
    at(entry, 1, 1); // cut off between the record and the delete: there is no way back still
    assert_found(entry, picture, REMAINS_PART, 1, true, false);
    entry->torn = true;
    assert_found(entry, picture, REMAINS_PART, 1, true, false);
}

// libvirt had started the guest paused for its own merge, and its daemon ended: the merge waits for nobody (H17).
static void test_leftover(void)
{
    static const StepKind kinds[] = {STEP_DELETE};
    g_autoptr(JournalEntry) entry = entry_for(VERB_DELETE, "s1", kinds, 1);
    GuestAt paused = guest_at("/img/s1", DOMAIN_PAUSED, 7);
    g_autoptr(Host) host = host_new("qemu:///system");
    g_autoptr(Picture) picture = NULL;
    g_autoptr(Remains) waiting = NULL, left = NULL;
    g_autoptr(Plan) rest = NULL;

    paused.domain->block_job = true;
    add_snapshot(&paused, "s1", "/img/base", "/img/s1");
    picture = picture_at(&paused);
    entry->domain_id = -1;
    at(entry, 1, 0);
    waiting = remains_find(entry, picture);
    g_assert_false(waiting->waits); // it copies
    remains_free(g_steal_pointer(&waiting));
    picture->domain->block_job_over = true;
    waiting = remains_find(entry, picture);
    g_assert_cmpint(waiting->kind, ==, REMAINS_BUSY);
    g_assert_true(waiting->waits);
    entry->abandoned = true;
    left = remains_find(entry, picture);
    g_assert_cmpint(left->kind, ==, REMAINS_PART);
    g_assert_true(left->leftover && left->torn && !left->undo);
    g_assert_cmpint(left->started_id, ==, 7);
    rest = remains_rest(left, entry, picture, NULL, host, false);
    g_assert_cmpint(((const Step *) rest->steps->pdata[0])->kind, ==, STEP_STOP_STARTED);
    g_assert_cmpint(((const Step *) rest->steps->pdata[1])->kind, ==, STEP_DELETE);
    entry->domain_id = 6; // it ran before: whoever paused it, libvirt did not start it
    remains_free(g_steal_pointer(&left));
    left = remains_find(entry, picture);
    g_assert_false(left->leftover);
}

// ---- Several merges in one plan ---------------------------------------------------------------

// s0 is merged already, s1 not yet, and the guest that was started paused for both is off again.
static Picture *second_merge(void)
{
    GuestAt off = guest_at("/img/s1", DOMAIN_OFF, -1);

    add_snapshot(&off, "s1", "/img/base", "/img/s1");
    images_tell_definition(off.images, off.domain->inactive, TOLD_BY_RECORD);
    images_add(off.images, "/img/s1")->presence = PRESENCE_FOUND;
    images_add(off.images, "/img/base")->presence = PRESENCE_FOUND;
    image_tell_backing(images_add(off.images, "/img/s1"), TOLD_BY_VOLUME, "/img/base", "qcow2");
    image_tell_backing(images_add(off.images, "/img/base"), TOLD_BY_VOLUME, NULL, NULL);
    return picture_at(&off);
}

static JournalEntry *two_merges(void)
{
    static const StepKind kinds[] = {STEP_START_PAUSED, STEP_DELETE, STEP_DELETE, STEP_STOP_STARTED};
    JournalEntry *entry = entry_for(VERB_DELETE, "s1", kinds, 4);
    Step *first = entry->plan->steps->pdata[1], *second = entry->plan->steps->pdata[2];

    wish_add_subject(entry->plan->wish, "s0");
    g_free(first->subject);
    first->subject = g_strdup("s0");
    ((StepDisk *) second->disks->pdata[0])->writes = g_strdup("/img/base");
    ((StepDisk *) second->disks->pdata[0])->removes = g_strdup("/img/s1");
    entry->started_id = 7;
    return entry;
}

// The guest is started paused once more for the second; the first is not repeated.
static void test_second_merge_stopped(void)
{
    g_autoptr(JournalEntry) entry = two_merges();
    g_autoptr(Picture) picture = second_merge();
    g_autoptr(Host) host = host_new("qemu:///system");
    g_autoptr(Remains) r = NULL;
    g_autoptr(Plan) rest = NULL;

    host->daemon_version = 9000000;
    at(entry, 3, 2);
    assert_found(entry, picture, REMAINS_PART, 2, true, false);
    r = remains_find(entry, picture);
    g_assert_true(r->torn);
    g_assert_nonnull(strstr(r->story, "s1 froze may be partly overwritten"));
    rest = remains_rest(r, entry, picture, NULL, host, false);
    g_assert_cmpuint(rest->steps->len, ==, 3);
    g_assert_cmpint(((const Step *) rest->steps->pdata[0])->kind, ==, STEP_START_PAUSED);
    g_assert_cmpstr(((const Step *) rest->steps->pdata[1])->subject, ==, "s1");
    g_assert_cmpint(rest->verdict, ==, VERDICT_OK);

    remains_replan(entry->plan, 2, rest); // and so it is once more, if that is cut off between start and merge
    entry->torn = true;
    at(entry, 3, 3);
    assert_found(entry, picture, REMAINS_PART, 2, true, false);
}

// Between the two nothing is damaged, and what is done may stay.
static void test_between_merges(void)
{
    g_autoptr(JournalEntry) entry = two_merges();
    g_autoptr(Picture) picture = second_merge();
    g_autoptr(Remains) r = NULL;

    at(entry, 2, 2);
    assert_found(entry, picture, REMAINS_PART, 2, true, true);
    r = remains_find(entry, picture);
    g_assert_false(r->torn);
}

// Of a guest that could not be read whole, a snapshot that is not there may be one that was not read.
static void test_unseen(void)
{
    static const StepKind kinds[] = {STEP_DELETE};
    g_autoptr(JournalEntry) entry = entry_for(VERB_DELETE, "s1", kinds, 1);
    GuestAt guest = guest_at("/img/s1", DOMAIN_RUNNING, 3);
    g_autoptr(Picture) picture = picture_at(&guest);
    g_autoptr(Remains) r = NULL;

    at(entry, 1, 0);
    assert_found(entry, picture, REMAINS_ALL, 1, false, false);
    picture->details = false;
    picture->incomplete = g_strdup("QEMU does not answer.");
    assert_found(entry, picture, REMAINS_UNSEEN, 0, false, false);
    r = remains_find(entry, picture);
    g_assert_nonnull(strstr(r->story, "QEMU does not answer."));
}

static void test_busy(void)
{
    static const StepKind kinds[] = {STEP_DELETE};
    g_autoptr(JournalEntry) entry = entry_for(VERB_DELETE, "s1", kinds, 1);
    GuestAt merging = guest_at("/img/s1", DOMAIN_RUNNING, 3);
    g_autoptr(Picture) picture = NULL;

    merging.domain->block_job = true;
    picture = picture_at(&merging);
    at(entry, 1, 0);
    assert_found(entry, picture, REMAINS_BUSY, 0, true, false); // wait, and never undo
}

// ---- A revert in steps of our own -------------------------------------------------------------

static const StepKind composed[] = {STEP_MAKE_LAYERS, STEP_RECORD, STEP_DEFINE, STEP_POWER_OFF, STEP_POWER_ON,
                                    STEP_REMOVE_FILES};

// The guest as it is after `n` of these steps.
static Picture *composed_after(unsigned n)
{
    static const char *const none[] = {"base", "s1", "old", NULL};
    static const char *const made[] = {"base", "s1", "old", "new", NULL};
    static const char *const removed[] = {"base", "s1", "new", NULL};
    bool defined = n >= 3, off = n == 4;
    const char *now = n >= 4 ? "/img/new" : "/img/s1";
    GuestAt guest = guest_at(now, off ? DOMAIN_OFF : DOMAIN_RUNNING, off ? -1 : n >= 5 ? 9 : 3);

    if (defined) {
        definition_unref(guest.domain->inactive);
        guest.domain->inactive = definition_on("/img/new");
    }
    // A record may name what is gone.
    add_snapshot(&guest, "s0", "/img/base", "/img/old");
    images_add(guest.images, "/img/old")->presence = n >= 6 ? PRESENCE_MISSING : PRESENCE_FOUND;
    images_add(guest.images, "/img/new")->allocation = 200 << 10;
    images_add(guest.images, "/img/new")->presence = n >= 1 ? PRESENCE_FOUND : PRESENCE_MISSING;
    add_snapshot(&guest, "s1", "/img/base", "/img/s1");
    if (n >= 2)
        add_snapshot(&guest, "branch", "/img/base", "/img/new");
    images_tell_folder(guest.images, "/img", n >= 6 ? removed : n >= 1 ? made : none);
    return picture_at(&guest);
}

static void test_composed(void)
{
    for (unsigned n = 0; n <= 6; n++) {
        g_autoptr(JournalEntry) entry = entry_for(VERB_REVERT, "s1", composed, 6);
        g_autoptr(Picture) picture = composed_after(n);
        RemainsKind kind = n == 0 ? REMAINS_NOTHING : n == 6 ? REMAINS_ALL : REMAINS_PART;
        bool open = kind == REMAINS_PART;

        entry->domain_id = 3;
        at(entry, n, n);
        assert_found(entry, picture, kind, n, open, open && n < 5);
        at(entry, n, n ? n - 1 : 0); // done, but not noted
        assert_found(entry, picture, kind, n, open, open && n < 5);
        at(entry, MIN(n + 1, 6), n); // the next was announced, and did nothing
        assert_found(entry, picture, kind, n, open, open && n < 5);
    }
}

// What NOW wrote since is nobody's to give up but the operator's.
static void test_consent(void)
{
    for (unsigned n = 1; n <= 5; n++) {
        g_autoptr(JournalEntry) entry = entry_for(VERB_REVERT, "s1", composed, 6);
        g_autoptr(Picture) picture = composed_after(n);
        g_autoptr(Remains) r = NULL;

        entry->domain_id = 3;
        at(entry, n, n);
        r = remains_find(entry, picture);
        g_assert_cmpint(r->loses_now, ==, n < 4);
    }
}

// A guest that somebody started on the new layers is not taken back from under them.
static void test_started_since(void)
{
    g_autoptr(JournalEntry) entry = entry_for(VERB_REVERT, "s1", composed, 6);
    g_autoptr(Picture) picture = composed_after(5);

    entry->domain_id = 3;
    at(entry, 4, 4);
    assert_found(entry, picture, REMAINS_PART, 4, true, false);
}

// It was started there, and stopped again: what it wrote is not taken away.
static void test_written_since(void)
{
    static const gint64 sizes[] = {328 << 10, SIZE_UNKNOWN};

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(JournalEntry) entry = entry_for(VERB_REVERT, "s1", composed, 6);
        g_autoptr(Picture) picture = composed_after(4);
        g_autoptr(Remains) r = NULL;

        images_add(picture->images, "/img/new")->allocation = sizes[i];
        entry->domain_id = 3;
        at(entry, 4, 4);
        assert_found(entry, picture, REMAINS_PART, 4, true, false);
        r = remains_find(entry, picture);
        g_assert_nonnull(strstr(r->story, "may have written"));
    }
}

// A transient guest that was stored for it is no exception: its way back would take the new files away too.
static void test_stored_and_written_since(void)
{
    static const StepKind kinds[] = {STEP_MAKE_LAYERS, STEP_PERSIST,  STEP_RECORD, STEP_DEFINE,
                                     STEP_POWER_OFF,   STEP_POWER_ON, STEP_RELEASE};
    g_autoptr(JournalEntry) entry = entry_for(VERB_REVERT, "s1", kinds, 7);
    g_autoptr(Picture) empty = composed_after(4);
    g_autoptr(Picture) written = composed_after(4);

    images_add(written->images, "/img/new")->allocation = 328 << 10;
    entry->domain_id = 3;
    at(entry, 5, 5);
    assert_found(entry, empty, REMAINS_PART, 5, true, true);
    assert_found(entry, written, REMAINS_PART, 5, true, false);
}

// Without layers of its own, as where a whole tree goes: NOW was given what the root froze.
static void test_given_the_root(void)
{
    static const StepKind kinds[] = {STEP_DEFINE, STEP_POWER_OFF, STEP_REMOVE_FILES};
    g_autoptr(JournalEntry) entry = entry_for(VERB_DISCARD, "s1", kinds, 3);
    g_autoptr(Picture) running = composed_after(3);
    g_autoptr(Picture) off = composed_after(4);

    images_add(off->images, "/img/new")->allocation = 10 << 20;
    entry->domain_id = 3;
    at(entry, 1, 1);
    assert_found(entry, running, REMAINS_PART, 1, true, true);
    at(entry, 2, 2);
    assert_found(entry, off, REMAINS_PART, 2, true, false);
}

static void test_changed_since(void)
{
    g_autoptr(JournalEntry) entry = entry_for(VERB_REVERT, "s1", composed, 6);
    g_autoptr(Picture) picture = composed_after(1);

    entry->domain_id = 3;
    at(entry, 3, 3); // the record and the definition are not there any more
    assert_found(entry, picture, REMAINS_CHANGED, 3, false, false);
}

// ---- A transient guest that is stored for the time of the plan --------------------------------

static const StepKind native[] = {STEP_PERSIST, STEP_REVERT, STEP_RELEASE};

// After `n` of these steps.
static Picture *stored_after(unsigned n)
{
    GuestAt guest = guest_at(n >= 2 ? "/img/new" : "/img/s1", DOMAIN_RUNNING, n >= 2 ? 9 : 3);

    guest.domain->persistent = n == 1 || n == 2;
    if (!guest.domain->persistent)
        g_clear_pointer(&guest.domain->inactive, definition_unref);
    add_snapshot(&guest, "s1", "/img/base", n >= 2 ? "/img/new" : "/img/s1");
    return picture_at(&guest);
}

static void test_stored(void)
{
    for (unsigned n = 0; n <= 3; n++) {
        g_autoptr(JournalEntry) entry = entry_for(VERB_REVERT, "s1", native, 3);
        g_autoptr(Picture) picture = stored_after(n);
        g_autoptr(Remains) r = NULL;
        RemainsKind kind = n == 0 ? REMAINS_NOTHING : n == 3 ? REMAINS_ALL : REMAINS_PART;

        entry->domain_id = 3;
        at(entry, n, n);
        // Taken back before the revert; after it only finished.
        assert_found(entry, picture, kind, n, kind == REMAINS_PART, n == 1);
        at(entry, MIN(n + 1, 3), n); // the next was announced, and did nothing
        assert_found(entry, picture, kind, n, kind == REMAINS_PART, n == 1);
        r = remains_find(entry, picture);
        g_assert_cmpint(remains_is_stored(entry, r), ==, n == 1 || n == 2);
    }
}

// The guest is stored, but whether all its records were written then is seen nowhere: they are written once more.
static void test_stored_in_doubt(void)
{
    g_autoptr(JournalEntry) entry = entry_for(VERB_REVERT, "s1", native, 3);
    g_autoptr(Picture) picture = stored_after(1);

    entry->domain_id = 3;
    at(entry, 1, 0);
    assert_found(entry, picture, REMAINS_PART, 0, true, true);
}

// What a transient guest was given stands in what runs, once it is transient again.
static void test_released(void)
{
    static const StepKind kinds[] = {STEP_PERSIST, STEP_DEFINE, STEP_POWER_OFF, STEP_POWER_ON, STEP_RELEASE,
                                     STEP_REMOVE_FILES};
    g_autoptr(JournalEntry) entry = entry_for(VERB_REVERT, "s1", kinds, 6);
    g_autoptr(Picture) picture = stored_after(3);

    images_add(picture->images, "/img/old")->presence = PRESENCE_FOUND;
    entry->domain_id = 3;
    at(entry, 5, 5);
    assert_found(entry, picture, REMAINS_PART, 5, true, true);
}

// Every record is saved before: libvirt removes the files of all of them (H79).
static void test_stored_records(void)
{
    g_autoptr(JournalEntry) entry = entry_for(VERB_REVERT, "s1", native, 3);
    g_autoptr(Picture) picture = composed_after(2);
    g_autoptr(Claims) claims = claims_make(entry->plan, picture);
    g_autoptr(GPtrArray) records = claims_records(entry->plan, claims, picture);

    g_assert_cmpuint(records->len, ==, picture->snapshots->len);
}

// ---- A merge by qemu-img ----------------------------------------------------------------------

static const StepKind copied[] = {STEP_COMMIT, STEP_DEFINE, STEP_DELETE, STEP_REMOVE_FILES};

static JournalEntry *entry_of_copy(void)
{
    JournalEntry *entry = entry_for(VERB_DELETE, "s1", copied, 4);
    StepDisk *commit = step_add_disk(entry->plan->steps->pdata[0], "vda", DISK_MODE_EXTERNAL);
    Step *define = entry->plan->steps->pdata[1], *delete = entry->plan->steps->pdata[2];

    commit->merges = g_strdup("/img/s1");
    commit->writes = g_strdup("/img/base");
    g_clear_pointer(&define->origin, g_free); // its own configuration, on the image that was merged into
    g_free(((StepDisk *) define->disks->pdata[0])->writes);
    ((StepDisk *) define->disks->pdata[0])->writes = g_strdup("/img/base");
    g_ptr_array_set_size(delete->disks, 0);
    delete->metadata_only = true;
    return entry;
}

// After `n` of these steps.
static Picture *copied_after(unsigned n)
{
    GuestAt guest = guest_at(n >= 2 ? "/img/base" : "/img/s1", DOMAIN_OFF, -1);

    add_snapshot(&guest, "s0", "/img/root", "/img/base");
    if (n < 3)
        add_snapshot(&guest, "s1", "/img/base", "/img/s1");
    images_add(guest.images, "/img/old")->presence = n >= 4 ? PRESENCE_MISSING : PRESENCE_FOUND;
    return picture_at(&guest);
}

// Once it began there is no way back; and as long as NOW stands on what was copied, it is copied again: the guest may
// have written there since.
static void test_copied(void)
{
    for (unsigned n = 0; n <= 4; n++) {
        g_autoptr(JournalEntry) entry = entry_of_copy();
        g_autoptr(Picture) picture = copied_after(n);
        g_autoptr(Remains) r = NULL;
        unsigned done = n == 1 ? 0 : n;

        at(entry, n, n);
        if (n == 0)
            assert_found(entry, picture, REMAINS_NOTHING, 0, false, false);
        else
            // NOW may have written into the image since: to leave it half done is not offered.
            assert_found(entry, picture, n == 4 ? REMAINS_ALL : REMAINS_PART, done, n < 4, false);
        at(entry, MIN(n + 1, 4), n); // the next was announced
        r = remains_find(entry, picture);
        g_assert_cmpuint(r->done, ==, done);
        g_assert_cmpint(r->torn, ==, n < 3);
        g_assert_false(r->loses_now);
    }
}

// ---- Layers that nobody holds -----------------------------------------------------------------

static const StepKind shortened[] = {STEP_START_PAUSED, STEP_MERGE_LAYERS, STEP_STOP_STARTED, STEP_CREATE};

static void add_layer(Step *step, const char *layer)
{
    StepDisk *disk = step_add_disk(step, "vda", DISK_MODE_EXTERNAL);

    disk->merges = g_strdup(layer);
    disk->removes = g_strdup(layer);
    disk->writes = g_strdup("/img/root");
}

static JournalEntry *entry_of_layers(void)
{
    JournalEntry *entry = entry_for(VERB_CREATE, "s2", shortened, 4);

    add_layer(entry->plan->steps->pdata[1], "/img/a");
    add_layer(entry->plan->steps->pdata[1], "/img/b");
    return entry;
}

// root <- a <- b <- base (frozen by s1) <- NOW, of which `merged` are in the root; `id` -1: the guest is off.
static Picture *layers_after(unsigned merged, int id)
{
    static const char *const chain[] = {"/img/root", "/img/a", "/img/b", "/img/base", "/img/s1"};
    GuestAt guest = guest_at("/img/s1", id == -1 ? DOMAIN_OFF : DOMAIN_PAUSED, id);
    const char *below = NULL;

    add_snapshot(&guest, "s1", "/img/base", "/img/s1");
    for (unsigned i = 0; i < G_N_ELEMENTS(chain); i++) {
        if (i > 0 && i <= merged)
            continue;
        images_add(guest.images, chain[i])->presence = PRESENCE_FOUND;
        image_tell_backing(images_add(guest.images, chain[i]), TOLD_BY_HEADER, below, below ? "qcow2" : NULL);
        below = chain[i];
    }
    return picture_at(&guest);
}

// The rest of the plan, as its steps' kinds; of a merge the layers too. The caller frees it.
static char *rest_of_layers(const JournalEntry *entry, const Picture *picture)
{
    g_autoptr(Remains) r = remains_find(entry, picture);
    g_autoptr(Neighbours) neighbours = neighbours_new();
    g_autoptr(Host) host = host_new("qemu:///system");
    g_autoptr(Plan) rest = NULL;
    GString *text = g_string_new(NULL);

    host->driver = g_strdup("QEMU");
    host->daemon_version = LIBVIRT_VERSION(11, 3, 0);
    rest = remains_rest(r, entry, picture, neighbours, host, false);
    for (guint i = 0; i < rest->steps->len; i++) {
        const Step *step = rest->steps->pdata[i];

        g_string_append_printf(text, "%s%s", i > 0 ? " " : "", step_kind_word(step->kind));
        for (guint j = 0; step->kind == STEP_MERGE_LAYERS && j < step->disks->len; j++)
            g_string_append_printf(text, ":%s", ((const StepDisk *) step->disks->pdata[j])->merges + 5);
    }
    g_string_append(text, rest->verdict == VERDICT_OK ? "" : " refused");
    return g_string_free(text, FALSE);
}

static void assert_layers(unsigned begun, unsigned done, unsigned merged, int id, unsigned found, const char *rest)
{
    g_autoptr(JournalEntry) entry = entry_of_layers();
    g_autoptr(Picture) picture = layers_after(merged, id);
    g_autofree char *text = NULL;

    at(entry, begun, done);
    entry->started_id = done >= 1 ? 3 : -1;
    assert_found(entry, picture, REMAINS_PART, found, true, true);
    text = rest_of_layers(entry, picture);
    g_assert_cmpstr(text, ==, rest);
}

// What was merged is not merged again, and a guest that went off meanwhile is started once more only for what is left.
static void test_layers(void)
{
    g_autoptr(JournalEntry) entry = entry_of_layers();
    g_autoptr(Picture) picture = layers_after(0, -1);

    at(entry, 2, 1);
    entry->started_id = 3;
    assert_found(entry, picture, REMAINS_NOTHING, 0, false, false);
    assert_layers(1, 1, 0, 3, 1, "merge-layers:a:b stop-started create");
    assert_layers(2, 1, 0, 3, 1, "merge-layers:a:b stop-started create");
    assert_layers(2, 1, 1, 3, 1, "merge-layers:b stop-started create");
    assert_layers(2, 1, 1, -1, 1, "start-paused merge-layers:b stop-started create");
    assert_layers(2, 1, 2, 3, 2, "stop-started create");
    assert_layers(2, 2, 2, 3, 2, "stop-started create");
    assert_layers(3, 2, 2, -1, 3, "create");
    assert_layers(4, 3, 2, -1, 3, "create");
}

// While records name layers that are gone, they are to follow: to leave it so is not offered.
static void test_layers_followed(void)
{
    for (unsigned n = 0; n <= 4; n++) {
        g_autoptr(JournalEntry) entry = entry_of_layers();
        g_autoptr(Picture) picture = layers_after(n > 1 ? 2 : 1, n == 3 ? -1 : 3);
        Step *follow = plan_add_step(entry->plan, STEP_FOLLOW, "s1");

        g_ptr_array_insert(entry->plan->steps, 3, g_ptr_array_steal_index(entry->plan->steps, 4));
        follow->effect = g_strdup("Follow.");
        step_add_disk(follow, "vda", DISK_MODE_EXTERNAL)->backing = g_strdup("/img/a");
        entry->started_id = 3;
        at(entry, MIN(n + 1, 3), MIN(n, 3));
        if (n > 0 && n < 4) // what was merged only in part, all, and once the guest is stopped again
            assert_found(entry, picture, REMAINS_PART, n, true, false);
        g_assert_cmpint(remains_must_follow(entry->plan, n, false), ==, n == 2 || n == 3);
        g_assert_cmpint(remains_must_follow(entry->plan, n, true), ==, n > 0 && n < 4);
    }
}

// ---- Claims -----------------------------------------------------------------------------------

static void test_claims(void)
{
    g_autoptr(JournalEntry) entry = entry_for(VERB_REVERT, "s1", composed, 6);
    g_autoptr(Picture) picture = composed_after(0);
    g_autoptr(Claims) mine = claims_make(entry->plan, picture);
    g_autoptr(Claims) other = claims_new();
    g_autoptr(GPtrArray) records = claims_records(entry->plan, mine, picture);

    g_ptr_array_add(other->uses, g_strdup("/img/base"));
    g_assert_null(claims_clash(mine, other)); // many may stand on one image
    g_ptr_array_add(other->changes, g_strdup("/img/base"));
    g_assert_cmpstr(claims_clash(mine, other), ==, "/img/base");
    g_assert_cmpstr(claims_clash(other, mine), ==, "/img/base");
    g_ptr_array_set_size(other->changes, 0);
    g_ptr_array_add(other->uses, g_strdup("/img/old"));
    g_assert_cmpstr(claims_clash(mine, other), ==, "/img/old"); // which this plan removes
    g_assert_cmpuint(records->len, ==, 2); // the subject, and the one that names what is removed
    g_assert_cmpstr(records->pdata[0], ==, "s0");
    g_assert_cmpstr(records->pdata[1], ==, "s1");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/remains/create", test_create);
    g_test_add_func("/remains/create-unrecorded", test_create_unrecorded);
    g_test_add_func("/remains/merge", test_merge);
    g_test_add_func("/remains/merge-stopped", test_merge_stopped);
    g_test_add_func("/remains/merged-on-one-disk", test_merged_on_one_disk);
    g_test_add_func("/remains/leftover", test_leftover);
    g_test_add_func("/remains/second-merge-stopped", test_second_merge_stopped);
    g_test_add_func("/remains/between-merges", test_between_merges);
    g_test_add_func("/remains/unseen", test_unseen);
    g_test_add_func("/remains/busy", test_busy);
    g_test_add_func("/remains/composed", test_composed);
    g_test_add_func("/remains/consent", test_consent);
    g_test_add_func("/remains/started-since", test_started_since);
    g_test_add_func("/remains/written-since", test_written_since);
    g_test_add_func("/remains/stored-and-written-since", test_stored_and_written_since);
    g_test_add_func("/remains/given-the-root", test_given_the_root);
    g_test_add_func("/remains/changed-since", test_changed_since);
    g_test_add_func("/remains/stored", test_stored);
    g_test_add_func("/remains/stored-in-doubt", test_stored_in_doubt);
    g_test_add_func("/remains/released", test_released);
    g_test_add_func("/remains/stored-records", test_stored_records);
    g_test_add_func("/remains/copied", test_copied);
    g_test_add_func("/remains/layers", test_layers);
    g_test_add_func("/remains/layers-followed", test_layers_followed);
    g_test_add_func("/remains/claims", test_claims);
    return g_test_run();
}
