// SPDX-License-Identifier: GPL-2.0-or-later
// Opening connections to one host, with the operator's answers.
//
// Opening may block for minutes and cannot be broken off, so each try runs on a thread of its own.
// When the engine ends first, the try is abandoned: it closes what it opened by itself, later. That
// is why an opener is counted, and why it touches the channel only until it is closed.
#pragma once

#include "engine/channel.h"
#include "engine/virt/connect.h"

typedef struct Opener Opener;

// `uri` NULL: libvirt's default. The channel takes the ASK messages.
Opener *opener_new(const char *uri, bool read_only, Channel *channel);
void opener_unref(Opener *opener);

// One try; waits for its end. Only the keeper's thread calls. False: `failure` says why, or is NULL
// when the opener was closed.
bool opener_open(Opener *opener, Connection **connection, Host **host, Failure **failure);

// One more connection, opened in the calling thread.
Connection *opener_open_more(Opener *opener, Failure **failure);

// The operator's answers to an ASK (NULL: declined).
void opener_answer(Opener *opener, guint64 ticket, const char *const *answers);

// No more questions, no more waiting.
void opener_close(Opener *opener);

// Gives tries that are about to end a moment to do so, rather than behind the program's back.
void opener_await(Opener *opener);
