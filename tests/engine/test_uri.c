// SPDX-License-Identifier: GPL-2.0-or-later
// Connection URIs: aliases, ssh without a terminal, this machine or another.

#include "engine/message.h"
#include "engine/virt/failure.h"
#include "engine/virt/uri.h"

#include <libvirt/virterror.h>

static const char conf[] =
    "# uri_default = \"xen:///\"\n"
    "uri_aliases = [\n"
    "  \"hail=qemu+ssh://root@hail.cloud.example.com/system\", # the big one\n"
    "  \"sleet=qemu:///session\",\n"
    "]\n"
    "uri_default = \"test:///default\"\n";

static void check_resolve(const char *uri, const char *environment, const char *text,
                          const char *expected)
{
    g_autofree char *found = uri_resolve(uri, environment, text);

    g_assert_cmpstr(found, ==, expected);
}

static void test_resolve(void)
{
    check_resolve("qemu:///system", NULL, conf, "qemu:///system");
    check_resolve("hail", NULL, conf, "qemu+ssh://root@hail.cloud.example.com/system");
    check_resolve("sleet", NULL, conf, "qemu:///session");
    check_resolve("slee", NULL, conf, "slee");
    check_resolve("hail", NULL, NULL, "hail");
    check_resolve(NULL, "sleet", conf, "qemu:///session");
    check_resolve(NULL, "", conf, "test:///default");
    check_resolve(NULL, NULL, NULL, NULL);
    check_resolve("", NULL, "uri_default = unquoted\n", NULL);
    check_resolve("x", NULL, "uri_aliases = [ \"x=y", "x");
    check_resolve("x", NULL, "uri_aliases = [ # never closed", "x");
}

static void check_tty(const char *uri, const char *expected)
{
    g_autofree char *changed = uri_without_tty(uri);

    g_assert_cmpstr(changed, ==, expected);
}

static void test_tty(void)
{
    check_tty("qemu+ssh://h/system", "qemu+ssh://h/system?no_tty=1");
    check_tty("qemu+ssh://h/system?keyfile=/k", "qemu+ssh://h/system?keyfile=/k&no_tty=1");
    check_tty("qemu+ssh://h/system?no_tty=0", "qemu+ssh://h/system?no_tty=0");
    check_tty("qemu+ssh://h/system?a=1&no_tty=1", "qemu+ssh://h/system?a=1&no_tty=1");
    check_tty("qemu+tcp://ssh/system", "qemu+tcp://ssh/system");
    check_tty("qemu:///system", "qemu:///system");
    check_tty("alias", "alias");
}

// What may ask on the terminal is not opened a second time.
static void test_asks(void)
{
    g_assert_true(uri_asks_on_tty("qemu+ssh://h/system"));
    g_assert_true(uri_asks_on_tty("qemu+ssh://h/system?no_tty=0"));
    g_assert_true(uri_asks_on_tty("qemu+ext://h/system?command=/c&no_tty=1"));
    g_assert_false(uri_asks_on_tty("qemu+ssh://h/system?keyfile=/k&no_tty=1"));
    g_assert_false(uri_asks_on_tty("qemu+libssh2://h/system"));
    g_assert_false(uri_asks_on_tty("qemu+tls://h/system"));
    g_assert_false(uri_asks_on_tty("qemu:///system"));
}

static void test_here(void)
{
    g_assert_true(uri_is_here("qemu:///system"));
    g_assert_true(uri_is_here("qemu:///session"));
    g_assert_true(uri_is_here("qemu+unix:///system"));
    g_assert_true(uri_is_here("qemu+unix:///system?mode=direct"));
    g_assert_false(uri_is_here("qemu+unix:///system?socket=/proc/1/root/run/libvirt/libvirt-sock"));
    g_assert_false(uri_is_here("qemu+unix:///system?mode=direct&socket=/s"));
    g_assert_false(uri_is_here("qemu+ssh://localhost/system"));
    g_assert_false(uri_is_here("qemu+tls:///system"));
    g_assert_false(uri_is_here("qemu://host/system"));
    g_assert_false(uri_is_here("test:///default"));
    g_assert_false(uri_is_here(""));
}

static void check_advice(int code, int domain, const char *said, const char *part)
{
    const char *advice = failure_advice(code, domain, said);

    g_assert_nonnull(advice);
    g_assert_nonnull(g_strstr_len(advice, -1, part));
}

static void test_advice(void)
{
    check_advice(VIR_ERR_AUTH_UNAVAILABLE, VIR_FROM_POLKIT, "no polkit agent", "group libvirt");
    check_advice(VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC,
                 "Cannot recv data: Host key verification failed.", "accept");
    check_advice(VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC,
                 "root@h: Permission denied (publickey,password).", "ssh-add");
    check_advice(VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC,
                 "Failed to connect socket: No such file or directory", "systemctl");
    check_advice(VIR_ERR_OPERATION_TIMEOUT, VIR_FROM_QEMU, "cannot acquire state change lock",
                 "wait");
    check_advice(VIR_ERR_OPERATION_DENIED, VIR_FROM_DOMAIN, "read only access", "-r");
    check_advice(VIR_ERR_INTERNAL_ERROR, VIR_FROM_QEMU, "unable to execute: Permission denied",
                 "AppArmor");
    check_advice(VIR_ERR_INTERNAL_ERROR, VIR_FROM_QEMU, "Could not open '/i': Permission denied", "mounted read-only");
    check_advice(VIR_ERR_CONFIG_UNSUPPORTED, VIR_FROM_DOMAIN_SNAPSHOT,
                 "source for disk 'vda' is not a regular file; refusing to generate external snapshot name", "missing");
    g_assert_null(failure_advice(VIR_ERR_OPERATION_ABORTED, VIR_FROM_QEMU, "operation aborted"));
}

static void check_text(const char *said, int code, const char *advice, const char *expected)
{
    g_autoptr(Failure) failure = failure_new("It failed", said, code, advice);
    g_autofree char *text = failure_text(failure);

    g_assert_cmpstr(text, ==, expected);
}

// Only what has a code is libvirt's.
static void test_text(void)
{
    check_text(NULL, 0, NULL, "It failed.");
    check_text("no lock", 38, "Wait", "It failed. libvirt said: no lock (code 38). Wait.");
    check_text("Permission denied", 0, "Look!", "It failed: Permission denied. Look!");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/uri/resolve", test_resolve);
    g_test_add_func("/uri/tty", test_tty);
    g_test_add_func("/uri/asks", test_asks);
    g_test_add_func("/uri/here", test_here);
    g_test_add_func("/failure/advice", test_advice);
    g_test_add_func("/failure/text", test_text);
    return g_test_run();
}
