// SPDX-License-Identifier: GPL-2.0-or-later
// Keys from bytes: UTF-8 characters, control characters, and the sequences that terminals send.
//
// No terminal in here: term.c feeds what it read. A sequence that nobody knows is thrown away whole, so
// that its letters are not taken for keys; so are bytes that are no UTF-8. Escape before an ordinary
// character is Escape (some terminals mean Alt). Sequences may arrive in pieces: then the decoder asks
// for patience, and after that is told that nothing more came.
#pragma once

#include "tui/keys.h"

typedef struct Decoder Decoder;

// `utf8`: what the terminal sends; else only ASCII is taken. Common sequences are known already.
Decoder *decoder_new(bool utf8);
void decoder_free(Decoder *decoder);

// Teaches it a sequence of this terminal, which goes before the common ones. Those that do not begin with
// Escape are not accepted.
void decoder_add(Decoder *decoder, const char *sequence, Key key);

void decoder_feed(Decoder *decoder, const char *bytes, gsize length);

// The next key; KEY_NONE if none is complete. `final`: nothing more came, so what is there is all.
Key decoder_next(Decoder *decoder, bool final);

// Milliseconds to wait for the rest of what is unfinished before decoder_next() is told that it is
// final: few for Escape alone, which operators type, more for what only terminals send. 0: nothing is.
int decoder_patience(const Decoder *decoder);
