// SPDX-License-Identifier: GPL-2.0-or-later
// The operator's settings: $XDG_CONFIG_HOME/virt-snap/config, a key file as GLib has it, every setting with
// its origin. What is wrong in the file is told with file and line; the rest of it holds.
//
//   [general] connect, read-only, theme, ascii, mouse, poll, remember, keep-xml
//   [hosts]   NAME = URI
//   [keys]    ACTION = KEYS
#pragma once

#include "tui/keymap.h"

#include <stdbool.h>

typedef enum Setting {
    SETTING_CONNECT,
    SETTING_READ_ONLY,
    SETTING_THEME,
    SETTING_ASCII,
    SETTING_MOUSE,
    SETTING_POLL,
    SETTING_REMEMBER,
    SETTING_KEEP_XML,
    SETTING_N,
} Setting;

typedef struct HostAlias {
    char *name, *uri;
    char *origin;
} HostAlias;

typedef struct Settings {
    char *file;      // where they are looked for
    bool found;      // there is such a file
    char **connect;  // URIs or names of hosts; NULL-terminated; empty: libvirt's default
    bool read_only;
    char *theme;
    bool ascii;
    bool mouse;
    unsigned poll_ms; // between two looks at the guests on screen
    bool keep_xml;    // what was saved before a job stays after its good end
    bool remember;    // guests that were opened lately, from one start to the next
    GPtrArray *hosts; // of HostAlias
    Keymap keymap;
    char *origins[SETTING_N];    // "default", or FILE:LINE
    char *key_origins[ACTION_N]; // the same
    GPtrArray *faults;           // of char *: sentences, "FILE:LINE: ..."
} Settings;

// The settings of the text of a file; NULL: there is none, so all is as by default.
Settings *settings_parse(const char *text, const char *file);

// Finds and reads the file. One that is not there is no fault.
Settings *settings_load(void);
void settings_free(Settings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_free)

// What the environment says goes before the file: LIBVIRT_DEFAULT_URI, and NO_COLOR where no theme is set.
void settings_take_environment(Settings *settings);

// What the command line says goes before both. `uris`: NULL or NULL-terminated; `theme`: NULL, or a name.
void settings_take_arguments(Settings *settings, const char *const *uris, const char *theme,
                             bool read_only, bool ascii);

// Says where a setting comes from.
void settings_came_from(Settings *settings, Setting setting, const char *origin);

// The URI that a word means: that of the host of this name, else the word itself. Owned by one of the two.
const char *settings_uri(const Settings *settings, const char *word);

const char *setting_name(Setting setting); // "read-only"
// Its value as it would be written in the file. Caller frees.
char *setting_value(const Settings *settings, Setting setting);
