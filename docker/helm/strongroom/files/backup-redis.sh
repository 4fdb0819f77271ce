#!/bin/sh
# Writes redis.rdb into FOLDER: the journal of events that are not in the trail yet, and the trail's anchors. It comes before the
# database: an event that moves from the journal to the trail meanwhile is in both, and enters the trail once.
#   HOST, PORT                     where Redis is, or:
#   SENTINELS, GROUP               `host:port` of sentinels, separated by spaces, and the name that they have for the servers
#   LOGIN, PASSWORD_FILE           who may follow the replication
#   SENTINEL_LOGIN, SENTINEL_PASSWORD_FILE, CA_FILE, SENTINEL_CA_FILE    empty: none
set -eu
folder=$1
mkdir -p "$folder"

# Asks one sentinel after the other.
primary() {
  for sentinel in $SENTINELS; do
    if [ "$SENTINEL_PASSWORD_FILE" ]; then REDISCLI_AUTH=$(cat "$SENTINEL_PASSWORD_FILE"); else REDISCLI_AUTH=; fi
    export REDISCLI_AUTH
    set -- -h "${sentinel%:*}" -p "${sentinel##*:}"
    if [ "$SENTINEL_LOGIN" ]; then set -- "$@" --user "$SENTINEL_LOGIN"; fi
    if [ "$SENTINEL_CA_FILE" ]; then set -- "$@" --tls --cacert "$SENTINEL_CA_FILE"; fi
    found=$(redis-cli --no-auth-warning "$@" sentinel get-master-addr-by-name "$GROUP" 2>/dev/null) || continue
    if [ "$(echo "$found" | wc -l)" -eq 2 ]; then
      echo "$found"
      return
    fi
  done
  echo "no sentinel says where the primary of $GROUP is" >&2
  return 1
}

if [ "$SENTINELS" ]; then
  found=$(primary)
  HOST=$(echo "$found" | sed -n 1p)
  PORT=$(echo "$found" | sed -n 2p)
fi
REDISCLI_AUTH=$(cat "$PASSWORD_FILE")
export REDISCLI_AUTH
set -- -h "$HOST" -p "$PORT" --user "$LOGIN"
if [ "$CA_FILE" ]; then set -- "$@" --tls --cacert "$CA_FILE"; fi
redis-cli --no-auth-warning "$@" --rdb "$folder/redis.rdb"
