#!/bin/sh
# Brings what the tests of a pipeline left behind to a Parley server, and asks
# its gate: the last step of a pipeline, wherever that runs.
#
#   gate.sh PRODUCT STAGE [REPORT | CHECK=REPORT]…
#
# A report is for every check of the product that names its tool, or for the one
# that is named before it.
#
# PARLEY_SERVER      https:// address of the server
# PARLEY_TOKEN_FILE  file with a token good for evidence that its owner alone may read
# COMMIT, BRANCH     what the reports are of, where they do not say
#
# Exit codes are those of the gate: 0 nothing is missing, 1 something is, 2 wrong
# use, 3 the server did not answer. A report that cannot be read stops here, too.
set -eu

product=$1
stage=$2
shift 2

# The time is that of this run: a clean report is the same file every time.
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
for report; do
  case $report in
  *=*) check=${report%%=*} ;;
  *) check= ;;
  esac
  parley evidence add "${report#*=}" --product "$product" --at "$now" ${check:+--check "$check"} \
    ${COMMIT:+--commit "$COMMIT"} ${BRANCH:+--branch "$BRANCH"}
done
parley gate "$product" --stage "$stage" --format markdown >gate.md
parley gate "$product" --stage "$stage" --format sarif >gate.sarif
parley gate "$product" --stage "$stage" --format junit --block >gate.xml || true
parley gate "$product" --stage "$stage" --block
