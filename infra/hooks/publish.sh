#!/bin/sh
# Builds what the Functions host starts: host.json and function folders at the root, the executable in handler/.
set -eu
cd "$(dirname "$0")/../.."
rm -rf artifacts/azure
dotnet publish functions/App -c Release -r linux-x64 -o artifacts/azure -v quiet --nologo
