// SPDX-License-Identifier: GPL-2.0-or-later
// Machine, firmware and devices as an operator tells them apart: what matters when another
// configuration takes the place of this one.
//
// A line is "WHAT: VALUE". WHAT tells a thing from others of its kind where libvirt gives it something of its own (a
// MAC address, a place on a bus); it and VALUE read the same in the live and in the stored definition, so nothing is
// taken that libvirt fills in at start. Disks are elsewhere. No value holds a line break.

#include "engine/xml/hardware_xml.h"

#include "engine/model/tongue.h"
#include "engine/xml/element.h"

#include <string.h>

// A foreign text as a word or two of a sentence.
static char *value_of(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
    g_autofree char *bounded = g_utf8_strlen(valid, -1) > HARDWARE_VALUE ? g_utf8_substring(valid, 0, HARDWARE_VALUE) :
                                                                           g_strdup(valid);
    GString *clean = g_string_new(NULL);

    for (const char *at = bounded; *at; at = g_utf8_next_char(at))
        g_string_append_unichar(clean, g_unichar_isprint(g_utf8_get_char(at)) ? g_utf8_get_char(at) : '?');
    return g_string_free(clean, FALSE);
}

static void add_line(GPtrArray *lines, const char *what, const char *value)
{
    if (lines->len < HARDWARE_MAX)
        g_ptr_array_add(lines, g_strdup_printf("%s: %s", what, value && *value ? value : _("as is usual")));
}

// The values of these attributes, "a, b", of the element or (as "child/attribute") of a child of it.
static char *attributes(const xmlNode *element, const char *const *names)
{
    GString *text = g_string_new(NULL);

    for (; *names; names++) {
        g_auto(GStrv) path = g_strsplit(*names, "/", 2);
        const xmlNode *holder = path[1] ? element_child(element, path[0]) : element;
        const char *value = element_attribute(holder, path[1] ? path[1] : path[0]);
        g_autofree char *clean = value ? value_of(value) : NULL;

        if (clean)
            g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", clean);
    }
    return g_string_free(text, FALSE);
}

// ---- The machine ------------------------------------------------------------------------------

static void read_boot(const xmlNode *os, GPtrArray *lines)
{
    GString *order = g_string_new(NULL);

    for (const xmlNode *boot = element_child(os, "boot"); boot; boot = element_next(boot, "boot")) {
        g_autofree char *device = value_of(element_attribute(boot, "dev"));

        g_string_append_printf(order, "%s%s", order->len > 0 ? ", " : "", device);
    }
    add_line(lines, _("Boot order"), order->str);
    g_string_free(order, TRUE);
}

static void read_machine(const xmlNode *domain, const Definition *def, GPtrArray *lines)
{
    static const char *const machine[] = {"machine", "arch", NULL};
    static const char *const cpu[] = {"mode", NULL};
    const xmlNode *os = element_child(domain, "os");
    g_autofree char *type = attributes(element_child(os, "type"), machine);
    g_autofree char *mode = attributes(element_child(domain, "cpu"), cpu);
    g_autofree char *model = element_text(element_child(element_child(domain, "cpu"), "model"));
    g_autofree char *loader = element_text(element_child(os, "loader"));
    g_autofree char *model_value = value_of(model ? model : mode);
    g_autofree char *loader_value = value_of(loader ? loader : def->uefi ? "UEFI" : "BIOS");

    add_line(lines, _("Machine type"), type);
    add_line(lines, _("Processor model"), model_value);
    add_line(lines, _("Firmware"), loader_value);
    read_boot(os, lines);
}

// ---- Devices ----------------------------------------------------------------------------------

// How a kind of device is told from another, and what is worth saying of it.
typedef struct Kind {
    const char *element;
    const char *what;
    const char *own[4];   // what one has for itself
    const char *value[7]; // what it is
} Kind;

