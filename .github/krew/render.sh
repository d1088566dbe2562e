#!/usr/bin/env bash
# Writes the krew manifest of kubectl-claude: render.sh VERSION DOWNLOAD_URL FOLDER, where FOLDER holds the archives.
set -euo pipefail
version=$1 url=$2 folder=$3

cat <<HEAD
apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata:
  name: claude
spec:
  version: v${version}
  homepage: ${url%%/releases/*}
  shortDescription: See and steer Claude rollouts and quotas
  description: |
    Shows ClaudeDeployments with their canaries and gates, promotes, approves, aborts and retries, says who holds what of a
    quota, checks manifests offline, and runs the whole operator on a laptop.
  platforms:
HEAD
while read -r rid os arch bin; do
  archive="kubectl-claude_${version}_${rid}.tar.gz"
  sum=$(sha256sum "${folder}/${archive}" | cut -d' ' -f1)
  cat <<PLATFORM
  - selector:
      matchLabels:
        os: ${os}
        arch: ${arch}
    uri: ${url}/${archive}
    sha256: ${sum}
    bin: ${bin}
PLATFORM
done <<'PLATFORMS'
linux-x64 linux amd64 kubectl-claude
linux-arm64 linux arm64 kubectl-claude
osx-x64 darwin amd64 kubectl-claude
osx-arm64 darwin arm64 kubectl-claude
win-x64 windows amd64 kubectl-claude.exe
PLATFORMS
