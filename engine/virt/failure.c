// SPDX-License-Identifier: GPL-2.0-or-later
// The table of advice, and the bridge from libvirt's errors to ours.
//
// Codes decide first, texts second: a remote daemon may speak another language.

#include "engine/virt/failure.h"

#include "engine/model/tongue.h"
#include "engine/virt/libvirt.h"

#include <stdarg.h>
#include <string.h>

typedef struct Advice {
    int code;
    int domain;       // 0: any
    const char *said; // part of the text; NULL: any
    const char *advice;
} Advice;

#define JOIN_GROUP                                                          \
    N_("Run it as root, or let an administrator add you to the group libvirt " \
       "(usermod -aG libvirt USER), then log in again")
#define USE_AGENT                                                                                \
    N_("Load your key with ssh-add and try ssh to that host by hand; virt-snap never asks for ssh " \
       "passwords")
#define START_DAEMON \
    N_("Is the libvirt daemon running there? Try: systemctl start libvirtd (or virtqemud.socket)")
#define LINE_BROKE N_("The line to the daemon broke; the screen connects again by itself, a command has to be repeated")

// The first row that fits holds, so the narrow ones come first.
// clang-format off
static const Advice table[] = {
    {VIR_ERR_AUTH_UNAVAILABLE, 0, NULL, JOIN_GROUP},
    {VIR_ERR_AUTH_CANCELLED, 0, NULL, N_("Authentication was declined; connect again to be asked once more")},
    {VIR_ERR_AUTH_FAILED, 0, "polkit", JOIN_GROUP},
    {VIR_ERR_AUTH_FAILED, 0, NULL, N_("Check user name and password, then connect again")},
    {VIR_ERR_ACCESS_DENIED, 0, NULL, N_("The daemon's access rules forbid it; ask its administrator")},
    {VIR_ERR_OPERATION_DENIED, 0, NULL, N_("This connection is read-only; open it without -r to change anything")},
    {0, 0, "Host key verification failed",
     N_("Log in once by hand with ssh and accept the host's key, then connect again")},
    {0, 0, "Permission denied (publickey", USE_AGENT},
    {0, 0, "Permission denied, please try again", USE_AGENT},
    {0, 0, "Could not resolve hostname", N_("Check the host's name in the URI")},
    {0, 0, "Permission denied",
     N_("The daemon or QEMU may not open that file: check its owner and mode, that its storage is not mounted read-only "
        "(libvirt cannot give QEMU the file then), and messages of AppArmor or SELinux in the host's log")},
    {0, 0, "No space left on device", N_("Free some space on the host's storage, then look at the guest again")},
    {0, 0, "Read-only file system",
     N_("The host's storage is mounted read-only: look for its errors in the host's log, make it writable, then try again")},
    {0, 0, "is not in qcow2 format",
     N_("An image is damaged, or is none of that kind: bring it back from a backup, then look at the guest again")},
    {VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, "No such file or directory", START_DAEMON},
    {VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, "Connection refused", START_DAEMON},
    {VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, NULL, LINE_BROKE},
    {VIR_ERR_INTERNAL_ERROR, VIR_FROM_RPC, "Too many domain_snapshots",
     N_("libvirt gives out no more of them in one list; with fewer, deleted by name with virsh, they can be shown")},
    {VIR_ERR_INTERNAL_ERROR, VIR_FROM_RPC, NULL, LINE_BROKE},
    {VIR_ERR_RPC, 0, NULL, LINE_BROKE},
    {VIR_ERR_INVALID_CONN, 0, NULL, LINE_BROKE},
    {VIR_ERR_NO_CONNECT, 0, NULL, N_("Check the URI; virsh -c URI list shows whether it works there")},
    {VIR_ERR_UNKNOWN_HOST, 0, NULL, N_("Check the host's name in the URI")},
    {VIR_ERR_GNUTLS_ERROR, 0, NULL, N_("Check the TLS certificates on both sides: virt-pki-validate")},
    {VIR_ERR_OPERATION_TIMEOUT, 0, NULL, N_("Another job holds the guest; wait until it has ended and try again")},
    {VIR_ERR_BLOCK_COPY_ACTIVE, 0, NULL, N_("A block job runs on that disk; wait until it has ended and try again")},
    {VIR_ERR_RESOURCE_BUSY, 0, NULL, N_("Something else uses it at present; wait and try again")},
    {VIR_ERR_AGENT_UNRESPONSIVE, 0, NULL,
     N_("Check the guest agent inside the guest, or do it without quiescing the file systems")},
    {VIR_ERR_SNAPSHOT_REVERT_RISKY, 0, NULL,
     N_("Remove the guest's managed save first, or decide in the plan to lose it")},
    {VIR_ERR_NO_DOMAIN, 0, NULL, N_("The guest is gone; the list is being read again")},
    {VIR_ERR_NO_DOMAIN_SNAPSHOT, 0, NULL, N_("The snapshot is gone; the guest is being looked at again")},
    {VIR_ERR_NO_SUPPORT, 0, NULL, N_("This kind of hypervisor cannot do it")},
    {VIR_ERR_OPERATION_UNSUPPORTED, 0, NULL, N_("This host's libvirt or this guest's devices cannot do it")},
    // virDomainSnapshotDefAssignExternalNames: the disk's file was not found, or is a device (tried on 11.3.0).
    {VIR_ERR_CONFIG_UNSUPPORTED, 0, "is not a regular file",
     N_("The file of that disk is missing, or is none: bring it back from a backup, then look at the guest again")},
    {VIR_ERR_CONFIG_UNSUPPORTED, 0, NULL, N_("This host's libvirt or this guest's definition cannot do it")},
    {VIR_ERR_OPERATION_INVALID, 0, "not running",
     N_("The guest's state changed meanwhile; look at it again")},
    {VIR_ERR_SYSTEM_ERROR, 0, "No such file or directory",
     N_("A file of the guest is missing: bring it back from a backup, then look at the guest again")},
    {VIR_ERR_INTERNAL_ERROR, 0, "No such file or directory",
     N_("A file of the guest is missing: bring it back from a backup, then look at the guest again")},
    {VIR_ERR_INTERNAL_ERROR, 0, NULL,
     N_("Look at the guest's log on the host: /var/log/libvirt/qemu/GUEST.log")},
};
// clang-format on

