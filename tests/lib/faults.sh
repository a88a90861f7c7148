# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Plans that are cut off, and what became of their guest. Sourced after qemu.sh, lab_start and states.sh:
#
#   kinds, reverts            the kinds of plan, and those of them that take NOW somewhere, in one line
#   stage KIND                a fresh guest "web" as a plan of that kind needs it; writes $TMPDIR/plan.json
#   cut_apply "PLACE N"       applies that plan and cuts virt-snap off there (cut.c); 137: it was cut off
#   pool_again                the images' pool again, after the daemon was started anew
#   job_id, job_kind ID       the one job in the journal; what a look tells of it (nothing, all, part, ...)
#   holder ID                 the process that holds, or held, the journal entry
#   learn_end KIND            applies the plan whole, and keeps what then is as $end
#   ended_well NAME           a test: what is now is $end, every snapshot that survives reads as $was
#   rounds TRY PLACES KIND...   TRY KIND PLACE I, I from 0, of each kind at each place in turn, until TRY fails: there
#                             is no such place any more; for FAULT_SECONDS, where that is set
#   went_back NAME            a test: what is now is what was before the plan, but for a snapshot that kept NOW
#   stayed NAME TEXT          a test: all is as `everything` was in TEXT, whole, and NOW is as before or after the plan
#   stage_merge running|off [SECONDS]    a guest "web" and the plan of a merge of s1 that takes so long (5); needs merge.sh
#   begin_merge NAME running|off [SECONDS]    a test: such a merge runs, applied by the process $apply
#   no_job NAME               a test: the journal is empty, and nothing lies beside it
#   count_fault FAULT WHERE WAY     a line of the table in docs/reliability.md, where FAULT_TABLE names a file; it ends
#                             with the number of tests that have failed since the last one

cut=$BUILD/tests/faults/cut.so

kinds() {
    echo create create-memory merge merge-running merge-leaf several drop metadata discard repair layers layers-running \
        overlay overlay-running internal internal-delete \
        "$(reverts)"
}

# Where libvirt goes back to external snapshots itself, one plan more, of steps of our own.
reverts() {
    echo revert revert-keep revert-leaf revert-memory revert-children internal-revert transient \
        "$(before 9.9 || echo revert-composed)"
}

unstage() {
    was_stored=''
    virsh "destroy web; undefine web --snapshots-metadata" >/dev/null 2>&1
    rm -f "$LAB"/images/web-*
}

stored() { virsh dominfo web | sed -n 's/^Persistent: *//p'; }

# `everything`, where STATES, NOW and whether it is stored were looked at already. A transient guest that was stopped and
# taken back stays stored: its definition then is not what it was while it ran.
compared() {   # STATES NOW STORED
    printf '%s\n' "$1" "$2"
    if [ "$3" = no ] || [ "${was_stored:-}" = no ]; then
        around web | sed 's/^\([^ <]*\)\(<domain \)/\1\n\2/' | sed '/^<domain /,/^<\/domain>/d'
    else
        around web
    fi
}

# By virsh, which is quicker and not ours: take NAME [OPTION]...
take() {
    take_name=$1
    shift
    virsh snapshot-create-as web "$take_name" "$@" >/dev/null
}

# stage_chain [running [memory]]: s1 <- s2 <- NOW, each with a mark of its own.
stage_chain() {
    guest_define web vda vdb && guest_mark web vda 0x11 0 && guest_mark web vdb 0x21 0 || return 1
    [ "${1:-}" != running ] || virsh start web >/dev/null || return 1
    if [ "${2:-}" = memory ]; then
        take s1 --memspec "file=$LAB/images/web-s1.mem,snapshot=external" --diskspec vda,snapshot=external \
            --diskspec vdb,snapshot=external || return 1
    else
        take s1 --disk-only || return 1
    fi
    guest_mark web vda 0x12 64k && guest_mark web vdb 0x22 64k && take s2 --disk-only &&
        guest_mark web vda 0x13 128k && guest_mark web vdb 0x23 128k
}

