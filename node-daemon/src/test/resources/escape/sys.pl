# One system call by name. Arguments: numbers, s:text, z:length:hex (padded with zeros), t: (now, as seconds and microseconds).
# Ends with 0 when the kernel did it, else with 1 and the reason; with 255 when asked wrongly.
my %x86_64 = (syslog => 103, init_module => 175, finit_module => 313, delete_module => 176, kexec_load => 246,
    kexec_file_load => 320, reboot => 169, swapon => 167, swapoff => 168, quotactl => 179, settimeofday => 164,
    clock_settime => 227, adjtimex => 159, acct => 163, open_by_handle_at => 304, perf_event_open => 298, bpf => 321,
    userfaultfd => 323, keyctl => 250, request_key => 249, ptrace => 101, process_vm_readv => 310, pidfd_open => 434,
    fanotify_init => 300, sched_setscheduler => 144, migrate_pages => 256, vhangup => 153, iopl => 172);
my %aarch64 = (syslog => 116, init_module => 105, finit_module => 273, delete_module => 106, kexec_load => 104,
    kexec_file_load => 294, reboot => 142, swapon => 224, swapoff => 225, quotactl => 60, settimeofday => 170,
    clock_settime => 112, adjtimex => 171, acct => 89, open_by_handle_at => 265, perf_event_open => 241, bpf => 280,
    userfaultfd => 282, keyctl => 219, request_key => 218, ptrace => 117, process_vm_readv => 270, pidfd_open => 434,
    fanotify_init => 262, sched_setscheduler => 119, migrate_pages => 238, vhangup => 58, iopl => 9999);
my ($name, @words) = @ARGV;
chomp(my $machine = `uname -m`);
my $number = ($machine eq 'aarch64' ? \%aarch64 : \%x86_64)->{$name};
defined $number or die "no call $name";
my @arguments = map {
    /^s:(.*)$/s ? "$1\0"
        : /^z:(\d+):?([0-9a-f]*)$/ ? pack("H*", $2) . "\0" x ($1 - length($2) / 2)
        : /^t:$/ ? pack("qq", time, 0)
        : /^-?\d+$/ ? $_ + 0
        : /^0x/ ? hex
        : die "argument $_";
} @words;
$! = 0;
exit 0 if syscall($number, @arguments) != -1;
print "$!\n";
exit 1;
