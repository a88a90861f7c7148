# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# TAP for test scripts. Sourced first:  . "${TOP:-.}/tests/lib/tap.sh"
#
#   plan N | done_testing      how many tests: known beforehand, or counted at the end
#   ok STATUS NAME             passes when STATUS is 0:  command; ok $? "command works"
#   succeeds NAME CMD...       passes when the command succeeds; else shows what it printed
#   fails STATUS NAME CMD...   passes when the command ends with that exit status
#   is GOT EXPECTED NAME       passes when both strings are equal
#   like GOT REGEX NAME        passes when a line of GOT matches the extended regular expression
#   unlike GOT REGEX NAME      passes when none does
#   diag TEXT                  a comment in the log
#   skip_all REASON            ends the script, nothing tested
#   bail REASON                ends the whole test run
#   cleanup CMD...             run at the end, also when the script dies; last registered, first run
#
# The script must reach `plan` or `done_testing`: one that ends early fails. Work goes into $TMPDIR.

: "${TOP:=$(pwd)}" "${BUILD:=$TOP/build/release}" "${VIRT_SNAP:=$BUILD/virt-snap}"
if [ -z "${TMPDIR:-}" ]; then   # run by hand, without tests/run
    TMPDIR=$(mktemp -d /tmp/virt-snap.XXXXXX) || exit 1
    tap_own_tmpdir=$TMPDIR
fi
export TOP BUILD VIRT_SNAP TMPDIR

tap_count=0
tap_failed=0
tap_cleanups=

plan() { echo "1..$1"; }

done_testing() {
    echo "1..$tap_count"
    [ $tap_failed = 0 ] || exit 1
}

diag() { printf '%s\n' "$*" | sed 's/^/# /' >&2; }

ok() {
    tap_count=$((tap_count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $tap_count - $2"
    else
        echo "not ok $tap_count - $2"
        tap_failed=$((tap_failed + 1))
        return 1
    fi
}

succeeds() { tap_name=$1; shift; tap_expect 0 "$tap_name" "$@"; }

fails() { tap_expect "$@"; }

tap_expect() {
    tap_wanted=$1 tap_name=$2
    shift 2
    tap_said=$("$@" 2>&1)
    tap_status=$?
    [ $tap_status = "$tap_wanted" ]
    ok $? "$tap_name" || { diag "exit status $tap_status of: $*"; diag "$tap_said"; return 1; }
}

is() {
    [ "$1" = "$2" ]
    ok $? "$3" || { diag "got:      $1"; diag "expected: $2"; return 1; }
}

like() {
    printf '%s\n' "$1" | grep -Eq -e "$2"
    ok $? "$3" || { diag "no line matches /$2/ in:"; diag "$1"; return 1; }
}

unlike() {
    ! printf '%s\n' "$1" | grep -Eq -e "$2"
    ok $? "$3" || { diag "a line matches /$2/ in:"; diag "$1"; return 1; }
}

skip_all() { echo "1..0 # SKIP $*"; exit 0; }

bail() { echo "Bail out! $*"; exit 255; }

cleanup() {
    tap_cleanups="$*
$tap_cleanups"
}

tap_end() {
    tap_status=$?
    trap '' EXIT HUP INT TERM
    eval "$tap_cleanups"
    [ -z "${tap_own_tmpdir:-}" ] || rm -rf "$tap_own_tmpdir"
    exit $tap_status
}
trap tap_end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
