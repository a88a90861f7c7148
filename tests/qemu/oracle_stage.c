// SPDX-License-Identifier: GPL-2.0-or-later
// The oracle's hands: it runs commands (never through a shell), and makes guests. Main thread.
#include "tests/qemu/oracle.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

const char *const DISK_NAMES[DISKS] = {"vda", "vdb"};

#define PATIENCE_SECONDS 180

void said_clear(Said *said)
{
    g_clear_pointer(&said->out, g_free);
    g_clear_pointer(&said->err, g_free);
}

// A file without a name, so that no pipe can fill up while we wait.
static int nameless_file(void)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("oracle-XXXXXX", &path, NULL);
    g_assert_cmpint(fd, >=, 0);
    g_unlink(path);
    return fd;
}

static char *drain(int fd)
{
    GString *text = g_string_new(NULL);
    char buffer[16384];
    lseek(fd, 0, SEEK_SET);
    for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;)
        g_string_append_len(text, buffer, n);
    close(fd);
    return g_string_free(text, FALSE);
}

static int wait_for(GPid pid)
{
    gint64 deadline = g_get_monotonic_time() + PATIENCE_SECONDS * G_TIME_SPAN_SECOND;
    int status = 0;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (g_get_monotonic_time() > deadline) {
            kill(pid, SIGKILL);
            waitpid(pid, &status, 0);
            return STATUS_HUNG;
        }
        g_usleep(1000);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void command_run(Said *said, const char *const *words)
{
    g_autoptr(GError) error = NULL;
    int in = open("/dev/null", O_RDONLY | O_CLOEXEC), out = nameless_file(), err = nameless_file();
    GPid pid;
    said_clear(said);
    if (!g_spawn_async_with_fds(NULL, (char **) words, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL,
                                NULL, &pid, in, out, err, &error))
        g_error("cannot run %s: %s", words[0], error->message);
    close(in);
    said->status = wait_for(pid);
    said->out = drain(out);
    said->err = drain(err);
}

void stage_virsh(const Stage *stage, Said *said, const char *commands)
{
    const char *words[] = {"virsh", "-q", "-c", stage->uri, commands, NULL};
    command_run(said, words);
}

// ---- Guests -------------------------------------------------------------------------------------

static void remove_images(const Stage *stage)
{
    g_autoptr(GDir) folder = g_dir_open(stage->images, 0, NULL);
    for (const char *name; folder && (name = g_dir_read_name(folder));) {
        g_autofree char *path = g_build_filename(stage->images, name, NULL);
        g_unlink(path);
    }
}

void stage_end_guest(Stage *stage)
{
    g_auto(Said) said = {0};
    if (!stage->guest)
        return;
    g_autofree char *commands =
        g_strdup_printf("destroy %s; undefine %s --snapshots-metadata --managed-save", stage->guest, stage->guest);
    stage_virsh(stage, &said, commands);
    g_clear_pointer(&stage->guest, g_free);
    remove_images(stage);
}

static char *disk_xml(const Stage *stage, const char *disk)
{
    return g_strdup_printf("    <disk type='file' device='disk'>\n"
                           "      <driver name='qemu' type='qcow2'/>\n"
                           "      <source file='%s/%s-%s.qcow2'/>\n"
                           "      <target dev='%s' bus='virtio'/>\n"
                           "    </disk>\n",
                           stage->images, stage->guest, disk, disk);
}

static char *guest_xml(const Stage *stage)
{
    g_autofree char *vda = disk_xml(stage, DISK_NAMES[0]), *vdb = disk_xml(stage, DISK_NAMES[1]);
    return g_strdup_printf("<domain type='qemu'>\n"
                           "  <name>%s</name>\n"
                           "  <memory unit='MiB'>32</memory>\n"
                           "  <vcpu>1</vcpu>\n"
                           "  <os><type arch='x86_64' machine='pc'>hvm</type></os>\n"
                           "  <features><acpi/></features>\n"
                           "  <devices>\n%s%s"
                           "    <controller type='usb' model='none'/>\n"
                           "    <memballoon model='none'/>\n"
                           "  </devices>\n"
                           "</domain>\n",
                           stage->guest, vda, vdb);
}

static bool image_make(const Stage *stage, const char *disk, char **error)
{
    g_auto(Said) said = {0};
    g_autofree char *path = g_strdup_printf("%s/%s-%s.qcow2", stage->images, stage->guest, disk);
    g_autofree char *size = g_strdup_printf("%d", BLOCKS * BLOCK_SIZE);
    const char *words[] = {"qemu-img", "create", "-q", "-f", "qcow2", path, size, NULL};
    command_run(&said, words);
    if (said.status != 0)
        *error = g_strdup(said.err);
    return said.status == 0;
}

bool stage_fresh_guest(Stage *stage, char **error)
{
    g_auto(Said) said = {0};
    stage_end_guest(stage);
    stage->guest = g_strdup_printf("g%u", ++stage->guests);
    for (int i = 0; i < DISKS; i++)
        if (!image_make(stage, DISK_NAMES[i], error))
            return false;
    g_autofree char *path = g_build_filename(stage->scratch, "guest.xml", NULL), *xml = guest_xml(stage);
    g_autofree char *commands = g_strdup_printf("pool-refresh images; define %s", path);
    if (!g_file_set_contents(path, xml, -1, NULL)) {
        *error = g_strdup_printf("cannot write %s", path);
        return false;
    }
    stage_virsh(stage, &said, commands);
    if (said.status != 0)
        *error = g_strdup(said.err);
    return said.status == 0;
}
