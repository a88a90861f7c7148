// SPDX-License-Identifier: GPL-2.0-or-later
// Plans as commands of virsh: the right commands, and nothing foreign that a shell would run.

#include "engine/model/plan_virsh.h"

#include <string.h>

static Plan *plan_of(Verb verb, const char *domain, const char *snapshot)
{
    g_autoptr(Wish) wish = wish_new(verb, "u", domain, snapshot);
    Plan *plan = plan_new(wish);

    g_free(plan->title);
    plan->title = g_strdup_printf("About %s of %s", snapshot, domain);
    return plan;
}

static void assert_script(const Plan *plan, const char *uri, const char *expected)
{
    g_autofree char *text = plan_virsh(plan, uri);

    g_assert_true(g_str_has_prefix(text, "#!/bin/sh -e\n# "));
    g_assert_cmpstr(strchr(strchr(text, '\n') + 1, '\n') + 1, ==, expected);
}

static void test_create(void)
{
    g_autoptr(Plan) plan = plan_of(VERB_CREATE, "web", "s1");
    Step *step = plan_add_step(plan, STEP_CREATE, "s1");

    step->effect = g_strdup("Take it.");
    step->description = g_strdup("it's\na note");
    step->memory = MEMORY_EXTERNAL;
    step->memory_file = g_strdup("/i/a,b.mem");
    step_add_disk(step, "vda", DISK_MODE_EXTERNAL)->writes = g_strdup("/i/web.s1");
    step_add_disk(step, "vdb", DISK_MODE_NO);
    assert_script(plan, "qemu+ssh://h/system",
                  "export LIBVIRT_DEFAULT_URI='qemu+ssh://h/system'\n\n# 1. Take it.\n"
                  "virsh snapshot-create-as --domain 'web' --name 's1' --description 'it'\\''s\na note' "
                  "--memspec 'snapshot=external,file=/i/a,,b.mem' --diskspec 'vda,snapshot=external,file=/i/web.s1' "
                  "--diskspec 'vdb,snapshot=no' --atomic\n");
}

static void test_merge(void)
{
    g_autoptr(Plan) plan = plan_of(VERB_DELETE, "web", "s1");

    plan_add_step(plan, STEP_START_PAUSED, "web");
    plan_add_step(plan, STEP_DELETE, "s1");
    plan_add_step(plan, STEP_STOP_STARTED, "web");
    plan_add_step(plan, STEP_DELETE, "s2")->metadata_only = true;
    assert_script(plan, NULL,
                  "\n# 1. start-paused\nvirsh start --domain 'web' --paused\n"
                  "\n# 2. delete\nvirsh snapshot-delete --domain 'web' --snapshotname 's1'\n"
                  "\n# 3. stop-started\nvirsh destroy --domain 'web'\n"
                  "\n# 4. delete\nvirsh snapshot-delete --domain 'web' --snapshotname 's2' --metadata\n");
}

