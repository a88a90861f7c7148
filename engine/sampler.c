// SPDX-License-Identifier: GPL-2.0-or-later
// Sampling one step. A call that blocks until the step's end delays nothing but the next sample.

#include "engine/sampler.h"

#include "engine/thread.h"

struct Sampler {
    Job *job;
    Act *act;
    unsigned step;
    gint64 began;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stop;
    bool aborted; // the sampler's own, until it is joined
};

static void sample(Sampler *sampler, const Step *step)
{
    Message *message = job_news(sampler->job, MSG_JOB_PROGRESS);

    message->job.step = sampler->step;
    act_sample(sampler->act, step, &message->job.progress);
    message->job.progress.elapsed_ms = thread_clock() - sampler->began;
    channel_send(sampler->job->engine->channel, message);
}

// True until it is time to stop.
static bool wait_for(Sampler *sampler, gint64 deadline)
{
    bool stop;

    pthread_mutex_lock(&sampler->lock);
    while (!sampler->stop && thread_wait(&sampler->changed, &sampler->lock, deadline))
        ;
    stop = sampler->stop;
    pthread_mutex_unlock(&sampler->lock);
    return !stop;
}

static void *run_sampler(void *data)
{
    Sampler *sampler = data;
    const Step *step = g_ptr_array_index(sampler->job->plan->steps, sampler->step);

    // The first time after a full interval: see act_sample().
    for (gint64 next = sampler->began + ACT_SAMPLE_MS; wait_for(sampler, next);
         next = thread_clock() + ACT_SAMPLE_MS) {
        if (atomic_load(&sampler->job->cancelled) && !sampler->aborted)
            sampler->aborted = act_abort(sampler->act, step);
        sample(sampler, step);
    }
    return NULL;
}

Sampler *sampler_start(Job *job, Act *act, unsigned step)
{
    Sampler *sampler = g_new0(Sampler, 1);

    sampler->job = job;
    sampler->act = act;
    sampler->step = step;
    sampler->began = thread_clock();
    pthread_mutex_init(&sampler->lock, NULL);
    thread_cond_init(&sampler->changed);
    thread_start(&sampler->thread, run_sampler, sampler);
    return sampler;
}

bool sampler_stop(Sampler *sampler)
{
    bool aborted;

    pthread_mutex_lock(&sampler->lock);
    sampler->stop = true;
    pthread_cond_broadcast(&sampler->changed);
    pthread_mutex_unlock(&sampler->lock);
    pthread_join(sampler->thread, NULL);
    aborted = sampler->aborted;
    pthread_mutex_destroy(&sampler->lock);
    pthread_cond_destroy(&sampler->changed);
    g_free(sampler);
    return aborted;
}
