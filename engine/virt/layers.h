// SPDX-License-Identifier: GPL-2.0-or-later
// Making and removing images through the storage API, so that it works on remote hosts and without root.
// Included by engine/virt/*.c only; the job's thread calls.
//
// A volume needs a pool of its folder: the active one, else a defined one that is started for it, else a
// transient one. What was started or made is ended again by layers_free(); its files stay.
#pragma once

#include "engine/virt/libvirt.h"

typedef struct Layers Layers;

// `mark` names the job (NULL: none): storage pools that are started for a while bear it in their names.
Layers *layers_new(Connection *connection, const char *mark);

// Ends the pools of that mark that a process left which was cut off.
void layers_clear_left(Connection *connection, const char *mark);
void layers_free(Layers *layers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Layers, layers_free)

// Makes the empty layer that `disk` describes (STEP_MAKE_LAYERS), unless it was adopted, and remembers it. Never
// overwrites: libvirt refuses a volume whose file exists.
Failure *layers_make(Layers *layers, const StepDisk *disk);

// Takes a layer for one that layers_make() made, if it is there and stands on what it was to stand on: an earlier
// process made it.
void layers_adopt(Layers *layers, const StepDisk *disk);

// Removes the image at `path`; one that is gone already is as well.
Failure *layers_remove(Layers *layers, const char *path);

// Has anything been made that was not taken back?
bool layers_made(const Layers *layers);

// Removes what layers_make() made, the last first. The first failure, after trying all.
Failure *layers_undo(Layers *layers);
