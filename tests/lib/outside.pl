#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# outside.pl WORD... <SCREEN: with a catalog that puts each sentence in brackets, the words on a screen of one column
# that stand in none: whole words of three letters or more. Names with a digit, a dash or a dot in them are none, nor are
# the WORDs, which are never translated.
use strict;
use warnings;
use open qw(:std :utf8);

my %known = map { $_ => 1 } @ARGV;
@ARGV = ();
my $text = join ' ', map { chomp; s/^\W*?\x{2502}//; s/\x{2502}\W*$//; $_ } <STDIN>;
$text =~ tr/\x{2500}-\x{257f}/ /;
$text =~ s/<[^<>]*\x{2026}/ /g; # cut at the edge
1 while $text =~ s/<[^<>]*>/ /g;
my %seen;
for my $word (split ' ', $text) {
    $word =~ s/^[\[(>"]+|[\])"<,.:;]+$//g;
    print "$word\n" if $word =~ /^[A-Za-z]{3,}$/ && !$known{$word} && !$seen{$word}++;
}
