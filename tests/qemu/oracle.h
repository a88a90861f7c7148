// SPDX-License-Identifier: GPL-2.0-or-later
// The content oracle: random operations on a real guest, and after each of them every state is read
// back and compared with what it held. What the parts of the program share.
//
// It believes nobody: records are read from virsh, contents with qemu-img, and nothing of virt-snap's
// own reading, planning or predicting is linked in. A "state" is a snapshot, or NOW.
#pragma once

#include <glib.h>
#include <stdbool.h>

#define DISKS 2
#define BLOCKS 64
#define BLOCK_SIZE 65536 // marks are as large as a cluster
#define SNAPSHOTS_MOST 12

extern const char *const DISK_NAMES[DISKS];

// ---- Commands (oracle_stage.c) ------------------------------------------------------------------

// Where everything happens.
typedef struct Stage {
    char *uri;
    char *images;    // folder of the guest's images; a storage pool of the daemon lies on it
    char *scratch;   // for plans and contents
    char *program;   // virt-snap
    bool plain;      // drive virsh instead of virt-snap
    char *guest;     // its name; changes with each fresh guest
    guint guests;    // that were made
    guint marks;     // that were written
} Stage;

typedef struct Said {
    int status; // exit status; 128 and more: a signal; STATUS_HUNG
    char *out;
    char *err;
} Said;

#define STATUS_HUNG 1000

void said_clear(Said *said);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Said, said_clear)

// Runs a program (NULL-terminated words) and waits for it, three minutes at most.
void command_run(Said *said, const char *const *words);

// Runs virsh commands, separated by ';', in one virsh.
void stage_virsh(const Stage *stage, Said *said, const char *commands);

// Ends the present guest, if there is one, removes all it had, and defines a fresh one that is off.
bool stage_fresh_guest(Stage *stage, char **error);
void stage_end_guest(Stage *stage);

// ---- Contents (oracle_content.c) ----------------------------------------------------------------

// What a disk holds: per block the byte that fills it, or, where bytes differ, a hash of 256 and more.
typedef struct Content {
    guint64 block[BLOCKS];
} Content;

// Reads the active content of an image, or that of its internal snapshot `tag`, as a guest would.
bool content_read(const Stage *stage, const char *image, const char *tag, Content *content, char **error);
bool content_equal(const Content *a, const Content *b);
// "block 3 held 0x11 and holds 0x12, block 9 ..."; caller frees.
char *content_difference(const Content *held, const Content *holds);
char *content_text(const Content *content); // the blocks that are not zero; caller frees

// ---- What is seen (oracle_look.c) ---------------------------------------------------------------

// One disk of a state. `image` NULL: the state does not cover it.
typedef struct SeenDisk {
    char *mode;    // snapshot: "external", "internal", "no"
    char *image;   // that holds the content
    char *overlay; // snapshot: what is written after it: revertDisks, else disks
    char *stored, *written, *revert; // snapshot: as its record says in domain, disks and revertDisks
    Content content;
    char *error;   // why the content cannot be read; NULL: it was
} SeenDisk;

typedef struct SeenSnapshot {
    char *name;
    char *parent; // NULL: a root
    char *state;
    char *xml;
    char *memory;       // external memory file; NULL: none
    char *memory_print; // what its bytes are, as far as stat tells; NULL: there is no such file
    SeenDisk disks[DISKS];
} SeenSnapshot;

// An image as it describes itself.
typedef struct SeenImage {
    char *path;
    char *backing; // NULL: none
    char **tags;   // sorted
} SeenImage;

typedef struct Seen {
    GPtrArray *snapshots; // of SeenSnapshot, by name
    char *current;        // NULL: none
    char *state;          // "running", "shut off", "paused", ...
    char *id;             // of the running domain; "" when off
    char *sources;        // images that the live and the stored definition name
    char *aliases[DISKS]; // of the running guest's disks
    char *next[DISKS];    // what the stored definition names
    GPtrArray *files;     // names in the images' folder, sorted
    GPtrArray *images;    // of SeenImage: the same files
    SeenDisk now[DISKS];
} Seen;

// Everything there is to know. NULL and an error where the daemon does not answer.
Seen *seen_look(const Stage *stage, char **error);
void seen_free(Seen *seen);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Seen, seen_free)

