// SPDX-License-Identifier: GPL-2.0-or-later
// Several calls in flight. Flights run within flights (all guests, and all snapshots of each): a thread that finds no
// work left gives its hand back at once, and a flight that still has work takes what has become free after each call.

#include "engine/virt/flight.h"

#include "engine/thread.h"

#include <stdatomic.h>

typedef struct Flight {
    Connection *connection;
    atomic_uint next;
    guint n;
    FlightCall call;
    void *data;
} Flight;

static bool fly_once(Flight *flight)
{
    guint index = atomic_fetch_add(&flight->next, 1);

    if (index >= flight->n)
        return false;
    flight->call(flight->data, index);
    return true;
}

static void *fly(void *data)
{
    Flight *flight = data;

    while (fly_once(flight))
        ;
    connection_take_hands(flight->connection, 1);
    return NULL;
}

static bool has_work(Flight *flight)
{
    return atomic_load(&flight->next) < flight->n;
}

// Puts hands that nobody has to work; the number of threads afterwards.
static unsigned take_off(Flight *flight, pthread_t *threads, unsigned started)
{
    while (started < CONNECTION_HANDS && has_work(flight) && connection_lend_hands(flight->connection, 1) == 1) {
        if (!thread_try(&threads[started], fly, flight)) {
            connection_take_hands(flight->connection, 1);
            break;
        }
        started++;
    }
    return started;
}

void flight_run(Connection *connection, guint n, FlightCall call, void *data)
{
    Flight flight = {.connection = connection, .n = n, .call = call, .data = data};
    pthread_t threads[CONNECTION_HANDS];
    unsigned started = n > 1 ? take_off(&flight, threads, 0) : 0;

    while (fly_once(&flight))
        started = take_off(&flight, threads, started);
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}
