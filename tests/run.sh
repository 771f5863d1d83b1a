#!/bin/bash
# Builds everything and runs every test; the last line is "N passed, N failed, N skipped".
#   tests/run.sh [--long]    --long adds the long repetitions ([LongFact])
# As root the namespace tests run too; without, they are skipped and say so. VIPD_CI=1: a skipped test is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/prerequisites.sh

filter='Category!=Long'
case "${1-}" in
  --long) export VIPD_LONG=1; filter='' ;;
  '') ;;
  *) echo "usage: tests/run.sh [--long]" >&2; exit 2 ;;
esac

# promtool judges the metrics; keepalived and FRR are peers; the last line is the packages'; the rest are the lab's. gcc, which
# judges the struct layouts, is publish_vipd's.
[ "$(id -u)" != 0 ] || install_missing iputils-ping:ping iproute2:ip util-linux:setsid procps:pgrep prometheus:promtool \
  etcd-server:etcd haproxy:haproxy nginx-light:nginx nftables:nft \
  keepalived:keepalived frr:/usr/lib/frr/vrrpd \
  debootstrap:debootstrap rpm:rpmbuild lintian:lintian jq:jq perl:perl
# nginx's stream module is a file, not a command.
[ "$(id -u)" != 0 ] || [ -e /usr/lib/nginx/modules/ngx_stream_module.so ] || install_missing libnginx-mod-stream:no-such-command
require_dotnet

results=artifacts/test-results
rm -rf "$results"
failed_steps=0
step() { echo "== $*"; "$@" || { failed_steps=$((failed_steps + 1)); echo "FAILED: $*"; }; }

step dotnet build vipd.sln -v quiet --nologo -clp:NoSummary
step dotnet format vipd.sln --verify-no-changes --no-restore
step publish_vipd

test_project() {
  local project=$1
  dotnet test "$project" --no-build -v quiet --nologo --results-directory "$results" \
    --logger "trx;LogFileName=$(basename "$project").trx" --logger 'console;verbosity=minimal' ${filter:+--filter "$filter"}
}
# What loads the processor first, what measures milliseconds last and alone.
for project in tests/*.Tests tests/Vipd.Simulation; do
  case "$project" in
    tests/Vipd.Linux.Tests | tests/Vipd.EndToEnd.Tests | tests/Vipd.Packaging.Tests) ;;
    *) step test_project "$project" ;;
  esac
done
for project in tests/Vipd.Linux.Tests tests/Vipd.EndToEnd.Tests tests/Vipd.Packaging.Tests; do step test_project "$project"; done

# Labs of a test host that was killed; those of a live process are left alone.
[ "$(id -u)" != 0 ] || step tests/Vipd.Lab/bin/Debug/net10.0/vipd-lab down --orphans

# A TRX file names each result's outcome; skipped tests are "NotExecuted".
count() { { grep -hoE "<UnitTestResult [^>]*outcome=\"($1)\"" "$results"/*.trx 2>/dev/null || true; } | wc -l; }
passed=$(count Passed)
skipped=$(count NotExecuted)
failed=$(( $(count '[A-Za-z]*') - passed - skipped ))
# A step that failed without a failed test (a warning, a crash, a format) must not look green.
[ "$failed" -gt 0 ] || failed=$failed_steps

exit_code=0
[ "$failed" -eq 0 ] && [ "$failed_steps" -eq 0 ] || exit_code=1
if [ "${VIPD_CI-}" = 1 ] && [ "$skipped" -gt 0 ]; then
  echo "on CI no test may be skipped"
  exit_code=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit $exit_code
