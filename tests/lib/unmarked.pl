#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# unmarked.pl ALL MARKED: the texts of the template ALL (xgettext -a) that read like a sentence and are not in the
# template MARKED, each as "FILE:LINE text". What is no sentence for a person is left out below, with the reason.
use strict;
use warnings;

my $no_screen = qr{^(?:
    engine/(?:json|xml)/            # what a parser finds wrong in a text: quoted behind a sentence, for who wrote the text
    | engine/message\.c             # the log of messages, for who writes virt-snap
    | engine/(?:channel|thread)\.c  # g_error(): no memory, no threads
    | engine/virt/loop\.c
    | engine/model/host\.c          # where facts come from
    | tui/theme\.[ch]               # roles and styles, as themes have them
    | tui/cli_themes\.c             # a picture
    | tui/cli_options\.c            # what is typed
    | engine/virt/reasons\.c | tui/cli_words\.c  # words of states and kinds
    )}x;
my $no_sentence = qr{^(?:
    NOW\ before\ | Where\ NOW\ went\ back  # descriptions in libvirt's records
    | NOW:\ everything\ written\ since\ snapshot\ $ | ,\ whose\ data | the\ point\ of\ return\ $  # in plan files and fingerprints
    | after\ an\ error$  # why a guest is in its state
    | (?:plan|jobs)\ [a-z]+\ | \ \#\ and\ --disk-only  # commands
    | Host\ key\ veri | Permission\ denied | Could\ not\ resolve | No\ s(?:pace|uch)\  | is\ not\ (?:in\ qcow2|a\ regular)
    | unable\ to\ execute | Too\ many\ domain_sn  # what libvirt, QEMU and ssh say, to be recognized
    )}x;

sub each_text {
    my ($file, $do) = @_;
    open(my $in, '<', $file) or die "$file: $!\n";
    local $/ = '';
    while (my $entry = <$in>) {
        my @places = $entry =~ /^#: (.*)$/mg;
        $entry =~ s/"\n"//g;
        $do->($1, map { split ' ' } @places) while $entry =~ /^msgid(?:_plural)? "(.*)"$/mg;
    }
}

my %marked;
each_text($ARGV[1], sub { $marked{$_[0]} = 1 });
each_text($ARGV[0], sub {
    my ($text, @places) = @_;
    return if $marked{$text} || $text =~ $no_sentence;
    return unless $text =~ /^[^a-z]*[a-z']+[,;:]? (?:[^ ]+ )*?[a-z']{2,}[,;:]? (?:[^ ]+ )*?[a-z']{2,}/i;
    print "$_ $text\n" for grep { $_ !~ $no_screen } @places;
});
each_text($ARGV[1], sub { print "$_[1] $_[0] (cut short by a number's format)\n" if $_[0] =~ /%$/ });
