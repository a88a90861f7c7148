// SPDX-License-Identifier: GPL-2.0-or-later
// The pages of libvirt's XML: one state, and two compared.

#include "tests/fake/stage.h"
#include "tui/app_parts.h"

#include <string.h>

#define WEB "00000000-0000-4000-8000-000000000000"

static const char older[] = "<domain type='kvm'>\n  <name>web-01</name>\n  <memory unit='KiB'>4194304</memory>\n"
                            "  <vcpu>2</vcpu>\n  <devices>\n    <interface type='network'>\n"
                            "      <mac address='52:54:00:00:00:01'/>\n    </interface>\n  </devices>\n</domain>\n";
static const char newer[] = "<domain type='kvm'>\n  <name>web-01</name>\n  <memory unit='KiB'>8388608</memory>\n"
                            "  <vcpu>2</vcpu>\n  <devices>\n    <interface type='network'>\n"
                            "      <mac address='52:54:00:00:00:01'/>\n    </interface>\n"
                            "    <interface type='network'>\n      <mac address='52:54:00:00:00:02'/>\n"
                            "      <description>\033[31mred, and a line that is longer than any of these windows is "
                            "wide, so that it has to be broken somewhere</description>\n"
                            "    </interface>\n  </devices>\n</domain>\n";

static Stage *stage_at(const char *snapshot)
{
    Stage *stage = stage_ready(24, 80);

    stage_keys(stage, "/");
    stage_type(stage, "web-01");
    stage_keys(stage, "Enter Enter");
    guest_select(app_guest(stage->app), snapshot);
    g_free(fake_engine_calls(stage->engine));
    return stage;
}

static void say_text(Stage *stage, guint64 ticket, const char *text, const char *definition)
{
    Message *message = message_new(MSG_TEXT);

    message->text.ticket = ticket;
    message->text.text = g_strdup(text);
    message->text.definition = g_strdup(definition);
    if (!text)
        message->text.failure = failure_new("The record of snapshot x cannot be read", "gone", 72, NULL);
    stage_say(stage, message);
}

static void test_show(void)
{
    g_autoptr(Stage) stage = stage_at("nginx-1.28");
    g_autofree char *screen = NULL;

    stage_keys(stage, "i");
    stage_expect_calls(stage, "text nginx-1.28 of " WEB "\n");
    stage_golden_at_all_sizes(stage, "xml-waiting");
    say_text(stage, 99, "of another question", NULL);
    say_text(stage, 1, newer, newer);
    stage_golden_at_all_sizes(stage, "xml");
    screen = stage_text(stage);
    g_assert_null(strchr(screen, '\033'));
    stage_keys(stage, "/");
    stage_type(stage, "mac address");
    stage_keys(stage, "Enter n");
    g_assert_cmpint(stage->app->page_text.found, >, 0);
}

static void test_diff_now(void)
{
    g_autoptr(Stage) stage = stage_at("nginx-1.28");

    stage_keys(stage, "=");
    stage_expect_calls(stage, "text nginx-1.28 of " WEB "\ntext NOW of " WEB "\n");
    say_text(stage, 2, newer, newer); // in whatever order they come
    stage_golden_at_all_sizes(stage, "diff-waiting");
    say_text(stage, 1, older, older);
    stage_golden_at_all_sizes(stage, "diff");
}

static void test_diff_marked(void)
{
    g_autoptr(Stage) stage = stage_at("tls-renewed");

    stage_keys(stage, "g m G k =");
    stage_expect_calls(stage, "text before-nginx-1.28 of " WEB "\ntext tls-renewed of " WEB "\n");
    say_text(stage, 1, older, older);
    say_text(stage, 2, older, older);
    stage_golden_at_all_sizes(stage, "diff-same");
}

static void test_faults(void)
{
    g_autoptr(Stage) stage = stage_at("nginx-1.28");

    stage_keys(stage, "=");
    say_text(stage, 1, "<domainsnapshot/>", NULL);
    say_text(stage, 2, newer, newer);
    stage_golden_at_all_sizes(stage, "diff-none");
    stage_keys(stage, "Esc i");
    say_text(stage, 3, NULL, NULL);
    stage_golden_at_all_sizes(stage, "xml-failed");
    stage_keys(stage, "Esc @ ="); // NOW: with what it is based on
    g_assert_cmpstr(stage->app->xml[0].snapshot, ==, "tls-renewed");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/show", test_show);
    g_test_add_func("/xml/diff with NOW", test_diff_now);
    g_test_add_func("/xml/diff with the marked one", test_diff_marked);
    g_test_add_func("/xml/faults", test_faults);
    return g_test_run();
}
