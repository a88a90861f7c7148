// SPDX-License-Identifier: GPL-2.0-or-later
// The command line: every action can be done by its name as by its key, wherever it is offered.

#include "tests/fake/grid.h"
#include "tests/fake/stage.h"
#include "tui/view.h"

#include <string.h>

// Ways to each place where actions are offered, from the guest list.
static const char *const ways[] = {
    NULL, "Enter", "Enter Tab", "Enter Tab Tab", "?", "L", "J",
};

static Stage *stage_at(const char *way)
{
    Stage *stage = stage_ready(24, 80);

    stage_keys(stage, "j j"); // not the first row, so that each way of moving shows
    if (way)
        stage_keys(stage, way);
    g_free(fake_engine_calls(stage->engine));
    return stage;
}

// All that an action can bring about.
static char *outcome(Stage *stage)
{
    g_autofree char *text = stage_text(stage);
    g_autofree char *roles = grid_roles();
    g_autofree char *calls = fake_engine_calls(stage->host->engine);

    return g_strdup_printf("%s%s%s effects %u leave %d dialogs %u prompt %d", text, roles, calls, stage->app->effects,
                           stage->app->leave, stage->app->dialogs->len, (int) stage->app->prompt.kind);
}

static void type_command(Stage *stage, const char *name)
{
    stage_keys(stage, ":");
    stage_type(stage, name);
    stage_keys(stage, "Enter");
}

static void assert_same(const char *way, Action action)
{
    g_autoptr(Stage) by_key = stage_at(way);
    g_autoptr(Stage) by_name = stage_at(way);
    g_autofree char *key = keymap_key(&by_key->app->keymap, action);
    g_autofree char *one = NULL, *other = NULL;

    stage_wait(by_key, 2000); // as long as the name takes
    stage_keys(by_key, key);
    one = outcome(by_key);
    type_command(by_name, action_name(action));
    other = outcome(by_name);
    if (strcmp(one, other) != 0)
        g_error("%s by its key and by its name, at \"%s\":\n%s\n%s", action_name(action), way ? way : "", one, other);
}

// Where an action does not belong, the command line says where it does.
static void assert_refused(const char *way, Action action)
{
    g_autoptr(Stage) stage = stage_at(way);

    type_command(stage, action_name(action));
    g_assert_cmpint(stage->app->prompt.kind, ==, PROMPT_COMMAND);
    g_assert_nonnull(strstr(stage->app->prompt.fault, "is not for here: it belongs to"));
    stage_expect_calls(stage, "");
}

static void test_every_action(void)
{
    bool done[ACTION_N] = {false};

    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autoptr(Stage) stage = stage_at(ways[i]);
        unsigned place = app_place(stage->app);

        for (int action = ACTION_NONE + 1; action < ACTION_N; action++) {
            if (action_contexts((Action) action) & place) {
                assert_same(ways[i], (Action) action);
                done[action] = true;
            } else {
                assert_refused(ways[i], (Action) action);
            }
        }
    }
    for (int action = ACTION_NONE + 1; action < ACTION_N; action++)
        if (!done[action] && (action_contexts((Action) action) & CONTEXT_LISTS))
            g_error("%s was tried nowhere", action_name((Action) action));
}

static void assert_typed(const Stage *stage, const char *text)
{
    g_assert_cmpint(stage->app->prompt.kind, ==, PROMPT_COMMAND);
    g_assert_cmpstr(stage->app->prompt.entry.text->str, ==, text);
}

static void test_completion(void)
{
    g_autoptr(Stage) stage = stage_at("Enter");

    stage_keys(stage, ":");
    stage_golden_at_all_sizes(stage, "command");
    stage_type(stage, "fo");
    stage_golden_at_all_sizes(stage, "command-typed");
    stage_keys(stage, "Tab");
    assert_typed(stage, "fold");
    stage_keys(stage, "Tab");
    assert_typed(stage, "fold-all");
    stage_golden(stage, "command-chosen-80x24");
    stage_keys(stage, "Tab");
    assert_typed(stage, "fold");
    stage_keys(stage, "BackTab");
    assert_typed(stage, "fold-all");
    stage_keys(stage, "C-u h e");
    stage_sees(stage, "help Show this help.");
    stage_keys(stage, "Tab Tab");
    assert_typed(stage, "help");
    stage_keys(stage, "C-u x x Tab");
    assert_typed(stage, "xx");
    stage_sees(stage, "There is no such action here.");
    stage_keys(stage, "Esc");
    g_assert_cmpint(stage->app->prompt.kind, ==, PROMPT_NONE);
}

