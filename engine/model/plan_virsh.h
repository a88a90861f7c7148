// SPDX-License-Identifier: GPL-2.0-or-later
// A plan as commands of virsh and qemu-img, for people who want to run or check it by hand. What no command
// does is said in a comment; nothing in this program ever runs the text.
#pragma once

#include "engine/model/plan.h"

// A shell script: a heading, then each step as a comment and its commands. `uri` NULL: virsh's default.
// Foreign text stands quoted in commands and escaped in comments. Lines end in '\n'; caller frees.
char *plan_virsh(const Plan *plan, const char *uri);
