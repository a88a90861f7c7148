// SPDX-License-Identifier: GPL-2.0-or-later
// Keys from bytes: whole, in pieces, and from terminals nobody has heard of.

#include "tui/decode.h"

#include <string.h>

static void append_keys(GString *names, Decoder *decoder, bool final)
{
    Key key;

    while ((key = decoder_next(decoder, final)) != KEY_NONE) {
        g_autofree char *name = key_to_name(key);

        g_string_append_printf(names, "%s%s", names->len > 0 ? " " : "", name);
    }
}

static void assert_keys(const char *bytes, const char *expected)
{
    Decoder *decoder = decoder_new(true);
    g_autoptr(GString) whole = g_string_new(NULL), pieces = g_string_new(NULL);

    decoder_feed(decoder, bytes, strlen(bytes));
    append_keys(whole, decoder, false);
    append_keys(whole, decoder, true);
    g_assert_cmpstr(whole->str, ==, expected);
    g_assert_cmpint(decoder_patience(decoder), ==, 0);

    for (const char *byte = bytes; *byte != '\0'; byte++) { // as over a slow line
        decoder_feed(decoder, byte, 1);
        append_keys(pieces, decoder, false);
    }
    append_keys(pieces, decoder, true);
    g_assert_cmpstr(pieces->str, ==, expected);
    decoder_free(decoder);
}

static void test_characters(void)
{
    assert_keys("aB?", "a B ?");
    assert_keys("\x01\x1A\r\t ", "Ctrl-A Ctrl-Z Enter Tab Space");
    assert_keys("\x7F\x08", "Backspace Backspace");
    assert_keys("\u00E9\u65E5\U0001F600", "\u00E9 \u65E5 \U0001F600");
    assert_keys("a\xFF" "b\xC3(\xE6\x97", "a b (");
}

static void test_sequences(void)
{
    assert_keys("\033[A\033OB\033[H\033[4~", "Up Down Home End");
    assert_keys("\033OP\033[11~\033[24~\033[Z\033[3~", "F1 F1 F12 BackTab Delete");
    assert_keys("\033[200~rm\r\033[201~q", "PasteBegin r m Enter PasteEnd q");
}

// Nothing of them may be taken for a command.
static void test_unknown_sequences(void)
{
    assert_keys("\033[1;6Cx", "x");
    assert_keys("\033[Ix\033[O", "x");
    assert_keys("\033[?1;2cx", "x");
    assert_keys("\033Oqx", "x");
    assert_keys("\033[[Ex", "x");
}

static void test_words(void)
{
    assert_keys("\033[1;5D\033[1;3C\033[3;5~", "Ctrl-Left Ctrl-Right Ctrl-Delete");
    assert_keys("\033Od\033Oc", "Ctrl-Left Ctrl-Right");
}

static void test_mouse(void)
{
    assert_keys("\033[<0;10;20M\033[<0;10;20mx", "Click:19:9 x");
    assert_keys("\033[<64;1;1M\033[<65;80;24M", "WheelUp:0:0 WheelDown:23:79");
    assert_keys("\033[<2;10;20Mx", "x");           // another button
    assert_keys("\033[<0;0;0Mx", "x");              // no such cell
    assert_keys("\033[<0;5000;2Mx", "x");
    assert_keys("\033[<0;99999999999999999999999;2Mx", "x");
    assert_keys("\033[<0;1Mx", "x");
    assert_keys("\033[<0;1;2;3Mx", "x");
    assert_keys("\033[M !\"x", "Click:1:0 x");       // older terminals: three bytes, 32 added
    assert_keys("\033[Mdddx", "x");                 // whatever they are, they are no keys
}

static void test_escape(void)
{
    assert_keys("\033", "Esc");
    assert_keys("\033\033", "Esc Esc");
    assert_keys("\033d", "Esc d");
    assert_keys("\033[", "Esc [");
    assert_keys("\033\033[A", "Esc Up");
}

static void test_patience(void)
{
    Decoder *decoder = decoder_new(true);
    int few, more;

    decoder_feed(decoder, "\033", 1);
    g_assert_cmpuint(decoder_next(decoder, false), ==, KEY_NONE);
    few = decoder_patience(decoder);
    decoder_feed(decoder, "[", 1);
    g_assert_cmpuint(decoder_next(decoder, false), ==, KEY_NONE);
    more = decoder_patience(decoder);
    g_assert_cmpint(few, >, 0);
    g_assert_cmpint(more, >, few);
    decoder_feed(decoder, "A", 1);
    g_assert_cmpuint(decoder_next(decoder, false), ==, KEY_UP_ARROW);
    g_assert_cmpint(decoder_patience(decoder), ==, 0);
    decoder_free(decoder);
}

static void test_own_sequences(void)
{
    Decoder *decoder = decoder_new(false);

    decoder_add(decoder, "\033[Y", KEY_END_KEY);
    decoder_add(decoder, "\033[A", KEY_HOME_KEY); // goes before the common meaning
    decoder_add(decoder, "\013", KEY_UP_ARROW);   // not accepted: Ctrl-K stays Ctrl-K
    decoder_add(decoder, "", KEY_UP_ARROW);
    decoder_feed(decoder, "\033[Y\033[A\013\xE9z", 9);
    g_assert_cmpuint(decoder_next(decoder, false), ==, KEY_END_KEY);
    g_assert_cmpuint(decoder_next(decoder, false), ==, KEY_HOME_KEY);
    g_assert_cmpuint(decoder_next(decoder, false), ==, 11);
    g_assert_cmpuint(decoder_next(decoder, false), ==, 'z'); // no UTF-8: the byte before is nothing
    g_assert_cmpuint(decoder_next(decoder, false), ==, KEY_NONE);
    decoder_free(decoder);
}

// Any bytes end, and leave nothing behind once they are final.
static void test_random(void)
{
    Decoder *decoder = decoder_new(true);

    for (int round = 0; round < 20000; round++) {
        static const char favourites[] = "\033\033\033[[[O;12~ABM\xE6\x97\xA5";
        char bytes[16];

        for (gsize i = 0; i < sizeof bytes; i++) {
            bytes[i] = g_test_rand_bit() ? favourites[g_test_rand_int_range(0, sizeof favourites - 1)]
                                         : (char)g_test_rand_int_range(0, 256);
        }
        decoder_feed(decoder, bytes, sizeof bytes);
        while (decoder_next(decoder, true) != KEY_NONE) {
        }
        g_assert_cmpint(decoder_patience(decoder), ==, 0);
    }
    decoder_free(decoder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/decode/characters", test_characters);
    g_test_add_func("/decode/sequences", test_sequences);
    g_test_add_func("/decode/unknown-sequences", test_unknown_sequences);
    g_test_add_func("/decode/words", test_words);
    g_test_add_func("/decode/mouse", test_mouse);
    g_test_add_func("/decode/escape", test_escape);
    g_test_add_func("/decode/patience", test_patience);
    g_test_add_func("/decode/own-sequences", test_own_sequences);
    g_test_add_func("/decode/random", test_random);
    return g_test_run();
}
