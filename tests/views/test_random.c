// SPDX-License-Identifier: GPL-2.0-or-later
// An operator who presses anything: thousands of random keys at random sizes, while the engine answers.
// Nothing may crash, and no plan that loses data may ever be started.

#include "tests/fake/stage.h"

#include <string.h>

#define KEYS 10000

static Key random_key(GRand *random)
{
    static const Key named[] = {
        KEY_TAB_CHAR, KEY_RETURN, KEY_ESCAPE, KEY_UP_ARROW, KEY_DOWN_ARROW, KEY_LEFT_ARROW, KEY_RIGHT_ARROW,
        KEY_PAGE_UP, KEY_PAGE_DOWN, KEY_HOME_KEY, KEY_END_KEY, KEY_ERASE, KEY_DELETE, KEY_BACKTAB, KEY_F1,
        KEY_RESIZED, KEY_PASTE_BEGIN, KEY_PASTE_END, KEY_RETURN, KEY_TAB_CHAR, ' ', 0x65e5, 0x301, 0x202e,
    };

    if (g_rand_int_range(random, 0, 12) == 0)
        return key_of_mouse((MouseDeed) g_rand_int_range(random, 0, 3), g_rand_int_range(random, 0, 60),
                            g_rand_int_range(random, 0, 170));
    if (g_rand_int_range(random, 0, 3) == 0)
        return (Key) g_rand_int_range(random, 1, 127);
    return named[g_rand_int_range(random, 0, G_N_ELEMENTS(named))];
}

// The answer to every plan asked for: one that loses NOW.
static Plan *losing_plan(const Wish *wish)
{
    Plan *plan = plan_new(wish);

    g_free(plan->title);
    plan->title = g_strdup("Lose NOW");
    plan_loses(plan, LOSS_NOW, NULL);
    plan->loses_data = true;
    plan_add_step(plan, STEP_REVERT, wish->domain)->effect = g_strdup("Go back.");
    return plan;
}

static void answer(Stage *stage, guint64 *tickets)
{
    g_autofree char *calls = fake_engine_calls(stage->host->engine);
    const char *at = calls;

    g_assert_null(strstr(calls, "run "));
    while ((at = strstr(at, "plan "))) {
        Message *message = message_new(MSG_PLAN);

        message->plan.ticket = ++*tickets;
        message->plan.plan = losing_plan(fake_engine_wish(stage->host->engine));
        stage_say(stage, message);
        at++;
    }
}

static void say_something(Stage *stage, GRand *random)
{
    switch (g_rand_int_range(random, 0, 4)) {
    case 0:
        stage_say_lost(stage, false, "gone");
        break;
    case 1:
    case 2:
        stage_say_connected(stage);
        break;
    default:
        stage_say_guests(stage);
    }
}

static void test_random(gconstpointer seed)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(GPOINTER_TO_UINT(seed));
    g_autoptr(Stage) stage = stage_ready(24, 80);
    const Engine *engine = stage->host->engine;
    guint64 tickets = 0;

    for (int i = 0; i < KEYS && !stage->app->leave; i++) {
        stage_wait(stage, g_rand_int_range(random, 0, 400));
        app_key(stage->app, random_key(random));
        stage->app->leave = false; // he comes back
        if (stage->host->engine != engine) { // he went to another host
            engine = stage->host->engine;
            tickets = 0;
        }
        stage_hear(stage);
        answer(stage, &tickets);
        if (i % 50 == 0)
            say_something(stage, random);
        if (i % 20 == 0)
            stage_resize(stage, g_rand_int_range(random, 1, 50), g_rand_int_range(random, 1, 160));
        if (i % 5 == 0)
            g_free(stage_text(stage));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint seed = 1; seed <= 3; seed++) {
        g_autofree char *path = g_strdup_printf("/random/keys, seed %u", seed);

        g_test_add_data_func(path, GUINT_TO_POINTER(seed), test_random);
    }
    return g_test_run();
}
