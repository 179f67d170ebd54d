#!/usr/bin/env bash
# Compiles and runs every ```swift block of the README and the guides against the library that is built already, and
# compiles those of doc comments: guides.sh [debug|release] [page …].
#
# The blocks of a page are one program, in their order. In a page, these comments speak to this script:
#   <!-- program -->       the blocks from here on are a program of their own
#   <!-- prelude …         (to the line -->) code of the program that the reader need not see
#   <!-- compile only -->  this program is compiled, but not run
# Each program runs in an empty folder. Errors point to the lines of the page. A block of a doc comment stands on its own,
# with the names of Documentation/DocComments.swift at hand.
set -euo pipefail
cd "$(dirname "$0")/.."
configuration=release
case ${1:-} in debug | release)
    configuration=$1
    shift
    ;;
esac
pages=("$@")
sources=()
if ((${#pages[@]} == 0)); then
    pages=(README.md Documentation/Hornbill.docc/*.md)
    mapfile -t sources < <(grep -rl --include='*.swift' '/// ```swift$' Sources | sort)
fi

bin=$(swift build -c "$configuration" --show-bin-path)
out=.build/guides
rm -rf "$out"
mkdir -p "$out"
export bin out

for page in "${pages[@]}"; do
    awk -v page="$page" -v stem="$out/$(basename "$page" .md)" '
        function begin() { number++; file = sprintf("%s-%02d.swift", stem, number); started = 0 }
        function emit(line) {
            if (!started) { print "import Hornbill" > file; started = 1 }
            if (fresh) { printf "#sourceLocation(file: \"%s\", line: %d)\n", page, NR > file; fresh = 0 }
            print line > file
        }
        BEGIN { begin() }
        mode == "" && /^<!-- program -->$/ { begin(); next }
        mode == "" && /^<!-- compile only -->$/ { print "" > (file ".compile-only"); next }
        mode == "" && /^<!-- prelude$/ { mode = "-->"; fresh = 1; next }
        mode == "" && /^ *```swift$/ { mode = "```"; fresh = 1; next }
        mode != "" && $0 ~ "^ *" mode "$" { mode = ""; next }
        mode != "" { emit($0) }
        END { if (mode != "") { print page ": a block or prelude has no end" > "/dev/stderr"; exit 1 } }' "$page"
done

if ((${#sources[@]})); then
    {
        cat Documentation/DocComments.swift
        awk '
            inside && /^ *\/\/\/ ```$/ { print "}"; inside = 0 }
            inside { sub(/^ *\/\/\/ ?/, ""); print }
            /^ *\/\/\/ ```swift$/ {
                printf "@MainActor func block%d() throws {\n#sourceLocation(file: \"%s\", line: %d)\n", ++count, FILENAME, FNR + 1
                inside = 1
            }' "${sources[@]}"
    } >"$out/DocComments.swift"
    echo >"$out/DocComments.swift.compile-only"
fi

# The architectures that `hornbill table init` writes, of each kind of target and of several.
if [[ -x $bin/hornbill ]]; then
    number=0
    for arguments in "diamonds.csv.gz --target price" "titanic.csv.gz --target survived" \
        "titanic.csv.gz --target class" "titanic.csv.gz --target survived --target class"; do
        number=$((number + 1))
        # shellcheck disable=SC2086 # these are words
        "$bin/hornbill" table init Examples/Data/$arguments --output "$out/package$number" >/dev/null
        cp "$out/package$number/Sources/Train/Net.swift" "$out/Architecture$number.swift"
        echo >"$out/Architecture$number.swift.compile-only"
    done
fi

# The library once, as a whole, so that each program links in no time. SwiftPM's list leaves out objects of files that are
# no more.
list=$bin/hornbill.product/Objects.LinkFileList
if [[ ! -e $list ]]; then
    echo "The library is not built yet: swift build -c $configuration" >&2
    exit 1
fi
grep -E '/(HornbillEngine|Hornbill|HornbillTabular|CKernels|Logging|Yams|CYaml)\.build/' "$list" >"$out/objects.txt"
swiftc -emit-library -o "$out/libGuides.so" @"$out/objects.txt" -ldnnl -lz -lpng -lturbojpeg -lgomp -lm

check() {
    local source=$1 name
    name=$(basename "$source" .swift)
    local flags=(-swift-version 6 -I "$bin/Modules")
    # What a doc comment makes it need not use.
    if [[ $name == DocComments ]]; then flags+=(-suppress-warnings); else flags+=(-warnings-as-errors); fi
    for module in Sources/{COneDNN,CZlib,CPNG,CTurboJPEG}/module.modulemap "$bin/CKernels.build/module.modulemap" \
        .build/checkouts/Yams/Sources/CYaml/include/module.modulemap; do
        flags+=(-Xcc "-fmodule-map-file=$module")
    done
    mkdir -p "$out/$name"
    # Only what is called main.swift is a program.
    cp "$source" "$out/$name/main.swift"
    swiftc "${flags[@]}" -o "$out/$name/program" "$out/$name/main.swift" -L "$out" -lGuides \
        -Xlinker -rpath -Xlinker "$PWD/$out" || return 1
    if [[ -e $source.compile-only ]]; then return; fi
    mkdir -p "$out/$name/run"
    if ! (cd "$out/$name/run" && SWIFT_BACKTRACE=enable=no timeout 120 ../program </dev/null >../output.txt 2>&1); then
        echo "$name: the program ends with an error:" >&2
        grep -oa 'Fatal error.*' "$out/$name/output.txt" >&2 || tail -5 "$out/$name/output.txt" >&2
        return 1
    fi
}
export -f check
started=$SECONDS
printf '%s\0' "$out"/*.swift | xargs -0 -n 1 -P "$(nproc)" bash -c 'check "$0"'
blocks=$(cat "${pages[@]}" "${sources[@]}" | grep -cE '^ *(/// )?```swift$')
programs=$(find "$out" -maxdepth 1 -name '*.swift' | wc -l)
echo "guides: $blocks blocks in $programs programs are right ($((SECONDS - started)) s)"