static bool fits(const Advice *row, int code, int domain, const char *said)
{
    if (row->code && row->code != code)
        return false;
    if (row->domain && row->domain != domain)
        return false;
    return !row->said || (said && strstr(said, row->said));
}

const char *failure_advice(int code, int domain, const char *said)
{
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
        if (fits(&table[i], code, domain, said))
            return _(table[i].advice);
    return NULL;
}

Failure *failure_last(const char *format, ...)
{
    const virError *error = virGetLastError();
    g_autofree char *what = NULL;
    g_autofree char *said = NULL;
    Failure *failure;
    va_list args;

    va_start(args, format);
    what = g_strdup_vprintf(_(format), args);
    va_end(args);
    // H22: libvirt 9.0 has failures without any error set.
    if (!error || error->code == VIR_ERR_OK)
        return failure_new(what, _("the call failed without a reason"), 0,
                           _("Look at the daemon's log on the host"));
    said = g_strchomp(g_strdup(error->message)); // what it quotes of other programs ends its line
    failure = failure_new(what, said, error->code, failure_advice(error->code, error->domain, said));
    failure->domain = error->domain;
    return failure;
}

Failure *failure_unread(const GError *error, const char *format, ...)
{
    g_autofree char *what = NULL;
    g_autofree char *whole = NULL;
    va_list args;

    va_start(args, format);
    what = g_strdup_vprintf(_(format), args);
    va_end(args);
    whole = error ? g_strdup_printf("%s: %s", what, error->message) : g_strdup(what);
    return failure_new(whole, NULL, 0, NULL);
}

bool failure_is_gone(const Failure *failure)
{
    return failure && failure->code == VIR_ERR_NO_DOMAIN;
}

bool failure_aborted(const Failure *failure)
{
    return failure && failure->code == VIR_ERR_OPERATION_ABORTED;
}

bool failure_midway(const Failure *failure, const char *first)
{
    if (!failure || (failure->code != VIR_ERR_OPERATION_FAILED && failure->code != VIR_ERR_INTERNAL_ERROR &&
                     failure->code != VIR_ERR_SYSTEM_ERROR))
        return false;
    if (!failure->said || !strstr(failure->said, "unable to execute QEMU command 'block-commit'"))
        return true;
    return first && !strstr(failure->said, first);
}
