#!/bin/sh
# Makes the deployment's secrets in its vault, each once: whatever is there stays, also what was deleted and can be recovered.
# Customers' keys hang on the pepper and links in sent messages on the tracking key, so neither may ever be made a second time.
# Values go through pipes: never a command line, a file or a log.
set -eu

vault=${MARKETING_VAULT:?"run by azd, after provisioning"}
tries=${MARKETING_TRIES:-30} # the right to write was given a moment ago and takes up to ten minutes to spread
pause=${MARKETING_PAUSE:-20}

# Is it there? 0 yes, 1 no; anything else, such as no right yet, is no answer.
exists() {
    count=$(az keyvault secret list --vault-name "$vault" --query "length([?name=='$1'])" -o tsv) || return 2
    [ "$count" != 0 ] && return 0
    deleted=$(az keyvault secret list-deleted --vault-name "$vault" --query "length([?name=='$1'])" -o tsv) || return 2
    if [ "$deleted" != 0 ]; then
        echo "The secret $1 was deleted from $vault. Recover it: az keyvault secret recover --vault-name $vault --name $1" >&2
        exit 1
    fi
    return 1
}

# make NAME COMMAND…: COMMAND prints the value.
make() {
    name=$1
    shift
    try=1
    while :; do
        found=0
        exists "$name" || found=$?
        case $found in
        0) return 0 ;;
        1)
            value=$("$@")
            if [ -z "$value" ]; then
                echo "$name is missing. For the mail server: export MARKETING_SMTP=smtp://user:password@host:587, special characters percent-encoded; then run: azd hooks run postprovision" >&2
                exit 1
            fi
            if printf '%s' "$value" | az keyvault secret set --vault-name "$vault" --name "$name" --file /dev/stdin --encoding utf-8 -o none; then
                echo "Made the secret $name in $vault."
                made=yes
                return 0
            fi
            ;;
        esac
        if [ "$try" -ge "$tries" ]; then
            echo "Cannot reach the secrets of $vault. Whoever deploys needs the role Key Vault Secrets Officer on it; then run: azd hooks run postprovision" >&2
            exit 1
        fi
        try=$((try + 1))
        sleep "$pause"
    done
}

# The mail server, from the environment or from whoever sits there.
mail_server() {
    address=${MARKETING_SMTP:-}
    if [ -z "$address" ] && [ -t 0 ]; then
        printf 'Mail server, as smtp://user:password@host:587 (not shown): ' >&2
        stty -echo
        read -r address || address=
        stty echo
        echo >&2
    fi
    case $address in
    smtp://?* | smtps://?*) printf '%s' "$address" ;;
    esac
}

made=no
make pepper openssl rand -base64 32
make tracking-key openssl rand -base64 32
make write-keys openssl rand -hex 16
make console-key openssl rand -hex 16
make smtp mail_server

# References are read when the app starts; have it look again now.
if [ "$made" = yes ]; then
    az rest --method post -o none --url "https://management.azure.com/subscriptions/${AZURE_SUBSCRIPTION_ID:?}/resourceGroups/${AZURE_RESOURCE_GROUP:?}/providers/Microsoft.Web/sites/${MARKETING_APP:?}/config/configreferences/appsettings/refresh?api-version=2024-04-01"
    echo "SDKs must show a write key; see it with: az keyvault secret show --vault-name $vault --name write-keys --query value -o tsv"
fi
