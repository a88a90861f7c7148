// SPDX-License-Identifier: GPL-2.0-or-later
// Keys from bytes. What is not complete yet stays in the buffer.
#include "tui/decode.h"

#include <string.h>

#define ESCAPE_PATIENCE_MS 25
#define SEQUENCE_PATIENCE_MS 250
#define SEQUENCE_MAX 32 // bytes of an unknown sequence

#define ESC '\033'
#define CTRL_H 8
#define DEL 127

typedef struct Sequence {
    const char *bytes;
    Key key;
} Sequence;

struct Decoder {
    bool utf8;
    GArray *sequences; // of Sequence, the terminal's own
    GStringChunk *chunk;
    GString *buffer;
    gsize done; // bytes of the buffer that were taken
};

// What a look at the buffer found.
typedef struct Find {
    gsize length; // bytes to take; 0: the rest has not come yet
    Key key;
} Find;

static const Sequence common[] = {
    {"\033[200~", KEY_PASTE_BEGIN},
    {"\033[201~", KEY_PASTE_END},
    {"\033[A", KEY_UP_ARROW},
    {"\033OA", KEY_UP_ARROW},
    {"\033[B", KEY_DOWN_ARROW},
    {"\033OB", KEY_DOWN_ARROW},
    {"\033[C", KEY_RIGHT_ARROW},
    {"\033OC", KEY_RIGHT_ARROW},
    {"\033[D", KEY_LEFT_ARROW},
    {"\033OD", KEY_LEFT_ARROW},
    {"\033[H", KEY_HOME_KEY},
    {"\033OH", KEY_HOME_KEY},
    {"\033[1~", KEY_HOME_KEY},
    {"\033[7~", KEY_HOME_KEY},
    {"\033[F", KEY_END_KEY},
    {"\033OF", KEY_END_KEY},
    {"\033[4~", KEY_END_KEY},
    {"\033[8~", KEY_END_KEY},
    {"\033[3~", KEY_DELETE},
    {"\033[5~", KEY_PAGE_UP},
    {"\033[6~", KEY_PAGE_DOWN},
    {"\033[1;5D", KEY_WORD_LEFT}, // with Ctrl, with Alt, with Ctrl as rxvt has it
    {"\033[1;3D", KEY_WORD_LEFT},
    {"\033Od", KEY_WORD_LEFT},
    {"\033[1;5C", KEY_WORD_RIGHT},
    {"\033[1;3C", KEY_WORD_RIGHT},
    {"\033Oc", KEY_WORD_RIGHT},
    {"\033[3;5~", KEY_WORD_DELETE},
    {"\033[3;3~", KEY_WORD_DELETE},
    {"\033[3^", KEY_WORD_DELETE},
    {"\033[Z", KEY_BACKTAB},
    {"\033OM", KEY_RETURN}, // Enter of the number pad
    {"\033OP", KEY_F1},
    {"\033OQ", KEY_F1 + 1},
    {"\033OR", KEY_F1 + 2},
    {"\033OS", KEY_F1 + 3},
    {"\033[11~", KEY_F1},
    {"\033[12~", KEY_F1 + 1},
    {"\033[13~", KEY_F1 + 2},
    {"\033[14~", KEY_F1 + 3},
    {"\033[15~", KEY_F1 + 4},
    {"\033[17~", KEY_F1 + 5},
    {"\033[18~", KEY_F1 + 6},
    {"\033[19~", KEY_F1 + 7},
    {"\033[20~", KEY_F1 + 8},
    {"\033[21~", KEY_F1 + 9},
    {"\033[23~", KEY_F1 + 10},
    {"\033[24~", KEY_F12},
};

Decoder *decoder_new(bool utf8)
{
    Decoder *decoder = g_new0(Decoder, 1);

    decoder->utf8 = utf8;
    decoder->sequences = g_array_new(FALSE, FALSE, sizeof(Sequence));
    decoder->chunk = g_string_chunk_new(256);
    decoder->buffer = g_string_new(NULL);
    return decoder;
}

void decoder_free(Decoder *decoder)
{
    if (decoder != NULL) {
        g_array_unref(decoder->sequences);
        g_string_chunk_free(decoder->chunk);
        g_string_free(decoder->buffer, TRUE);
        g_free(decoder);
    }
}

void decoder_add(Decoder *decoder, const char *sequence, Key key)
{
    Sequence added = {g_string_chunk_insert(decoder->chunk, sequence), key};

    if (sequence[0] == ESC && sequence[1] != '\0') {
        g_array_append_val(decoder->sequences, added);
    }
}

void decoder_feed(Decoder *decoder, const char *bytes, gsize length)
{
    g_string_erase(decoder->buffer, 0, (gssize)decoder->done);
    decoder->done = 0;
    g_string_append_len(decoder->buffer, bytes, (gssize)length);
}

// The longest known sequence that the bytes begin with. *unfinished is set if they are the beginning
// of one.
static Find find_in(const Sequence *list, gsize count, const char *bytes, gsize length, bool *unfinished)
{
    Find found = {0, KEY_NONE};

    for (gsize i = 0; i < count; i++) {
        gsize size = strlen(list[i].bytes);

        if (memcmp(bytes, list[i].bytes, MIN(size, length)) != 0) {
            continue;
        }
        if (size > length) {
            *unfinished = true;
        } else if (size > found.length) {
            found = (Find){size, list[i].key};
        }
    }
    return found;
}

