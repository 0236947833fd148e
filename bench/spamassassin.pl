#!/usr/bin/perl
# Checks each message of an mbox with SpamAssassin's local rules, in one process, and prints the processor time of the
# checks: reading the rules is not counted.
use strict;
use warnings;
use Mail::SpamAssassin;

my @messages;
{
    open my $mailbox, '<', $ARGV[0] or die "$ARGV[0]: $!\n";
    local $/;
    @messages = split /^From [^\n]*\n/m, <$mailbox>;
    shift @messages;
}
s/^>(>*From )/$1/mg for @messages;

my $checker = Mail::SpamAssassin->new({
    local_tests_only => 1,
    dont_copy_prefs => 1,
    userprefs_filename => '/dev/null',
    home_dir_for_helpers => $ARGV[1],
    userstate_dir => $ARGV[1],
    post_config_text => "use_bayes 0\nuse_auto_whitelist 0\n",
});
$checker->compile_now(0, 1);

sub processor_seconds { my @times = times; return $times[0] + $times[1] + $times[2] + $times[3] }

my $hits = 0;
my $start = processor_seconds();
for my $text (@messages) {
    my $message = $checker->parse($text);
    my $status = $checker->check($message);
    $hits += 1 if $status->is_spam;
    $status->finish;
    $message->finish;
}
printf "messages %d spam %d cpu %.3f\n", scalar @messages, $hits, processor_seconds() - $start;
