#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The command line on libvirt's test driver: words, exit statuses, JSON, plans that are applied,
# refused or edited, questions on a terminal. The test driver forgets everything when the program
# ends, so every call sees the same guests.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/tmux.sh"

demo=test://$TOP/data/demo.xml

# ---- A host of our own: a fork, a hostile description, the same name twice --------------------

domain() {
    cat <<XML
<domain type='test'><name>$1</name><uuid>$2</uuid><memory unit='MiB'>32</memory><vcpu>1</vcpu><os><type>hvm</type></os></domain>
XML
}

snapshot() {   # NAME PARENT TIME ACTIVE [DESCRIPTION]
    cat <<XML
<test:domainsnapshot><name>$1</name><description>${5:-}</description><state>shutoff</state>
<creationTime>$3</creationTime>${2:+<parent><name>$2</name></parent>}
<memory snapshot='no'/>$(domain fork "$fork")<active>$4</active></test:domainsnapshot>
XML
}

fork=11111111-2222-3333-4444-555555555555
host() {   # FILE: writes a host to it
    {
        echo "<node>"
        echo "<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>"
        echo "<test:runstate>5</test:runstate>"
        snapshot root "" 1700000000 0 "first &#xE9;tape&#xA;&#x202E;evil&#x9B;31m"
        snapshot left root 1700000100 0
        snapshot right root 1700000200 1
        echo "<name>fork</name><uuid>$fork</uuid><memory unit='MiB'>32</memory><vcpu>1</vcpu><os><type>hvm</type></os></domain>"
        domain empty 11111111-2222-3333-4444-666666666666
        echo "</node>"
    } >"$1"
}
host "$TMPDIR/host.xml"
own=test://$TMPDIR/host.xml

# ---- Help -------------------------------------------------------------------------------------

# Runs virt-snap with no terminal anywhere. out, err and status get what came of it.
snap() {
    setsid -w "$VIRT_SNAP" "$@" </dev/null >"$TMPDIR/out" 2>"$TMPDIR/err"
    status=$?
    out=$(cat "$TMPDIR/out") err=$(cat "$TMPDIR/err")
}

# ended STATUS NAME: the last call ended so.
ended() {
    is $status "$1" "$2" || { diag "stdout: $out"; diag "stderr: $err"; }
}

# json PATH: a value of the JSON in $TMPDIR/out, by keys and indexes: json hosts 0 uri
json() {
    perl -MJSON::PP -0777 -e '
        my $v = JSON::PP->new->utf8->decode(do { open my $f, "<", shift or die; <$f> });
        for (@ARGV) { $v = ref $v eq "ARRAY" ? $v->[$_] : $v->{$_} }
        binmode STDOUT, ":utf8";
        print ref $v eq "ARRAY" ? scalar @$v : JSON::PP::is_bool($v) ? ($v ? "true" : "false") : $v // "null"' \
        "$TMPDIR/out" "$@"
}

# ---- Usage ------------------------------------------------------------------------------------

usage() {   # NAME SENTENCE ARGUMENT...
    usage_name=$1 usage_sentence=$2
    shift 2
    snap "$@"
    [ $status = 2 ] && [ -z "$out" ] && printf '%s\n' "$err" | grep -qF -e "$usage_sentence"
    ok $? "usage: $usage_name" || diag "exit $status: $out $err"
}

snap list --help
ended 0 "--help behind a verb"
like "$out" '^Usage: virt-snap' "prints the usage on stdout"
snap --help
like "$out" 'plan create DOMAIN' "--help without a verb shows the verbs too"
snap list --version
like "$out" '^virt-snap [0-9]+\.[0-9]+' "--version"

