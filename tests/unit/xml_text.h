// SPDX-License-Identifier: GPL-2.0-or-later
// What the tests of engine/xml share: making documents, reading samples, looking at errors.
#pragma once

#include "engine/xml/error.h"

#include <glib.h>
#include <string.h>

#define UUID "5a9a2f4e-0000-4000-8000-000000000001"

// A guest with these elements under <devices>.
#define GUEST(devices)                                                          \
    "<domain type='kvm'><name>web</name><uuid>" UUID "</uuid><devices>" devices \
    "</devices></domain>"

// A snapshot with these elements after its name.
#define SNAPSHOT(elements) "<domainsnapshot><name>s1</name>" elements "</domainsnapshot>"

// A file or folder below tests/data/xml. The caller frees the path.
static inline char *sample_path(const char *name)
{
    const char *top = g_getenv("TOP");

    return g_build_filename(top ? top : ".", "tests/data/xml", name, NULL);
}

// Appends `piece` `count` times.
static inline void append_times(GString *text, const char *piece, guint count)
{
    for (guint i = 0; i < count; i++)
        g_string_append(text, piece);
}

// An error of that code, whose sentence names the thing and ends as sentences do.
static inline void assert_sentence(const GError *error, XmlError code, const char *what)
{
    g_assert_error(error, XML_ERROR, (int) code);
    g_assert_true(g_str_has_prefix(error->message, what));
    g_assert_true(g_str_has_suffix(error->message, "."));
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
    g_assert_null(strpbrk(error->message, "\n\r\t\033"));
}
