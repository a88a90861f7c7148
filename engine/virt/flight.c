// SPDX-License-Identifier: GPL-2.0-or-later
// Several calls in flight.

#include "engine/virt/flight.h"

#include "engine/thread.h"

#include <stdatomic.h>

typedef struct Flight {
    atomic_uint next;
    guint n;
    FlightCall call;
    void *data;
} Flight;

static void *fly(void *data)
{
    Flight *flight = data;
    guint index;

    while ((index = atomic_fetch_add(&flight->next, 1)) < flight->n)
        flight->call(flight->data, index);
    return NULL;
}

void flight_run(Connection *connection, guint n, FlightCall call, void *data)
{
    Flight flight = {.n = n, .call = call, .data = data};
    pthread_t threads[CONNECTION_HANDS];
    unsigned hands = connection_lend_hands(connection, n > 1 ? MIN(CONNECTION_HANDS, n - 1) : 0);
    unsigned started = 0;

    while (started < hands && thread_try(&threads[started], fly, &flight))
        started++;
    fly(&flight);
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    connection_take_hands(connection, hands);
}