# The same, but vdb was left out: libvirt's own revert would put an overlay on it (H74).
stage_left_out() {
    guest_define web vda vdb && guest_mark web vda 0x11 0 && guest_mark web vdb 0x21 0 || return 1
    for taken in 1 2; do
        take s$taken --disk-only --diskspec vdb,snapshot=no && guest_mark web vda 0x1$((taken + 1)) $((taken * 64))k || return 1
    done
}

# s1 <- s2, after-revert <- NOW: of s1 only the record can go.
stage_branches() {
    stage_chain && act revert web s1 --lose-now >/dev/null 2>&1 && guest_mark web vda 0x15 320k
}

# s3 <- NOW, below it an image and a layer that nobody holds; records of a guest that runs tell the whole chain.
stage_layers() {   # [running]
    stage_chain "$@" && take s3 --disk-only && guest_mark web vda 0x14 192k &&
        act delete web s1 --metadata-only >/dev/null && act delete web s2 --metadata-only >/dev/null
}

# NOW is on overlays that another tool made, and of which libvirt knows nothing.
stage_overlay() {   # [running]
    stage_chain "$@" && take gone --disk-only --no-metadata && guest_mark web vda 0x14 192k && guest_mark web vdb 0x24 0
}

stage_internal() {
    guest_define web vda && guest_mark web vda 0x11 0 && take s1 && guest_mark web vda 0x12 64k && take s2 &&
        guest_mark web vda 0x13 128k
}

stage_kind() {
    case $1 in
    create) stage_chain && set -- create web s3 ;;
    create-memory) stage_chain running && set -- create web s3 --memory ;;
    merge) stage_chain && set -- delete web s1 ;;
    merge-running) stage_chain running && set -- delete web s1 ;;
    several) # s3 stays
        stage_chain && take s3 --disk-only && guest_mark web vda 0x14 192k && set -- delete web s1 s2 ;;
    merge-leaf) stage_chain && set -- delete web s2 ;;
    drop) stage_branches && set -- delete web s1 && { before 9.9 || set -- "$@" --keep-now=kept; } ;;
    metadata) stage_chain && set -- delete web s1 --metadata-only ;;
    repair) stage_chain && virsh snapshot-current web s1 >/dev/null && set -- repair web ;;
    layers) stage_layers && set -- repair web idle-layers ;;
    layers-running) stage_layers running && set -- repair web idle-layers ;;
    overlay) stage_overlay && set -- repair web ;;
    overlay-running) stage_overlay running && set -- repair web ;;
    discard) stage_chain && set -- discard web s2 --lose-now ;;
    revert) stage_chain && set -- revert web s1 --lose-now ;;
    revert-keep) stage_chain && virsh start web >/dev/null && guest_mark web vda 0x14 256k &&
        set -- revert web s1 --keep-now=kept ;;
    revert-composed) stage_left_out && set -- revert web s1 --lose-now ;;
    revert-leaf) stage_chain && act revert web s1 --keep-now=kept >/dev/null 2>&1 &&
        set -- revert web kept --lose-now ;;
    revert-children) stage_chain && set -- revert web s1 --lose-now --discard-children ;;
    revert-memory) stage_chain running memory && set -- revert web s1 --lose-now --force ;;
    internal) stage_internal && set -- create web s3 --kind internal ;;
    internal-delete) stage_internal && set -- delete web s2 ;;
    transient) stage_chain running memory && virsh undefine web && set -- revert web s1 --lose-now --force ;;
    internal-revert) stage_internal && set -- revert web s1 --keep-now=kept ;;
    esac
    vs plan "$@" --json >"$TMPDIR/plan.json"
}

stage_only() {
    unstage
    stage_kind "$1" 2>"$TMPDIR/stage.log" || { diag "cannot stage $1: $(cat "$TMPDIR/stage.log")"; return 1; }
}

stage() {
    stage_only "$1" || return 1
    was=$(states web) was_now=$(now_hash web) was_stored=$(stored)
    was_all=$(compared "$was" "$was_now" "$was_stored")
    was_check=$(vs check web)
    given_up=$(sed -n -e 's/.*"verb" : "delete".*/s/p' -e 's/.*"verb" : "discard".*/s/p' "$TMPDIR/plan.json" | head -n1)
    [ -z "$given_up" ] || given_up=$(sed -n 's/^ *"snapshot" : "\([^"]*\)".*/\1/p' "$TMPDIR/plan.json" | head -n1)
    [ "$1" != several ] || given_up='\(s1\|s2\)'
    [ "$1" != revert-children ] || given_up=s2
    case $1 in layers* | overlay*) rebuilt=1 ;; *) rebuilt= ;; esac
}

