// SPDX-License-Identifier: GPL-2.0-or-later
// Where the demo host is: libvirt's test driver on a file that comes with virt-snap.
#pragma once

// Its URI: the file beside the program's build folder, else where it was installed. NULL: not
// found. The caller frees it.
char *demo_uri(void);
