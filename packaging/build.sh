#!/bin/bash
# Builds vipd_VERSION_ARCH.deb and vipd-VERSION-1.ARCH.rpm from one published file; run twice, the same bits come out.
#   packaging/build.sh [--rid linux-x64|linux-arm64] [--output DIR] [--version V] [--binary FILE]
# --version  default: <Version> of Directory.Build.props
# --binary   a vipd that has been published already, of the same RID; without it vipd is published first
# SOURCE_DATE_EPOCH, every time stamp in the packages: default the last commit's.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/prerequisites.sh

rid=linux-x64 output=artifacts/packages binary=
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
while [ $# -gt 0 ]; do
  case "$1" in
    --rid | --output | --version | --binary) [ $# -gt 1 ] || { echo "$1 needs a value" >&2; exit 2; } ;;&
    --rid) rid=$2 ;;
    --output) output=$2 ;;
    --version) version=$2 ;;
    --binary) binary=$2 ;;
    *) sed -n '3,6s/^# *//p' "$0" >&2; exit 2 ;;
  esac
  shift 2
done
case "$rid" in
  linux-x64) deb_arch=amd64 rpm_arch=x86_64 ;;
  linux-arm64) deb_arch=arm64 rpm_arch=aarch64 ;;
  *) echo "unknown --rid $rid: linux-x64 or linux-arm64" >&2; exit 2 ;;
esac

[ "$(id -u)" != 0 ] || install_missing dpkg:dpkg-deb rpm:rpmbuild jq:jq binutils:readelf
require_dotnet
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct)}"
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
umask 022

if [ -z "$binary" ]; then
  # PathMap: where the sources lie must not show in the file.
  publish_vipd "$rid" "artifacts/publish-$rid" -p:ContinuousIntegrationBuild=true -p:PathMap="$PWD=/vipd"
  binary=artifacts/publish-$rid/vipd
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/vipd-packages-XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$output"

# What both packages hold, as it lies on the disk.
stage() {
  local root=$1
  install -D -m 755 "$binary" "$root/usr/bin/vipd"
  install -D -m 644 systemd/vipd.service "$root/usr/lib/systemd/system/vipd.service"
  install -D -m 644 systemd/sysusers.conf "$root/usr/lib/sysusers.d/vipd.conf"
  install -D -m 644 systemd/tmpfiles.conf "$root/usr/lib/tmpfiles.d/vipd.conf"
  install -D -m 644 systemd/sysctl.conf "$root/usr/lib/sysctl.d/60-vipd.conf"
  install -D -m 644 config/vipd.yaml "$root/etc/vipd/vipd.yaml.example"
  install -D -m 644 config/vipd.schema.json "$root/usr/share/vipd/vipd.schema.json"
  local example
  for example in $(cd config/examples && find . -type f); do
    install -D -m 644 "config/examples/$example" "$root/usr/share/doc/vipd/examples/$example"
  done
}

# The Debian packages of the libraries that the program names, for Depends.
packages_of_libraries() {
  local library glibc packages=
  glibc=$(grep -aoE 'GLIBC_2\.[0-9]+' "$binary" | sort -uV | tail -1)
  for library in $(readelf --dynamic "$binary" | sed -n 's/.*(NEEDED).*\[\(.*\)\]$/\1/p'); do
    case "$library" in
      libc.so.6) packages+="libc6 (>= ${glibc#GLIBC_}), " ;;
      libm.so.6 | libdl.so.2 | librt.so.1 | libpthread.so.0 | ld-linux-*) ;; # libc6 too
      libgcc_s.so.1) packages+="libgcc-s1 (>= 3.0), " ;;
      libstdc++.so.6) packages+="libstdc++6 (>= 5), " ;;
      *) echo "build.sh: vipd needs $library, of a package that nobody has named here" >&2; return 1 ;;
    esac
  done
  echo "${packages%, }"
}

packaging/notices.sh "$rid" >"$work/THIRD-PARTY-NOTICES"

build_deb() {
  local root=$work/deb doc=$work/deb/usr/share/doc/vipd
  stage "$root"
  install -D -m 644 "$work/THIRD-PARTY-NOTICES" "$doc/THIRD-PARTY-NOTICES"
  { cat packaging/deb/copyright; sed 's/^$/./; s/^/ /' LICENSE; } >"$doc/copyright"
  printf 'vipd (%s) unstable; urgency=medium\n\n  * Version %s.\n\n -- %s  %s\n' "$version" "$version" \
    "$(sed -n 's/^Maintainer: //p' packaging/deb/control)" "$(date -R -d "@$SOURCE_DATE_EPOCH")" |
    gzip -9n >"$doc/changelog.gz"
  gzip -9n "$doc/THIRD-PARTY-NOTICES"
  install -D -m 644 packaging/deb/lintian-overrides "$root/usr/share/lintian/overrides/vipd"

  install -d "$root/DEBIAN"
  # Installed-Size as dpkg-gencontrol counts it: files in KiB, rounded up, and 1 for each folder.
  local size libraries
  size=$(find "$root" -path "$root/DEBIAN" -prune -o -type f -printf '%s\n' -o -type d -printf '1\n' |
    awk '{ kib += int(($1 + 1023) / 1024) } END { print kib }')
  libraries=$(packages_of_libraries)
  sed "s/@VERSION@/$version/; s/@ARCH@/$deb_arch/; s/@SIZE@/$size/; s/@LIBRARIES@/$libraries/" \
    packaging/deb/control >"$root/DEBIAN/control"
  (cd "$root" && find etc -type f -printf '/%p\n' | sort) >"$root/DEBIAN/conffiles"
  (cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
  install -m 755 packaging/deb/{postinst,prerm,postrm} "$root/DEBIAN/"
  # One thread: with more, xz cuts the data into blocks, and how many there are changes what comes out.
  dpkg-deb --root-owner-group -Zxz --threads-max=1 --build "$root" "$output/vipd_${version}_$deb_arch.deb" >/dev/null
}

build_rpm() {
  local root=$work/rpm
  stage "$root"
  install -D -m 644 -t "$root/usr/share/licenses/vipd" LICENSE "$work/THIRD-PARTY-NOTICES"
  # A version with ~ or - is spelled differently there.
  rpmbuild -bb --quiet --target "$rpm_arch-linux" --buildroot "$work/buildroot" \
    --define "_topdir $work/rpmbuild" --define "_rpmdir $work/rpms" --define "_dbpath $work/rpmdb" \
    --define "vipd_version ${version//-/\~}" --define "vipd_root $root" packaging/rpm/vipd.spec
  cp "$work/rpms/$rpm_arch/"vipd-*.rpm "$output/"
}

build_deb
build_rpm
ls -l "$output"/vipd?"$version"* | awk '{ print $5, $9 }'