usage "unknown option"           "There is no option --jsno. Did you mean --json?" list --jsno
usage "no shortened options"     "There is no option --lose" plan revert fork root --lose
usage "option of another verb"   '--lose-now does not belong to "plan create' plan create fork --lose-now
usage "of a discard only"        '--children-only does not belong to "plan revert' plan revert fork root --children-only
usage "no discard keeps NOW"     '--keep-now does not belong to "plan discard' plan discard fork root --keep-now
usage "a value is missing"       "--connect needs a value" list -c
usage "a value too much"         "--json takes no value" list --json=yes
usage "an empty value"           "The value of --kind is empty" plan create fork --kind=
usage "given twice"              "--kind is given twice" plan create fork --kind internal --kind external
usage "a word too much"          '"c" is too much' show a b c
usage "a word too few"           "Something is missing: virt-snap plan delete DOMAIN SNAPSHOT..." plan delete fork
usage "plan of nothing"          "What shall be planned" plan
usage "plan of something else"   "What shall be planned" plan frobnicate fork
usage "an unknown kind"          "external or internal, not mixed" plan create fork --kind mixed
usage "--disk without a choice"  "--disk wants DEV=no or DEV=PATH" plan create fork --disk vda
usage "a disk twice"             "The disk vda is given twice" plan create fork --disk vda=no --disk vda=/x
usage "memory and none"          "contradict" plan create fork --memory --disk-only
usage "NOW kept and lost"        "contradict" plan revert fork root --keep-now --lose-now
usage "two states afterwards"    "Only one of" plan revert fork root --off --running
usage "internal and disk-only"   "always holds its memory" plan create fork --kind internal --disk-only
usage "two hosts for a plan"     "A plan is for one host" plan create fork -c "$own" -c "$demo"
usage "a repair of nobody"       "Something is missing: virt-snap plan repair DOMAIN" plan repair
usage "jobs of another kind"     '"frobnicate" is too much' jobs frobnicate
usage "a job without its name"   "Something is missing: virt-snap jobs show ID" jobs show

# ---- list -------------------------------------------------------------------------------------

snap -c "$own" list
ended 0 "list"
is "$out" "GUEST  STATE    SNAPSHOTS  UUID
empty  running  0          11111111-2222-3333-4444-666666666666
fork   off      3          $fork" "shows guests, states and how many snapshots they have"
is "$err" "" "and says nothing else"

snap --demo list
ended 0 "list --demo"
like "$out" '^web-01 +running +5 ' "shows the demo host"

snap list -c "$own" -c "$demo"
ended 0 "list of two hosts"
like "$out" "^$own " "the first"
like "$out" "^$demo " "the second"

snap list fork -c "$own"
ended 0 "list of a guest"
tree=$(printf '%s\n' "$out" | sed -n '3,$s/  .*//p')
is "$tree" "* root
├─o left
└─o right" "is its tree"
like "$out" '^  @ NOW' "with NOW as a leaf"
snap list "$fork" -c "$own" --ascii
is "$(printf '%s\n' "$out" | sed -n '4,5s/  .*//p')" '|-o left
`-o right' "by uuid, and with --ascii in plain letters"
LC_ALL=C snap list fork -c "$own"
like "$out" '^`-o right' "as in a locale without UTF-8"

snap list fork -c "$own"
like "$out" 'first étape .evil.31m$' "control characters and reordering in a description become harmless"
! LC_ALL=C grep -q "$(printf '\302\233')" "$TMPDIR/out" && ! LC_ALL=C grep -q "$(printf '\342\200\256')" "$TMPDIR/out"
ok $? "none of them is left"

snap list metrics -c "$demo"
ended 0 "a guest with many snapshots"
like "$out" '^metrics .* 30 snapshots$' "is listed"
unlike "$out" 'Not read whole' "when all of it was read"
like "$out" '^\* nightly-06-01 +2026-06-01 02:00 +external, disk-only' "with what there is to know of each"
snap check metrics -c "$demo"
like "$out" '^1 guest looked at, 0 problems\.$' "and checked"
is "$(printf '%s\n' "$out" | wc -l)" 1 "which leaves nothing to be said"
snap list nobody -c "$own"
ended 1 "an unknown guest"
like "$err" 'There is no guest nobody\.' "is named"
snap list frok -c "$own"
like "$err" 'Nearest: fork' "with the nearest names"
host "$TMPDIR/other.xml"
snap list fork -c "$own" -c "test://$TMPDIR/other.xml"
ended 1 "a name on two hosts"
like "$err" 'fork is ambiguous' "is ambiguous"
snap list -- list -c "$own"
ended 2 "behind -- nothing is an option"

# ---- show and check ---------------------------------------------------------------------------

snap show web-01 tls-renewed -c "$demo"
ended 0 "show"
like "$out" 'frozen in /demo/images/web-01\.nginx-1\.28\.qcow2' "says what the snapshot froze"
like "$out" 'written after it: /demo/images/web-01\.tls-renewed\.qcow2' "and what was written after"
is "$(printf '%s\n' "$out" | sed -n '/IMAGE/,$p' | awk 'NR > 1 { print $1 }' | head -n 1)" \
    /demo/images/web-01.qcow2 "the base comes first"
snap show web-01 -c "$demo"
like "$out" 'written by NOW' "show without a snapshot is about NOW"
snap show web-01 tls-renewde -c "$demo"
ended 1 "show of an unknown snapshot"
like "$err" 'Nearest: tls-renewed' "names the nearest"
snap check -c "$own"
ended 0 "check of a sound host"
like "$out" '^2 guests looked at, 0 problems\.' "counts"
snap check mail-archive -c "$demo"
ended 1 "check of a guest with problems"
like "$out" 'is missing' "tells them"

