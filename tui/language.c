// SPDX-License-Identifier: GPL-2.0-or-later
// Tells gettext where the catalogs are: where virt-snap is installed, or in the folder that VIRT_SNAP_LOCALE names, for
// those who write one. Text leaves it as UTF-8, as all text in here is.

#include "tui/language.h"

#include "engine/model/tongue.h"

#include <libintl.h>
#include <stdlib.h>

#ifndef VIRT_SNAP_LOCALEDIR
#define VIRT_SNAP_LOCALEDIR "/usr/local/share/locale"
#endif

void language_bind(void)
{
    const char *folder = getenv("VIRT_SNAP_LOCALE");

    bindtextdomain(TONGUE_DOMAIN, folder && *folder ? folder : VIRT_SNAP_LOCALEDIR);
    bind_textdomain_codeset(TONGUE_DOMAIN, "UTF-8");
}
