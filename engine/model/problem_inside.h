// SPDX-License-Identifier: GPL-2.0-or-later
// The checks that find problems, for engine/model/problem*.c only. Each looks at the whole picture.
#pragma once

#include "engine/model/problem.h"

// A problem more. Takes `text`; NULL where problem_text() has its words.
void problems_add(GPtrArray *problems, ProblemKind kind, const char *snapshot, const char *target, const char *image,
                  char *text);

// The name of the snapshot that it is about, or NOW's.
const char *problem_subject(const Problem *problem);

// Can what each state reads be read, and does nobody write there? (problem_states.c)
void problems_check_states(GPtrArray *problems, const Picture *picture, const Reach *reach);
void problems_check_now_writes(GPtrArray *problems, const Picture *picture, const Reach *reach);

// Did somebody overwrite the header of an image that QEMU has open? (problem_damaged.c)
void problems_check_damaged(GPtrArray *problems, const Picture *picture, const Reach *reach);

// Was something merged that the records do not know of? Takes out of `problems` what is explained by that, so it comes
// behind all others. (problem_merged.c)
void problems_check_half(GPtrArray *problems, const Picture *picture);
void problems_check_by_hand(GPtrArray *problems, const Picture *picture);
