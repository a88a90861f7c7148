// SPDX-License-Identifier: GPL-2.0-or-later
// One question at a time; the answers that were right are kept.

#include "engine/asking.h"

#include "engine/thread.h"

#include <string.h>

// One round of questions with its answers; opening a connection may take several.
typedef struct Round {
    char *questions; // as one text
    char **answers;  // NULL: declined
} Round;

struct Asking {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    guint64 ticket; // of the last question
    bool busy;      // somebody is asking; others wait their turn
    bool open;      // the last question waits for its answer
    bool closed;
    char **answers;  // to it; NULL: declined
    GPtrArray *told; // of Round: what the operator answered in the present try
    GPtrArray *kept; // of Round: what opened a connection
    bool kept_used;  // in the present try
};

static void wipe(char **answers)
{
    for (unsigned i = 0; answers && answers[i]; i++)
        explicit_bzero(answers[i], strlen(answers[i]));
    g_strfreev(answers);
}

static void round_free(gpointer data)
{
    Round *round = data;

    wipe(round->answers);
    g_free(round->questions);
    g_free(round);
}

Asking *asking_new(void)
{
    Asking *asking = g_new0(Asking, 1);

    pthread_mutex_init(&asking->lock, NULL);
    thread_cond_init(&asking->changed);
    asking->told = g_ptr_array_new_with_free_func(round_free);
    asking->kept = g_ptr_array_new_with_free_func(round_free);
    return asking;
}

void asking_free(Asking *asking)
{
    if (!asking)
        return;
    wipe(asking->answers);
    g_ptr_array_unref(asking->told);
    g_ptr_array_unref(asking->kept);
    pthread_mutex_destroy(&asking->lock);
    pthread_cond_destroy(&asking->changed);
    g_free(asking);
}

static char *questions_text(const GPtrArray *credentials)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < credentials->len; i++) {
        const Credential *credential = g_ptr_array_index(credentials, i);

        g_string_append_printf(text, "%s\n%s\n", credential->prompt,
                               credential->challenge ? credential->challenge : "");
    }
    return g_string_free(text, FALSE);
}

static void send_question(Asking *asking, Channel *channel, GPtrArray *credentials)
{
    Message *message = message_new(MSG_ASK);

    message->ask.ticket = ++asking->ticket;
    message->ask.credentials = g_ptr_array_ref(credentials);
    channel_send(channel, message);
}

// Sends the question and waits, with the lock held. NULL: declined.
static char **ask_operator(Asking *asking, Channel *channel, GPtrArray *credentials)
{
    char **answers = NULL;

    while (asking->busy && !asking->closed)
        thread_wait(&asking->changed, &asking->lock, 0);
    if (asking->closed)
        return NULL;
    asking->busy = asking->open = true;
    send_question(asking, channel, credentials);
    while (asking->open && !asking->closed)
        thread_wait(&asking->changed, &asking->lock, 0);
    if (!asking->closed)
        answers = g_steal_pointer(&asking->answers);
    asking->busy = asking->open = false;
    pthread_cond_broadcast(&asking->changed);
    return answers;
}

static const Round *find_round(const GPtrArray *rounds, const char *questions)
{
    for (guint i = 0; i < rounds->len; i++) {
        const Round *round = g_ptr_array_index(rounds, i);

        if (strcmp(round->questions, questions) == 0)
            return round;
    }
    return NULL;
}

char **asking_ask(Asking *asking, Channel *channel, GPtrArray *credentials)
{
    g_autofree char *questions = questions_text(credentials);
    char **answers = NULL;
    const Round *kept;

    pthread_mutex_lock(&asking->lock);
    kept = find_round(asking->kept, questions);
    if (kept) {
        asking->kept_used = true;
        answers = g_strdupv(kept->answers);
    } else if (!asking->closed) {
        Round *round = g_new0(Round, 1);

        answers = ask_operator(asking, channel, credentials);
        round->questions = g_steal_pointer(&questions);
        round->answers = g_strdupv(answers);
        g_ptr_array_add(asking->told, round);
    }
    pthread_mutex_unlock(&asking->lock);
    g_ptr_array_unref(credentials);
    return answers;
}

void asking_settle(Asking *asking, bool right)
{
    pthread_mutex_lock(&asking->lock);
    if (!right && asking->kept_used)
        g_ptr_array_set_size(asking->kept, 0);
    while (right && asking->told->len > 0)
        g_ptr_array_add(asking->kept, g_ptr_array_steal_index(asking->told, 0));
    g_ptr_array_set_size(asking->told, 0);
    asking->kept_used = false;
    pthread_mutex_unlock(&asking->lock);
}

void asking_answer(Asking *asking, guint64 ticket, const char *const *answers)
{
    pthread_mutex_lock(&asking->lock);
    // An answer to a question that is not asked any more changes nothing.
    if (asking->open && ticket == asking->ticket) {
        wipe(asking->answers);
        asking->answers = g_strdupv((char **) answers);
        asking->open = false;
        pthread_cond_broadcast(&asking->changed);
    }
    pthread_mutex_unlock(&asking->lock);
}

void asking_close(Asking *asking)
{
    pthread_mutex_lock(&asking->lock);
    asking->closed = true;
    pthread_cond_broadcast(&asking->changed);
    pthread_mutex_unlock(&asking->lock);
}
