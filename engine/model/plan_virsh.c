// SPDX-License-Identifier: GPL-2.0-or-later
// One function per kind of step that virsh or qemu-img has commands for.

#include "engine/model/plan_virsh.h"

#include "engine/model/tongue.h"

// A comment ends with its line: what is foreign in it must not start another.
static void add_comment(GString *text, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void add_comment(GString *text, const char *format, ...)
{
    g_autofree char *line = NULL, *safe = NULL;
    va_list args;

    va_start(args, format);
    line = g_strdup_vprintf(_(format), args);
    va_end(args);
    safe = g_utf8_make_valid(line, -1);
    g_string_append(text, "# ");
    for (const char *at = safe; *at; at = g_utf8_next_char(at))
        if (g_unichar_isprint(g_utf8_get_char(at)))
            g_string_append_unichar(text, g_utf8_get_char(at));
        else
            g_string_append_c(text, '?');
    g_string_append_c(text, '\n');
}

static void add_word(GString *text, const char *before, const char *foreign)
{
    g_autofree char *quoted = g_shell_quote(foreign);

    g_string_append_printf(text, " %s%s", before, quoted);
}

static void begin(GString *text, const char *command, const Plan *plan)
{
    g_string_append_printf(text, "virsh %s", command);
    add_word(text, "--domain ", plan->wish->domain);
}

// virsh takes a list of options for a disk with ',' between them; a ',' within a path is doubled.
static void add_spec(GString *text, const char *option, const char *head, const char *file)
{
    g_autoptr(GString) spec = g_string_new(head);

    if (file) {
        g_auto(GStrv) parts = g_strsplit(file, ",", -1);
        g_autofree char *doubled = g_strjoinv(",,", parts);

        g_string_append_printf(spec, ",file=%s", doubled);
    }
    add_word(text, option, spec->str);
}

static const char *mode_word(DiskMode mode)
{
    return mode == DISK_MODE_INTERNAL ? "internal" : mode == DISK_MODE_EXTERNAL ? "external" : "no";
}

static void add_create(GString *text, const Plan *plan, const Step *step)
{
    begin(text, "snapshot-create-as", plan);
    add_word(text, "--name ", step->subject);
    if (step->description)
        add_word(text, "--description ", step->description);
    if (step->memory == MEMORY_EXTERNAL)
        add_spec(text, "--memspec ", "snapshot=external", step->memory_file);
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        g_autofree char *head = g_strdup_printf("%s,snapshot=%s", disk->target, mode_word(disk->mode));

        add_spec(text, "--diskspec ", head, disk->mode == DISK_MODE_EXTERNAL ? disk->writes : NULL);
    }
    g_string_append_printf(text, "%s%s%s\n", step->disk_only ? " --disk-only" : "", step->quiesce ? " --quiesce" : "",
                           step->disk_only || step->memory == MEMORY_EXTERNAL ? " --atomic" : "");
}

static const char *after_option(AfterChoice after)
{
    return after == AFTER_RUNNING ? " --running" : after == AFTER_PAUSED ? " --paused" : "";
}

static void add_revert(GString *text, const Plan *plan, const Step *step)
{
    begin(text, "snapshot-revert", plan);
    add_word(text, "--snapshotname ", step->subject);
    g_string_append_printf(text, "%s%s\n", after_option(step->after), step->reset_nvram ? " --reset-nvram" : "");
    if (step->after == AFTER_OFF) {
        begin(text, "destroy", plan);
        g_string_append_c(text, '\n');
    }
}

static void add_delete(GString *text, const Plan *plan, const Step *step)
{
    begin(text, "snapshot-delete", plan);
    add_word(text, "--snapshotname ", step->subject);
    g_string_append_printf(text, "%s\n", step->metadata_only ? " --metadata" : "");
}

