// SPDX-License-Identifier: GPL-2.0-or-later
// Themes on terminals with fewer colours than a theme was made for. Arithmetic only.
#include "tui/theme.h"

// xterm's values of the 16 basic colours, and the steps of the 6x6x6 cube.
static const guint32 basic[16] = {
    0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
    0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
};
static const guint32 steps[6] = {0x00, 0x5F, 0x87, 0xAF, 0xD7, 0xFF};

enum {
    BLACK = 0,
    WHITE = 7,
    BRIGHT = 8, // added to one of the eight
};

guint32 theme_rgb(int colour)
{
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

static int nearest_of_16(int colour)
{
    guint32 rgb = theme_rgb(colour);
    int best = 0;

    if (colour < 16) {
        return colour; // COLOUR_DEFAULT too
    }
    for (int i = 1; i < 16; i++) {
        if (distance(rgb, basic[i]) < distance(rgb, basic[best])) {
            best = i;
        }
    }
    return best;
}

static bool is_dark(int colour)
{
    return distance(theme_rgb(colour), basic[BLACK]) < distance(theme_rgb(colour), 0xFFFFFF);
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

Style theme_style(const Theme *theme, Role role, int colours)
{
    const Style *wanted = &theme->styles[role];
    Style style = *wanted;

    if (colours >= 256) {
        return style;
    }
    if (colours < 8) {
        return without_colours(wanted, role);
    }
    style.foreground = nearest_of_16(style.foreground);
    style.background = nearest_of_16(style.background);
    if (colours < 16) {
        style = eight_colours(style);
    }
    if (style.foreground == style.background && style.background != COLOUR_DEFAULT &&
        wanted->foreground != wanted->background) {
        style.foreground = is_dark(style.background) ? WHITE : BLACK;
    }
    return style;
}
