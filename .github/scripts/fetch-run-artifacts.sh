#!/usr/bin/env bash
# Download the run artifacts of this workflow's last days: fetch-run-artifacts.sh FOLDER [DAYS]
#
# Only nightly and hand-started executions on the default branch count: what a fork measured is never
# part of the record. Needs GH_TOKEN, GITHUB_REPOSITORY, WORKFLOW (its file name) and BRANCH.
set -euo pipefail

folder=$1
since=$(date -u -d "-${2:-7} days" +%Y-%m-%d)
query="branch=$BRANCH&created=%3E%3D$since&per_page=100"

gh api --paginate "repos/$GITHUB_REPOSITORY/actions/workflows/$WORKFLOW/runs?$query" \
    --jq '.workflow_runs[] | select(.event == "schedule" or .event == "workflow_dispatch") | .id' |
    while IFS= read -r id; do
        count=$(gh api "repos/$GITHUB_REPOSITORY/actions/runs/$id/artifacts" \
            --jq '[.artifacts[] | select(.expired | not) | select(.name | startswith("run-"))] | length')
        if ((count > 0)); then
            gh run download "$id" --repo "$GITHUB_REPOSITORY" --pattern 'run-*' --dir "$folder/$id"
        fi
    done
