// SPDX-License-Identifier: GPL-2.0-or-later
// Words of the main screen that must be true and fit: each from a guest made to show one thing.

#include "tests/fake/stage.h"
#include "tests/lib/world.h"
#include "tui/app_parts.h"

#include <string.h>

static void say_world(Stage *stage, const char *text)
{
    Message *list = message_new(MSG_HOST);
    Message *picture = message_new(MSG_DOMAIN);
    Guest *guest;

    picture->picture = world_picture(text);
    guest = guest_new(picture->picture->domain->uuid, picture->picture->domain->name);
    guest->state = picture->picture->domain->state;
    list->guests = g_ptr_array_new_with_free_func((GDestroyNotify) guest_free);
    g_ptr_array_add(list->guests, guest);
    stage_say(stage, list);
    stage_say(stage, picture);
}

static Stage *stage_world(const char *text)
{
    Stage *stage = stage_new(24, 80, NULL);

    stage_say_connected(stage);
    say_world(stage, text);
    stage_keys(stage, "Enter");
    return stage;
}

static const char two_disks[] = "guest web off\n"
                                "disk vda /i/a.1\ndisk vdb /i/b.1\n"
                                "image /i/a base 900\nimage /i/a.1 on:/i/a 1\n"
                                "image /i/b base 900\nimage /i/b.1 on:/i/b 1\n"
                                "snapshot s 1790000000 shutoff\n"
                                "ext vda /i/a /i/a.1\next vdb /i/b /i/b.1\n"
                                "current s\n";

// The pictures are not shared yet, so their images may still be given sizes.
static void say_sizes(Stage *stage, gint64 first, gint64 second)
{
    Message *message = message_new(MSG_DOMAIN);

    message->picture = world_picture(two_disks);
    ((Image *) images_get(message->picture->images, "/i/a.1"))->allocation = first;
    ((Image *) images_get(message->picture->images, "/i/b.1"))->allocation = second;
    stage_say(stage, message);
}

// Overlays that nothing was written to take some room all the same.
static void test_fresh(void)
{
    g_autoptr(Stage) stage = stage_world(two_disks);

    say_sizes(stage, 196 << 10, 196 << 10);
    stage_sees(stage, "@ NOW                nothing yet  ");
    stage_sees(stage, "holds    nothing yet (392K, as empty");
    stage_golden_at_all_sizes(stage, "tree-fresh");
    stage_resize(stage, 24, 80);
    stage_keys(stage, "k r");
    stage_sees(stage, "NOW's disks hold nothing new yet (392K, as empty images take).");
    stage_keys(stage, "Esc D");
    stage_sees(stage, "Its disks hold nothing new yet.");
    stage_keys(stage, "Esc @");
    say_sizes(stage, 256 << 10, 256 << 10);
    stage_sees(stage, "nothing yet");
    say_sizes(stage, 324 << 10, 100 << 10); // one of them was written to
    stage_sees(stage, "@ NOW        424K in no snapshot  ");
    say_sizes(stage, 196 << 10, SIZE_UNKNOWN);
    stage_sees(stage, "size unknown");
}

// There was no memory to leave out.
static void test_off_snapshot(void)
{
    g_autoptr(Stage) stage = stage_world("guest web off\ndisk vda /i/a\nimage /i/a base 900\n"
                                         "snapshot s 1790000000 shutoff\nint vda /i/a\n"
                                         "snapshot t 1790000001 shutoff parent=s\next vda /i/a /i/b\n"
                                         "snapshot u 1790000002 disk-snapshot parent=t\next vda /i/b /i/c\n"
                                         "current u\n");

    stage_keys(stage, "g");
    stage_sees(stage, "kind     inside the image  ");
    stage_resize(stage, 40, 140);
    stage_keys(stage, "j");
    stage_sees(stage, "kind     external (own file)   ");
    stage_keys(stage, "j");
    stage_sees(stage, "kind     external (own file), disk-only ");
}

// A snapshot of this minute, in the narrow tree, beside NOW.
static void test_age_of_now(void)
{
    g_autofree char *text = g_strdup_printf("guest web off\ndisk vda /i/a\nimage /i/a base 900\n"
                                            "snapshot s %d shutoff\nint vda /i/a\ncurrent s\n", PICTURES_NOW - 5);
    g_autoptr(Stage) stage = stage_world(text);

    stage_resize(stage, 16, 60);
    stage_sees(stage, "* s             <1m int");
    stage_lacks(stage, " now ");
}

