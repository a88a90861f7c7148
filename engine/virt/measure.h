// SPDX-License-Identifier: GPL-2.0-or-later
// How far a running step is, by the one call that answers while it runs. Included by
// engine/virt/*.c only; a job's sampler measures, its thread listens and deafens.
#pragma once

#include "engine/virt/libvirt.h"

typedef struct Measure Measure;

Measure *measure_new(void);
void measure_free(Measure *measure);

// While a merge runs: hears from block-job events when a disk is ready for its pivot. Where such
// events cannot be had, only less is told about the end.
void measure_listen(Measure *measure, Connection *connection, LvDomain *domain);
void measure_deafen(Measure *measure);

// See act_sample().
void measure_step(Measure *measure, LvDomain *domain, const Step *step, Progress *progress);
