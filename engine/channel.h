// SPDX-License-Identifier: GPL-2.0-or-later
// The pipe from the engine to the front end: pointers to messages, and a backlog behind them.
//
// Any engine thread sends; one thread, the front end's, receives. A send never waits for the
// receiver: what does not fit into the pipe is kept in order in the backlog, and channel_next()
// moves it up. So the fd is readable whenever a message waits, and nothing is ever lost.
//
// In the backlog, news that a later message makes worthless is dropped, so that a screen that is
// not read costs little memory: older progress of the same job, an older picture of the same guest
// (unless a job of that guest ended in between: its end must find its picture), an older list of
// guests, an older loss of the same connection, the same notice twice. What remains keeps its
// order.
#pragma once

#include "engine/message.h"

typedef struct Channel Channel;

Channel *channel_new(void);

// Frees it together with the messages nobody took.
void channel_free(Channel *channel);

// Readable when a message waits. Non-blocking, closed on exec.
int channel_fd(const Channel *channel);

// Sends a message, which belongs to the receiver from now on.
void channel_send(Channel *channel, Message *message);

// The oldest message, owned by the caller; NULL when none waits.
Message *channel_next(Channel *channel);

// How many messages wait behind the pipe: for tests and figures.
unsigned channel_backlog(Channel *channel);
