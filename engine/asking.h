// SPDX-License-Identifier: GPL-2.0-or-later
// Questions of libvirt to the operator, and the answers that worked.
//
// The thread that opens a connection asks and waits; the front end answers. Answers that opened a
// connection are kept in memory for the next one (the jobs', a reconnect) and wiped at the end.
#pragma once

#include "engine/channel.h"

typedef struct Asking Asking;

Asking *asking_new(void);
void asking_free(Asking *asking);

// Sends ASK and waits for the answer; or gives at once what answered the same questions before.
// Takes `credentials`. The caller frees the answers; NULL: declined, or closed.
char **asking_ask(Asking *asking, Channel *channel, GPtrArray *credentials);

// Whether the connection could be opened: keeps what was answered, or forgets it. Kept answers that
// did not open it are forgotten too, so that the next try asks.
void asking_settle(Asking *asking, bool right);

void asking_answer(Asking *asking, guint64 ticket, const char *const *answers);

// From now on every question is declined, and the channel is not used any more.
void asking_close(Asking *asking);
