// SPDX-License-Identifier: GPL-2.0-or-later
// Sentences in the language of the operator: gettext's catalog of virt-snap, where there is one. Any thread may ask.
//
// _() translates, N_() marks what is translated where it is used, P_() chooses a form by a number. Formats that are
// handed to plan_refuse(), lines_printf(), app_notice() and their like are translated there and need no mark: tools/pot
// knows them. What is stored, compared or read by programs is never translated: words of states and kinds, JSON, what
// is lost (a part of the fingerprint).
#pragma once

#include <glib.h>

#define TONGUE_DOMAIN "virt-snap"

#define _(text) tongue_say(text)
#define N_(text) text
#define P_(one, many, number) g_dngettext(TONGUE_DOMAIN, one, many, number)

// The sentence; itself where no catalog has it. "" is "", for which catalogs have an answer of another kind.
__attribute__((format_arg(1))) static inline const char *tongue_say(const char *text)
{
    return text && *text ? g_dgettext(TONGUE_DOMAIN, text) : text;
}
