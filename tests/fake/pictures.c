// SPDX-License-Identifier: GPL-2.0-or-later
// The guests, in the little language of tests/lib/world.h.

#include "tests/fake/pictures.h"

#include "tests/lib/world.h"

#define D "/srv/images/"

static const char chain[] =
    "guest web-01 running\n"
    "disk vda " D "web-01.tls-renewed.qcow2\n"
    "image " D "web-01.qcow2 base 2150\n"
    "image " D "web-01.before-nginx-1.28.qcow2 on:" D "web-01.qcow2 1126\n"
    "image " D "web-01.nginx-1.28.qcow2 on:" D "web-01.before-nginx-1.28.qcow2 300\n"
    "image " D "web-01.tls-renewed.qcow2 on:" D "web-01.nginx-1.28.qcow2 3994\n"
    "snapshot before-nginx-1.28 1770106320 disk-snapshot\n"
    "ext vda " D "web-01.qcow2 " D "web-01.before-nginx-1.28.qcow2\n"
    "snapshot nginx-1.28 1770111600 disk-snapshot parent=before-nginx-1.28\n"
    "ext vda " D "web-01.before-nginx-1.28.qcow2 " D "web-01.nginx-1.28.qcow2\n"
    "snapshot tls-renewed 1777496700 disk-snapshot parent=nginx-1.28\n"
    "ext vda " D "web-01.nginx-1.28.qcow2 " D "web-01.tls-renewed.qcow2\n"
    "current tls-renewed\n"
    "space /srv/images 40960\n";

static const char branches[] =
    "guest api-staging running\n"
    "disk vda " D "api.1772.qcow2\n"
    "image " D "api.qcow2 base 5000\n"
    "image " D "api.base.qcow2 on:" D "api.qcow2 700\n"
    "image " D "api.cfg.qcow2 on:" D "api.base.qcow2 90\n"
    "image " D "api.go-1.24.qcow2 on:" D "api.cfg.qcow2 40\n"
    "image " D "api.go-1.25.qcow2 on:" D "api.cfg.qcow2 55\n"
    "image " D "api.1772.qcow2 on:" D "api.base.qcow2 12\n"
    "image " D "api.go-1.24.mem base 2048\n"
    "snapshot base 1771000000 shutoff\n"
    "ext vda " D "api.qcow2 " D "api.base.qcow2\n"
    "snapshot configured 1771100000 disk-snapshot parent=base\n"
    "ext vda " D "api.base.qcow2 " D "api.cfg.qcow2\n"
    "revert vda " D "api.1772.qcow2\n"
    "snapshot go-1.24 1771200000 running parent=configured memory=" D "api.go-1.24.mem\n"
    "ext vda " D "api.cfg.qcow2 " D "api.go-1.24.qcow2\n"
    "snapshot go-1.25 1771300000 disk-snapshot parent=configured\n"
    "ext vda " D "api.cfg.qcow2 " D "api.go-1.25.qcow2\n"
    "snapshot tried-musl 1771400000 disk-snapshot parent=go-1.25\n"
    "ext vda " D "api.go-1.25.qcow2 " D "api.musl.qcow2\n"
    "snapshot old-root 1760000000 shutoff\n"
    "ext vda " D "api.qcow2 " D "api.older.qcow2\n"
    "current configured\n";

static const char internal[] =
    "guest win11 paused\n"
    "disk sda " D "win11.qcow2\n"
    "disk sdb " D "tools.iso raw cdrom readonly\n"
    "image " D "win11.qcow2 base 61440\n"
    "flag uefi\n"
    "snapshot installed 1750000000 shutoff\n"
    "int sda " D "win11.qcow2\n"
    "snapshot updated 1790000000 running parent=installed memory=internal\n"
    "int sda " D "win11.qcow2\n"
    "current updated\n";

static const char missing[] =
    "guest mail-archive off\n"
    "disk vda " D "mail.q2.qcow2\n"
    "image " D "mail.qcow2 base 90000\n"
    "image " D "mail.q1.qcow2 missing ?\n"
    "image " D "mail.q2.qcow2 on:" D "mail.q1.qcow2 800\n"
    "snapshot 2026-q1 1775000000 shutoff\n"
    "ext vda " D "mail.qcow2 " D "mail.q1.qcow2\n"
    "snapshot 2026-q2 1783000000 shutoff parent=2026-q1\n"
    "ext vda " D "mail.q1.qcow2 " D "mail.q2.qcow2\n"
    "current 2026-q2\n";

