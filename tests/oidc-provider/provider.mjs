// A real OpenID Connect provider on loopback, with one client, that signs in whom it is told to, without a human.
//
// Settings come from the environment: CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, POST_LOGOUT_REDIRECT_URIS (JSON array),
// and PORT, 0 for one that the machine chooses. It prints `listening <port>` once it answers, and ends when its
// standard input does, so that it never outlives who started it.
//
//   POST /control/next    the account that signs in from now on, as JSON:
//                         {sub, email, picture, thumbnail, locale, email_only_in_userinfo}
//   POST /control/rotate  a new signing key takes the place of the old one

import { generateKeyPair, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { promisify } from "node:util";

// A key takes a while, and so does the import.
const firstKey = signingKey();
// Standard output says where the provider listens, and nothing else.
console.info = console.error;
const { Provider } = await import("oidc-provider");

const { CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, POST_LOGOUT_REDIRECT_URIS, PORT } = process.env;
const THUMBNAIL = "https://misw.jp/thumbnail";
const HOUR = 60 * 60;

// What the provider remembers; it outlives a change of the signing key.
const records = new Map();
const accounts = new Map();
let next;

class Records {
  constructor(kind) {
    this.kind = kind;
  }

  async upsert(id, record) {
    records.set(`${this.kind} ${id}`, record);
  }

  async find(id) {
    return records.get(`${this.kind} ${id}`);
  }

  async findByUid(uid) {
    return [...records.values()].find((record) => record.kind === this.kind && record.uid === uid);
  }

  async consume(id) {
    (await this.find(id)).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    records.delete(`${this.kind} ${id}`);
  }

  async revokeByGrantId(grant) {
    for (const [key, record] of records) {
      if (record.grantId === grant) records.delete(key);
    }
  }
}

// The claims of an account; one without a value is left out.
function claimsOf(account, use) {
  const withEmail = use !== "id_token" || !account.email_only_in_userinfo;
  const claims = {
    sub: account.sub,
    email: withEmail ? account.email : undefined,
    picture: account.picture,
    [THUMBNAIL]: account.thumbnail,
    locale: account.locale,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value != null));
}

async function signingKey() {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), alg: "RS256", use: "sig" };
}

function provider(issuer, key) {
  const made = new Provider(issuer, {
    adapter: Records,
    claims: { openid: ["sub"], email: ["email"], profile: ["picture", THUMBNAIL, "locale"] },
    clients: [{
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      redirect_uris: [REDIRECT_URI],
      post_logout_redirect_uris: JSON.parse(POST_LOGOUT_REDIRECT_URIS),
      response_types: ["code"],
      grant_types: ["authorization_code"],
      token_endpoint_auth_method: "client_secret_basic",
      id_token_signed_response_alg: "RS256",
    }],
    // The claims of a scope are in the ID token, not at userinfo alone.
    conformIdTokenClaims: false,
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => { ctx.body = form; },
        postLogoutSuccessSource: (ctx) => { ctx.body = "signed out"; },
      },
    },
    findAccount: (_ctx, sub) => {
      const account = accounts.get(sub);
      return account && { accountId: sub, claims: (use) => claimsOf(account, use) };
    },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    jwks: { keys: [key] },
    // Everybody consents to everything.
    loadExistingGrant: async ({ oidc }) => {
      const { clientId } = oidc.client;
      const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope(oidc.params.scope);
      await grant.save();
      return grant;
    },
    pkce: { required: () => true },
    renderError: (ctx, out) => {
      ctx.type = "text";
      ctx.body = `${out.error}: ${out.error_description}`;
    },
    ttl: {
      AccessToken: HOUR, AuthorizationCode: 60, Grant: HOUR, IdToken: HOUR, Interaction: HOUR, Session: HOUR,
    },
  });
  for (const event of ["authorization.error", "grant.error", "userinfo.error", "end_session.error", "server_error"]) {
    made.on(event, (_ctx, error) => console.error(`${event}: ${error.error_description ?? error.stack}`));
  }
  return made;
}

let issuer;
let current;
let answer;

function begin(key) {
  current = provider(issuer, key);
  answer = current.callback();
}

async function handle(request, response) {
  const asked = `${request.method} ${request.url}`;
  if (asked.startsWith("GET /interaction/")) {
    if (!next) throw new Error("nobody was named who signs in");
    await current.interactionFinished(request, response, { login: { accountId: next } });
  } else if (asked === "POST /control/next") {
    const account = await json(request);
    accounts.set(account.sub, account);
    next = account.sub;
    response.writeHead(204).end();
  } else if (asked === "POST /control/rotate") {
    begin(await signingKey());
    response.writeHead(204).end();
  } else {
    answer(request, response);
  }
}

const key = await firstKey;
const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    console.error(error.stack);
    response.writeHead(500, { "Content-Type": "text/plain" }).end(String(error));
  });
});
server.listen(Number(PORT), "127.0.0.1", () => {
  const { port } = server.address();
  issuer = `http://127.0.0.1:${port}`;
  begin(key);
  process.stdout.write(`listening ${port}\n`);
});
process.stdin.on("close", () => process.exit()).resume();
