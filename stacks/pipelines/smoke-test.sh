#!/usr/bin/env bash
# After a deploy: for each pool of a stack, one row goes the whole way as a dry run. Nothing is imported.
# Needed: the stack's name, AWS credentials, and the commands `aws` and `cognito-drop`.
set -euo pipefail
export COGNITO_DROP_STACK=${1:?the name of the deployed stack}
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
path=$(aws cloudformation describe-stacks --stack-name "$COGNITO_DROP_STACK" \
  --query "Stacks[0].Outputs[?OutputKey=='PoolsPath'].OutputValue" --output text)
aws ssm get-parameters-by-path --path "$path" --query Parameters --output json |
  python3 -c 'import json, sys
for parameter in json.load(sys.stdin):
    if not json.loads(parameter["Value"]).get("preset"):  # the sample row has no columns of another system
        print(parameter["Name"].rpartition("/")[2])' > "$folder/pools"
while read -r pool; do
  cognito-drop template --pool "$pool" --sample > "$folder/smoke-test.csv" 2> "$folder/said" < /dev/null || {
    code=$?
    cat "$folder/said" >&2
    exit "$code"
  }
  cognito-drop drop "$folder/smoke-test.csv" --pool "$pool" --dry-run --wait < /dev/null
done < "$folder/pools"
