#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# `make install` puts everything where a package would, what it put there works, and
# `make uninstall` leaves nothing behind.

. "${TOP:-.}/tests/lib/tap.sh"
cd "$TOP" || exit 1
unset MAKEFLAGS MFLAGS MAKELEVEL

# Another PREFIX is compiled into the program: in a copy of what was built, for others test that.
mkdir "$TMPDIR/build"
cp -a "$BUILD" "$TMPDIR/build/release"
root=$TMPDIR/root
make_() { make BUILDROOT="$TMPDIR/build" VARIANT=release DESTDIR="$root" PREFIX=/usr "$@"; }
files() { (cd "$root" && find . -type f | sort); }

# Something of somebody else's in the same folders.
mkdir -p "$root/usr/bin" "$root/usr/share"
touch "$root/usr/bin/neighbour"

succeeds "make install" make_ install
is "$(files)" "$({
    echo ./usr/bin/neighbour
    echo ./usr/bin/virt-snap
    find data themes -type f | sed 's,^,./usr/share/virt-snap/,'
    echo ./usr/share/man/man1/virt-snap.1
    echo ./usr/share/man/man5/virt-snap-config.5
    echo ./usr/share/bash-completion/completions/virt-snap
    echo ./usr/share/zsh/site-functions/_virt-snap
} | sort)" "installs the program, its data, its themes, its pages and its completions"
is "$(find "$root" -type f ! -perm -a+r)" "" "everybody may read them"
like "$("$root/usr/bin/virt-snap" --version)" '^virt-snap [0-9]+\.[0-9]+\.[0-9]+' \
    "the installed program runs"

succeeds "make uninstall" make_ uninstall
is "$(files)" ./usr/bin/neighbour "leaves nothing behind, and what is not ours"
is "$(find "$root" -name '*virt-snap*')" "" "no folder either"

done_testing