static const Kind kinds[] = {
    {"interface", N_("Network interface"), {"mac/address"},
     {"type", "source/network", "source/bridge", "source/dev", "model/type"}},
    {"hostdev", N_("Host device"), {NULL}, {"mode", "type", "model"}},
    {"filesystem", N_("Shared folder"), {"target/dir"}, {"driver/type", "source/dir", "source/socket"}},
    {"tpm", N_("TPM"), {NULL}, {"model", "backend/type", "backend/version"}},
    {"controller", N_("Controller"), {"type", "index"}, {"model"}},
    {"channel", N_("Channel"), {"target/name"}, {"type", "target/type"}},
    {"serial", N_("Serial port"), {"target/port"}, {"target/type"}},
    {"console", N_("Console"), {"target/port"}, {"target/type"}},
    {"parallel", N_("Parallel port"), {"target/port"}, {NULL}},
    {"graphics", N_("Screen"), {NULL}, {"type"}},
    {"video", N_("Video card"), {NULL}, {"model/type"}},
    {"sound", N_("Sound device"), {NULL}, {"model"}},
    {"input", N_("Input device"), {NULL}, {"type", "bus"}},
    {"rng", N_("Random numbers"), {NULL}, {"model", "backend/model"}},
    {"watchdog", N_("Watchdog"), {NULL}, {"model", "action"}},
    {"memballoon", N_("Memory balloon"), {NULL}, {"model"}},
    {"memory", N_("Memory module"), {"target/node"}, {"model"}},
    {"redirdev", N_("Redirected device"), {NULL}, {"bus", "type"}},
    {"smartcard", N_("Smart card reader"), {NULL}, {"mode", "type"}},
    {"shmem", N_("Shared memory"), {"name"}, {"role", "model/type"}},
    {"vsock", N_("Socket to the host"), {NULL}, {"model"}},
    {"panic", N_("Panic device"), {NULL}, {"model"}},
    {"iommu", N_("IOMMU"), {NULL}, {"model"}},
    {"crypto", N_("Crypto device"), {NULL}, {"model", "type"}},
};

// Where on the host it sits: what an operator knows a passed-through device by.
static char *host_place(const xmlNode *device)
{
    static const char *const words[] = {"domain", "bus", "slot", "function", "device", "uuid", NULL};
    static const char *const ids[] = {"vendor/id", "product/id", "address/bus", "address/device", "adapter/name", NULL};
    const xmlNode *source = element_child(device, "source");
    g_autofree char *usb = attributes(source, ids);

    return strlen(usb) > 0 && !element_says(device, "type", "pci") ? g_steal_pointer(&usb) :
                                                                     attributes(element_child(source, "address"), words);
}

static void read_device(const xmlNode *device, const Kind *kind, GPtrArray *lines)
{
    g_autofree char *own = strcmp(kind->element, "hostdev") == 0 ? host_place(device) : attributes(device, kind->own);
    g_autofree char *value = attributes(device, kind->value);
    g_autofree char *what = *own ? g_strdup_printf("%s %s", _(kind->what), own) : g_strdup(_(kind->what));

    // Buses come and go with what is plugged into them.
    if (strcmp(kind->element, "controller") == 0 && element_says(device, "type", "pci"))
        return;
    add_line(lines, what, value);
}

void hardware_read(const xmlNode *domain, Definition *def)
{
    const xmlNode *devices = element_child(domain, "devices");
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *text = NULL;

    read_machine(domain, def, lines);
    for (const xmlNode *device = devices ? devices->children : NULL; device; device = device->next)
        for (gsize i = 0; device->type == XML_ELEMENT_NODE && i < G_N_ELEMENTS(kinds); i++)
            if (strcmp((const char *) device->name, kinds[i].element) == 0)
                read_device(device, &kinds[i], lines);
    g_ptr_array_add(lines, NULL);
    text = g_strjoinv("\n", (char **) lines->pdata);
    shared_text_set(&def->hardware, text);
}