# ---- JSON -------------------------------------------------------------------------------------

snap list --json -c "$own"
is "$(json hosts 0 guests 1 name) $(json hosts 0 guests 1 snapshots) $(json hosts 0 connected)" \
    "fork 3 true" "list --json"
snap list fork --json -c "$own"
is "$(json snapshots) $(json snapshots 1 parent) $(json now based_on)" "3 root right" "list DOMAIN --json"
is "$(json snapshots 0 description)" "$(printf 'first étape\n\342\200\256evil\302\23331m')" \
    "carries foreign text as it is"
! LC_ALL=C grep -q "$(printf '\302\233')" "$TMPDIR/out"
ok $? "escaped"
snap show web-01 --json -c "$demo"
is "$(json state now) $(json state disks 0 target) $(json state disks 0 chain_end)" "true vda complete" \
    "show --json"
snap check --json -c "$demo"
ended 1 "check --json"
is "$(json format)" 1 "is JSON too"
snap list --json -c "$own" -c test:///nonexistent.xml
ended 6 "one of two hosts is not there"
is "$(json hosts 0 connected) $(json hosts 1 connected)" "true false" "the other one answers"

# ---- No libvirt -------------------------------------------------------------------------------

snap list
ended 6 "no libvirt"
like "$err" 'socket=/nonexistent/libvirt-of-no-test' "names the URI"
like "$err" 'libvirt said: ' "and libvirt's words"
snap plan create fork -c test:///nonexistent.xml
ended 6 "plan without libvirt"
"$VIRT_SNAP" -c "$own" list >/dev/full 2>/dev/null
is $? 1 "an answer that cannot be written is a failure"

# ---- Plans ------------------------------------------------------------------------------------

snap plan create empty before -c "$own" --description 'two
lines'
ended 0 "plan create"
like "$out" '^Create snapshot before of empty$' "in sentences"
snap plan create empty before -c "$own" --kind external
ended 3 "refused"
like "$out" 'not possible' "in sentences too"
snap plan delete fork rihgt -c "$own"
ended 1 "a plan about an unknown snapshot"
like "$err" 'Nearest: right' "names the nearest"
snap plan create empty ../evil -c "$own"
ended 3 "a name that is none"
snap -r plan create empty before -c "$own"
ended 3 "a plan on a read-only connection"

plan() { snap plan "$@" --json && cp "$TMPDIR/out" "$TMPDIR/plan.json"; }

plan create empty before -c "$own"
ended 0 "plan --json"
is "$(json verdict) $(json wish snapshot) $(json guest name) $(json uri)" "ok before empty $own" "is a plan"
plan create empty -c "$own"
like "$(json wish snapshot)" '^snap-[0-9]' "names that were left open are minted"
plan create empty before -c "$own" --kind external
is "$(json verdict) $(json steps)" "refused 0" "a refused plan has no steps"
like "$(json reasons 0 text)" '.' "but a reason"

# ---- apply ------------------------------------------------------------------------------------

apply() { snap apply "$TMPDIR/plan.json" "$@"; }

apply --yes
ended 3 "a plan that was refused is not applied"
plan create empty before -c "$own"
apply
ended 2 "apply without a terminal needs --yes"
like "$err" 'say --yes' "and says so"
apply --yes
ended 0 "apply --yes"
like "$out" '^Create snapshot before of empty' "shows what it does"
like "$err" '^Step 1 of 1' "and each step"
apply --yes --json
ended 0 "apply --json"
is "$(json outcome) $(json guest name)" "done empty" "tells the outcome"
setsid -w "$VIRT_SNAP" apply - --yes <"$TMPDIR/plan.json" >/dev/null 2>&1
is $? 0 "apply reads stdin"
apply --yes -c "$demo"
ended 3 "a plan of another host"
like "$err" 'The plan is for' "is told"
apply -r --yes
ended 3 "apply on a read-only connection"
snap apply "$TMPDIR/no-such-file" --yes
ended 1 "a plan that is not there"

plan revert fork left -c "$own" --lose-now
apply --yes
ended 0 "revert"
plan delete fork left -c "$own"
apply --yes
ended 0 "delete"

# ---- apply, when things are not as they were --------------------------------------------------

