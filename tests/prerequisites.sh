# Sourced by demo.sh and run.sh: what the machine must have.

# install_missing PACKAGE:COMMAND ...   installs the Debian package of each command that is not there; needs root.
# Services of installed packages are not started: RUNLEVEL=1 makes invoke-rc.d refuse, as in single-user mode.
install_missing() {
  local pair packages=()
  for pair in "$@"; do
    command -v "${pair#*:}" >/dev/null || PATH=$PATH:/usr/sbin:/sbin command -v "${pair#*:}" >/dev/null || packages+=("${pair%%:*}")
  done
  [ ${#packages[@]} -eq 0 ] && return 0
  command -v apt-get >/dev/null || { echo "please install: ${packages[*]}" >&2; return 1; }
  echo "installing ${packages[*]}"
  apt-get update -q >/dev/null
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends "${packages[@]}" >/dev/null
}

require_dotnet() {
  if ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
    echo "The .NET 10 SDK is missing. It comes as the package dotnet-sdk-10.0 of your distribution or of Microsoft's" >&2
    echo "package feed, or by: curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0" >&2
    echo "(under sudo, see that dotnet is in root's PATH)" >&2
    return 1
  fi
}

# The file that ships: self-contained, trimmed, precompiled.
publish_vipd() {
  nice dotnet publish src/Vipd.Daemon -c Release -r linux-x64 -o artifacts/vipd -v quiet --nologo
}
