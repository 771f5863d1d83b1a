#!/bin/bash
# Prints the notices for everything that the published vipd of a RID holds: packages and .NET's own runtime, as restored.
#   packaging/notices.sh linux-x64
set -euo pipefail
cd "$(dirname "$0")/.."
rid=$1

# What publishing puts into the one file, asked of the build itself, so that no list has to be kept: the libraries, and the
# .NET runtime, of which the native compiler brings a part and takes the rest from a package of its own. A build process
# that stayed behind for the next would keep the pipe open.
shipped() {
  dotnet msbuild src/Vipd.Daemon -restore -nodeReuse:false -nologo -verbosity:quiet \
    '-t:ResolveFrameworkReferences;ResolvePackageAssets' -p:Configuration=Release -p:RuntimeIdentifier="$rid" \
    -getItem:RuntimeCopyLocalItems -getItem:ResolvedRuntimePack -getItem:ResolvedILCompilerPack |
    jq -r '.Items
      | (if (.ResolvedILCompilerPack | length) > 0 then "Runtime.NativeAOT." else "Runtime." end) as $runtime
      | .[][] | select(.NuGetPackageId // "" != "")
      | "\(.NuGetPackageId | sub("^Microsoft.NETCore.App.Runtime."; "Microsoft.NETCore.App." + $runtime))" +
        " \(.NuGetPackageVersion)"' | sort -u
}
packages=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: *//')
element() { sed -n "s:.*<$1[^>]*>\(.*\)</$1>.*:\1:p" "$2" | head -1; }

list=$(shipped)
[ -n "$list" ] || { echo "notices.sh: nothing is shipped? see the items it asks for" >&2; exit 1; }
echo "vipd is one file that holds the following besides its own code. Their licences stand below."
echo
licences=
while read -r id version; do
  nuspec=$(find "$packages/${id,,}/$version" -maxdepth 1 -name '*.nuspec')
  licence=$(element license "$nuspec")
  case "$licence" in
    MIT | Apache-2.0) ;;
    *) echo "notices.sh: $id $version has licence '$licence', which nobody has looked at" >&2; exit 1 ;;
  esac
  licences+=$licence$'\n'
  copyright=$(element copyright "$nuspec")
  printf '%s %s\n  %s; %s\n  %s\n' "$id" "$version" "$licence" "${copyright:-$(element authors "$nuspec")}" \
    "$(element projectUrl "$nuspec")"
done <<<"$list"

rule() { printf '\n%s\n%s\n\n' "$(printf '=%.0s' {1..100})" "$1"; }
rule "MIT licence, for each package above that names it, with its own copyright line"
sed '1,/^Copyright/d' LICENSE
if grep -q Apache-2.0 <<<"$licences"; then
  rule "Apache licence 2.0"
  cat /usr/share/common-licenses/Apache-2.0
fi
# The runtime brings notices of what it is made of.
while read -r id version; do
  find "$packages/${id,,}/$version" -maxdepth 1 -iname 'third-party-notices*' | sort | while read -r file; do
    rule "Notices of $id $version"
    tr -d '\r\f' <"$file"
  done
done <<<"$list"
