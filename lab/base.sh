#!/bin/sh
# Builds one cached Debian tree that lab hosts are layered over.
# usage: base.sh SUITE DIR     SUITE: bullseye | bookworm | trixie
# The tree appears under its final name only when it is complete, so an interrupted build is never used. A tree that another
# version of this recipe made is built anew.
set -eu
suite=$1 dir=$2
mirror=${SSHWHY_LAB_MIRROR:-http://deb.debian.org/debian}
packages=openssh-server,openssh-client,systemd,systemd-sysv,dbus,libpam-systemd,rsyslog,nftables,iptables,ipset,ufw
packages=$packages,fail2ban,python3-systemd,libpam-google-authenticator,iproute2,iputils-ping,procps,psmisc,kmod,netbase,busybox,sudo,lynis
packages=$packages,firewalld,dropbear-bin,tinysshd,dnsmasq-base,netcat-openbsd
[ "$suite" = bullseye ] || packages=$packages,sshguard
recipe=$(cksum <"$0")

[ "$(cat "$dir/.complete" 2>/dev/null)" = "$recipe" ] && exit 0
mkdir -p "$(dirname "$dir")"
exec 9>"$dir.lock"
flock 9
[ "$(cat "$dir/.complete" 2>/dev/null)" = "$recipe" ] && exit 0
rm -rf "$dir" "$dir.partial"

# Debootstrap resolves no alternatives or virtual packages, so it gets the base and apt gets the rest.
debootstrap --variant=minbase "$suite" "$dir.partial" "$mirror"
root=$dir.partial
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
# shellcheck disable=SC2046 # a list of packages
chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Options::=--force-unsafe-io \
  install -y --no-install-recommends $(echo "$packages" | tr , ' ')
rm -f "$root/usr/sbin/policy-rc.d"

# A quiet host: nothing that waits for a network manager, asks for a terminal or touches the network by itself.
chroot "$root" systemctl disable fail2ban sshguard ufw nftables firewalld tinysshd.socket tinyssh.socket >/dev/null 2>&1 || true
chroot "$root" systemctl mask systemd-networkd-wait-online.service getty.target console-getty.service \
  apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer dpkg-db-backup.timer logrotate.timer \
  man-db.timer systemd-resolved.service systemd-timesyncd.service >/dev/null 2>&1 || true
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
: >"$root/etc/resolv.conf"
printf '%s\n' "$recipe" >"$root/.complete"
mv "$root" "$dir"
