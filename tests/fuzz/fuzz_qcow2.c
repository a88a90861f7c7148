// SPDX-License-Identifier: GPL-2.0-or-later
// The beginning of an image file.

#include "engine/model/qcow2.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    g_auto(Qcow2) facts = {0};

    (void) qcow2_read(data, size, &facts);
    return 0;
}
