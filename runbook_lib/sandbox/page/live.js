// Brings what is new every few seconds, and moves nothing for it: what a reader looks at stays where
// it is, and a text that they have scrolled stays scrolled, for only what differs is put in the place
// of what there was. A page whose sandbox is gone says so.

// The place that a link names, else the nearest around it: a release's repository.
function place() {
  let name = decodeURIComponent(location.hash.slice(1));
  while (name && !document.getElementById(name)) {
    name = name.slice(0, Math.max(0, name.lastIndexOf("/")));
  }
  return document.getElementById(name);
}
const own = each => [...each.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join();
function merge(now, next) {
  if (now.isEqualNode(next)) return;
  const before = [...now.children], after = [...next.children];
  const alike = before.length && before.length === after.length && own(now) === own(next);
  if (now.tagName === "PRE") now.textContent = next.textContent;
  else if (alike) before.forEach((each, i) => merge(each, after[i]));
  else now.replaceWith(next);
}
function renew(now, next) {
  const entering = !now.querySelector("section");
  const seen = [...now.children].findIndex(each => each.getBoundingClientRect().bottom > 0);
  const edge = () =>
    document.querySelector("main").children[seen]?.getBoundingClientRect().top ?? 0;
  const top = edge();
  merge(now, next);
  if (entering) place()?.scrollIntoView();
  else scrollBy(0, edge() - top);
}
async function look() {
  const answer = await fetch("/").catch(() => null);
  document.body.classList.toggle("gone", !answer);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  renew(document.querySelector("main"), page.querySelector("main"));
}
place()?.scrollIntoView();
setInterval(look, 5000);
