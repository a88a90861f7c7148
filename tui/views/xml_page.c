// SPDX-License-Identifier: GPL-2.0-or-later
// libvirt's XML of a state, and two states compared: what a person would say of it first, then the lines.

#include "engine/model/changes.h"
#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/diff.h"
#include "tui/text.h"

#include <string.h>

#define CONTEXT_LINES 3

static const char *name_of(const AppXml *xml)
{
    return xml->snapshot ? xml->snapshot : "NOW";
}

static const AppGuest *guest_of(const AppXml *xml)
{
    return xml->host ? app_find_guest(xml->host, xml->uuid) : NULL;
}

static char *xml_title(const App *app)
{
    const AppGuest *guest = guest_of(&app->xml[0]);

    return g_strdup_printf(_("XML of %s of %s"), name_of(&app->xml[0]), guest ? guest->name : _("a guest that is gone"));
}

static char *diff_title(const App *app)
{
    return g_strdup_printf(_("From %s to %s"), name_of(&app->xml[0]), name_of(&app->xml[1]));
}

// What stands where there is no text (yet); false: there is one.
static bool add_waiting(Lines *lines, const AppXml *xml)
{
    if (!xml->answered)
        lines_printf(lines, 0, ROLE_DIM, "reading the XML of %s...", name_of(xml));
    else if (xml->failure) {
        g_autofree char *text = failure_text(xml->failure);

        lines_item(lines, "!", ROLE_PROBLEM, text);
    }
    return !xml->answered || xml->failure;
}

static void add_line(Lines *lines, const char *mark, Role role, const char *line)
{
    int indent = (int) MIN(strspn(line, " "), (gsize) lines_width(lines) / 2);

    lines_begin(lines);
    lines_put(lines, 0, role, mark);
    if (line[strspn(line, " ")]) { // a long line goes on under its own beginning
        g_autoptr(GPtrArray) wrapped = text_wrap(line + strspn(line, " "), MAX(lines_width(lines) - 2 - indent, 8));

        for (guint i = 0; i < wrapped->len; i++) {
            if (i > 0)
                lines_begin(lines);
            lines_put(lines, 2 + indent, role, wrapped->pdata[i]);
        }
    }
}

static void xml_build(const App *app, Lines *lines)
{
    const AppXml *xml = &app->xml[0];
    g_auto(GStrv) split = NULL;

    if (add_waiting(lines, xml))
        return;
    split = g_strsplit(xml->text ? xml->text : "", "\n", -1);
    for (char **line = split; *line && (line[1] || **line); line++)
        add_line(lines, " ", ROLE_TEXT, *line);
}

// In sentences: what a revert from NOW to the snapshot would make of the configuration.
static void add_changes(const App *app, Lines *lines)
{
    const AppXml *xml = &app->xml[0];
    const AppGuest *guest = guest_of(xml);
    const Snapshot *snapshot = guest && guest->picture && xml->snapshot
                                   ? picture_snapshot(guest->picture, xml->snapshot) : NULL;
    g_autoptr(GPtrArray) changes = NULL;

    if (!snapshot || app->xml[1].snapshot || (!snapshot->inactive && !snapshot->definition))
        return;
    changes = changes_of_revert(guest->picture->domain, snapshot, false);
    if (changes->len > 0)
        lines_add(lines, 0, ROLE_HEADING, _("A revert would change the configuration:"));
    else
        lines_add(lines, 0, ROLE_TEXT, _("A revert would change no device, memory or disk."));
    for (guint i = 0; i < changes->len; i++)
        lines_item(lines, "-", ROLE_TEXT, changes->pdata[i]);
}

static void add_diff(Lines *lines, const char *from, const char *to)
{
    static const struct { const char *mark; Role role; } looks[] = {
        [DIFF_SAME] = {" ", ROLE_DIM}, [DIFF_REMOVED] = {"-", ROLE_WARNING}, [DIFF_ADDED] = {"+", ROLE_GOOD},
        [DIFF_SKIPPED] = {" ", ROLE_DIM},
    };
    g_auto(GStrv) a = g_strsplit(from, "\n", -1);
    g_auto(GStrv) b = g_strsplit(to, "\n", -1);
    g_autoptr(GArray) diff = diff_lines((const char *const *) a, (const char *const *) b, CONTEXT_LINES);

    lines_gap(lines);
    if (diff->len > 0)
        lines_add(lines, 0, ROLE_HEADING, _("The stored configuration, line by line:"));
    else
        lines_add(lines, 0, ROLE_TEXT, _("The stored configurations are the same, line by line."));
    for (guint i = 0; i < diff->len; i++) {
        const DiffLine *line = &g_array_index(diff, DiffLine, i);

        add_line(lines, looks[line->kind].mark, looks[line->kind].role, line->line ? line->line : "...");
    }
}

static void diff_build(const App *app, Lines *lines)
{
    const AppXml *from = &app->xml[0], *to = &app->xml[1];

    add_changes(app, lines);
    lines_gap(lines);
    if (add_waiting(lines, from) || add_waiting(lines, to))
        return;
    if (!from->definition || !to->definition)
        lines_printf(lines, 0, ROLE_UNKNOWN, "The record of %s stores no configuration to compare.",
                     name_of(from->definition ? to : from));
    else
        add_diff(lines, from->definition, to->definition);
}

const View view_xml = {
    .context = CONTEXT_PAGE,
    .title = xml_title,
    .build = xml_build,
};

const View view_diff = {
    .context = CONTEXT_PAGE,
    .title = diff_title,
    .build = diff_build,
};
