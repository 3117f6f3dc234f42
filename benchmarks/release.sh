#!/usr/bin/env bash
# The release of the sample project by hand: the git commands and the requests of the runbook's
# twenty steps, each change looked for before it is made and again after it, without a repetition,
# a record or a journal. URL, TOKEN, KEYS and NOW say which world; the folder is a new, empty one.
set -euo pipefail

api=$URL/api/v3/repos/harbor/tidewatch
bugs=$URL/bugzilla/rest
upstream=$URL/harbor/tidewatch.git
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0
export GIT_AUTHOR_DATE=$NOW GIT_COMMITTER_DATE=$NOW
settings=(
  "http.$URL/.extraHeader=Authorization: Basic $(printf 'x-access-token:%s' "$TOKEN" | base64 -w0)"
  "user.name=Olive Operator" "user.email=operator@sandbox.example" "gpg.format=ssh"
  "user.signingKey=$KEYS/operator" "gpg.ssh.allowedSignersFile=$KEYS/allowed_signers"
)
export GIT_CONFIG_COUNT=${#settings[@]}
for number in "${!settings[@]}"; do
  export "GIT_CONFIG_KEY_$number=${settings[$number]%%=*}"
  export "GIT_CONFIG_VALUE_$number=${settings[$number]#*=}"
done

# call METHOD URL [BODY]: the answer; a refusal is one, too.
call() {
  curl --silent --show-error --request "$1" --header "Authorization: Bearer $TOKEN" \
    --header "X-BUGZILLA-API-KEY: $TOKEN" --header "Content-Type: application/json" \
    ${3:+--data "$3"} "$2"
}
# until_says WORD URL: ask until the answer has the word, as the runbook's waits do.
until_says() {
  until call GET "$2" | grep --quiet -- "$1"; do sleep 0.05; done
}
number_of() {
  sed -E "s/.*\"$1\": ?([0-9]+).*/\1/" <<<"$2"
}
approve() {
  local asked
  asked=$(call POST "$URL/sandbox/approvals" \
    "{\"run\": \"by-hand\", \"gate\": \"$1\", \"digest\": \"$1\", \"title\": \"$1\"}")
  until_says approved "$URL/sandbox/approvals/$(number_of id "$asked")"
}

# Preflight: who we are, what we may do, whether we can sign.
call GET "$api" >/dev/null
call GET "$URL/api/v3/user" >/dev/null
for question in version whoami product field/bug "user?names=operator@sandbox.example" \
  "user?names=qa@sandbox.example"; do
  call GET "$bugs/$question" >/dev/null
done
git config --get-regexp '^(user|gpg)\.' >/dev/null
git init --quiet --bare proof
empty=$(git -C proof hash-object -w --stdin </dev/null)
git -C proof tag --sign --message proof proof "$empty"
git -C proof verify-tag proof 2>/dev/null

# Versions: what is there, what was released last, what has been committed since.
git init --quiet --bare mirror.git
git -C mirror.git fetch --quiet --prune "$upstream" '+refs/heads/*:refs/heads/*' '+refs/tags/*:refs/tags/*'
git -C mirror.git ls-remote --symref "$upstream" HEAD >/dev/null
git -C mirror.git symbolic-ref HEAD refs/heads/master
git -C mirror.git for-each-ref >/dev/null
start=$(git -C mirror.git rev-parse --verify --quiet 'refs/heads/master^{commit}')
git -C mirror.git for-each-ref --merged="$start" refs/tags >/dev/null
last=$(git -C mirror.git rev-parse --verify --quiet 'refs/tags/1.8^{commit}')
git -C mirror.git merge-base --is-ancestor "$last" "$start"
git -C mirror.git log --format='%H%n%P%n%an%n%B' "$last..$start" >listed
for commit in "$start" refs/tags/1.8 refs/tags/1.7; do
  git -C mirror.git ls-tree -r --name-only "$commit" >/dev/null
  git -C mirror.git cat-file --batch <<<"$commit:CHANGELOG.md" >/dev/null
done
git -C mirror.git grep -l --fixed-strings 1.8.0 refs/tags/1.8 >/dev/null
git -C mirror.git diff --name-only "$last" "$start" >/dev/null
git -C mirror.git for-each-ref --format='%(objecttype) %(subject)' refs/tags >/dev/null
git -C mirror.git rev-list --merges --ancestry-path "$last..$start" >/dev/null
call GET "$api/releases" >/dev/null
for question in rulesets "" rules/branches/master branches/master/protection \
  "commits/$start/check-suites" "commits/$start/status" "commits/$start/check-runs"; do
  call GET "$api${question:+/$question}" >/dev/null
done

# 1 to 4: a clone, the source branch, nothing changed, the tests pass.
git clone --quiet mirror.git checkout
cd checkout
git remote set-url origin "$upstream"
git fetch --quiet --prune origin
git status --porcelain=v2 --branch --untracked-files=all >/dev/null
git ls-remote origin refs/heads/master >/dev/null
git fetch --quiet origin
git rev-parse --verify --quiet 'refs/remotes/origin/master^{commit}' >/dev/null
git rev-list --count origin/master..HEAD >/dev/null
git clone --quiet --shared --no-checkout . ../tests
git -C ../tests checkout --quiet --detach "$start"
(cd ../tests && "$PYTHON" -m unittest --quiet 2>/dev/null)

# 5 to 8: the branch, the version, the changelog and its approval.
git ls-remote origin refs/heads/release/1.9 >/dev/null
git worktree list --porcelain >/dev/null
git worktree add --quiet --no-track -b release/1.9 ../tree "$start"
git ls-remote origin refs/heads/release/1.9 >/dev/null
git worktree list --porcelain >/dev/null
cd ../tree
sed -i 's/version="1.8.0"/version="1.9.0"/' setup.py
git diff --unified=0 "$start" -- setup.py >/dev/null
{ printf '<a name="1.9"></a>\n## 1.9 (2026-01-15)\n\n'; git log --format='*   %s' "$last..$start"; cat CHANGELOG.md; } >written
mv written CHANGELOG.md
git cat-file blob "$start:CHANGELOG.md" >/dev/null
approve changelog
git status --porcelain=v2 --untracked-files=all >/dev/null
git diff --name-only "$start" >/dev/null

# 9 to 11: the commit, the signed tag, both pushed at once.
git add -- CHANGELOG.md setup.py
git write-tree >/dev/null
git commit --quiet --message 'chore: tag 1.9'
commit=$(git rev-parse HEAD)
git diff --name-status "$start" "$commit" >/dev/null
git ls-remote origin refs/tags/1.9 >/dev/null
git tag --sign --message 'chore: tag 1.9' 1.9 "$commit"
git verify-tag 1.9 2>/dev/null
git ls-remote origin refs/heads/release/1.9 refs/tags/1.9 >/dev/null
git push --quiet --atomic origin refs/heads/release/1.9 refs/tags/1.9
git ls-remote origin refs/heads/release/1.9 refs/tags/1.9 >/dev/null

# 12 to 16: the pull request, the tag without a release, the draft.
call GET "$api/pulls?head=harbor:release/1.9&state=all" >/dev/null
pull=$(number_of number "$(call POST "$api/pulls" \
  '{"title": "Release 1.9", "head": "release/1.9", "base": "master", "body": "1.9"}')")
call GET "$api/pulls?head=harbor:release/1.9&state=all" >/dev/null
call GET "$api/git/ref/tags/1.9" >/dev/null
call GET "$api/git/tags/$(git rev-parse 1.9)" >/dev/null
call GET "$api/releases/tags/1.9" >/dev/null
call GET "$api/releases" >/dev/null
draft=$(call POST "$api/releases" '{"tag_name": "1.9", "name": "1.9", "body": "1.9", "draft": true}')
draft=$(sed -E 's/.*"url": ?"[^"]*\/releases\/([0-9]+)".*/\1/' <<<"$draft")
call GET "$api/releases" >/dev/null

# 17: merged, and published.
until_says '"merged": *true' "$api/pulls/$pull"
call GET "$api/pulls/$pull/reviews" >/dev/null
call GET "$api/collaborators/reviewer/permission" >/dev/null
git fetch --quiet origin
git merge-base --is-ancestor "$commit" origin/master
call GET "$api/releases/$draft" >/dev/null
call GET "$api/git/ref/tags/1.9" >/dev/null
call PATCH "$api/releases/$draft" '{"draft": false}' >/dev/null
call GET "$api/releases/$draft" >/dev/null

# 18 to 20: the deployment's bug, QA's answer and its approval, stage, QA's own bug.
call GET "$bugs/bug/deploy-tidewatch-1.9" >/dev/null
call GET "$bugs/bug?summary=tidewatch" >/dev/null
request=$(printf 'RELEASE NOTES\n%s/harbor/tidewatch/releases/tag/1.9\n\nCommit: %s\n' "$URL" "$commit" | sed 's/$/\\n/' | tr -d '\n')
bug=$(number_of id "$(call POST "$bugs/bug" "{\"product\": \"Cloud Services\", \"component\": \"Operations: Deployment Requests\",
  \"summary\": \"Please deploy tidewatch 1.9 to STAGE\", \"version\": \"unspecified\", \"op_sys\": \"All\",
  \"rep_platform\": \"All\", \"type\": \"task\", \"alias\": [\"deploy-tidewatch-1.9\"], \"description\": \"$request\"}")")
call GET "$bugs/bug/$bug" >/dev/null
call GET "$bugs/bug/$bug/comment" >/dev/null
call PUT "$bugs/bug/$bug" "{\"comment\": {\"body\": \"Please run the load test of 1.9 on stage.\"},
  \"flags\": [{\"name\": \"needinfo\", \"status\": \"?\", \"requestee\": \"qa@sandbox.example\", \"new\": true}]}" >/dev/null
call GET "$bugs/bug/$bug" >/dev/null
until_says 'load test passed' "$bugs/bug/$bug/comment"
call GET "$bugs/bug/$bug/history" >/dev/null
approve load-test
until_says '"1.9"' "$URL/stage/tidewatch/__version__"
until_says 'PRODUCTION' "$bugs/bug?summary=PRODUCTION"
