#!/bin/sh
# Fetches packages of a release of Debian, with all that its lab tree has not and they need, as files to be installed with dpkg -i.
# Prints the folder. Kept for the next time. Needs root and the tree (lab/base.sh), which is not written to.
# usage: suite-packages.sh SUITE PACKAGE…
set -eu
suite=$1
shift
cache=${SSHWHY_LAB_CACHE:-/var/cache/sshwhy-lab}
base=$cache/base-$suite
dir=$cache/packages/$suite:$(echo "$*" | tr ' ' +)
recipe=$(cat "$0" "$base/.complete" | cksum)
[ "$(cat "$dir/.complete" 2>/dev/null)" = "$recipe" ] && { echo "$dir"; exit 0; }
mkdir -p "$(dirname "$dir")"
exec 9>"$dir.lock"
flock 9
[ "$(cat "$dir/.complete" 2>/dev/null)" = "$recipe" ] && { echo "$dir"; exit 0; }
rm -rf "$dir" "$dir.partial"
mkdir -p "$dir.partial"
# The mounts end with the namespace.
# shellcheck disable=SC2016 # expanded by the inner shell
unshare --mount --propagation private sh -ec '
base=$1 out=$2
shift 2
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root /mnt/out
mount --bind "$out" /mnt/out
mount -t overlay overlay -o "lowerdir=$base,upperdir=/mnt/upper,workdir=/mnt/work" /mnt/root
cat /etc/resolv.conf >/mnt/root/etc/resolv.conf
cp /etc/hosts /mnt/root/etc/hosts
chroot /mnt/root apt-get update -qq
chroot /mnt/root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends --download-only "$@"
cp /mnt/root/var/cache/apt/archives/*.deb /mnt/out/
' sh "$base" "$dir.partial" "$@" >&2
printf '%s\n' "$recipe" >"$dir.partial/.complete"
mv "$dir.partial" "$dir"
echo "$dir"
