// SPDX-License-Identifier: GPL-2.0-or-later
// An engine on a tree of 60 snapshots: that of the guest "test" of test:///default, which all connections of a process
// share. Included once, by a test.
#pragma once

#include "tests/engine/heard.h"

#include <libvirt/libvirt.h>

enum { SNAPSHOTS = 60 };

// A host that the test can also reach past the engine.
typedef struct TreeHost {
    Heard heard;
    virConnectPtr other;
    virDomainPtr guest;
    char uuid[VIR_UUID_STRING_BUFLEN];
} TreeHost;

static inline int parent_of(int i)
{
    return i % 20 == 0 ? -1 : i % 7 == 0 ? i / 2 : i - 1; // chains with a branch at every seventh
}

static inline void define_behind(TreeHost *host, int i, const char *description)
{
    int parent = parent_of(i);
    g_autofree char *above =
        parent < 0 ? g_strdup("") : g_strdup_printf("<parent><name>s%02d</name></parent>", parent);
    g_autofree char *xml =
        g_strdup_printf("<domainsnapshot><name>s%02d</name><description>%s</description><state>shutoff</state>"
                        "<creationTime>%d</creationTime>%s<domain type='test'><name>test</name><uuid>%s</uuid>"
                        "<memory>1</memory><os><type>hvm</type></os></domain></domainsnapshot>",
                        i, description, 1700000000 + i, above, host->uuid);
    unsigned current = i == SNAPSHOTS - 1 ? VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT : 0;
    virDomainSnapshotPtr snapshot =
        virDomainSnapshotCreateXML(host->guest, xml, VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE | current);

    g_assert_nonnull(snapshot);
    virDomainSnapshotFree(snapshot);
}

static inline void tree_start(TreeHost *host, EngineFlags flags)
{
    const char *watched[] = {host->uuid, NULL};

    host->other = virConnectOpen("test:///default");
    host->guest = virDomainLookupByName(host->other, "test");
    g_assert_cmpint(virDomainGetUUIDString(host->guest, host->uuid), ==, 0);
    for (int i = 0; i < SNAPSHOTS; i++)
        define_behind(host, i, "first");
    host->heard = heard_start("test:///default", flags);
    engine_watch(host->heard.engine, watched);
}

static inline void tree_stop(TreeHost *host)
{
    heard_stop(&host->heard);
    virDomainFree(host->guest);
    virConnectClose(host->other);
}

static inline Picture *whole_picture(TreeHost *host)
{
    for (;;) {
        Picture *picture = heard_picture(&host->heard, host->uuid);

        if (picture->details)
            return picture;
        g_assert_cmpuint(picture->unread, >, 0);
        g_assert_nonnull(picture->incomplete);
    }
}

static inline void expect_tree(const Picture *picture)
{
    g_assert_cmpuint(picture->snapshots->len, ==, SNAPSHOTS);
    for (int i = 0; i < SNAPSHOTS; i++) {
        g_autofree char *name = g_strdup_printf("s%02d", i);
        g_autofree char *parent = parent_of(i) < 0 ? NULL : g_strdup_printf("s%02d", parent_of(i));
        const Snapshot *snapshot = picture_snapshot(picture, name);

        g_assert_nonnull(snapshot);
        g_assert_cmpstr(snapshot->parent, ==, parent);
    }
}
