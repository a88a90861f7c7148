// SPDX-License-Identifier: GPL-2.0-or-later
// The header of a qcow2 file: what plain images say, and what is left to qemu-img.

#include "engine/model/qcow2.h"

#include <string.h>

// The first bytes of: qemu-img create -f qcow2 -b /i/base.raw -F raw OVERLAY 64M  (QEMU 7.2)
typedef struct Head {
    guint8 bytes[512];
} Head;

static void put32(Head *head, gsize at, guint32 value)
{
    for (int i = 0; i < 4; i++)
        head->bytes[at + (gsize) i] = (guint8) (value >> (24 - 8 * i));
}

static void put_text(Head *head, gsize at, const char *text)
{
    memcpy(head->bytes + at, text, strlen(text));
}

static Head overlay(void)
{
    Head head = {0};

    put32(&head, 0, 0x514649fb);
    put32(&head, 4, 3);
    put32(&head, 12, 136); // place and length of the backing image's name
    put32(&head, 16, 11);
    put32(&head, 20, 16);
    put32(&head, 28, 64 << 20);
    put32(&head, 96, 4);
    put32(&head, 100, 112);
    put32(&head, 112, 0xe2792aca);
    put32(&head, 116, 3);
    put_text(&head, 120, "raw");
    put_text(&head, 136, "/i/base.raw");
    return head;
}

static bool reads(const Head *head)
{
    g_auto(Qcow2) facts = {0};
    bool read = qcow2_read(head->bytes, sizeof head->bytes, &facts);

    g_assert_true(read || (!facts.backing && !facts.backing_format));
    return read;
}

static void test_overlay(void)
{
    Head head = overlay();
    g_auto(Qcow2) facts = {0};

    g_assert_true(qcow2_read(head.bytes, sizeof head.bytes, &facts));
    g_assert_cmpuint(facts.capacity, ==, 64 << 20);
    g_assert_cmpstr(facts.backing, ==, "/i/base.raw");
    g_assert_cmpstr(facts.backing_format, ==, "raw");
}

static void test_base(void)
{
    Head head = overlay();
    g_auto(Qcow2) facts = {0};

    put32(&head, 12, 0);
    put32(&head, 112, 0);
    g_assert_true(qcow2_read(head.bytes, sizeof head.bytes, &facts));
    g_assert_null(facts.backing);
    g_assert_null(facts.backing_format);
}

// compat=0.10: no features, extensions right behind the shorter header.
static void test_version_2(void)
{
    Head head = overlay();
    g_auto(Qcow2) facts = {0};

    put32(&head, 4, 2);
    memmove(head.bytes + 72, head.bytes + 112, 64);
    put32(&head, 96, 0);
    g_assert_true(qcow2_read(head.bytes, sizeof head.bytes, &facts));
    g_assert_cmpstr(facts.backing, ==, "/i/base.raw");
    g_assert_cmpstr(facts.backing_format, ==, "raw");
}

// Each of these is an image that qemu-img reads, or says what is wrong with.
static void test_not_plain(void)
{
    static const struct {
        const char *what;
        gsize at;
        guint32 value;
    } changes[] = {
        {"no magic", 0, 0x7f454c46},
        {"a later version", 4, 4},
        {"a cluster of 4 GiB", 20, 32},
        {"encryption", 32, 2},
        {"a tag inside", 60, 1},
        {"data in another file", 76, 4},
        {"a corrupt image", 76, 2},
        {"a feature of tomorrow", 72, 1},
        {"a header without an end", 100, 1 << 20},
        {"a name outside of what was read", 12, 510},
        {"a name far away", 8, 1},
        {"a name without an end", 16, 0xffffffff},
        {"no name", 16, 0},
        {"a relative name", 136, 0x62617365},
        {"a NUL in the name", 140, 0},
        {"no UTF-8 in the name", 140, 0xfffefdfc},
        {"an extension without an end", 116, 0x7fffffff},
        {"a name of a format that is none", 120, 0},
        {"the extension of a data file", 112, 0x44415441},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
        Head head = overlay();

        put32(&head, changes[i].at, changes[i].value);
        g_test_message("%s", changes[i].what);
        g_assert_false(reads(&head));
    }
}

// Of a file that ends too soon nothing is read past its end.
static void test_short(void)
{
    Head head = overlay();

    for (gsize length = 0; length < 147; length++) {
        g_autofree guint8 *exact = g_memdup2(head.bytes, length);
        g_auto(Qcow2) facts = {0};

        g_assert_false(qcow2_read(exact, length, &facts));
    }
}

// A name of no length right behind what was read: the byte there is nobody's (found by the fuzzer).
static void test_name_at_end(void)
{
    Head head = overlay();
    g_autofree guint8 *copy = g_memdup2(head.bytes, 136); // so that a sanitizer sees where it ends
    g_auto(Qcow2) facts = {0};

    memset(copy + 16, 0, 4);
    g_assert_false(qcow2_read(copy, 136, &facts));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qcow2/overlay", test_overlay);
    g_test_add_func("/qcow2/base", test_base);
    g_test_add_func("/qcow2/version-2", test_version_2);
    g_test_add_func("/qcow2/not-plain", test_not_plain);
    g_test_add_func("/qcow2/short", test_short);
    g_test_add_func("/qcow2/name-at-end", test_name_at_end);
    return g_test_run();
}
