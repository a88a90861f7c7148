// SPDX-License-Identifier: GPL-2.0-or-later
// libFuzzer: any bytes as a plan file. What is taken for a plan must come out of the writer as a plan
// that is equal, and what is refused must come with a sentence.

#include "engine/json/plan_json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_plan(const Plan *plan)
{
    g_autofree char *text = json_write_plan(plan, NULL);
    g_autofree char *said = plan_text(plan);
    g_autoptr(Plan) again = json_read_plan(text, strlen(text), NULL);
    if (!again || !plan_equal(plan, again) || !g_utf8_validate(said, -1, NULL))
        abort();
    g_autofree char *text_again = json_write_plan(again, NULL);
    if (strcmp(text, text_again) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Plan) plan = json_read_plan((const char *)data, size, &error);
    if (plan)
        check_plan(plan);
    else if (!error || error->domain != JSON_FAULT || !*error->message)
        abort();
    return 0;
}
