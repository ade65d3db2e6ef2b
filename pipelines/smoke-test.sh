#!/usr/bin/env bash
# After a deploy: for each pool of a stack, one row goes the whole way as a dry run. Nothing is imported.
# Needed: the stack's name, AWS credentials, and the commands `aws` and `cognito-drop`.
set -euo pipefail
export COGNITO_DROP_STACK=${1:?the name of the deployed stack}
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
aws cloudformation describe-stacks --stack-name "$COGNITO_DROP_STACK" \
  --query "Stacks[0].Outputs[?OutputKey=='Pools'].OutputValue" --output text |
  python3 -c 'import json, sys; print(*json.load(sys.stdin), sep="\n")' > "$folder/pools"
while read -r pool; do
  cognito-drop template --pool "$pool" --sample > "$folder/smoke-test.csv" 2> "$folder/columns"
  cognito-drop drop "$folder/smoke-test.csv" --pool "$pool" --dry-run --wait
done < "$folder/pools"