// The length of a sequence of unknown meaning, as ECMA-48 builds them; 0: its end has not come.
static gsize sequence_length(const char *bytes, gsize length)
{
    gsize at = 2;

    if (bytes[1] == 'O' || (length > 2 && bytes[2] == '[')) { // one letter follows; "\033[[A" is Linux's
        at = bytes[1] == 'O' ? 2 : 3;
        return length > at ? at + 1 : 0;
    }
    while (at < length && bytes[at] >= 0x20 && bytes[at] < 0x40 && at < SEQUENCE_MAX) {
        at++;
    }
    return at < length ? at + 1 : 0;
}

// What an event of the mouse means; button as xterm reports it, cell counted from 1.
static Key mouse_key(guint64 button, guint64 col, guint64 row)
{
    static const guint64 buttons[] = {[MOUSE_CLICK] = 0, [MOUSE_WHEEL_UP] = 64, [MOUSE_WHEEL_DOWN] = 65};

    for (MouseDeed deed = 0; deed < G_N_ELEMENTS(buttons); deed++) {
        if (button == buttons[deed] && row > 0 && col > 0 && row < G_MAXINT && col < G_MAXINT) {
            return key_of_mouse(deed, (int)row - 1, (int)col - 1);
        }
    }
    return KEY_NONE;
}

// "\033[<BUTTON;COL;ROWM" as terminals of today send it, with "m" for a button that is let go; or
// "\033[M" and three bytes, as older ones do, which are never taken for keys. Length 0: not the mouse,
// or not whole yet, which *unfinished says.
static Find find_mouse(const char *bytes, gsize length, bool *unfinished)
{
    gsize end = 3;
    guint64 numbers[3] = {0};
    gsize count = 0;

    if (length < 3 || (bytes[2] != '<' && bytes[2] != 'M')) {
        return (Find){0, KEY_NONE};
    }
    if (bytes[2] == 'M' && length >= 6) {
        const guchar *raw = (const guchar *)bytes + 3;

        return (Find){6, mouse_key(raw[0] - 32u, raw[1] - 32u, raw[2] - 32u)};
    }
    if (bytes[2] == 'M') {
        *unfinished = true;
        return (Find){0, KEY_NONE};
    }
    for (; end < length && end < SEQUENCE_MAX && (g_ascii_isdigit(bytes[end]) || bytes[end] == ';'); end++) {
        count += bytes[end] == ';';
        if (bytes[end] != ';' && count < 3) {
            numbers[count] = numbers[count] * 10 + (guint64)(bytes[end] - '0');
        }
    }
    *unfinished |= end == length;
    if (end == length || count != 2 || (bytes[end] != 'M' && bytes[end] != 'm')) {
        return (Find){0, KEY_NONE};
    }
    return (Find){end + 1, bytes[end] == 'M' ? mouse_key(numbers[0], numbers[1], numbers[2]) : KEY_NONE};
}

static Find find_escape(const Decoder *decoder, const char *bytes, gsize length, bool final)
{
    bool unfinished = length == 1;
    Find own = find_in((const Sequence *)(void *)decoder->sequences->data, decoder->sequences->len, bytes, length,
                       &unfinished);
    Find known = find_in(common, G_N_ELEMENTS(common), bytes, length, &unfinished);
    Find mouse = length > 1 && bytes[1] == '[' ? find_mouse(bytes, length, &unfinished) : (Find){0, KEY_NONE};
    gsize unknown;

    if (mouse.length > 0) {
        return mouse;
    }
    if (own.length >= known.length && own.length > 0) {
        known = own;
    }
    if (unfinished && !final) {
        return (Find){0, KEY_NONE};
    }
    if (known.length > 0) {
        return known;
    }
    if (length < 2 || (bytes[1] != '[' && bytes[1] != 'O')) {
        return (Find){1, KEY_ESCAPE};
    }
    unknown = sequence_length(bytes, length);
    if (unknown == 0 && final) { // typed by hand, or cut off
        return (Find){1, KEY_ESCAPE};
    }
    return (Find){unknown, KEY_NONE};
}

static Find find_character(const Decoder *decoder, const char *bytes, gsize length, bool final)
{
    guchar byte = (guchar)bytes[0];
    gunichar c;

    if (byte == DEL || byte == CTRL_H) {
        return (Find){1, KEY_ERASE};
    }
    if (byte < 0x80) {
        return (Find){1, byte};
    }
    c = decoder->utf8 ? g_utf8_get_char_validated(bytes, (gssize)length) : (gunichar)-1;
    if (c == (gunichar)-2 && !final) {
        return (Find){0, KEY_NONE};
    }
    if (c >= KEY_FIRST) {
        return (Find){1, KEY_NONE};
    }
    return (Find){(gsize)g_unichar_to_utf8(c, NULL), c};
}

Key decoder_next(Decoder *decoder, bool final)
{
    while (decoder->done < decoder->buffer->len) {
        const char *bytes = decoder->buffer->str + decoder->done;
        gsize length = decoder->buffer->len - decoder->done;
        Find found = bytes[0] == ESC ? find_escape(decoder, bytes, length, final)
                                     : find_character(decoder, bytes, length, final);

        if (found.length == 0) {
            return KEY_NONE;
        }
        decoder->done += found.length;
        if (found.key != KEY_NONE) {
            return found.key;
        }
    }
    return KEY_NONE;
}

int decoder_patience(const Decoder *decoder)
{
    gsize left = decoder->buffer->len - decoder->done;

    if (left == 0) {
        return 0;
    }
    return left == 1 && decoder->buffer->str[decoder->done] == ESC ? ESCAPE_PATIENCE_MS : SEQUENCE_PATIENCE_MS;
}