static const char mismatch[] =
    "guest wiki off\n"
    "disk vda " D "wiki.1780.qcow2\n"
    "image " D "wiki.qcow2 base 4000\n"
    "image " D "wiki.clean.qcow2 on:" D "wiki.qcow2 100\n"
    "image " D "wiki.1780.qcow2 on:" D "wiki.qcow2 70\n"
    "snapshot clean 1778000000 shutoff\n"
    "ext vda " D "wiki.qcow2 " D "wiki.clean.qcow2\n"
    "snapshot theme 1779000000 shutoff parent=clean\n"
    "ext vda " D "wiki.clean.qcow2 " D "wiki.theme.qcow2\n"
    "current clean\n";

static const char disks[] =
    "guest db-primary running\n"
    "disk vda " D "db.patch.qcow2\n"
    "disk vdb " D "scratch.qcow2 qcow2 excluded\n"
    "disk vdc /srv/fast/data.patch.qcow2\n"
    "disk sda " D "debian.iso raw cdrom readonly\n"
    "flag agent\n"
    "image " D "db.qcow2 base 8000\n"
    "image " D "db.patch.qcow2 on:" D "db.qcow2 900\n"
    "image " D "scratch.qcow2 base 20000\n"
    "image /srv/fast/data.qcow2 base 150000\n"
    "image /srv/fast/data.patch.qcow2 on:/srv/fast/data.qcow2 4100\n"
    "snapshot before-patch 1794000000 disk-snapshot\n"
    "ext vda " D "db.qcow2 " D "db.patch.qcow2\n"
    "out vdb " D "scratch.qcow2\n"
    "ext vdc /srv/fast/data.qcow2 /srv/fast/data.patch.qcow2\n"
    "current before-patch\n"
    "space /srv/images 40960\n"
    "space /srv/fast 700\n";

static const char empty[] = "guest new-guest off\n";

static const char hostile[] =
    "guest evil\033[31m\a off\n"
    "disk vda " D "e.qcow2\n"
    "snapshot a\033]0;title\a\033[2J 1790000000 shutoff\n"
    "ext vda " D "e.qcow2 " D "e.1.qcow2\n"
    "snapshot \xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe3\x81\xae\xe9\x95\xb7\xe3\x81\x84\xe5\x90\x8d\xe5\x89\x8d"
    "\xe3\x81\xae\xe3\x82\xb9\xe3\x83\x8a\xe3\x83\x83\xe3\x83\x97\xe3\x82\xb7\xe3\x83\xa7\xe3\x83\x83\xe3\x83\x88 "
    "1790000100 shutoff\n"
    "ext vda " D "e.1.qcow2 " D "e.2.qcow2\n"
    "snapshot rtl\xe2\x80\xae" "abc 1790000200 shutoff\n"
    "ext vda " D "e.1.qcow2 " D "e.3.qcow2\n";

static char *deep_text(void)
{
    GString *text = g_string_new("guest metrics running\ndisk vda " D "metrics.30.qcow2\n"
                                 "image " D "metrics.00.qcow2 base 12000\n");

    for (int i = 1; i <= 30; i++) {
        g_string_append_printf(text, "image " D "metrics.%02d.qcow2 on:" D "metrics.%02d.qcow2 %d\n", i, i - 1, 20 + i);
        g_string_append_printf(text, "snapshot night-%02d %d disk-snapshot", i, 1780272000 + i * 86400);
        if (i > 1)
            g_string_append_printf(text, " parent=night-%02d", i - 1);
        g_string_append_printf(text, "\next vda " D "metrics.%02d.qcow2 " D "metrics.%02d.qcow2\n", i - 1, i);
    }
    g_string_append(text, "current night-30\n");
    return g_string_free(text, FALSE);
}

static const char *const texts[PICTURE_N] = {
    [PICTURE_CHAIN] = chain,       [PICTURE_BRANCHES] = branches, [PICTURE_INTERNAL] = internal,
    [PICTURE_MISSING] = missing,   [PICTURE_MISMATCH] = mismatch, [PICTURE_DISKS] = disks,
    [PICTURE_EMPTY] = empty,       [PICTURE_HOSTILE] = hostile,
};

// The tests' pictures are not shared yet, so these may still be changed.
static void set_note(Picture *picture, const char *name, const char *note)
{
    Snapshot *snapshot = (Snapshot *) picture_snapshot(picture, name);

    if (snapshot)
        snapshot->description = g_strdup(note);
}

Picture *picture_made(PictureName name)
{
    g_autofree char *made = name == PICTURE_DEEP ? deep_text() : NULL;
    Picture *picture = world_picture(made ? made : texts[name]);

    g_free(picture->domain->uuid);
    picture->domain->uuid = g_strdup_printf("00000000-0000-4000-8000-00000000000%d", (int) name);
    set_note(picture, "before-nginx-1.28", "Distribution packages up to date, nginx 1.26 still serving.");
    set_note(picture, "tls-renewed",
             "New certificate chain in place. Keep until the old one has expired everywhere.");
    return picture;
}
