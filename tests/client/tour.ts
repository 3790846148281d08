// The README's tour, by a client that was generated from the description of the API.
//
//   node tour.js http://127.0.0.1:8080 data/mail

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import createClient from "openapi-fetch";

import type { components, paths } from "./api.js";

const [baseUrl, mailFolder] = process.argv.slice(2);
assert(baseUrl && mailFolder, "usage: tour.js <address of the server> <folder of its letters>");

const api = createClient<paths>({ baseUrl });

function bearer(token: string) {
  return { Authorization: `Bearer ${token}` };
}

/** What the pattern finds in the first letter to this address that has it, waiting for the letter. */
async function letterTo(address: string, pattern: RegExp): Promise<string> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const files = await readdir(mailFolder!).catch(() => []);
    for (const file of files.filter((name) => name.endsWith(".eml")).sort()) {
      const letter = await readFile(join(mailFolder!, file), "utf8");
      const found = letter.includes(`To: ${address}`) ? pattern.exec(letter)?.[1] : undefined;
      if (found) return found;
    }
    await pause(20);
  }
  throw new Error(`no letter to ${address} came`);
}

const CODE = /^ +([0-9]{6})/m;
const INVITE = /invite\/([A-Za-z0-9_-]{43})/;

// Register.
const email = "ann@example.org";
const password = "violet-harbour-49";

const started = await api.POST("/auth/register/start", { body: { email } });
assert.equal(started.data?.message, "A code has been sent to this email address");

const early = await api.POST("/auth/register/resend", { body: { email } });
assert.equal(early.response.status, 429);
assert(early.error && "code" in early.error && early.error.code === "TOO_MANY_REQUESTS");

const code = await letterTo(email, CODE);
const verified = await api.POST("/auth/register/verify", { body: { email, code } });
const verification_token: string | undefined = verified.data?.verification_token;
assert(verification_token);

const registered = await api.POST("/auth/register/password", { body: { email, password, verification_token } });
assert.equal(registered.data?.message, "Registration completed");

// Log in.
const wrong = await api.POST("/auth/login", { body: { email, password: "something else" } });
assert(wrong.error && "code" in wrong.error && wrong.error.code === "INVALID_CREDENTIALS");

const login = await api.POST("/auth/login", { body: { email, password } });
const ann: components["schemas"]["LoginAnswer"] | undefined = login.data;
assert(ann && ann.type === "bearer" && ann.expires_in === 3600);
assert.equal(ann.user.displayName, "ann");
const asAnn = { headers: bearer(ann.token) };

const me = await api.GET("/auth/me", asAnn);
assert.deepEqual(me.data?.emails.map((each) => each.email), [email]);

// Create a project.
const created = await api.POST("/projects", { ...asAnn, body: { name: "Chess Club" } });
assert.equal(created.data?.slug, "chess-club");
const owner_id: string | undefined = created.data?.owner_id;
assert.equal(owner_id, ann.user.id);

// Invite.
const inChess = { path: { slug: "chess-club" } };
const redirect_url = "https://chess.example.org/welcome";
const invited = await api.POST("/projects/{slug}/invites", {
  ...asAnn,
  params: inChess,
  body: { email: "bob@example.org", redirect_url },
});
assert.equal(invited.data?.role, "member");

await api.POST("/projects/{slug}/invites", {
  ...asAnn,
  params: inChess,
  // @ts-expect-error Nobody can be invited as an owner: the generated types know.
  body: { email: "carol@example.org", role: "owner" },
});

const invites = await api.GET("/projects/{slug}/invites", { ...asAnn, params: { ...inChess, query: { limit: 10 } } });
assert.deepEqual(invites.data?.map((each) => each.email), ["bob@example.org"]);

const token = await letterTo("bob@example.org", INVITE);
const seen = await api.GET("/invites/{token}", { params: { path: { token } } });
assert.equal(seen.data?.project.name, "Chess Club");
assert.equal(seen.data?.invitedBy.displayName, "ann");
assert.equal(seen.data?.is_expired, false);

// Accept, as somebody new.
const joined = await api.POST("/auth/register/with-invite", {
  body: { invite_token: token, email: "bob@example.org", password: "copper-lantern-73" },
});
assert.equal(joined.data?.project_slug, "chess-club");
assert.equal(joined.data?.redirect_url, redirect_url);
assert(joined.data);
const asBob = { headers: bearer(joined.data.token) };

// Accept, as somebody who is known.
await api.POST("/projects", { ...asBob, body: { name: "Go Club" } });
const inGo = { path: { slug: "go-club" } };
await api.POST("/projects/{slug}/invites", { ...asBob, params: inGo, body: { email, role: "admin" } });
const answer = { path: { token: await letterTo(email, INVITE) } };
const accepted = await api.POST("/invites/{token}/accept", { ...asAnn, params: answer });
assert.deepEqual(accepted.data, { project_slug: "go-club", redirect_url: null });

const members = await api.GET("/projects/{slug}/members", { ...asAnn, params: inGo });
const roles: ("owner" | "admin" | "member")[] | undefined = members.data?.map((member) => member.role);
assert.deepEqual(roles, ["owner", "admin"]);

// Refusals.
const again = await api.POST("/invites/{token}/accept", { ...asAnn, params: answer });
assert(again.error && "code" in again.error && again.error.code === "INVITE_NOT_FOUND");

const faulty = await api.POST("/auth/register/start", { body: { email: "ann" } });
assert(faulty.error && "errors" in faulty.error);
assert.deepEqual(
  faulty.error.errors.map(({ field, rule }) => [field, rule]),
  [["email", "email"]],
);

// Stay, and leave.
const refreshed = await api.POST("/auth/token/refresh", { body: { refresh_token: ann.refresh_token } });
assert(refreshed.data);
const left = await api.POST("/auth/logout", { headers: bearer(refreshed.data.token) });
assert.equal(left.data?.message, "Logged out successfully");
const stranger = await api.GET("/auth/me", { headers: bearer(refreshed.data.token) });
assert.equal(stranger.response.status, 401);

console.log("the tour is over");
