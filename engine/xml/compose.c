// SPDX-License-Identifier: GPL-2.0-or-later
// Writes the request for a snapshot. Everything foreign in it is checked or cleaned first; escaping
// is libxml2's.

#include "engine/xml/compose.h"

#include <libxml/xmlwriter.h>
#include <string.h>

#define REPLACEMENT 0xFFFD

// Char of XML 1.0. Surrogates cannot occur in valid UTF-8.
static bool is_allowed(gunichar c)
{
    return c >= 0x20 ? c != 0xFFFE && c != 0xFFFF : c == '\t' || c == '\n' || c == '\r';
}

char *xml_clean_text(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *clean = g_string_sized_new(strlen(valid));

    for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);

        g_string_append_unichar(clean, is_allowed(c) ? c : REPLACEMENT);
    }
    return g_string_free(clean, FALSE);
}

bool xml_carries(const char *text)
{
    g_autofree char *clean = text ? xml_clean_text(text) : NULL;

    return clean && *clean && strcmp(text, clean) == 0;
}

static bool disk_is_complete(const StepDisk *disk)
{
    if (!xml_carries(disk->target) || (disk->format && !xml_carries(disk->format)))
        return false;
    return disk->mode == DISK_MODE_EXTERNAL ? xml_carries(disk->writes)
                                            : disk->mode != DISK_MODE_DEFAULT;
}

// Nothing that the plan names may be altered, and nothing that it leaves open filled in by libvirt.
static bool step_is_complete(const Step *step)
{
    if (step->kind != STEP_CREATE || !xml_carries(step->subject))
        return false;
    if (step->memory == MEMORY_EXTERNAL && !xml_carries(step->memory_file))
        return false;
    for (guint i = 0; i < step->disks->len; i++)
        if (!disk_is_complete(g_ptr_array_index(step->disks, i)))
            return false;
    return true;
}

// The writer fails only when memory runs out, and GLib's answer to that is to abort.
static void must(int result)
{
    if (result < 0)
        g_error("libxml2 could not write XML: out of memory");
}

static void start(xmlTextWriter *writer, const char *name)
{
    must(xmlTextWriterStartElement(writer, (const xmlChar *) name));
}

static void end(xmlTextWriter *writer)
{
    must(xmlTextWriterEndElement(writer));
}

static void attribute(xmlTextWriter *writer, const char *name, const char *value)
{
    must(xmlTextWriterWriteAttribute(writer, (const xmlChar *) name, (const xmlChar *) value));
}

static void text_element(xmlTextWriter *writer, const char *name, const char *text)
{
    start(writer, name);
    must(xmlTextWriterWriteString(writer, (const xmlChar *) text));
    end(writer);
}

static void write_memory(xmlTextWriter *writer, const Step *step)
{
    static const char *const words[] = {
        [MEMORY_NO] = "no",
        [MEMORY_INTERNAL] = "internal",
        [MEMORY_EXTERNAL] = "external",
    };

    start(writer, "memory");
    attribute(writer, "snapshot", words[step->memory]);
    if (step->memory == MEMORY_EXTERNAL)
        attribute(writer, "file", step->memory_file);
    end(writer);
}

static void write_overlay(xmlTextWriter *writer, const StepDisk *disk)
{
    attribute(writer, "type", "file");
    if (disk->format) {
        start(writer, "driver");
        attribute(writer, "type", disk->format);
        end(writer);
    }
    start(writer, "source");
    attribute(writer, "file", disk->writes);
    end(writer);
}

static void write_disk(xmlTextWriter *writer, const StepDisk *disk)
{
    static const char *const words[] = {
        [DISK_MODE_NO] = "no",
        [DISK_MODE_INTERNAL] = "internal",
        [DISK_MODE_EXTERNAL] = "external",
        [DISK_MODE_MANUAL] = "manual",
    };

    start(writer, "disk");
    attribute(writer, "name", disk->target);
    attribute(writer, "snapshot", words[disk->mode]);
    if (disk->mode == DISK_MODE_EXTERNAL)
        write_overlay(writer, disk);
    end(writer);
}

static void write_snapshot(xmlTextWriter *writer, const Step *step)
{
    g_autofree char *description = step->description ? xml_clean_text(step->description) : NULL;

    start(writer, "domainsnapshot");
    text_element(writer, "name", step->subject);
    if (description && *description)
        text_element(writer, "description", description);
    write_memory(writer, step);
    start(writer, "disks");
    for (guint i = 0; i < step->disks->len; i++)
        write_disk(writer, g_ptr_array_index(step->disks, i));
    end(writer);
    end(writer);
}

static xmlTextWriter *open_writer(xmlBuffer **buffer)
{
    xmlTextWriter *writer;

    *buffer = xmlBufferCreate();
    writer = *buffer ? xmlNewTextWriterMemory(*buffer, 0) : NULL;
    must(writer ? 0 : -1);
    must(xmlTextWriterSetIndent(writer, 1));
    return writer;
}

static char *close_writer(xmlTextWriter *writer, xmlBuffer *buffer)
{
    char *text;

    must(xmlTextWriterFlush(writer));
    text = g_strdup((const char *) xmlBufferContent(buffer));
    xmlFreeTextWriter(writer);
    xmlBufferFree(buffer);
    return text;
}

char *xml_compose_snapshot(const Step *step)
{
    xmlBuffer *buffer;
    xmlTextWriter *writer;

    if (!step_is_complete(step))
        return NULL;
    writer = open_writer(&buffer);
    write_snapshot(writer, step);
    return close_writer(writer, buffer);
}

// ---- storage ----------------------------------------------------------------------------------

static void write_format(xmlTextWriter *writer, const char *format)
{
    start(writer, "format");
    attribute(writer, "type", format);
    end(writer);
}

// Without <compat> libvirt would make images of QEMU 0.10's version of qcow2.
static void write_layer(xmlTextWriter *writer, const char *name, const StepDisk *disk)
{
    start(writer, "volume");
    text_element(writer, "name", name);
    text_element(writer, "capacity", "0");
    start(writer, "target");
    write_format(writer, disk->format);
    text_element(writer, "compat", "1.1");
    start(writer, "permissions");
    text_element(writer, "mode", "0600");
    end(writer);
    end(writer);
    start(writer, "backingStore");
    text_element(writer, "path", disk->backing);
    write_format(writer, disk->backing_format);
    end(writer);
    end(writer);
}

char *xml_compose_layer(const StepDisk *disk)
{
    g_autofree char *name = NULL;
    xmlBuffer *buffer;
    xmlTextWriter *writer;

    if (!xml_carries(disk->writes) || !xml_carries(disk->backing) || !xml_carries(disk->backing_format) ||
        g_strcmp0(disk->format, "qcow2") != 0)
        return NULL;
    name = g_path_get_basename(disk->writes);
    writer = open_writer(&buffer);
    write_layer(writer, name, disk);
    return close_writer(writer, buffer);
}

char *xml_compose_pool(const char *name, const char *folder)
{
    xmlBuffer *buffer;
    xmlTextWriter *writer;

    if (!xml_carries(name) || !xml_carries(folder))
        return NULL;
    writer = open_writer(&buffer);
    start(writer, "pool");
    attribute(writer, "type", "dir");
    text_element(writer, "name", name);
    start(writer, "target");
    text_element(writer, "path", folder);
    end(writer);
    end(writer);
    return close_writer(writer, buffer);
}
