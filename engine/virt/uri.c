// SPDX-License-Identifier: GPL-2.0-or-later
// Reading connection URIs. Aliases are resolved here, as libvirt does it (src/libvirt.c,
// virConnectOpenResolveURIAlias), because no_tty has to be added to what they stand for.

#include "engine/virt/uri.h"

#include <glib.h>
#include <string.h>
#include <unistd.h>

// ---- libvirt.conf -----------------------------------------------------------------------------

// The text from the value of `key` on, or NULL. Settings begin a line; '#' begins a comment.
static const char *find_setting(const char *conf, const char *key)
{
    gsize length = strlen(key);

    for (const char *line = conf; line && *line; line = strchr(line, '\n'), line += line != NULL) {
        const char *at = line + strspn(line, " \t");

        if (strncmp(at, key, length) != 0)
            continue;
        at += length;
        at += strspn(at, " \t");
        if (*at == '=')
            return at + 1 + strspn(at + 1, " \t");
    }
    return NULL;
}

// The quoted string at `text`, or NULL; `end` gets the place behind it.
static char *read_quoted(const char *text, const char **end)
{
    const char *close = *text == '"' || *text == '\'' ? strchr(text + 1, *text) : NULL;

    if (!close)
        return NULL;
    *end = close + 1;
    return g_strndup(text + 1, (gsize) (close - text - 1));
}

// Steps over what may stand between two strings of a list.
static const char *skip_between(const char *text)
{
    for (;;) {
        text += strspn(text, " \t\r\n,");
        if (*text != '#')
            return text;
        text += strcspn(text, "\n");
    }
}

// What the alias `name` stands for, or NULL.
static char *find_alias(const char *conf, const char *name)
{
    const char *text = find_setting(conf, "uri_aliases");
    gsize length = strlen(name);

    if (!text || *text != '[')
        return NULL;
    text++;
    for (;;) {
        g_autofree char *item = read_quoted(skip_between(text), &text);

        if (!item)
            return NULL;
        if (strncmp(item, name, length) == 0 && item[length] == '=')
            return g_strdup(item + length + 1);
    }
}

char *uri_resolve(const char *uri, const char *environment, const char *conf)
{
    const char *end;
    char *alias;

    if (!uri || !*uri) {
        const char *value = conf ? find_setting(conf, "uri_default") : NULL;

        // The environment's may be an alias too, the file's may not (virConnectGetDefaultURI).
        if (!environment || !*environment)
            return value ? read_quoted(value, &end) : NULL;
        uri = environment;
    }
    alias = conf && !strchr(uri, ':') ? find_alias(conf, uri) : NULL;
    return alias ? alias : g_strdup(uri);
}

char *uri_resolve_here(const char *uri)
{
    g_autofree char *own =
        g_build_filename(g_get_user_config_dir(), "libvirt", "libvirt.conf", NULL);
    const char *file = geteuid() == 0 ? "/etc/libvirt/libvirt.conf" : own;
    g_autofree char *conf = NULL;

    // A file that cannot be read settles nothing; libvirt itself will say so if it needs it.
    if (!g_file_get_contents(file, &conf, NULL, NULL))
        conf = NULL;
    return uri_resolve(uri, g_getenv("LIBVIRT_DEFAULT_URI"), conf);
}

// ---- the parts of a URI -----------------------------------------------------------------------

// The text from the value of `name` on, or NULL.
static const char *find_parameter(const char *uri, const char *name)
{
    const char *query = strchr(uri, '?');
    gsize length = strlen(name);

    for (; query; query = strpbrk(query, "&;")) {
        query++;
        if (strncmp(query, name, length) == 0 && query[length] == '=')
            return query + length + 1;
    }
    return NULL;
}

static bool has_transport(const char *uri, const char *transport)
{
    const char *scheme_end = strchr(uri, ':');

    return scheme_end && g_strstr_len(uri, scheme_end - uri, transport);
}

char *uri_without_tty(const char *uri)
{
    const char *fragment = strchr(uri, '#');
    gsize length = fragment ? (gsize) (fragment - uri) : strlen(uri);

    if (!has_transport(uri, "+ssh") || find_parameter(uri, "no_tty"))
        return g_strdup(uri);
    return g_strdup_printf("%.*s%sno_tty=1%s", (int) length, uri, strchr(uri, '?') ? "&" : "?",
                           fragment ? fragment : "");
}

bool uri_asks_on_tty(const char *uri)
{
    const char *no_tty = find_parameter(uri, "no_tty");

    return has_transport(uri, "+ext") || (has_transport(uri, "+ssh") && (!no_tty || *no_tty != '1'));
}

bool uri_is_here(const char *real_uri)
{
    const char *scheme_end = strstr(real_uri, "://");
    const char *plus = scheme_end ? g_strstr_len(real_uri, scheme_end - real_uri, "+") : NULL;

    if (!scheme_end || scheme_end[3] != '/')
        return false;
    if (plus && strncmp(plus, "+unix:", 6) != 0)
        return false;
    if (g_str_has_prefix(real_uri, "test"))
        return false; // its images are stories
    return !find_parameter(real_uri, "socket");
}
