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

# Linking the native program takes a C compiler, and the C library's object files.
require_linker() {
  [ "$(id -u)" != 0 ] || install_missing gcc:gcc
  [ "$(id -u)" != 0 ] || [ -e /usr/include/stdio.h ] || install_missing libc6-dev:no-such-command
  if ! command -v gcc >/dev/null || [ ! -e /usr/include/stdio.h ]; then
    echo "please install: gcc libc6-dev" >&2
    return 1
  fi
}

# publish_vipd [RID [FOLDER [PROPERTY ...]]]   the program that ships: native, where the compiler's package can be restored,
# else one file of precompiled assemblies, which does the same, starts slower and takes more memory.
publish_vipd() {
  local rid=${1-linux-x64} folder=${2-artifacts/vipd}
  shift $(($# < 2 ? $# : 2))
  require_linker
  if [ "$rid" = linux-arm64 ] && [ "$(uname -m)" != aarch64 ]; then
    [ "$(id -u)" != 0 ] ||
      install_missing gcc-aarch64-linux-gnu:aarch64-linux-gnu-gcc libc6-dev-arm64-cross:aarch64-linux-gnu-gcc
    set -- -p:CppCompilerAndLinker="$PWD/packaging/link-arm64.sh" -p:ObjCopyName=aarch64-linux-gnu-objcopy "$@"
  fi
  if ! dotnet restore src/Vipd.Daemon -r "$rid" -v quiet >/dev/null; then
    echo "The native compiler of .NET cannot be restored here: publishing precompiled assemblies instead." >&2
    set -- -p:PublishAot=false "$@"
  fi
  nice dotnet publish src/Vipd.Daemon -c Release -r "$rid" -o "$folder" -v quiet --nologo "$@"
}
