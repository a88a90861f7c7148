// SPDX-License-Identifier: GPL-2.0-or-later
// Themes on terminals with fewer colours than a theme was made for. Arithmetic only.
#include "tui/theme.h"

#include <math.h>
#include <string.h>

// xterm's values of the 16 basic colours, and the steps of the 6x6x6 cube.
static const guint32 basic[16] = {
    0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
    0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
};
// Contrasts that text keeps. What the first 16 colours look like is for the terminal's owner to say, who has
// chosen them to be read.
#define READABLE 4.5
#define READABLE_OF_16 3.0

static const guint32 steps[6] = {0x00, 0x5F, 0x87, 0xAF, 0xD7, 0xFF};

enum {
    BLACK = 0,
    WHITE = 7,
    BRIGHT = 8, // added to one of the eight
};

guint32 theme_rgb(int colour)
{
    if (colour >= COLOUR_RGB) {
        return (guint32)colour & 0xFFFFFF;
    }
    if (colour < 16) {
        return basic[MAX(colour, 0)];
    }
    if (colour < 232) {
        int i = colour - 16;
        return steps[i / 36] << 16 | steps[i / 6 % 6] << 8 | steps[i % 6];
    }
    return (guint32)(8 + 10 * (colour - 232)) * 0x010101;
}

static int distance(guint32 a, guint32 b)
{
    int red = (int)(a >> 16 & 0xFF) - (int)(b >> 16 & 0xFF);
    int green = (int)(a >> 8 & 0xFF) - (int)(b >> 8 & 0xFF);
    int blue = (int)(a & 0xFF) - (int)(b & 0xFF);

    return 3 * red * red + 4 * green * green + 2 * blue * blue; // as eyes weigh them, roughly
}

// The nearest of the colours from `first` to `last`.
static int nearest(int colour, int first, int last)
{
    guint32 rgb = theme_rgb(colour);
    int best = first;

    for (int i = first + 1; i <= last; i++) {
        if (distance(rgb, theme_rgb(i)) < distance(rgb, theme_rgb(best))) {
            best = i;
        }
    }
    return best;
}

static int nearest_of_16(int colour)
{
    return colour < 16 ? colour : nearest(colour, 0, 15); // COLOUR_DEFAULT too
}

// Not one of the first 16: those are what the terminal's owner made of them.
static int nearest_of_256(int colour)
{
    return colour < COLOUR_RGB ? colour : nearest(colour, 16, 255);
}

static double luminance(int colour)
{
    static const double weights[3] = {0.2126, 0.7152, 0.0722};
    guint32 rgb = theme_rgb(colour);
    double sum = 0;

    for (int i = 0; i < 3; i++) {
        double part = (rgb >> (16 - 8 * i) & 0xFF) / 255.0;

        sum += weights[i] * (part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
}

double theme_contrast(int one, int other)
{
    double a = luminance(one), b = luminance(other);

    return (MAX(a, b) + 0.05) / (MIN(a, b) + 0.05);
}

// A bright foreground is the plain one in bold, as terminals with 8 colours have always drawn it.
static Style eight_colours(Style style)
{
    if (style.background >= BRIGHT) {
        style.background = style.background == BRIGHT ? WHITE : style.background - BRIGHT;
    }
    if (style.foreground == BRIGHT) { // grey
        style.foreground = style.background == COLOUR_DEFAULT ? COLOUR_DEFAULT : WHITE;
        style.attributes |= style.background == COLOUR_DEFAULT ? ATTRIBUTE_DIM : 0;
    } else if (style.foreground > BRIGHT) {
        style.foreground -= BRIGHT;
        style.attributes |= ATTRIBUTE_BOLD;
    }
    return style;
}

static Style without_colours(const Style *style, Role role)
{
    bool relied = style->foreground != COLOUR_DEFAULT || style->background != COLOUR_DEFAULT;
    g_autoptr(Theme) mono = relied ? theme_builtin(true) : NULL;

    return (Style){COLOUR_DEFAULT, COLOUR_DEFAULT,
                   style->attributes | (relied ? mono->styles[role].attributes : 0)};
}

// Was text readable as it is wanted, and is it no more, or has it become invisible?
static bool faded(const Style *wanted, const Style *shown, double readable)
{
    double before = theme_contrast(wanted->foreground, wanted->background);
    double now = theme_contrast(shown->foreground, shown->background);

    return now < MIN(before, readable) && (now <= 1 || before >= readable);
}

Style theme_style(const Theme *theme, Role role, int colours)
{
    const Style *wanted = &theme->styles[role];
    double readable = colours == 256 ? READABLE : READABLE_OF_16;
    Style style = *wanted;

    if (colours > 256) {
        return style;
    }
    if (colours < 8) {
        return without_colours(wanted, role);
    }
    style.foreground = colours == 256 ? nearest_of_256(style.foreground) : nearest_of_16(style.foreground);
    style.background = colours == 256 ? nearest_of_256(style.background) : nearest_of_16(style.background);
    if (colours < 16) {
        style = eight_colours(style);
    }
    if (style.background != COLOUR_DEFAULT && style.foreground != COLOUR_DEFAULT && faded(wanted, &style, readable)) {
        bool light = theme_contrast(style.background, BLACK) > theme_contrast(style.background, WHITE);

        style.foreground = light ? BLACK : WHITE;
    }
    return style;
}

int theme_colours_told(const char *term, const char *colorterm, const char *no_color)
{
    if ((no_color != NULL && *no_color != '\0') || term == NULL || *term == '\0' || g_str_equal(term, "dumb")) {
        return 0;
    }
    if (colorterm != NULL && (g_str_equal(colorterm, "truecolor") || g_str_equal(colorterm, "24bit"))) {
        return 1 << 24;
    }
    return strstr(term, "256color") != NULL ? 256 : strstr(term, "direct") != NULL ? 1 << 24 : 8;
}

static void add_colour(GString *text, int colour, int base, int colours)
{
    guint32 rgb = colour == COLOUR_DEFAULT ? 0 : theme_rgb(colour);

    if (colour == COLOUR_DEFAULT) {
        return;
    }
    if (colour < 8) {
        g_string_append_printf(text, ";%d", base + colour);
    } else if (colour >= COLOUR_RGB && colours > 256) {
        g_string_append_printf(text, ";%d;2;%u;%u;%u", base + 8, rgb >> 16, rgb >> 8 & 0xFF, rgb & 0xFF);
    } else {
        g_string_append_printf(text, ";%d;5;%d", base + 8, colour);
    }
}

char *theme_sequence(const Style *style, int colours)
{
    static const int numbers[] = {1, 2, 7, 4, 3}; // ECMA-48's, in the order of Attribute
    GString *text = g_string_new("\033[0");

    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        if ((style->attributes & 1u << i) != 0) {
            g_string_append_printf(text, ";%d", numbers[i]);
        }
    }
    add_colour(text, style->foreground, 30, colours);
    add_colour(text, style->background, 40, colours);
    g_string_append_c(text, 'm');
    return g_string_free(text, FALSE);
}
