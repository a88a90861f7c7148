// SPDX-License-Identifier: GPL-2.0-or-later
// The questions of --plain: lines, numbers, choices. See plain.h.
#include "engine/model/tongue.h"
#include "tui/plain.h"

#include "tui/cli_ask.h"

#include <string.h>

// What was typed, without blanks around it; NULL: over.
static char *answer_of(Plain *plain, const char *question)
{
    char *answer = cli_ask(plain->paper, question, false);

    if (answer)
        g_strstrip(answer);
    if (answer && strcmp(answer, "q") != 0)
        return answer;
    if (!answer)
        fputc('\n', stdout); // the end of input left the question's line open
    g_free(answer);
    plain->over = true;
    return NULL;
}

char *plain_line(Plain *plain, const char *question, const char *preset)
{
    g_autofree char *asked = preset ? g_strdup_printf("%s [%s]:", question, preset) : g_strdup_printf("%s:", question);
    g_autofree char *answer = answer_of(plain, asked);

    if (answer && *answer)
        return g_steal_pointer(&answer);
    return answer ? g_strdup(preset) : NULL;
}

// Is it a number from 1 to `most`? Says so if it is none.
static bool read_number(Plain *plain, const char *text, unsigned most, unsigned *number)
{
    guint64 read = 0;
    bool good = g_ascii_string_to_unsigned(text, 10, 1, most, &read, NULL);

    if (!good)
        cli_printf(plain->paper, stdout, "%s is none of the numbers 1 to %u. 0 goes back, q leaves.", text, most);
    *number = (unsigned) read;
    return good;
}

// Asks until it is a number from 1 to `most`, `preset` for an empty line, or 0.
static unsigned ask_number(Plain *plain, const char *question, unsigned most, unsigned preset)
{
    while (!plain->over) {
        g_autofree char *answer = answer_of(plain, question);
        unsigned number;

        if (!answer || strcmp(answer, "0") == 0)
            return 0;
        if (!*answer)
            return preset;
        if (read_number(plain, answer, most, &number))
            return number;
    }
    return 0;
}

static bool has_number(const GArray *numbers, unsigned number)
{
    for (guint i = 0; i < numbers->len; i++)
        if (g_array_index(numbers, unsigned, i) == number)
            return true;
    return false;
}

// The numbers in a line; NULL: one of its words is none, which was said.
static GArray *read_numbers(Plain *plain, const char *line, unsigned most)
{
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(unsigned));
    g_auto(GStrv) words = g_strsplit_set(line, " \t,", -1);

    for (char **word = words; *word; word++) {
        unsigned number;

        if (!**word)
            continue;
        if (!read_number(plain, *word, most, &number))
            return NULL;
        if (!has_number(numbers, number))
            g_array_append_val(numbers, number);
    }
    return g_steal_pointer(&numbers);
}

GArray *plain_numbers(Plain *plain, const char *question, unsigned most)
{
    g_autofree char *asked = g_strdup_printf("%s:", question);

    while (!plain->over) {
        g_autofree char *answer = answer_of(plain, asked);
        GArray *numbers;

        if (!answer || !*answer || strcmp(answer, "0") == 0)
            return NULL;
        numbers = read_numbers(plain, answer, most);
        if (numbers)
            return numbers;
    }
    return NULL;
}

unsigned plain_number(Plain *plain, const char *question, unsigned most)
{
    g_autofree char *asked = g_strdup_printf("%s:", question);

    return ask_number(plain, asked, most, 0);
}

unsigned plain_choose(Plain *plain, const char *question, const char *const *choices, unsigned preset)
{
    g_autofree char *asked = preset ? g_strdup_printf(_("Number (0 goes back) [%u]:"), preset)
                                    : g_strdup(_("Number (0 goes back):"));
    unsigned count = 0;

    cli_printf(plain->paper, stdout, "%s:", question);
    for (; choices[count]; count++)
        cli_printf(plain->paper, stdout, "%u. %s", count + 1, _(choices[count]));
    return ask_number(plain, asked, count, preset);
}

bool plain_agree(Plain *plain, const char *question, bool preset, bool *back)
{
    static const char *const choices[] = {N_("yes"), N_("no"), NULL};
    unsigned choice = plain_choose(plain, question, choices, preset ? 1 : 2);

    *back |= choice == 0;
    return choice == 1;
}
