// SPDX-License-Identifier: GPL-2.0-or-later
// Connection URIs: aliases, ssh without a terminal, and which of them mean this very machine.
#pragma once

#include <stdbool.h>

// The URI that libvirt will use for `uri` (NULL: the default), by $LIBVIRT_DEFAULT_URI and the text
// of a libvirt.conf (NULL: none). NULL when only libvirt can tell, by probing. The caller frees it.
char *uri_resolve(const char *uri, const char *environment, const char *conf);

// The same, from this user's environment and libvirt.conf.
char *uri_resolve_here(const char *uri);

// The same URI, with no_tty=1 where ssh would otherwise ask on the terminal; what the URI says
// about no_tty itself stands. The caller frees it.
char *uri_without_tty(const char *uri);

// May what carries the connection (ssh, a command of the user's) ask for something on the terminal?
bool uri_asks_on_tty(const char *uri);

// Is the daemon behind `real_uri` this machine's own, so that its files are the ones we see? True
// for the local transports at their standard sockets. A URI that names a socket may lead into
// another mount namespace or container, whose files only look like ours: false.
bool uri_is_here(const char *real_uri);
