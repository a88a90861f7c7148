// SPDX-License-Identifier: GPL-2.0-or-later
// The stage for tests of views: an App over fake engines, at a size, at a time, with keys and goldens.
#pragma once

#include "tests/fake/fake_engine.h"
#include "tests/fake/pictures.h"
#include "tui/app.h"

typedef struct Stage {
    App *app;
    AppHost *host; // the first
    Engine *engine; // its engine
    gint64 mono;
} Stage;

// An App that just started: one engine per URI (NULL: one, default), nothing heard yet.
Stage *stage_new(int rows, int cols, const AppOptions *options);
void stage_free(Stage *stage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stage, stage_free)

// The host connected (libvirt 11.3.0), all pictures of pictures.h were heard.
Stage *stage_ready(int rows, int cols);
Stage *stage_read_only(int rows, int cols);

// Lets the engine say something, and the App hear all that was said.
void stage_say(Stage *stage, Message *message);
void stage_hear(Stage *stage);
void stage_say_connected(Stage *stage);
void stage_say_guests(Stage *stage);
// Answers the plan that was asked for last as an engine would: by the rules, on the guest's picture, as
// if it were alone on its host.
void stage_answer_plan(Stage *stage);
void stage_say_lost(Stage *stage, bool fatal, const char *said);

// Presses keys by name, "j Tab Enter"; a second passes before each, so that no guard swallows them.
void stage_keys(Stage *stage, const char *keys);
// Types text, character by character, without pauses.
void stage_type(Stage *stage, const char *text);
void stage_wait(Stage *stage, gint64 milliseconds);
void stage_resize(Stage *stage, int rows, int cols);

// What the engine was asked since the last call must be this.
void stage_expect_calls(Stage *stage, const char *calls);

// Draws a frame and compares it, characters and roles, with tests/golden/NAME.txt. With GOLDEN=accept
// in the environment the file is written instead.
void stage_golden(Stage *stage, const char *name);

// The same at 60x16, 80x24 and 140x40, as NAME-60x16 and so on; the stage is 80x24 afterwards.
void stage_golden_at_all_sizes(Stage *stage, const char *name);

// Ends the test where a frame does not hold these words, or does.
void stage_sees(Stage *stage, const char *words);
void stage_lacks(Stage *stage, const char *words);

// Ends the test where a button of the dialog on top, or where its focus is, is not in sight. Of a list of buttons that
// is longer than the screen that part is. All goldens are looked at so.
void stage_sees_buttons(Stage *stage);

// Moves the cursor of the guests' list to that guest.
void stage_select_guest(Stage *stage, const char *name);

// The characters of a frame, rows ended by '\n'. Caller frees.
char *stage_text(Stage *stage);
