// A real OpenID Connect provider on this machine: node provider.mjs <client id> <secret> <directory> <address to return to>
// The directory is a file with {account: {email, email_verified}}, read anew at every sign-in.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { Provider } from "oidc-provider";

const [clientId, secret, directory, back] = process.argv.slice(2);
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const provider = new Provider(`http://localhost:${server.address().port}`, {
    clients: [{ client_id: clientId, client_secret: secret, redirect_uris: [back] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    pkce: { required: () => true },
    cookies: { keys: ["only on this machine"] },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({ sub, ...JSON.parse(readFileSync(directory))[sub] }),
    }),
  });
  server.on("request", provider.callback());
  console.log(`issuer ${provider.issuer}`);
});