changed() {   # STATUS NAME SED-EXPRESSION: applies plan.json on a host that was edited so
    sed -i "$3" "$TMPDIR/host.xml"
    apply --yes
    ended "$1" "$2"
    like "$err" 'Nothing was touched' "  nothing was touched"
    host "$TMPDIR/host.xml"
}

plan create empty before -c "$own"
changed 3 "the guest is gone" 's/666666666666/777777777777/'
changed 4 "the guest has another name" 's/<name>empty/<name>empire/'
plan delete fork left -c "$own"
changed 3 "the snapshot is gone" 's/<name>left/<name>lost/'
plan revert fork left -c "$own" --lose-now
changed 4 "NOW stands elsewhere" 's/<active>1/<active>0/; /domainsnapshot><name>root</,/<active>/s/<active>0/<active>1/'

edited() {   # NAME SENTENCE SED-EXPRESSION: applies an edited plan.json
    sed "$3" "$TMPDIR/plan.json" >"$TMPDIR/edited.json"
    snap apply "$TMPDIR/edited.json" --yes
    [ $status = 3 ] && printf '%s\n' "$err" | grep -qF -e "$2"
    ok $? "edited: $1" || diag "exit $status: $out $err"
}

plan create empty before -c "$own"
edited "another name"           "fingerprint"          's/"before"/"after"/'
edited "a path as a name"       "wish.snapshot"        's/"snapshot" : "before"/"snapshot" : "..\/x"/'
edited "an unknown verb"        "wish.verb"            's/"verb" : "create"/"verb" : "erase"/'
edited "another format version" "version 7"            's/"format" : 1/"format" : 7/'
edited "one member more"        "unknown member"       's/"format" : 1,/"format" : 1, "sudo" : true,/'
edited "cut off"                "ends too early"       '20q'
edited "another guest"          "fingerprint"           's/666666666666/111111111111/'
edited "a URI that runs programs" "lets libvirt start" 's|"uri" : "[^"]*"|"uri" : "qemu+ssh://h/system?command=/tmp/x"|'
edited "the same, disguised"    "lets libvirt start"   's|"uri" : "[^"]*"|"uri" : "qemu+ssh://h/system?c%6fmmand=/tmp/x"|'
head -c 10485760 /dev/zero | tr '\0' '[' >"$TMPDIR/edited.json"
snap apply "$TMPDIR/edited.json" --yes
ended 3 "10 MiB of brackets"
snap apply /dev/zero --yes
ended 3 "no end of zeros"
: >"$TMPDIR/edited.json"
snap apply "$TMPDIR/edited.json" --yes
ended 3 "an empty file"

# ---- On a terminal ----------------------------------------------------------------------------

plan create empty before -c "$own"
tui_start 100x30 "$VIRT_SNAP" apply "$TMPDIR/plan.json"
sees 'Type "yes" to do it:' "apply asks on a terminal"
typed yes; press Enter
is "$(wait_exit)" 0 "yes does it"
tui_start 100x30 "$VIRT_SNAP" apply "$TMPDIR/plan.json"
wait_for 'Type "yes"'
press Enter
is "$(wait_exit)" 5 "Enter alone does not"
tui_start 100x30 sh -c 'exec "$0" apply - <"$1"' "$VIRT_SNAP" "$TMPDIR/plan.json"
sees 'Type "yes" to do it:' "apply - asks the terminal too"
press C-c
gone() { ! kill -0 "$(tui_pid)" 2>/dev/null; }
tui_poll gone
ok $? "Ctrl-C leaves"

plan revert fork left -c "$own" --lose-now
tui_start 100x30 "$VIRT_SNAP" apply "$TMPDIR/plan.json"
sees "Type the guest's name, fork, to do it:" "what loses data wants the guest's name"
typed yes; press Enter
is "$(wait_exit)" 5 "yes is not enough"
tui_start 100x30 "$VIRT_SNAP" apply "$TMPDIR/plan.json"
wait_for "Type the guest's name"
typed fork; press Enter
is "$(wait_exit)" 0 "the name is"

sed -i "s|<node>|<node><auth><user password='s3cret'>mary</user></auth>|" "$TMPDIR/host.xml"
snap list -c "$own"
ended 6 "a host that wants a password, without a terminal"
like "$err" 'no terminal to ask on' "is told"
tui_start 100x30 "$VIRT_SNAP" list -c "$own"
wait_for '[Uu]ser'
typed mary; press Enter
sees '[Pp]assword' "credentials are asked for"
typed s3cret; press Enter
sees '^fork ' "and open the door"
is "$(wait_exit)" 0 "list goes on"
unlike "$(screen)" s3cret "the password was not echoed"

done_testing
