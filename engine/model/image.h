// SPDX-License-Identifier: GPL-2.0-or-later
// Images and backing chains: what is known of each file or volume, and from whom.
//
// Facts arrive from several sources (live XML, storage volumes, qemu-img, snapshot records) and are
// merged here. Nothing is guessed: what no source told stays unknown, and two sources that
// contradict each other leave a note that becomes a problem.
#pragma once

#include "engine/model/definition.h"

typedef enum Presence {
    PRESENCE_UNKNOWN, // nobody could say
    PRESENCE_FOUND,
    PRESENCE_MISSING, // somebody who would know says it is not there
} Presence;

typedef enum BackingState {
    BACKING_UNKNOWN,
    BACKING_NONE, // this is a base image
    BACKING_IMAGE,
} BackingState;

// Who told: later values outrank earlier ones where they disagree.
typedef enum ImageSource {
    TOLD_BY_NOBODY,
    TOLD_BY_OVERLAY, // a snapshot's record: the overlay it names stands on what it froze, if perhaps not directly
    TOLD_BY_RECORD, // a stored definition
    TOLD_BY_VOLUME, // a storage volume
    TOLD_BY_HEADER, // qemu-img, read from the file
    TOLD_BY_LIVE,   // QEMU has it open: the live XML
} ImageSource;

#define SIZE_UNKNOWN (-1)

typedef struct Image {
    char *path; // key: absolute path, or as Disk.path for other sources
    SourceType type;
    const char *format; // NULL: unknown; shared_text.h
    Presence presence;
    BackingState backing_state;
    char *backing;          // path of the backing image; NULL unless BACKING_IMAGE
    const char *backing_format; // NULL: not recorded, or unknown; shared_text.h
    ImageSource backing_by; // who told about the backing image
    gint64 allocation;      // bytes used on the host, or SIZE_UNKNOWN
    gint64 capacity;        // bytes the guest sees, or SIZE_UNKNOWN
    bool open;              // a running QEMU has it open, which reads and writes it even when its name is gone
    bool damaged;           // with that: its header was overwritten, so that whoever opens it anew cannot
    bool empty;             // known to hold no data of its own: nobody has it open, and somebody looked
    GPtrArray *tags;        // of char *: internal snapshots inside; NULL: unknown
    char *conflict;         // a sentence when sources disagree; NULL: they don't
    char *real;             // its name without links, where `path` is another; NULL: it is that, or nobody could tell
} Image;

typedef struct Images Images;

// A table is filled by one thread, then belongs to a picture and changes no more; pictures of a busy
// guest share it.
Images *images_new(void);
Images *images_ref(const Images *images);
void images_unref(Images *images);

// Another table of the same, to be changed: what it does not change it shares. `images` must not change any more.
Images *images_copy(const Images *images);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Images, images_unref)

// The image at `path`, made if it is not there yet. Owned by the table.
Image *images_add(Images *images, const char *path);

// Nothing is known of `path` any more, and no file is there.
void images_drop(Images *images, const char *path);

// The image at `path`, or NULL.
const Image *images_get(const Images *images, const char *path);

// images_list() need not sort them each time, until one is added. To be called before other threads have it.
void images_sort(Images *images);

// All images (of Image *), ordered by path. The caller gives the array back, which is not to be changed.
GPtrArray *images_list(const Images *images);

// Is the internal snapshot `tag` known to be absent from the image at `path`? False where nobody looked.
bool images_lack_tag(const Images *images, const char *path, const char *tag);

// Take over what one source says about the backing image of `image`. `backing` NULL: it has none.
// A higher source replaces a lower one; if both differ, `conflict` says so.
void image_tell_backing(Image *image, ImageSource by, const char *backing, const char *format);

// The name that a logical volume has below its group's folder, where storage pools list it (/dev/VG/LV), by the one
// that device-mapper gives it (/dev/mapper/VG-LV, each '-' of their names doubled); NULL for any other. Caller frees.
char *image_volume_name(const char *path);

// The backing image's name, which may be relative to the folder of the image that names it, made absolute. NULL for
// NULL; the caller frees it.
char *image_absolute_backing(const char *image, const char *backing);

// Free bytes where the image at `path` lies, or SIZE_UNKNOWN: told per folder by whoever looked.
void images_tell_free(Images *images, const char *folder, gint64 bytes);
gint64 images_free_space(const Images *images, const char *path);

// Storage that other hosts may have open as well: told per folder, in words ("nfs").
void images_tell_shared(Images *images, const char *folder, const char *what);
const char *images_shared(const Images *images, const char *path); // NULL: this host's own, as far as known

// Storage that nobody can write to at present (EROFS): told per folder by whoever looked. False where nobody did.
void images_tell_read_only(Images *images, const char *folder);
bool images_read_only(const Images *images, const char *path);

// The files of a folder, by whoever listed it: names that something new must not take (H33, H44).
void images_tell_folder(Images *images, const char *folder, const char *const *names);

// The paths (const char *) of all files that were listed, ordered. The caller frees the array.
GPtrArray *images_list_files(const Images *images);

// Is `path` taken: an image of this guest, or a file that was listed?
bool images_taken(const Images *images, const char *path);

// Was the folder of `path` listed? If not, images_taken() knows this guest's images only.
bool images_folder_listed(const Images *images, const char *path);

// What ends a walk down a chain.
typedef enum ChainEnd {
    CHAIN_COMPLETE, // a base image was reached
    CHAIN_UNKNOWN,  // the last image's backing is unknown
    CHAIN_MISSING,  // the last image is missing
    CHAIN_LOOP,     // an image is its own ancestor
    CHAIN_TOO_DEEP, // more than CHAIN_LIMIT layers
} ChainEnd;

#define CHAIN_LIMIT 1024 // QEMU stops at 200; beyond this nobody believes a chain

// Walks from `path` down to the base. Appends the path of each layer, top first, to `out` (of const
// char *, borrowed from `images`; `out` may be NULL). A path without an entry in the table ends the
// walk as CHAIN_UNKNOWN and is appended too only if it is `path` itself.
ChainEnd images_chain(const Images *images, const char *path, GPtrArray *out);

// The same, but the walk also stops at an image that is a key of `stops` (NULL: none), which is then the
// last one in `out`; the result says nothing in that case.
ChainEnd images_chain_until(const Images *images, const char *path, GHashTable *stops, GPtrArray *out);
