namespace Vipd.Lab.Systemd;

/// <summary>
/// What runs as process 1 of a machine before systemd does: puts the root together, and becomes systemd inside it. All
/// that it mounts is in a mount namespace of its own, and goes with the machine's last process.
/// </summary>
internal static class BootScript
{
    /// <summary>Namespaces for process 1, beside the node's network; killed, it takes the rest along.</summary>
    internal static readonly string[] Unshare =
        ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--uts", "--ipc"];

    /// <summary>For <c>sh -c</c>; then: host name, name of the control group, folder with upper, work and root;
    /// layers.</summary>
    internal const string Text = """
        set -e
        name=$1 group=$2 folder=$3 layers=$4 root=$3/root
        mkdir -p "$folder/upper" "$folder/work" "$root"
        mount -t overlay overlay -o "lowerdir=$layers,upperdir=$folder/upper,workdir=$folder/work" "$root"
        hostname "$name"
        echo "$name" >"$root/etc/hostname"
        tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"

        mount -t proc proc "$root/proc"
        # Settings of the whole machine are not this one's to change; those of its network are.
        mount --bind "$root/proc/sys" "$root/proc/sys"
        mount --bind "$root/proc/sys/net" "$root/proc/sys/net"
        mount -o remount,bind,ro "$root/proc/sys"
        if [ -e "$root/proc/sysrq-trigger" ]; then mount --bind /dev/null "$root/proc/sysrq-trigger"; fi
        # Read-only, as in every container: so systemd starts no udevd.
        mount -t sysfs -o ro sysfs "$root/sys"

        mount -t tmpfs -o mode=755 tmpfs "$root/dev"
        mkdir "$root/dev/pts" "$root/dev/shm"
        mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
        ln -s pts/ptmx "$root/dev/ptmx"
        ln -s /proc/self/fd "$root/dev/fd"
        for device in null zero full random urandom tty; do
          : >"$root/dev/$device"
          mount --bind "/dev/$device" "$root/dev/$device"
        done
        for folder in run tmp dev/shm; do mount -t tmpfs -o mode=1777 tmpfs "$root/$folder"; done
        chmod 755 "$root/run"

        # Into a group of its own, seen once from outside; from then on that group is the root of all.
        mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
        mkdir "$root/sys/fs/cgroup/$group"
        echo 0 >"$root/sys/fs/cgroup/$group/cgroup.procs"
        umount "$root/sys/fs/cgroup"
        exec unshare --cgroup sh -e -c '
          mount -t cgroup2 cgroup2 "$1/sys/fs/cgroup"
          cd "$1"
          pivot_root . mnt
          cd /
          umount --lazy /mnt
          # In a container systemd leaves this to who starts it; without it credentials reach no service.
          mount --make-rshared /
          exec env -i container=lxc /lib/systemd/systemd
        ' sh "$root"
        """;
}