static void add_layers(GString *text, const Step *step)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        if (!disk->writes || !disk->backing)
            continue;
        g_string_append(text, "qemu-img create");
        add_word(text, "-f ", disk->format ? disk->format : "qcow2");
        add_word(text, "-F ", disk->backing_format ? disk->backing_format : "qcow2");
        add_word(text, "-b ", disk->backing);
        add_word(text, "", disk->writes);
        g_string_append_c(text, '\n');
    }
}

static void add_removals(GString *text, const Step *step)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        if (!disk->removes)
            continue;
        g_string_append(text, "virsh vol-delete");
        add_word(text, "--vol ", disk->removes);
        g_string_append_c(text, '\n');
    }
    if (step->memory_file) {
        g_string_append(text, "virsh vol-delete");
        add_word(text, "--vol ", step->memory_file);
        g_string_append_c(text, '\n');
    }
}

// H79: the files of the records are gone after the define, but libvirt still has the records.
static void add_persist(GString *text, const Plan *plan)
{
    begin(text, "dumpxml --inactive --security-info", plan);
    g_string_append(text, " >guest.xml\nvirsh define guest.xml\n");
    add_comment(text, "Then, for each SNAPSHOT, parents first:");
    g_string_append(text, "# ");
    begin(text, "snapshot-dumpxml --security-info --snapshotname SNAPSHOT", plan);
    g_string_append(text, " >record.xml\n# ");
    begin(text, "snapshot-create --redefine record.xml", plan);
    g_string_append(text, " # and --disk-only, where its state is disk-snapshot\n");
}

static void add_record(GString *text, const Plan *plan, const Step *step)
{
    // Of a record that is current already, --current would drop what NOW writes to again.
    const char *current = step->kind == STEP_RECORD ? " --current" : "";
    const char *origin = step->kind == STEP_RECORD && step->origin ? step->origin : step->subject;

    add_comment(text, "No command of virsh does this: edit the XML of snapshot %s by hand. Its new lines:", origin);
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        if (disk->writes)
            add_comment(text, "  disk %s: NOW will write %s", disk->target, disk->writes);
    }
    if (step->kind == STEP_REPARENT)
        add_comment(text, "  parent: %s", step->origin ? step->origin : _("none"));
    begin(text, "snapshot-dumpxml --security-info", plan);
    add_word(text, "--snapshotname ", origin);
    g_string_append(text, " >record.xml\n");
    begin(text, "snapshot-create", plan);
    g_string_append_printf(text, " record.xml --redefine%s\n", current);
}

static void add_qemu_img(GString *text, const Step *step)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        bool rebase = step->kind == STEP_REBASE;

        g_string_append(text, rebase ? "qemu-img rebase -u" : "qemu-img commit -d");
        add_word(text, "-f ", disk->format ? disk->format : "qcow2");
        if (rebase) {
            add_word(text, "-F ", disk->backing_format ? disk->backing_format : "qcow2");
            add_word(text, "-b ", disk->backing ? disk->backing : "");
        }
        add_word(text, "", rebase ? disk->writes : disk->merges);
        g_string_append_c(text, '\n');
    }
}

static void add_merges(GString *text, const Plan *plan, const Step *step)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        begin(text, "blockcommit", plan);
        add_word(text, "--path ", disk->target);
        add_word(text, "--base ", disk->writes ? disk->writes : "?");
        add_word(text, "--top ", disk->merges ? disk->merges : "?");
        g_string_append(text, " --delete --wait\n");
    }
}

static void add_merge_now(GString *text, const Plan *plan, const Step *step)
{
    for (guint i = 0; i < step->disks->len; i++) {
        begin(text, "blockcommit", plan);
        add_word(text, "--path ", ((const StepDisk *) step->disks->pdata[i])->target);
        g_string_append(text, " --active --shallow --pivot\n");
    }
}

// The guest's own configuration on other images.
static void add_own(GString *text, const Plan *plan, const Step *step)
{
    add_comment(text, "In the guest's definition, these images:");
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        add_comment(text, "  disk %s: %s", disk->target, disk->writes ? disk->writes : "?");
    }
    begin(text, "edit", plan);
    g_string_append_c(text, '\n');
}