const SeenSnapshot *seen_find(const Seen *seen, const char *name);
bool seen_is_off(const Seen *seen);
bool seen_has_file(const Seen *seen, const char *path);
bool seen_covers(const SeenSnapshot *snapshot, int disk);
// Is `name` the snapshot `top`, or does it hang below it?
bool seen_below(const Seen *seen, const char *name, const char *top);
char *seen_tree(const Seen *seen); // for people; caller frees
// "9/4 7/2 +1": of each disk of NOW, the layers of its chain, and how many of them no snapshot holds; and how many images
// nobody's chain leads to. Caller frees.
char *seen_layers(const Seen *seen);

// Asks an image (oracle_images.c). What is no image, or cannot be read, has neither backing nor tags.
SeenImage *seen_image_look(const char *path);
void seen_image_free(SeenImage *image);

// Writes two marks into each disk of NOW, and into `now` what it must hold then.
bool seen_mark(Stage *stage, const Seen *seen, guint64 chance, Content now[DISKS], char **error);

// ---- Operations (oracle_draw.c) -----------------------------------------------------------------

typedef enum OracleVerb {
    DO_CREATE,
    DO_REVERT_KEEP,
    DO_REVERT_LOSE,
    DO_DELETE,
    DO_DISCARD,
    DO_START,
    DO_STOP,
    DO_VERBS,
} OracleVerb;

typedef enum OracleOutcome { WAS_DONE, WAS_REFUSED, WAS_FAILED, WAS_NOT_BUILT, WAS_OUTCOMES } OracleOutcome;

typedef enum OracleTree { TREE_EXTERNAL, TREE_INTERNAL, TREE_MIXED } OracleTree;

typedef struct Operation {
    OracleVerb verb;
    char *subject;
    bool internal; // create, and what plain virsh keeps NOW in
    bool memory;   // create
    int left_out;  // create: the disk; -1: none
    char *keep;    // revert-keep: name of the snapshot that keeps NOW
    bool lose_now; // discard
    char *instead; // virsh commands to run instead; "{}" is the guest
    OracleOutcome believed; // with `instead`: what the oracle is told of them

    // after it was run
    OracleOutcome outcome;
    char *rule;  // that refused it
    char *words; // the reason, or what the failed command said
    char *plan;  // JSON; NULL: none was made
} Operation;

typedef struct Dice {
    guint64 state;
} Dice;

void dice_seed(Dice *dice, const char *seed);
guint64 dice_roll(Dice *dice);
guint dice_below(Dice *dice, guint sides);

// Draws the next operation: equal weights, what is not possible is drawn again.
Operation *operation_draw(Dice *dice, const Seen *seen, OracleTree tree, guint number);
// "create s1 external memory without vdb"; and back. Caller frees.
char *operation_text(const Operation *operation);
Operation *operation_parse(const char *line);
void operation_free(Operation *operation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Operation, operation_free)
const char *verb_text(OracleVerb verb);
const char *outcome_text(OracleOutcome outcome);

// Carries it out (oracle_act.c): outcome, rule, words and plan are set then.
void operation_run(const Stage *stage, const Seen *before, Operation *operation);

// ---- Judgement (oracle_judge.c) -----------------------------------------------------------------

typedef enum Harm {
    HARM_STATE = 1,   // a surviving snapshot is damaged or gone; NOW is not what it must be
    HARM_NOW = 2,     // what NOW held was given up, unasked
    HARM_TRACE = 4,   // a refused or failed operation left something changed
    HARM_RECORDS = 8, // records, files or the guest's state are not as the plan said, or worse (law 7)
} Harm;

// What every state must hold.
typedef struct Belief {
    Seen *seen;         // the last look, owned: snapshots hold what they held then
    Content now[DISKS]; // the same, and the marks since
} Belief;

// Compares the picture that the plan foresaw with what is found (oracle_foreseen.c), and adds a sentence for each
// difference. False where the plan foresaw none. Files that lay around before are not asked about.
bool foreseen_compare(const char *plan, const Seen *before, const Seen *found, GPtrArray *differences);

// Compares what is seen after the operation with what was believed before it. Returns the harms, and adds a
// sentence for each finding. Then what was seen is believed.
guint belief_judge(Belief *belief, const Operation *operation, Seen *after, GPtrArray *findings);
