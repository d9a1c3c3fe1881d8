#!/bin/bash
# Sends the demo's articles to articles.raw, over and over, with a pause after each: samples.sh articles.jsonl
# BROKERS is where to, PAUSE how many seconds, ROUNDS how often (for ever unless set).
set -euo pipefail
KAFKA=${KAFKA:-/opt/kafka/bin}

# `{"key": …, "value": {…}}` or `{"key": …, "raw": "…"}` a line becomes: the key, a tab, the record. Records stay one line each.
lines() {
    sed -E -e 's/^\{"key": (null|"[^"]*"), "value": (.*)\}$/\1\t\2/' \
        -e '/^\{"key": (null|"[^"]*"), "raw": "/ { s/^\{"key": (null|"[^"]*"), "raw": "(.*)"\}$/\1\t\2/; s/\\n/ /g; s/\\"/"/g; }' \
        -e 's/^"([^"]*)"\t/\1\t/' "$1"
}

for ((round = 0; round != ${ROUNDS:--1}; round++)); do
    lines "$1" | while IFS= read -r line; do
        printf '%s\n' "$line"
        sleep "${PAUSE:-0.2}"
    done
done | "$KAFKA/kafka-console-producer.sh" --bootstrap-server "$BROKERS" --topic "${TOPIC:-articles.raw}" \
    --property parse.key=true --property null.marker=null
