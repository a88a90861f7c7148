// SPDX-License-Identifier: GPL-2.0-or-later
// libFuzzer: any bytes as an entry of the journal. What is taken for one must come out of the writer as the same, and
// what is refused must come with a sentence.

#include "engine/json/journal_json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ID "20261122-013000-4711-1"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_entry(const JournalEntry *entry)
{
    g_autofree char *text = json_write_journal(entry);
    g_autoptr(JournalEntry) again = json_read_journal(text, strlen(text), ID, NULL);
    if (!again || !plan_equal(entry->plan, again->plan) || again->done > again->plan->steps->len)
        abort();
    g_autofree char *text_again = json_write_journal(again);
    if (strcmp(text, text_again) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JournalEntry) entry = json_read_journal((const char *) data, size, ID, &error);
    if (entry)
        check_entry(entry);
    else if (!error || error->domain != JSON_FAULT || !*error->message)
        abort();
    return 0;
}