static void test_faults(void)
{
    g_autoptr(Stage) stage = stage_at("Enter");

    type_command(stage, "xx");
    stage_sees(stage, "There is no action \"xx\" here. Tab shows what there is.");
    stage_keys(stage, "C-u f o Enter");
    stage_sees(stage, "\"fo\" may mean fold or fold-all: type more.");
    stage_keys(stage, "C-u h e Enter"); // can be no other
    g_assert_true(stage->app->page == &view_help);
    stage_keys(stage, ": Backspace"); // from an empty line back, as in vi
    g_assert_cmpint(stage->app->prompt.kind, ==, PROMPT_NONE);
    stage_keys(stage, ": Enter");
    g_assert_cmpint(stage->app->prompt.kind, ==, PROMPT_NONE);
}

static void test_recalled(void)
{
    g_autoptr(Stage) stage = stage_at(NULL);

    type_command(stage, "he");
    stage_keys(stage, "Esc");
    type_command(stage, "log");
    stage_keys(stage, "Esc : Up");
    assert_typed(stage, "log");
    stage_keys(stage, "Up");
    assert_typed(stage, "help");
    stage_keys(stage, "Down Down");
    assert_typed(stage, "");
}

// A pasted line is text, and sends nothing off.
static void test_pasted(void)
{
    g_autoptr(Stage) stage = stage_at("Enter k");

    stage_keys(stage, ": PasteBegin");
    stage_type(stage, "delete\r\n");
    stage_keys(stage, "PasteEnd");
    assert_typed(stage, "delete  ");
    stage_expect_calls(stage, "");
}

// ---- what follows a name

static Stage *stage_of(const char *guest, const char *way)
{
    Stage *stage = stage_ready(24, 80);

    stage_select_guest(stage, guest);
    stage_keys(stage, way);
    g_free(fake_engine_calls(stage->engine));
    return stage;
}

static void assert_fault(Stage *stage, const char *line, const char *words)
{
    type_command(stage, line);
    if (!stage->app->notice || !strstr(stage->app->notice, words))
        g_error("\":%s\" says %s, not %s", line, stage->app->notice ? stage->app->notice : "nothing", words);
    stage_expect_calls(stage, "");
}

static void test_named(void)
{
    g_autoptr(Stage) stage = stage_of("web-01", "Enter");

    type_command(stage, "delete nginx-1.28");
    stage_expect_calls(stage, "plan 1 delete nginx-1.28 of web-01\n");
    g_assert_cmpstr(app_guest(stage->app)->selected, ==, "nginx-1.28");
    stage_keys(stage, "Esc");
    type_command(stage, "rev tls"); // both can be nothing else
    stage_sees(stage, "Revert web-01 to tls-renewed");
    stage_keys(stage, "Esc : Up");
    assert_typed(stage, "revert tls");
    stage_keys(stage, "Esc");
    type_command(stage, "discard tls-renewed  "); // blanks at the end are none of it
    stage_sees(stage, "Discard tls-renewed of web-01");
    stage_keys(stage, "Esc");
    assert_fault(stage, "delete zzz", "Nothing here is called \"zzz\".");
    assert_fault(stage, "delete NOW", "Nothing here is called \"NOW\".");
    assert_fault(stage, "log zzz", "\"log\" stands alone");
}

// What is named goes before what is marked, and the marks stay.
static void test_named_beside_marks(void)
{
    g_autoptr(Stage) stage = stage_of("web-01", "Enter g m j m");

    type_command(stage, "delete tls-renewed");
    stage_expect_calls(stage, "plan 1 delete tls-renewed of web-01\n");
    stage_keys(stage, "Esc d");
    stage_expect_calls(stage, "plan 2 delete before-nginx-1.28, nginx-1.28 of web-01\n");
}