// Of a folder that is too long its end tells more than its beginning.
static void test_long_folder(void)
{
    g_autoptr(Stage) stage = stage_world("guest web off\n"
                                         "disk vda /var/lib/libvirt/images/customers/north/web\n"
                                         "image /var/lib/libvirt/images/customers/north/web base 900\n");

    stage_golden_at_all_sizes(stage, "disks-long-folder");
    stage_resize(stage, 16, 60);
    stage_sees(stage, "│   in …t/images/customers/north│");
    stage_resize(stage, 24, 80);
    stage_sees(stage, "│   in …/lib/libvirt/images/customers/north│");
    stage_resize(stage, 40, 140);
    stage_sees(stage, "in /var/lib/libvirt/images/customers/north");
}

// Deep in the tree NOW stays below its parent, and says what it holds in fewer words.
static void test_deep_now(void)
{
    GString *text = g_string_new("guest web off\ndisk vda /i/a.9\nimage /i/a base 900\nimage /i/a.9 on:/i/a 260\n"
                                 "snapshot r 1790000000 shutoff memory=internal\next vda /i/a /i/a.9\n");
    g_autoptr(Stage) stage = NULL;

    for (int i = 0; i < 5; i++) // a fork at each level
        g_string_append_printf(text, "snapshot f%d 179000001%d shutoff parent=%s%c\next vda /i/a /i/x%d\n"
                               "snapshot g%d 179000002%d shutoff parent=%s%c\next vda /i/a /i/y%d\n", i, i,
                               i == 0 ? "r" : "g", i == 0 ? ' ' : '0' + i - 1, i, i, i, i == 0 ? "r" : "g",
                               i == 0 ? ' ' : '0' + i - 1, i);
    g_string_append(text, "current g4\n");
    stage = stage_world(text->str);
    g_string_free(text, TRUE);
    stage_golden_at_all_sizes(stage, "tree-deep-now");
    stage_resize(stage, 24, 80);
    stage_sees(stage, "│        └─o g4 ");
    stage_sees(stage, "│          @ NOW     260M unsaved  ");
}

// libvirt's test driver has the records of external snapshots and no images: no dialog is needed to say so.
static void test_no_revert(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 80);
    Message *message = message_new(MSG_CONNECTED);

    message->host = world_host(LIBVIRT_VERSION(11, 3, 0), "TEST");
    stage_say(stage, message);
    stage_select_guest(stage, "web-01");
    stage_keys(stage, "Enter k");
    stage_expect_calls(stage, "");
    stage_sees(stage, "(r revert)  d delete");
    stage_sees(stage, "revert   Not possible: libvirt's test");
    stage_keys(stage, "r");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
    stage_sees(stage, " ! Not possible: libvirt's test driver keeps no images to go back to.");
    stage_keys(stage, "q");
    stage_select_guest(stage, "win11");
    stage_keys(stage, "Enter k");
    stage_sees(stage, "r revert  d delete"); // a tag is there for all it knows
}

// What this libvirt cannot do, virt-snap may do by steps of its own: the plan says.
static void test_old_libvirt(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 80);
    Message *message = message_new(MSG_CONNECTED);

    message->host = world_host(LIBVIRT_VERSION(9, 0, 0), NULL);
    stage_say(stage, message);
    stage_select_guest(stage, "web-01");
    stage_keys(stage, "Enter k");
    stage_sees(stage, "revert   r asks first what becomes of NOW");
    stage_sees(stage, "r revert  d delete");
    stage_keys(stage, "r");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 1);
}

static void bind(Stage *stage, Action action, const char *keys)
{
    g_autofree char *fault = NULL;

    g_assert_true(keymap_bind(&stage->app->keymap, action, keys, &fault));
}

// Sentences name the keys that the operator has given.
static void test_own_keys(void)
{
    g_autoptr(Stage) stage = stage_world(two_disks);

    bind(stage, ACTION_DELETE, "F9");
    bind(stage, ACTION_REVERT, "F8");
    stage_select_guest(stage, "web");
    stage_keys(stage, "Enter k");
    stage_sees(stage, "F8 asks first");
    stage_sees(stage, "F9 merges");
    bind(stage, ACTION_LOG, "F6");
    app_notice(stage->app, true, "%0100d", 0);
    stage_sees(stage, "000… F6: whole text");
    bind(stage, ACTION_CONNECT, "F12");
    stage_say_lost(stage, false, "the line broke");
    stage_keys(stage, "i");
    stage_sees(stage, "Not connected: F12 connects again.");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/words/overlays without data", test_fresh);
    g_test_add_func("/words/snapshots of an off guest", test_off_snapshot);
    g_test_add_func("/words/the age of a moment", test_age_of_now);
    g_test_add_func("/words/long folder", test_long_folder);
    g_test_add_func("/words/NOW deep in the tree", test_deep_now);
    g_test_add_func("/words/no revert on the test driver", test_no_revert);
    g_test_add_func("/words/revert on an old libvirt", test_old_libvirt);
    g_test_add_func("/words/keys of one's own", test_own_keys);
    return g_test_run();
}
