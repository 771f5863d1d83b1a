#!/bin/bash
# Links vipd for arm64 on another machine: gcc knows its target by its own name, and .NET tells it clang's way all the same.
arguments=()
for argument; do [[ $argument == --target=* ]] || arguments+=("$argument"); done
exec aarch64-linux-gnu-gcc "${arguments[@]}"
