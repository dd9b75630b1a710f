#!/bin/sh
# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Process 1 of a host, in namespaces of its own: lays a file system over the machine's, starts sshd, says so, and stays.
# usage: host.sh NAME ADDRESS INSTANCE_ID FOLDER; FOLDER holds the public key that may log in as `deploy`.
set -eu
name=$1 address=$2 instance_id=$3 folder=$4
authorized=$(cat "$folder/key.pub")

mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
cd /mnt/root
mount -t proc proc proc
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mkdir -m 755 run/sshd

# The machine's sysfs, but with the firmware of a virtual machine of Nova.
mount -t sysfs sysfs mnt
mount -t tmpfs -o mode=755 tmpfs sys
mkdir -p sys/devices sys/class/net sys/class/dmi/id
mount --rbind mnt/devices sys/devices
mount --bind mnt/class/net sys/class/net
echo "$instance_id" >sys/class/dmi/id/product_uuid
chmod 400 sys/class/dmi/id/product_uuid

hostname "$name"
echo "$name" >etc/hostname
# Without its own name and with a name server to ask, gathering facts waits for answers that never come.
printf '127.0.0.1 localhost\n%s %s\n' "$address" "$name" >etc/hosts
rm -f etc/resolv.conf
: >etc/resolv.conf

chroot . useradd --create-home --shell /bin/bash --password '*' deploy
echo 'deploy ALL=(ALL) NOPASSWD: ALL' >etc/sudoers.d/deploy
echo "$authorized" >etc/ssh/authorized_keys
rm -f etc/ssh/ssh_host_*
chroot . ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
chroot . /usr/sbin/sshd -f /dev/null -h /etc/ssh/ssh_host_ed25519_key -o AuthorizedKeysFile=/etc/ssh/authorized_keys \
    -o PasswordAuthentication=no -o KbdInteractiveAuthentication=no -o UsePAM=no -o UseDNS=no -o MaxStartups=64 \
    -o 'Subsystem=sftp internal-sftp'

echo ready
exec >/dev/null 2>&1 chroot . sh -c 'sleep infinity & wait'
