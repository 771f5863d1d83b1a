#!/bin/bash
# Prints the folder of a minimal Debian with systemd, the one that the package tests boot; makes it where there is none.
# It is kept between runs in /var/cache/vipd-tests (VIPD_TEST_CACHE names another place), and only ever read from there.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/prerequisites.sh

cache=${VIPD_TEST_CACHE:-/var/cache/vipd-tests}
. /etc/os-release
# The number is raised when what is made below changes.
tree=$cache/$ID-$VERSION_CODENAME-1
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
if [ ! -d "$tree" ]; then
  install_missing debootstrap:debootstrap >&2
  # Where this machine itself gets its packages from.
  mirror=$(apt-get indextargets --format '$(CODENAME) $(LABEL) $(REPO_URI)' |
    awk -v name="$VERSION_CODENAME" '$1 == name && $2 == "Debian" { print $3; exit }')
  rm -rf "$tree.new"
  # libssl3: as on every Debian with systemd. perl-base, util-linux and apt are in each tree.
  debootstrap --variant=minbase --include=systemd,systemd-sysv,libssl3,iproute2 "$VERSION_CODENAME" "$tree.new" \
    "$mirror" >"$cache/debootstrap.log" 2>&1 || { tail -n 5 "$cache/debootstrap.log" >&2; exit 1; }
  # No network inside, so nothing to look for there; and the tree is thrown away, so nothing to flush to a disk.
  for unit in apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer; do
    ln -sf /dev/null "$tree.new/etc/systemd/system/$unit"
  done
  echo force-unsafe-io >"$tree.new/etc/dpkg/dpkg.cfg.d/vipd-tests"
  mv "$tree.new" "$tree"
fi
echo "$tree"