// From the list of guests too: it is about the guest under the cursor.
static void test_named_from_guests(void)
{
    g_autoptr(Stage) stage = stage_of("web-01", "");

    type_command(stage, "revert");
    g_assert_nonnull(strstr(stage->app->prompt.fault, "is not for here"));
    stage_keys(stage, "Esc");
    type_command(stage, "revert nginx-1.28");
    stage_sees(stage, "Revert web-01 to nginx-1.28");
    stage_keys(stage, "Esc");
    type_command(stage, "create before-lunch");
    stage_sees(stage, "before-lunch");
    stage_keys(stage, "Esc");
    type_command(stage, "create nginx-1.28");
    stage_sees(stage, "This guest has a snapshot of that name already.");
}

static void test_jump(void)
{
    g_autoptr(Stage) stage = stage_of("web-01", "Enter");

    stage_keys(stage, "'");
    assert_typed(stage, "jump ");
    stage_golden_at_all_sizes(stage, "command-jump");
    stage_keys(stage, "Tab Tab");
    assert_typed(stage, "jump before-nginx-1.28");
    stage_golden(stage, "command-jump-chosen-80x24");
    stage_keys(stage, "Enter");
    g_assert_cmpstr(app_guest(stage->app)->selected, ==, "before-nginx-1.28");
    type_command(stage, "jump NOW");
    g_assert_null(app_guest(stage->app)->selected);
    type_command(stage, "jump win11");
    g_assert_cmpstr(app_guest(stage->app)->name, ==, "win11");
    assert_fault(stage, "jump m", "\"m\" may mean mail-archive or metrics");
    type_command(stage, "open web-01");
    g_assert_cmpstr(app_guest(stage->app)->name, ==, "web-01");
}

// A filter that hides what is named goes; a folded branch is unfolded.
static void test_named_hidden(void)
{
    g_autoptr(Stage) stage = stage_of("web-01", "Enter");

    type_command(stage, "filter before");
    g_assert_nonnull(app_guest(stage->app)->filter);
    type_command(stage, "jump tls-renewed");
    g_assert_null(app_guest(stage->app)->filter);
    g_assert_cmpstr(app_guest(stage->app)->selected, ==, "tls-renewed");
    type_command(stage, "fold before-nginx-1.28");
    type_command(stage, "jump tls-renewed");
    g_assert_cmpstr(app_guest(stage->app)->selected, ==, "tls-renewed");
    type_command(stage, "find before");
    g_assert_cmpstr(app_guest(stage->app)->selected, ==, "before-nginx-1.28");
}

// Characters that no terminal should see are typed as they are drawn.
static void test_named_hostile(void)
{
    g_autoptr(Stage) stage = stage_of("evil\033[31m\a", "Enter");

    stage_keys(stage, ":");
    stage_type(stage, "jump a");
    stage_golden_at_all_sizes(stage, "command-hostile");
    stage_keys(stage, "Tab Enter");
    g_assert_true(g_str_has_prefix(app_guest(stage->app)->selected, "a\033]0;"));
}

static void test_theme(void)
{
    g_autoptr(Stage) stage = stage_of("web-01", "");

    type_command(stage, "theme nord");
    g_assert_true(stage->app->effects & EFFECT_THEME);
    g_assert_cmpstr(stage->app->theme->name, ==, "nord");
    stage_sees(stage, "Theme nord; a line theme=nord in the settings keeps it.");
    stage_keys(stage, "F7");
    g_assert_cmpstr(stage->app->theme->name, ==, "solarized-dark");
    assert_fault(stage, "theme zzz", "Nothing here is called \"zzz\".");
    stage_keys(stage, ":");
    stage_type(stage, "theme s");
    stage_keys(stage, "Tab");
    assert_typed(stage, "theme solarized-dark");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/command/every action", test_every_action);
    g_test_add_func("/command/completion", test_completion);
    g_test_add_func("/command/faults", test_faults);
    g_test_add_func("/command/recalled", test_recalled);
    g_test_add_func("/command/pasted", test_pasted);
    g_test_add_func("/command/named", test_named);
    g_test_add_func("/command/named beside marks", test_named_beside_marks);
    g_test_add_func("/command/named from the guests", test_named_from_guests);
    g_test_add_func("/command/named and hidden", test_named_hidden);
    g_test_add_func("/command/named and hostile", test_named_hostile);
    g_test_add_func("/command/jump", test_jump);
    g_test_add_func("/command/theme", test_theme);
    return g_test_run();
}