static void test_composed(void)
{
    g_autoptr(Plan) plan = plan_of(VERB_REVERT, "web", "s1");
    StepDisk *disk = step_add_disk(plan_add_step(plan, STEP_MAKE_LAYERS, "web"), "vda", DISK_MODE_EXTERNAL);
    g_autofree char *text = NULL;

    disk->writes = g_strdup("/i/new");
    disk->backing = g_strdup("/i/old");
    disk->backing_format = g_strdup("raw");
    plan_add_step(plan, STEP_RECORD, "s1")->origin = g_strdup("s0");
    plan_add_step(plan, STEP_DEFINE, "web");
    plan_add_step(plan, STEP_POWER_OFF, "web");
    plan_add_step(plan, STEP_POWER_ON, "web")->after = AFTER_PAUSED;
    plan_add_step(plan, STEP_RESTORE, "web")->memory_file = g_strdup("/i/mem");
    step_add_disk(plan_add_step(plan, STEP_REMOVE_FILES, "web"), "vda", DISK_MODE_EXTERNAL)->removes = g_strdup("/i/x");
    plan_add_step(plan, STEP_RENEW, "s1");
    plan_add_step(plan, STEP_MAKE_CURRENT, "s1");
    disk = step_add_disk(plan_add_step(plan, STEP_COMMIT, "s1"), "vda", DISK_MODE_EXTERNAL);
    disk->merges = g_strdup("/i/new");
    disk->format = g_strdup("qcow2");
    disk = step_add_disk(plan_add_step(plan, STEP_REBASE, "s1"), "vda", DISK_MODE_EXTERNAL);
    disk->writes = g_strdup("/i/top");
    disk->backing = g_strdup("/i/old");
    disk->backing_format = g_strdup("raw");
    disk = step_add_disk(plan_add_step(plan, STEP_MERGE_LAYERS, "web"), "vda", DISK_MODE_EXTERNAL);
    disk->writes = g_strdup("/i/old");
    disk->merges = g_strdup("/i/a b");
    step_add_disk(plan_add_step(plan, STEP_MERGE_NOW, "web"), "vda", DISK_MODE_EXTERNAL);
    plan_add_step(plan, STEP_PERSIST, "web");
    plan_add_step(plan, STEP_RELEASE, "web");
    plan_add_step(plan, STEP_REVERT, "s1")->after = AFTER_OFF;
    text = plan_virsh(plan, NULL);
    g_assert_nonnull(strstr(text, "\nqemu-img create -f 'qcow2' -F 'raw' -b '/i/old' '/i/new'\n"));
    g_assert_nonnull(strstr(text, "\n# No command of virsh does this: edit the XML of snapshot s0"));
    g_assert_nonnull(strstr(text, "\nvirsh start --domain 'web' --paused\n"));
    g_assert_nonnull(strstr(text, "\nvirsh restore '/i/mem' --xml domain.xml\n"));
    g_assert_nonnull(strstr(text, "\nvirsh vol-delete --vol '/i/x'\n"));
    g_assert_nonnull(strstr(text, "\nvirsh snapshot-current --domain 'web' --snapshotname 's1'\n"));
    g_assert_nonnull(strstr(text, "\nvirsh edit --domain 'web'\n")); // a definition of nobody else's
    g_assert_nonnull(strstr(text, "\nqemu-img commit -d -f 'qcow2' '/i/new'\n"));
    g_assert_nonnull(strstr(text, "\nqemu-img rebase -u -f 'qcow2' -F 'raw' -b '/i/old' '/i/top'\n"));
    g_assert_nonnull(strstr(text, "\nvirsh blockcommit --domain 'web' --path 'vda' --base '/i/old' --top '/i/a b' --delete --wait\n"));
    g_assert_nonnull(strstr(text, "\nvirsh blockcommit --domain 'web' --path 'vda' --active --shallow --pivot\n"));
    g_assert_nonnull(strstr(text, "\nvirsh dumpxml --inactive --security-info --domain 'web' >guest.xml\nvirsh define guest.xml\n"));
    g_assert_nonnull(strstr(text, "\n# virsh snapshot-create --redefine record.xml --domain 'web' # and"));
    g_assert_nonnull(strstr(text, "\nvirsh undefine --domain 'web' --keep-nvram\n"));
    g_assert_nonnull(strstr(text, "\nvirsh snapshot-revert --domain 'web' --snapshotname 's1'\nvirsh destroy "));
}

// A name can hold anything: no line of its own in a comment, nothing but one word in a command.
static void test_hostile(void)
{
    g_autoptr(Plan) plan = plan_of(VERB_DELETE, "a'\n; touch x #\033[2J", "$(touch y)\nrm z");
    g_autofree char *text = NULL;

    plan_add_step(plan, STEP_DELETE, "$(touch y)\nrm z")->effect = g_strdup("Delete\nrm z.");
    text = plan_virsh(plan, NULL);
    g_assert_nonnull(strstr(text, "# About $(touch y)?rm z of a'?; touch x #?[2J: by hand"));
    g_assert_nonnull(strstr(text, "\n# 1. Delete?rm z.\n"));
    g_assert_nonnull(strstr(text, "virsh snapshot-delete --domain 'a'\\''\n; touch x #\033[2J' --snapshotname "
                                  "'$(touch y)\nrm z'\n"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plan-virsh/create", test_create);
    g_test_add_func("/plan-virsh/merge", test_merge);
    g_test_add_func("/plan-virsh/composed", test_composed);
    g_test_add_func("/plan-virsh/hostile", test_hostile);
    return g_test_run();
}
