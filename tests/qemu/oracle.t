#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The content oracle on a real libvirt (tests/qemu/oracle.c): random creates, reverts, deletes and discards,
# the guest started and stopped in between, and after each every state compared with what it held.
#
#   OPERATIONS=N   how many for each kind of tree (40)        SEED=TEXT   else the commit's hash
#   TREE="..."     external internal mixed (external mixed)   WITH=virsh  the same wishes by plain virsh
#   INSIDE=1       where the daemon runs, so that its files are local; else (no) they are not
#   INSIDE=group   the same, by a user who is in the group libvirt and may do nothing else
#   SHRINK=SECONDS look for the shortest way to a harm (60)
#   PROOF=no       leave out the proof that each check sees what it is there for
#   SCRIPT=FILE    these operations instead, one a line, e.g. "create s1 external without vdb"

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"

: "${OPERATIONS:=40}" "${TREE:=external mixed}" "${WITH:=virt-snap}" "${SHRINK:=60}"
: "${SEED:=$(git -C "$TOP" rev-parse HEAD 2>/dev/null || echo virt-snap)}"

lab_start
pool_start
virsh version --daemon | grep -E 'hypervisor|daemon' | sed 's/^/# /'

# oracle ARGUMENT...: what it prints
oracle() {
    where='' uri=$LAB_URI
    if [ "${INSIDE:-no}" != no ]; then
        where=in_lab uri=qemu:///system   # from there nobody starts a crashed daemon again
    else
        set -- --lab "$lab" --lab-folder "$LAB" "$@"
    fi
    # shellcheck disable=SC2086 # `where` is nothing or a word
    $where "$BUILD/tests/qemu/oracle" --connect "$uri" --images "$LAB/images" --scratch "$scratch" \
        --program "$program" "$@"
}

# A user of the daemon who cannot read a single image, nor anything else of the tests but plans and the program.
scratch=$TMPDIR program=$VIRT_SNAP
if [ "${INSIDE:-}" = group ]; then
    scratch=$TMPDIR/scratch program=$scratch/virt-snap
    if ! { mkdir "$scratch" "$scratch/home" && cp "$VIRT_SNAP" "$scratch/program" && chmod 711 "$TMPDIR" &&
        chmod 700 "$LAB/images" && chown 65534:65534 "$scratch/home"; }; then
        bail "no place for another user"
    fi
    cat >"$program" <<PROGRAM
#!/bin/sh
umask 077
exec env HOME='$scratch/home' setpriv --reuid=65534 --regid=65534 --groups=\$(getent group libvirt | cut -d: -f3) \
    --inh-caps=-all --no-new-privs '$scratch/program' "\$@"
PROGRAM
    chmod 755 "$program"
    succeeds "the user reaches the daemon" in_lab "$program" -c qemu:///system list
    fails 2 "and reads no image" in_lab setpriv --reuid=65534 --regid=65534 --clear-groups ls "$LAB/images"
fi

# ---- Can it see harm at all? Each check is shown what it is there for. -----------------------------

# finds PROPERTY WHAT NAME [ARGUMENT...]: the script on standard input, by plain virsh, is harmful in that way.
finds() {
    property=$1 what=$2 name=$3
    shift 3
    cat >"$TMPDIR/script"
    [ "${PROOF:-}" != no ] || return 0
    oracle --with virsh "$@" --script "$TMPDIR/script" >"$TMPDIR/said" 2>&1
    grep -q "^not ok $property " "$TMPDIR/said" && grep -q "^# .*$what" "$TMPDIR/said"
    ok $? "it sees $name" || diag "$(cat "$TMPDIR/said")"
}

finds 1 'damaged: snapshot s2, vda' "that a revert inside an image damages what stands on it" <<SCRIPT
create s1 internal
create s2 external
revert-lose s1
SCRIPT
finds 1 'damaged: snapshot s2, vda cannot be read' "that a merge destroys a snapshot inside the layer" <<SCRIPT
start
create s1 external
stop
create s2 internal
start
delete s1
SCRIPT
finds 1 'NOW, vda is not what the snapshot holds' "a revert to something else" <<SCRIPT
create s1 internal
create s2 internal
revert-lose s1 = done snapshot-revert {} s2
SCRIPT
finds 1 'damaged: NOW, vda:' "a NOW that changed" <<SCRIPT
create s1 internal
create s2 internal = done snapshot-revert {} s1; snapshot-create-as {} s2
SCRIPT
finds 1 'snapshot s1 is gone' "a snapshot that is gone" <<SCRIPT
create s1 internal
create s2 internal
delete s2 = done snapshot-delete {} s1
SCRIPT
finds 1 'the guest does not start' "a guest that does not start" <<SCRIPT
start = failed domstate {}
SCRIPT
finds 2 'NOW lost: no snapshot holds' "that NOW was lost" <<SCRIPT
create s1 internal
revert-keep s1 as k1 internal = done snapshot-revert {} s1
SCRIPT
finds 3 'there is a snapshot s1' "the record that a failed create left" <<SCRIPT
create s1 external = failed snapshot-create-as {} s1 --disk-only
SCRIPT
finds 3 "s state was running, is shut off" "that a failed revert stopped the guest" <<SCRIPT
start
create s1 internal
revert-lose s1 = failed destroy {}
SCRIPT
finds 3 'the record of snapshot s1 changed' "that a failed delete changed a record" <<SCRIPT
create s1 internal
create s2 internal
delete s1 = failed snapshot-edit {} s2 --clone; snapshot-delete {} s1 --metadata; snapshot-create-as {} s1
SCRIPT
finds 4 'law 7: by the record of the current snapshot s2' "records that are worse" <<SCRIPT
create s1 external
create s2 external
create s3 external
delete s1 = done snapshot-delete {} s1 --metadata; snapshot-current {} s2
SCRIPT

# A virt-snap that does what its plan says, and foresees something else.
cat >"$TMPDIR/blind" <<'PROGRAM'
#!/bin/sh
"$VIRT_SNAP" "$@" | sed -e 's/"current" : "s1"/"current" : "s0"/' -e 's/"backing" : "[^"]*vdb/&x/'
PROGRAM
chmod +x "$TMPDIR/blind"
finds 4 'current: foreseen s0, found s1' "a record that was not foreseen" --with virt-snap --program "$TMPDIR/blind" <<SCRIPT
create s1 external
SCRIPT
finds 4 'stands on: foreseen .*vdbx' "a chain that was not foreseen" --with virt-snap --program "$TMPDIR/blind" <<SCRIPT
create s1 external
SCRIPT

# ---- The run ---------------------------------------------------------------------------------------

for tree in $TREE; do
    : >"$TMPDIR/$tree"
    oracle --with "$WITH" --tree "$tree" --seed "$SEED" --operations "$OPERATIONS" --shrink "$SHRINK" \
        ${SCRIPT:+--script "$SCRIPT"} >>"$TMPDIR/$tree" &
    oracle_pid=$!
    tail --pid=$oracle_pid -n +1 -s 0.2 -f "$TMPDIR/$tree" | grep --line-buffered '^#'
    wait $oracle_pid
    [ $? -lt 2 ] || ok 1 "$tree: the oracle ran"
    while read -r verdict rest; do
        case "$verdict $rest" in
        "ok "*) ok 0 "${rest#* - }" ;;
        "not ok "*) ok 1 "${rest#* - }" ;;
        esac
    done <"$TMPDIR/$tree"
done

done_testing
