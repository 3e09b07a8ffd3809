# Shared by the examples; each `run` sources it. It leaves in `url` a server that answers: the one of TRAINYARD_URL,
# or one of its own on a free port, with a temporary data folder that is gone at the end.
#
#   TRAINYARD_URL    a running server; its models and datasets named example-… are replaced
#   TRAINYARD_BIN    the program; else .build/release/trainyard, which is built where it is missing
#   TRAINYARD_SHORT  1: the form of seconds, with fewer rows and epochs
#   TRAINYARD_PATIENCE  seconds that a job may take (3600)
#
# Only bash, curl and the tools of a plain Debian are used: sed, awk, grep, gzip, base64.
set -euo pipefail
# Numbers have a point and texts are UTF-8, whatever the language here.
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# The files that the example was given, from wherever it was called: one, and for its second part another.
given= also=
[[ -z ${1:-} ]] || given=$(realpath -- "$1")
[[ -z ${2:-} ]] || also=$(realpath -- "$2")
cd "$here"
work=$(mktemp -d)
server=
answer=

# Stops what was started here, by its process id, however the example ends.
stop() {
    if [[ -n $server ]]; then
        kill -TERM "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

short() { [[ ${TRAINYARD_SHORT:-} == 1 ]]; }

# Its first word, or in the short form its second.
pick() { if short; then printf '%s' "$2"; else printf '%s' "$1"; fi; }

start() {
    if [[ -n ${TRAINYARD_URL:-} ]]; then
        url=${TRAINYARD_URL%/}
        command curl --silent --fail --max-time 10 "$url/health/ready" >/dev/null || die "no server answers at $url"
        return
    fi
    local program=${TRAINYARD_BIN:-$root/.build/release/trainyard}
    if [[ ! -x $program ]]; then
        [[ -z ${TRAINYARD_BIN:-} ]] || die "TRAINYARD_BIN: there is no program $program"
        printf '== building the program (a few minutes the first time)\n'
        swift build --package-path "$root" -c release --product trainyard
    fi
    : >"$work/out"
    "$program" serve --port 0 --data "$work/data" >"$work/out" 2>"$work/log" &
    server=$!
    # The program says where it listens once it does.
    local tries
    for ((tries = 0; tries < 600; tries++)); do
        url=$(sed -n 's/^trainyard listening on //p' "$work/out")
        [[ -z $url ]] || return 0
        kill -0 "$server" 2>/dev/null || { cat "$work/log" >&2; die 'the server ended at its start'; }
        sleep 0.05
    done
    die 'the server did not listen within 30 seconds'
}

# Takes the place of curl: shows the request, makes it, leaves the answer in $answer and shows its beginning.
# A refused request ends the example with the server's words.
curl() {
    local word line='$ curl'
    for word in "$@"; do
        if [[ $word =~ [^a-zA-Z0-9_./:=@?\&%,-] ]]; then line+=" '$word'"; else line+=" $word"; fi
    done
    ((${#line} <= 600)) || line="${line:0:600}…"
    printf '\n%s\n' "$line"
    answer=$(command curl --silent --show-error --fail-with-body --max-time 600 "$@") ||
        { printf '%s\n' "$answer" >&2; die "refused: $line"; }
    if ((${#answer} <= 300)); then printf '%s\n' "$answer"; else printf '%s…\n' "${answer:0:300}"; fi
}

# The first value of a member of $answer, without quotes; nothing where it has none.
member() { { grep -o "\"$1\":\"\{0,1\}[^\",}]*" <<<"$answer" || true; } | head -n 1 | sed 's/^[^:]*:"\{0,1\}//'; }

# Shows $answer from a member on, where the beginning is not what matters.
tell() { { grep -o "\"$1\":.*" <<<"$answer" || true; } | cut -c 1-600; }

# A member of $answer that is a string, with \n and \" as what they stand for.
string() { sed -n "s/.*\"$1\":\"\(\(\\\\.\|[^\"\\\\]\)*\)\".*/\1/p" <<<"$answer" | sed 's/\\n/\n/g; s/\\t/\t/g; s/\\"/"/g; s/\\\//\//g; s/\\\\/\\/g'; }

# Removes what an earlier run left on a server that was given.
fresh() {
    local name
    for name in "$@"; do
        command curl --silent --output /dev/null --request DELETE "$url/models/$name"
        command curl --silent --output /dev/null --request DELETE "$url/datasets/$name"
    done
}

# Waits for the job in $answer, telling of a new epoch every five seconds, and leaves its last state in $answer and its metrics in $metrics.
wait_for_job() {
    local job state loss epoch said=0 next=0 until=$((SECONDS + ${TRAINYARD_PATIENCE:-3600})) began=$SECONDS
    job=$(member id)
    printf '\n$ curl %s/jobs/%s?history=false   # until it has ended\n' "$url" "$job"
    while :; do
        answer=$(command curl --silent --show-error --fail-with-body --max-time 60 --retry 3 "$url/jobs/$job?history=false") ||
            die "$answer"
        state=$(member state)
        epoch=$(member epoch)
        # The options, behind the metrics, name a loss too.
        metrics=${answer#*\"metrics\":}
        metrics=${metrics%%,\"history\":*}
        metrics=${metrics%%,\"version\":*}
        loss=$(metric loss)
        if [[ $state == succeeded ]] || { ((epoch > said && SECONDS >= next)) && [[ -n $loss ]]; }; then
            said=$epoch next=$((SECONDS + 5))
            printf 'job %s %s: epoch %s of %s, loss %.4g, %d s\n' "$job" "$state" "$epoch" "$(member epochs)" "$loss" $((SECONDS - began))
        fi
        case $state in
            succeeded) printf '%s\n' "$metrics"; return ;;
            failed | cancelled) die "job $job $state: $answer" ;;
        esac
        ((SECONDS < until)) || die "job $job has not ended within ${TRAINYARD_PATIENCE:-3600} seconds"
        sleep 0.5
    done
}

# A figure of the job that was waited for.
metric() { { grep -o "\"$1\":[-+0-9.eE]*" <<<"$metrics" || true; } | head -n 1 | sed 's/^[^:]*://'; }

# Says the figure, and ends with an error where it is not better than the trivial one:
#   figure 'mean absolute error' 1.18 below 1.218 'tomorrow as today'
figure() {
    local sign=below word=better
    [[ $3 == above ]] && sign=above
    awk -v a="$2" -v b="$4" -v s="$sign" 'BEGIN { exit !(a != "" && (s == "below" ? a + 0 < b + 0 : a + 0 > b + 0)) }' || word='NOT better'
    printf '\n== %s: %.4g (%s: %.4g)\n' "$1" "$2" "$5" "$4"
    [[ $word == better ]] || die "the figure is not better than the trivial one"
}

# Corpus BLEU-4 of two files, a sentence a line, tokens between blanks: what was said, what should be. One reference, no
# smoothing, 0 to 100.
bleu() {
    awk '
        FNR == NR { said[FNR] = $0; next }
        {
            split("", seen)
            length_said += m = split(said[FNR], mine, " ")
            length_true += NF
            for (n = 1; n <= 4; n++) {
                for (i = 1; i + n - 1 <= NF; i++) { gram = n; for (k = 0; k < n; k++) gram = gram " " $(i + k); seen[gram]++ }
                for (i = 1; i + n - 1 <= m; i++) {
                    gram = n
                    for (k = 0; k < n; k++) gram = gram " " mine[i + k]
                    all[n]++
                    if (seen[gram] > 0) { seen[gram]--; right[n]++ }
                }
            }
        }
        END {
            for (n = 1; n <= 4; n++) { if (!right[n]) { print 0; exit }; sum += log(right[n] / all[n]) / 4 }
            penalty = length_said < length_true ? 1 - length_true / length_said : 0
            printf "%.2f\n", 100 * exp(sum + penalty)
        }' "$1" "$2"
}

start
