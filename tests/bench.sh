#!/bin/bash
# vipd beside Debian's keepalived and FRR, in the same namespaces, in turns: writes bench.md, bench.json and plots (SVG)
# into DIR.
#   sudo tests/bench.sh DIR [--quick] [--rounds N] [--only NAME...]
# --quick makes one short round of each, to see that it works; --rounds as many as said of each in place of its own number;
# --only makes the named ones (a wrong name prints them all).
# For figures nothing else should run on the machine; all of it takes some hours, planned-stop alone some 20 minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/prerequisites.sh

usage() { echo "usage: sudo tests/bench.sh DIR [--quick] [--rounds N] [--only NAME...]" >&2; exit 2; }
case "${1--}" in -*) usage ;; esac
out=$(realpath -m "$OLDPWD/$1")
case "$1" in /*) out=$1 ;; esac
shift
arguments=()
while [ $# -gt 0 ]; do
  case "$1" in
    --quick) arguments+=(--quick) ;;
    --rounds) shift; [ $# -gt 0 ] || usage; arguments+=(--rounds "$1") ;;
    --only) shift; [ $# -gt 0 ] || usage; arguments+=("$@"); break ;;
    *) usage ;;
  esac
  shift
done
[ "$(id -u)" = 0 ] || { echo "bench.sh makes network namespaces and needs root: sudo tests/bench.sh DIR" >&2; exit 1; }
install_missing iproute2:ip util-linux:setsid curl:curl keepalived:keepalived frr:/usr/lib/frr/vrrpd
require_dotnet

publish_vipd
nice dotnet build tests/Vipd.Lab -c Release -v quiet --nologo -clp:NoSummary
nice dotnet build tests/Vipd.Benchmarks -c Release -v quiet --nologo -clp:NoSummary
exec tests/Vipd.Lab/bin/Release/net10.0/vipd-lab bench --vipd artifacts/vipd/vipd --out "$out" "${arguments[@]}"
