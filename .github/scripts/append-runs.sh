#!/usr/bin/env bash
# Add every run file that the data branch lacks: append-runs.sh INCOMING REMOTE [BRANCH]
#
# INCOMING holds any number of folders with YYYY/MM/<run>.parquet somewhere below them. A run file is
# immutable and its name is unique, so adding is all there ever is to do: doing it twice changes
# nothing, and an append that was dropped is made up for by the next one. The branch needs no working
# tree: files go straight from INCOMING into the index, and when somebody else pushed first we start
# again from their tip.
set -euo pipefail

incoming=$(cd "$1" && pwd)
remote=$2
branch=${3:-soundmark-history}
attempts=8

export GIT_DIR
GIT_DIR=$(mktemp -d)
trap 'rm -rf "$GIT_DIR"' EXIT
git init --quiet --bare "$GIT_DIR"
git remote add origin "$remote"
git config remote.origin.promisor true
git config remote.origin.partialclonefilter blob:none

for ((attempt = 1; attempt <= attempts; attempt++)); do
    parent=
    heads=$(git ls-remote --heads origin "$branch") # stops the script when the remote cannot be read
    if [[ -n $heads ]]; then
        git fetch --quiet --depth=1 --filter=blob:none origin "$branch"
        parent=$(git rev-parse FETCH_HEAD)
        git read-tree "$parent"
    else
        git read-tree --empty
    fi

    added=0
    while IFS= read -r -d '' file; do
        name=$(grep -oE '[0-9]{4}/[0-9]{2}/[A-Za-z0-9._+-]+\.parquet$' <<<"$file") || {
            echo "refused, expected YYYY/MM/<run>.parquet: ${file#"$incoming"/}" >&2
            exit 3
        }
        known=$(git ls-files --cached -- "runs/$name")
        [[ -n $known ]] && continue
        git update-index --add --cacheinfo "100644,$(git hash-object -w "$file"),runs/$name"
        echo "added $name"
        added=$((added + 1))
    done < <(find "$incoming" -type f -name '*.parquet' -print0 | sort -z)

    if ((added == 0)); then
        echo "nothing to add: the branch $branch holds every run already"
        exit 0
    fi
    tree=$(git write-tree --missing-ok)
    commit=$(git commit-tree "$tree" ${parent:+-p "$parent"} -m "Append $added run(s)")
    git push --quiet origin "$commit:refs/heads/$branch" && exit 0
    sleep "$((RANDOM % 3 * attempt)).$((RANDOM % 10))" # jitter, so that two rivals do not meet again
done
echo "could not push to $branch after $attempts attempts; the next append sweeps these runs up" >&2
exit 3
