#!/usr/bin/env bash
# Makes the documentation of the library that is built already, as a static site in .build/docs: docs.sh [debug|release].
# A link that leads nowhere is an error.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(swift build -c "${1:-release}" --show-bin-path)
symbols=.build/symbols
site=.build/docs
log=.build/docs.log
rm -rf "$symbols" "$site"
mkdir -p "$symbols"

flags=(-I "$bin/Modules")
for module in Sources/{COneDNN,CZlib,CPNG,CTurboJPEG}/module.modulemap "$bin/CKernels.build/module.modulemap"; do
    flags+=(-Xcc "-fmodule-map-file=$module")
done
# What Hornbill re-exports of the engine is part of its own documentation.
swift-symbolgraph-extract -module-name Hornbill -target "$(uname -m)-unknown-linux-gnu" -minimum-access-level public \
    -experimental-allowed-reexported-modules=HornbillEngine -skip-synthesized-members -skip-inherited-docs \
    "${flags[@]}" -output-dir "$symbols"

docc convert Documentation/Hornbill.docc --additional-symbol-graph-dir "$symbols" --output-path "$site" \
    --fallback-display-name Hornbill --fallback-bundle-identifier hornbill --fallback-default-module-kind Library \
    --ide-console-output >"$log" 2>&1 || { cat "$log"; exit 1; }
# Comments say what the names of arguments do not, so docc's count of undocumented arguments is left out.
if grep -E '(warning|error):' "$log" | grep -v 'is missing documentation'; then exit 1; fi
echo "The documentation is in $site: serve it with 'python3 -m http.server --directory $site' or any other web server,"
echo "and open http://localhost:8000/documentation/hornbill"
