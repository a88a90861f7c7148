// SPDX-License-Identifier: GPL-2.0-or-later
// The terminal of tests.
#include "tests/fake/keyboard.h"

#include "tui/term.h"

static struct {
    GArray *keys; // of Key; NULL: none
    guint next;
    bool lost;
    KeyboardCalls calls;
} keyboard;

static void add(Key key)
{
    if (keyboard.keys == NULL) {
        keyboard.keys = g_array_new(FALSE, FALSE, sizeof(Key));
    }
    g_array_append_val(keyboard.keys, key);
}

void keyboard_press(const char *keys)
{
    g_auto(GStrv) names = g_strsplit(keys, " ", -1);

    for (char **name = names; *name != NULL; name++) {
        Key key = key_parse(*name);

        if (key == KEY_NONE) {
            g_error("there is no key \"%s\"", *name);
        }
        add(key);
    }
}

void keyboard_type(const char *text)
{
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        add(g_utf8_get_char(text));
    }
}

KeyboardCalls keyboard_calls(void)
{
    return keyboard.calls;
}

void keyboard_lose(void)
{
    keyboard.lost = true;
}

void keyboard_reset(void)
{
    g_clear_pointer(&keyboard.keys, g_array_unref);
    keyboard.next = 0;
    keyboard.lost = false;
    keyboard.calls = (KeyboardCalls){0};
}

bool term_start(const TermOptions *options, GError **error)
{
    (void)options;
    (void)error;
    keyboard.calls.starts++;
    return true;
}

void term_stop(void)
{
    keyboard.calls.stops++;
}

void term_title(const char *text)
{
    (void)text;
}

int term_fd(void)
{
    return -1;
}

Key term_key(void)
{
    if (keyboard.keys == NULL || keyboard.next == keyboard.keys->len) {
        return KEY_NONE;
    }
    return g_array_index(keyboard.keys, Key, keyboard.next++);
}

bool term_lost(void)
{
    return keyboard.lost && (keyboard.keys == NULL || keyboard.next == keyboard.keys->len);
}

bool term_suspend(void)
{
    keyboard.calls.suspends++;
    return true;
}

void term_redraw(void)
{
    keyboard.calls.redraws++;
}

bool term_copy(const char *text)
{
    keyboard.calls.copies++;
    return *text != '\0';
}

void term_beep(void)
{
    keyboard.calls.beeps++;
}