# A pool that is not defined ends with its daemon.
pool_again() { virsh pool-info images >/dev/null 2>&1 || pool_start; }

cut_apply() { LD_PRELOAD=$cut CUT=$1 vs apply "$TMPDIR/plan.json" --yes >"$TMPDIR/apply.log" 2>&1; }

journal_folder() { echo "$HOME/.local/state/virt-snap"; }
job_id() { vs jobs --json | sed -n 's/.*"id" : "\([^"]*\)".*/\1/p' | head -n1; }
job_kind() { vs jobs show "$1" --json 2>/dev/null | sed -n 's/.*"kind" : "\([^"]*\)".*/\1/p' | head -n1; }
holder() { sed -n 's/^ *"pid" : \([0-9]*\).*/\1/p' "$(journal_folder)/$1.json"; }

# Minted names hold the time.
plain() { sed 's/after-revert-[0-9-]*[0-9]/after-revert/g; s/\.[0-9]\{10\}\>/.TIME/g'; }
# A revert that is taken back after its stop leaves the guest off; that is said.
plain_state() { sed 's/^shut off$/running/'; }
outcome() {
    snapshots web
    now_hash web
    virsh "dominfo web; snapshot-current web --name" | grep -E '^(State|Persistent):|^[^:]+$'
    files
}

learn_end() {
    stage_only "$1" || return 1
    vs apply "$TMPDIR/plan.json" --yes >"$TMPDIR/apply.log" 2>&1 || { diag "$(cat "$TMPDIR/apply.log")"; return 1; }
    end=$(outcome | plain)
}

rounds() {
    rounds_try=$1 rounds_places=$2 rounds_left='' rounds_i=0
    shift 2
    for place in $rounds_places; do
        for kind; do rounds_left="$rounds_left $kind:$place"; done
    done
    while [ -n "$rounds_left" ]; do
        rounds_next=
        for rounds_at in $rounds_left; do
            in_time || { diag "time is up, from $rounds_at $rounds_i on"; return; }
            ! round "${rounds_at%%:*}" "${rounds_at#*:}" $rounds_i || rounds_next="$rounds_next $rounds_at"
        done
        rounds_left=$rounds_next rounds_i=$((rounds_i + 1))
    done
}

round() {   # KIND PLACE I
    if [ ! -e "$TMPDIR/end.$1" ]; then
        learn_end "$1" || end=
        [ -n "$end" ]
        ok $? "$1: the whole plan works"
        printf '%s\n' "$end" >"$TMPDIR/end.$1"
    fi
    end=$(cat "$TMPDIR/end.$1")
    [ -n "$end" ] || return
    "$rounds_try" "$1" "$2" "$3"
}

rounds_began=$(date +%s)
in_time() { [ -z "${FAULT_SECONDS:-}" ] || [ $(($(date +%s) - rounds_began)) -lt "$FAULT_SECONDS" ]; }

# Snapshots that were not given up, whose bytes have changed; PRESENT: what `states` tells now.
damaged() { survived web "$(printf '%s\n' "$was" | grep -v "^${given_up:-/} ")" "$@"; }   # [PRESENT]

starts() {
    [ "$(virsh domstate web)" != "shut off" ] || virsh start web >/dev/null 2>&1
}

ended_well() {
    is "$(outcome | plain)" "$end" "$1: it is as after the whole plan" || diag "$(cat "$TMPDIR/way.log")"
    is "$(damaged)" "" "$1: no snapshot that stays is damaged"
    is "$(record_files web)" "$(snapshots web)" "$1: each record has its file"
    like "$(vs check web)" ' 0 problems' "$1: nothing is wrong with the guest"
    starts
    ok $? "$1: it starts"
}