static void add_define(GString *text, const Plan *plan, const Step *step)
{
    if (!step->origin) {
        add_own(text, plan, step);
        return;
    }
    add_comment(text, "No command of virsh does this: the definition within snapshot %s, with these images:",
                step->origin ? step->origin : step->subject);
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        if (disk->writes)
            add_comment(text, "  disk %s: %s", disk->target, disk->writes);
    }
    begin(text, "snapshot-dumpxml --security-info", plan);
    add_word(text, "--snapshotname ", step->origin ? step->origin : step->subject);
    g_string_append(text, " >domain.xml # keep its <domain> alone\nvirsh define domain.xml\n");
}

static void add_start(GString *text, const Plan *plan, const Step *step)
{
    bool paused = step->kind == STEP_START_PAUSED || step->after == AFTER_PAUSED;

    begin(text, "start", plan);
    g_string_append_printf(text, "%s%s\n", paused ? " --paused" : "", step->reset_nvram ? " --reset-nvram" : "");
}

static void add_restore(GString *text, const Step *step)
{
    g_string_append(text, "virsh restore");
    add_word(text, "", step->memory_file ? step->memory_file : "FILE");
    g_string_append_printf(text, "%s%s --xml domain.xml\n", after_option(step->after),
                           step->reset_nvram ? " --reset-nvram" : "");
}

static void add_step(GString *text, const Plan *plan, const Step *step)
{
    switch (step->kind) {
    case STEP_CREATE:
        add_create(text, plan, step);
        break;
    case STEP_START_PAUSED:
    case STEP_POWER_ON:
        add_start(text, plan, step);
        break;
    case STEP_DELETE:
        add_delete(text, plan, step);
        break;
    case STEP_STOP_STARTED:
    case STEP_POWER_OFF:
        begin(text, "destroy", plan);
        g_string_append_c(text, '\n');
        break;
    case STEP_REVERT:
        add_revert(text, plan, step);
        break;
    case STEP_MAKE_LAYERS:
        add_layers(text, step);
        break;
    case STEP_RECORD:
    case STEP_REPARENT:
    case STEP_RENEW:
    case STEP_FOLLOW:
        add_record(text, plan, step);
        break;
    case STEP_DEFINE:
        add_define(text, plan, step);
        break;
    case STEP_RESTORE:
        add_restore(text, step);
        break;
    case STEP_REMOVE_FILES:
        add_removals(text, step);
        break;
    case STEP_COMMIT:
    case STEP_REBASE:
        add_qemu_img(text, step);
        break;
    case STEP_MERGE_LAYERS:
        add_merges(text, plan, step);
        break;
    case STEP_MERGE_NOW:
        add_merge_now(text, plan, step);
        break;
    case STEP_PERSIST:
        add_persist(text, plan);
        break;
    case STEP_RELEASE:
        begin(text, "undefine", plan);
        g_string_append(text, " --keep-nvram\n");
        break;
    case STEP_MAKE_CURRENT:
        begin(text, "snapshot-current", plan);
        add_word(text, "--snapshotname ", step->subject);
        g_string_append_c(text, '\n');
        break;
    }
}

char *plan_virsh(const Plan *plan, const char *uri)
{
    GString *text = g_string_new("#!/bin/sh -e\n");

    add_comment(text, "%s: by hand, without the checks that virt-snap makes before and between the steps.",
                plan->title);
    if (uri) {
        g_string_append(text, "export");
        add_word(text, "LIBVIRT_DEFAULT_URI=", uri);
        g_string_append_c(text, '\n');
    }
    for (guint i = 0; i < plan->steps->len; i++) {
        const Step *step = plan->steps->pdata[i];

        g_string_append_c(text, '\n');
        add_comment(text, "%u. %s", i + 1, step->effect ? step->effect : step_kind_word(step->kind));
        add_step(text, plan, step);
    }
    return g_string_free(text, FALSE);
}
