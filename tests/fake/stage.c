// SPDX-License-Identifier: GPL-2.0-or-later
// The stage: drives an App as the loop would, and reads the frame it draws.

#include "tests/fake/stage.h"

#include "tests/fake/grid.h"
#include "tests/lib/world.h"
#include "tui/app_parts.h"
#include "tui/text.h"

#include <string.h>

Stage *stage_new(int rows, int cols, const AppOptions *options)
{
    static const AppOptions plain = {.demo = "test:///demo.xml"};
    Stage *stage = g_new0(Stage, 1);

    g_setenv("TZ", "UTC", TRUE);
    stage->app = app_new(options ? options : &plain);
    stage->host = stage->app->hosts->pdata[0];
    stage->engine = stage->host->engine;
    stage_wait(stage, 1000);
    stage_resize(stage, rows, cols);
    return stage;
}

void stage_free(Stage *stage)
{
    app_free(stage->app);
    grid_free();
    g_free(stage);
}

void stage_hear(Stage *stage)
{
    for (guint i = 0; i < stage->app->hosts->len; i++) {
        AppHost *host = stage->app->hosts->pdata[i];
        Message *message;

        while ((message = engine_next(host->engine)))
            app_message(stage->app, host, message);
    }
    app_drain_leaving(stage->app);
    app_settle(stage->app);
}

void stage_say(Stage *stage, Message *message)
{
    fake_engine_push(stage->host->engine, message);
    stage_hear(stage);
}

void stage_say_connected(Stage *stage)
{
    Message *message = message_new(MSG_CONNECTED);

    message->host = world_host(LIBVIRT_VERSION(11, 3, 0), NULL);
    message->host->hostname = g_strdup("hv3");
    message->host->real_uri = g_strdup("qemu:///system");
    stage_say(stage, message);
}

static void free_guest(gpointer guest)
{
    guest_free(guest);
}

void stage_say_guests(Stage *stage)
{
    Message *list = message_new(MSG_HOST);

    list->guests = g_ptr_array_new_with_free_func(free_guest);
    for (int i = 0; i < PICTURE_N; i++) {
        g_autoptr(Picture) picture = picture_made((PictureName) i);
        Guest *guest = guest_new(picture->domain->uuid, picture->domain->name);

        guest->state = picture->domain->state;
        guest->persistent = true;
        guest->snapshots = (int) picture->snapshots->len;
        g_ptr_array_add(list->guests, guest);
    }
    stage_say(stage, list);
    for (int i = 0; i < PICTURE_N; i++) {
        Message *message = message_new(MSG_DOMAIN);

        message->picture = picture_made((PictureName) i);
        stage_say(stage, message);
    }
}

void stage_answer_plan(Stage *stage)
{
    const Wish *wish = fake_engine_wish(stage->host->engine);
    const AppGuest *guest = app_find_guest(stage->host, wish->uuid);
    g_autoptr(Neighbours) neighbours = neighbours_new();
    Message *message = message_new(MSG_PLAN);

    message->plan.ticket = dialog_top(stage->app)->ticket;
    message->plan.plan = plan_make(wish, guest->picture, neighbours, stage->host->host, stage->app->wall);
    stage_say(stage, message);
}

void stage_say_lost(Stage *stage, bool fatal, const char *said)
{
    Message *message = message_new(MSG_LOST);

    message->lost.failure = failure_new("Connecting to qemu:///system failed.", said, 38,
                                        "Check that libvirtd runs: systemctl status libvirtd.");
    message->lost.fatal = fatal;
    message->lost.retry_ms = 10000;
    stage_say(stage, message);
}

Stage *stage_ready(int rows, int cols)
{
    Stage *stage = stage_new(rows, cols, NULL);

    stage_say_connected(stage);
    stage_say_guests(stage);
    g_free(fake_engine_calls(stage->engine));
    return stage;
}

Stage *stage_read_only(int rows, int cols)
{
    AppOptions options = {.read_only = true};
    Stage *stage = stage_new(rows, cols, &options);

    stage_say_connected(stage);
    stage_say_guests(stage);
    g_free(fake_engine_calls(stage->engine));
    return stage;
}

void stage_wait(Stage *stage, gint64 milliseconds)
{
    stage->mono += milliseconds;
    app_clock(stage->app, PICTURES_NOW + stage->mono / 1000, stage->mono);
}

void stage_resize(Stage *stage, int rows, int cols)
{
    app_resize(stage->app, rows, cols);
    app_settle(stage->app);
}

void stage_keys(Stage *stage, const char *keys)
{
    g_auto(GStrv) names = g_strsplit(keys, " ", -1);

    for (guint i = 0; names[i]; i++) {
        Key key = key_parse(names[i]);

        if (key == KEY_NONE)
            g_error("stage: no key is called %s", names[i]);
        stage_wait(stage, 1000);
        app_key(stage->app, key);
        app_settle(stage->app);
    }
}

