#!/bin/sh
# A budget begins with the first day of the month it was made in, and Azure never lets that be changed: so it is kept in the environment.
set -eu
if [ -z "${MARKETING_BUDGET_START:-}" ]; then
    azd env set MARKETING_BUDGET_START "$(date -u +%Y-%m-01)"
fi
