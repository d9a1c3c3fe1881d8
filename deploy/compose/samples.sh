#!/bin/bash
# Sends the demo's articles to articles.raw, over and over, with a pause after each: samples.sh articles.jsonl
set -euo pipefail
KAFKA=${KAFKA:-/opt/kafka/bin}

# `{"key": …, "value": {…}}` or `{"key": …, "raw": "…"}` a line becomes: the key, a tab, the record. Records stay one line each.
lines() {
    sed -E -e 's/^\{"key": (null|"[^"]*"), "value": (.*)\}$/\1\t\2/' \
        -e '/^\{"key": (null|"[^"]*"), "raw": "/ { s/^\{"key": (null|"[^"]*"), "raw": "(.*)"\}$/\1\t\2/; s/\\n/ /g; s/\\"/"/g; }' \
        -e 's/^"([^"]*)"\t/\1\t/' "$1"
}

while true; do
    lines "$1" | while IFS= read -r line; do
        printf '%s\n' "$line"
        sleep "${PAUSE:-0.2}"
    done
done | "$KAFKA/kafka-console-producer.sh" --bootstrap-server "$BROKERS" --topic articles.raw \
    --property parse.key=true --property null.marker=null
