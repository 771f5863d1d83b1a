#!/bin/bash
# Three masters, one VIP, on this machine: builds vipd, breaks the Active Router in four ways, prints what a client noticed.
#   sudo tests/demo.sh [--keep]     --keep leaves the lab up and prints how to look around and how to take it down
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/prerequisites.sh

[ "$(id -u)" = 0 ] || { echo "demo.sh makes network namespaces and needs root: sudo tests/demo.sh" >&2; exit 1; }
install_missing iproute2:ip util-linux:setsid
require_dotnet

publish_vipd
nice dotnet build tests/Vipd.Lab -c Release -v quiet --nologo -clp:NoSummary
exec tests/Vipd.Lab/bin/Release/net10.0/vipd-lab demo --vipd artifacts/vipd/vipd "$@"
