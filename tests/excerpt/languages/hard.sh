#!/bin/bash
# not() {
set -euo pipefail

usage() {
  cat <<-'EOF' >&2
	not_this() { don't
	EOF
  exit 1
}

function with_word {
  local name="${1:-}" # it's { a comment
  case "$name" in
    a) echo "}" ;;
    *) ( cd "$name" && ls ) ;;
  esac
}

function with_both() {
  [[ "${#name}" -gt 1 ]] && { echo {a,b}; }
  for x in $(seq 1 $((2 << 1))); do echo "$x"; done
}

one_line() { printf '%s\n' "$@"; }

dotted.name-and:more() {
  awk 'function inner(x) { return x }
       { print inner($1) }' "$1"
  trap 'rm -f "$f"; }' EXIT
}

next_line()
{
  if true; then return; fi
}
