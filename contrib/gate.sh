#!/bin/sh
# Brings what the tests of a pipeline left behind to a Parley server, and asks
# its gate: the last step of a pipeline, wherever that runs. Copy it into the
# repository whose pipeline runs it.
#
#   gate.sh PRODUCT STAGE [REPORT | CHECK=REPORT]…
#
# A report is for every check of the product that names its tool, or for the one
# that is named before it.
#
# PARLEY_SERVER      https:// address of the server
# PARLEY_TOKEN_FILE  file with a token good for evidence that its owner alone may read
# COMMIT, BRANCH     what the reports are of, where they do not say
# SOURCE_PATH        the negotiation file in the repository, for gate.sarif; parley.yaml where it is not set
#
# It leaves gate.md, gate.sarif and gate.xml. Exit codes are those of the gate: 0
# nothing is missing, 1 something is, 2 wrong use, 3 the server did not answer. A
# report that cannot be recorded stops the pipeline with its own code, after the
# gate was asked without it.
set -eu

if [ $# -lt 2 ]; then
  echo "usage: gate.sh PRODUCT STAGE [REPORT | CHECK=REPORT]..." >&2
  exit 2
fi
product=$1
stage=$2
shift 2

# The time is that of this run: a clean report is the same file every time.
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
bad=0
for report; do
  case $report in
  *=*) check=${report%%=*} ;;
  *) check= ;;
  esac
  parley evidence add "${report#*=}" --product "$product" --at "$now" ${check:+--check "$check"} \
    ${COMMIT:+--commit "$COMMIT"} ${BRANCH:+--branch "$BRANCH"} || bad=$?
done

# A gate that stops has said so in the file all the same.
ask() {
  parley gate "$product" --stage "$stage" --block --format "$1" ${SOURCE_PATH:+--source-path "$SOURCE_PATH"} || stops $?
}
stops() { [ "$1" -eq 1 ] || exit "$1"; }
ask markdown >gate.md
ask sarif >gate.sarif
ask junit >gate.xml
if [ "$bad" -ne 0 ]; then
  echo "gate.sh: a report was not recorded (above); the gate was asked without it, and the pipeline stops" >&2
  exit "$bad"
fi
parley gate "$product" --stage "$stage" --block
