#!/bin/sh
# Boots systemd of a root as a container's, with one unit that runs a script, and
# ends when that has ended. In namespaces of its own, but for the network: the
# caller's. usage: boot.sh ROOT      runs ROOT/root/block, its output: ROOT/root/said
set -eu
root=$1
if [ -z "${BOOT_INSIDE-}" ]; then
	all=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
	[ -n "$all" ] || { echo "boot.sh: no cgroup2 is mounted" >&2; exit 1; }
	own=$(mktemp -d "$all/preflight-boot.XXXXXX")
	trap 'find "$own" -depth -type d -exec rmdir {} \;' EXIT
	(
		sh -c 'echo $PPID' > "$own/cgroup.procs"
		BOOT_INSIDE=1 exec unshare --mount --pid --fork --kill-child --uts --ipc --cgroup "$0" "$root"
	)
	exit
fi
mount --bind "$root" "$root"
cd "$root"
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=755 tmpfs dev
for node in null zero full random urandom tty; do
	touch "dev/$node"
	mount --bind "/dev/$node" "dev/$node"
done
ln -s /proc/self/fd dev/fd
mkdir dev/shm dev/pts
mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts dev/pts
ln -s pts/ptmx dev/ptmx
hostname collector
cat > etc/systemd/system/block.service <<EOF
[Unit]
After=basic.target
Wants=basic.target
SuccessAction=exit-force
FailureAction=exit-force
[Service]
Type=oneshot
WorkingDirectory=/root
Environment=HOME=/root LC_ALL=C.UTF-8
ExecStart=/bin/sh /root/block
StandardOutput=file:/root/said
StandardError=file:/root/said
EOF
pivot_root . mnt
umount -l mnt
# What a container may not: modules, the clock, devices of this machine.
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin \
	setpriv --bounding-set -sys_module,-sys_rawio,-sys_time,-sys_boot,-syslog /lib/systemd/systemd --unit=block.service --show-status=no --log-level=warning --log-target=journal
