// SPDX-License-Identifier: GPL-2.0-or-later
// The catalogs of sentences in other languages: where they are (engine/model/tongue.h says how they are asked).
#pragma once

// Once, after setlocale().
void language_bind(void);
