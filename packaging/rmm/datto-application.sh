#!/bin/sh
# Datto RMM, component of category Application: puts the program that is attached to the
# component into place, if its signature is the releaser's. Exit 0: it is installed.
# Variables of the component: PREFLIGHT_KEY (the releaser's public key), PREFLIGHT_FOLDER.
set -eu
folder=${PREFLIGHT_FOLDER:-/usr/local/bin}
chmod 755 ./preflight
./preflight verify ./preflight ${PREFLIGHT_KEY:+--key "$PREFLIGHT_KEY"}
cp ./preflight "$folder/preflight.new"
mv "$folder/preflight.new" "$folder/preflight"
"$folder/preflight" --version
