#!/usr/bin/env bash
# Get the run files of the data branch: checkout-runs.sh REMOTE FOLDER [BRANCH]
#
# Refuses a branch that has lost a run file it once held, because a site built from fewer runs than
# before looks healthy and is wrong. After a deliberate compaction set SOUNDMARK_ALLOW_FEWER=1 once.
set -euo pipefail

remote=$1
folder=$2
branch=${3:-soundmark-history}

git clone --quiet --single-branch --branch "$branch" --filter=blob:none "$remote" "$folder"
lost=$(git -C "$folder" log --format= --diff-filter=D --no-renames --name-only | sort -u |
    while IFS= read -r name; do [[ -e $folder/$name ]] || echo "$name"; done)
if [[ -n $lost && -z ${SOUNDMARK_ALLOW_FEWER:-} ]]; then
    echo "expected every run the branch $branch ever held, missing:" >&2
    echo "$lost" >&2
    echo "Restore them (git revert), or set SOUNDMARK_ALLOW_FEWER=1 if this was meant." >&2
    exit 3
fi
echo "$(find "$folder/runs" -name '*.parquet' | wc -l) run files"
