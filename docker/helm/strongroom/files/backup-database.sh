#!/bin/sh
# Writes database.sql into FOLDER/new, names this folder after the time, and removes old ones. What is secret in the database is
# encrypted under the root keys.
#   HOSTS, PORT             `host` or `host:port` of the nodes, separated by spaces, and the port of those that have none
#   LOGIN, PASSWORD_FILE    who may read all schemas
#   CA_FILE                 empty: no TLS
#   KEEP                    how many backups stay
set -eu
folder=$1
MYSQL_PWD=$(cat "$PASSWORD_FILE")
export MYSQL_PWD

# Another node where one does not answer.
dump() {
  for node in $HOSTS; do
    port=$PORT
    case $node in *:*) port=${node##*:} ;; esac
    set -- --host="${node%:*}" --port="$port" --protocol=tcp --user="$LOGIN"
    if [ "$CA_FILE" ]; then set -- "$@" --ssl-ca="$CA_FILE" --ssl-verify-server-cert; else set -- "$@" --skip-ssl; fi
    schemas=$(mariadb "$@" -N -e 'SHOW DATABASES LIKE "strongroom%"') || continue
    # shellcheck disable=SC2086 # One word a schema.
    mariadb-dump "$@" --single-transaction --hex-blob --databases $schemas >"$folder/new/database.sql" && return
  done
  echo 'no node of the database gave a dump' >&2
  return 1
}

dump
grep -q '^-- Dump completed' "$folder/new/database.sql" || { echo 'the dump of the database is incomplete' >&2; exit 1; }
name=$(date -u +%Y-%m-%dT%H%M%SZ)
mv "$folder/new" "$folder/$name"
echo "$folder/$name"
# Their names are in the order of time.
ls -d "$folder"/????-??-??T??????Z | head -n "-$KEEP" | while read -r old; do rm -rf "$old"; done