nothing_worse() {   # NAME
    worse_check=$(vs check web)
    [ "$worse_check" = "$was_check" ] || like "$worse_check" ' 0 problems' "$1: nothing is wrong with the guest"
}

# Layers that were merged stay so when the rest is taken back: that changed no state.
went_back() {
    back=$(states web) back_now=$(now_hash web) back_stored=$(stored) back_names=
    [ -z "$back" ] || back_names=$(printf '%s\n' "$back" | cut -d' ' -f1 | xargs)
    if [ -n "${rebuilt:-}" ]; then
        is "$back_now" "$was_now" "$1: NOW is as it was" || diag "$(cat "$TMPDIR/way.log")"
    elif [ "$back_names" = "$(printf '%s\n' "$was" | cut -d' ' -f1 | xargs)" ]; then
        is "$(compared "$back" "$back_now" "$back_stored" | plain_state)" "$(printf '%s\n' "$was_all" | plain_state)" \
            "$1: everything is as it was" || diag "$(cat "$TMPDIR/way.log")"
    else
        is "$back_now" "$was_now" "$1: NOW is as it was" || diag "$(cat "$TMPDIR/way.log")"
        unlike "$(files)" 'after-revert' "$1: no file is left"
    fi
    is "$(damaged "$back")" "" "$1: no snapshot is damaged"
    [ "$(virsh domstate web)" != running ] || is "$back_stored" "$was_stored" "$1: a guest that runs is stored only if it was"
    is "$(record_files web)" "$back_names" "$1: each record has its file"
    nothing_worse "$1"
    starts
    ok $? "$1: it starts"
}

now_of_end() { printf '%s\n' "$end" | sed -n 's|.*\([0-9a-f]\{16\}\)$|\1|p' | xargs; }

# Of the snapshots that are there, those too that the plan was to give up hold what they held.
stayed() {
    is "$(everything web)" "$2" "$1: what is done stays, and nothing else was touched" || diag "$(cat "$TMPDIR/way.log")"
    like "$(now_hash web | xargs)" "^($(echo "$was_now" | xargs)|$(now_of_end))\$" "$1: NOW is as before or after the plan"
    stayed_all="^($(snapshots web | tr ' ' '|')) "
    is "$(survived web "$(printf '%s\n' "$was" | grep -E "$stayed_all")")" "" "$1: no snapshot is damaged"
    is "$(record_files web)" "$(snapshots web)" "$1: each record has its file"
    nothing_worse "$1"
    starts
    ok $? "$1: it starts"
}

no_job() {
    is "$(find "$(journal_folder)" -mindepth 1 ! -name '.*' ! -name audit.log ! -name journal.lock 2>/dev/null)" "" \
        "$1: the journal is empty"
}

count_fault() {
    # shellcheck disable=SC2154 # tap.sh counts
    [ -z "${FAULT_TABLE:-}" ] || printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${version%.*}" \
        $((tap_failed - ${counted_failed:-0})) >>"$FAULT_TABLE"
    counted_failed=$tap_failed
}

# s1 <- s2 <- NOW, with data above s1 that takes its time to be merged.
stage_merge() {   # running|off [SECONDS]
    unstage
    guest_define_big web 128M && virsh start web >/dev/null &&
        guest_mark web vda 0x11 112M && take s1 --disk-only && guest_fill web 64 0x22 &&
        take s2 --disk-only && guest_mark web vda 0x33 96M || return 1
    [ "$1" = running ] || virsh destroy web >/dev/null
    was=$(states web) was_now=$(now_hash web) given_up=s1
    vs plan delete web s1 --json >"$TMPDIR/plan.json" && merge_takes 64 "${2:-5}"
}

begin_merge() {   # NAME running|off [SECONDS]
    stage_merge "$2" "${3:-}" || diag "$1: not staged"
    "$VIRT_SNAP" -c "$LAB_URI" apply "$TMPDIR/plan.json" --yes >"$TMPDIR/apply.log" 2>&1 &
    apply=$!
    until merging web || ! kill -0 "$apply" 2>/dev/null; do sleep 0.02; done
    merging web
    ok $? "$1: a merge runs" || diag "$(cat "$TMPDIR/apply.log")"
}