void stage_type(Stage *stage, const char *text)
{
    for (const char *at = text; *at; at = g_utf8_next_char(at)) {
        app_key(stage->app, g_utf8_get_char(at));
        app_settle(stage->app);
    }
}

void stage_expect_calls(Stage *stage, const char *calls)
{
    g_autofree char *made = fake_engine_calls(stage->host->engine);

    g_assert_cmpstr(made, ==, calls);
}

char *stage_text(Stage *stage)
{
    if (stage->app->moving) { // looked at once it rests
        stage_wait(stage, REST_MS);
        app_settle(stage->app);
    }
    grid_set_size(stage->app->rows, stage->app->cols);
    screen_draw(stage->app);
    return grid_text();
}

// As much of a button as a dialog so wide shows.
static void see_button(Stage *stage, const FormItem *item, bool focus, int cols)
{
    g_autofree char *label = text_clean(item->label, false);
    bool whole = text_width(label) <= cols - 4;
    g_autofree char *shown = whole ? g_strdup(label) : g_strndup(label, text_fit(label, cols - 5, NULL));
    g_autofree char *button = g_strconcat(item->disabled ? "( " : focus ? "[>" : "[ ", shown,
                                          whole ? "" : "\xe2\x80\xa6",
                                          item->disabled ? " )" : focus ? "<]" : " ]", NULL);

    stage_sees(stage, button);
}

void stage_sees_buttons(Stage *stage)
{
    const Dialog *dialog = dialog_top(stage->app);
    int cols = dialog ? dialog_cols(stage->app, dialog) : 0;
    int buttons = 0;

    for (guint i = 0; dialog && i < dialog->form->items->len; i++) {
        const FormItem *item = dialog->form->items->pdata[i];

        buttons += item->kind == FORM_BUTTON && !item->hidden;
    }
    for (guint i = 0; dialog && i < dialog->form->items->len; i++) {
        const FormItem *item = dialog->form->items->pdata[i];
        bool focus = (int) i == dialog->form->focus;

        if (item->kind == FORM_BUTTON && !item->hidden && (focus || buttons <= stage->app->rows - 5))
            see_button(stage, item, focus, cols);
        else if (focus && item->kind != FORM_TOGGLE)
            stage_sees(stage, item->label);
    }
}

void stage_golden(Stage *stage, const char *name)
{
    g_autofree char *screen = stage_text(stage);
    g_autofree char *roles = grid_roles();
    int row, col;
    bool visible = grid_cursor(&row, &col);
    g_autofree char *found = g_strdup_printf("%s\n%s\ncursor %d %d%s\n", screen, roles, row, col,
                                             visible ? " visible" : "");
    g_autofree char *path = g_strdup_printf("tests/golden/%s.txt", name);
    g_autofree char *wanted = NULL;

    stage_sees_buttons(stage);
    if (g_strcmp0(g_getenv("GOLDEN"), "accept") == 0) {
        g_assert_true(g_file_set_contents(path, found, -1, NULL));
        return;
    }
    if (!g_file_get_contents(path, &wanted, NULL, NULL))
        g_error("no golden %s: look at the screen, then GOLDEN=accept\n%s", path, found);
    if (strcmp(wanted, found) != 0)
        g_printerr("--- %s\n%s+++ drawn\n%s", path, wanted, found);
    g_assert_true(strcmp(wanted, found) == 0);
}

void stage_golden_at_all_sizes(Stage *stage, const char *name)
{
    static const struct {
        int rows, cols;
        const char *name;
    } sizes[] = {{16, 60, "60x16"}, {24, 80, "80x24"}, {40, 140, "140x40"}};

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *full = g_strdup_printf("%s-%s", name, sizes[i].name);

        stage_resize(stage, sizes[i].rows, sizes[i].cols);
        stage_golden(stage, full);
    }
    stage_resize(stage, 24, 80);
}

void stage_sees(Stage *stage, const char *words)
{
    g_autofree char *text = stage_text(stage);

    if (!strstr(text, words))
        g_error("not on the screen: %s\n%s", words, text);
}

void stage_lacks(Stage *stage, const char *words)
{
    g_autofree char *text = stage_text(stage);

    if (strstr(text, words))
        g_error("on the screen: %s\n%s", words, text);
}

void stage_select_guest(Stage *stage, const char *name)
{
    stage_keys(stage, "g");
    for (guint i = 0; i < stage->host->guests->len && g_strcmp0(app_guest(stage->app)->name, name) != 0; i++)
        stage_keys(stage, "j");
    g_assert_cmpstr(app_guest(stage->app)->name, ==, name);
}
